//! The page is inside the binary: whoever changes it gets another one.

fn main() {
    println!("cargo:rerun-if-changed=web");
}
