//! Compiles the vendored part of libaom 3.11: the encoder's plain C, without assembler, run-time dispatch or threads.

fn main() {
    let sources = std::fs::read_to_string("sources.txt").expect("sources.txt");
    println!("cargo::rerun-if-changed=sources.txt");
    println!("cargo::rerun-if-changed=shim.c");
    println!("cargo::rerun-if-changed=vendor");
    cc::Build::new()
        .files(sources.lines().map(|path| format!("vendor/{path}")))
        .file("shim.c")
        .include("vendor")
        .std("c99")
        .define("_GNU_SOURCE", None)
        .warnings(false)
        // An encoder without optimisation is of no use in any profile.
        .opt_level(2)
        .flag_if_supported("-ftree-vectorize")
        .flag_if_supported("-fvect-cost-model=dynamic")
        // Without these a long picture could overflow the stack guard in silence.
        .flag_if_supported("-fno-strict-aliasing")
        .compile("mana_aom_still");
}
