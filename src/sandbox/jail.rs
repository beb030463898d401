//! What a box may not do: applied to the zygote once where copies inherit it, to each box where it depends on the work.

use std::collections::BTreeMap;
use std::io;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
    RulesetStatus, Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use rustix::thread::CapabilitySet;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Compare,
    SeccompCondition as Condition, SeccompFilter, SeccompRule as Rule,
};

/// System calls that decoders, the allocator and the answer need, whatever their arguments.
const ALLOWED: [libc::c_long; 22] = [
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_read,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
];

/// What this process and all of its copies give up: capabilities, gaining any, being looked into, files, network, and signals to others.
/// Also makes it the first to go when memory runs out.
///
/// # Errors
/// When the kernel does not have Landlock, or forbids its use; everything else is given up all the same.
pub(super) fn give_up_for_good() -> io::Result<()> {
    // Confines nothing, and /proc may be read-only.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    rustix::thread::set_no_new_privs(true)?;
    let none = CapabilitySet::empty();
    let none = rustix::thread::CapabilitySets {
        effective: none,
        permitted: none,
        inheritable: none,
    };
    rustix::thread::set_capabilities(None, none)?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    let status = deny_files_and_network().map_err(io::Error::other)?;
    if status == RulesetStatus::NotEnforced {
        return Err(io::Error::other("this kernel has no Landlock"));
    }
    Ok(())
}

/// Files by Landlock's first version or not at all; the rest as far as the kernel knows it, as [`filter`] forbids it too.
fn deny_files_and_network() -> Result<RulesetStatus, landlock::RulesetError> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V7))?
        .handle_access(AccessNet::from_all(ABI::V7))?
        .scope(Scope::from_all(ABI::V7))?;
    Ok(ruleset.create()?.restrict_self()?.ruleset)
}

/// Bytes of address space that this process has.
///
/// # Errors
/// When proc(5) cannot be read.
pub(super) fn address_space_bytes() -> io::Result<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm")?;
    let pages = pages
        .split(' ')
        .next()
        .and_then(|pages| pages.parse::<u64>().ok());
    let pages = pages.ok_or_else(|| io::Error::other("cannot read /proc/self/statm"))?;
    Ok(pages * rustix::param::page_size() as u64)
}

/// What tells a thread of the same process from a process of its own, and what it may not have of its own.
const THREAD: u64 = (libc::CLONE_THREAD | libc::CLONE_VM) as u64;
const NAMESPACES: u64 = (libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWUTS) as u64;

/// What a user may have in processes and threads, other boxes and the service included, for this box to begin one more.
const MOST_THREADS: u64 = 1024;

/// Confines this process for one work: so much address space and processor time, no files beside those that it has, no processes, and no
/// threads unless it may have several. Returns how many it is to have: where the kernel or the container forbids filters, one.
///
/// # Errors
/// The system's, but for filters: where those are required the service does not start without them.
pub(super) fn confine(
    address_space_bytes: u64,
    cpu_seconds: u64,
    threads: usize,
) -> io::Result<usize> {
    limit(Resource::As, address_space_bytes)?;
    limit(Resource::Cpu, cpu_seconds)?;
    limit(Resource::Nofile, 0)?;
    if threads > 1 {
        limit(Resource::Nproc, MOST_THREADS)?;
        if filter_calls(true).is_ok() {
            return Ok(threads);
        }
    }
    limit(Resource::Nproc, 0)?;
    let _ = filter_calls(false);
    Ok(1)
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let most = Some(most);
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    Ok(rustix::process::setrlimit(resource, limit)?)
}

/// From here on, any system call but those that the work needs ends this process; of those that make processes, clone3(2) is only refused
/// where there may be threads.
///
/// # Errors
/// When the kernel or the container forbids filters.
pub(super) fn filter_calls(has_threads: bool) -> io::Result<()> {
    if has_threads {
        apply(without_clone3())?;
    }
    apply(filter(has_threads))
}

fn apply(filter: Result<BpfProgram, seccompiler::BackendError>) -> io::Result<()> {
    seccompiler::apply_filter(&filter.map_err(io::Error::other)?).map_err(io::Error::other)
}

/// A filter cannot see what clone3(2) would make; without it libraries take clone(2).
fn without_clone3() -> Result<BpfProgram, seccompiler::BackendError> {
    let rules = BTreeMap::from([(libc::SYS_clone3, vec![])]);
    let missing = SeccompAction::Errno(libc::ENOSYS as u32);
    let machine = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, SeccompAction::Allow, missing, machine)?.try_into()
}

fn filter(has_threads: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<Rule>> = ALLOWED.iter().map(|&call| (call, vec![])).collect();
    if has_threads {
        // The first is answered by the other filter; musl makes the last.
        for call in [
            libc::SYS_clone3,
            libc::SYS_rseq,
            libc::SYS_set_robust_list,
            libc::SYS_membarrier,
        ] {
            rules.insert(call, vec![]);
        }
        let flags = Compare::MaskedEq(THREAD | NAMESPACES);
        let thread = Condition::new(0, Length::Qword, flags, THREAD)?;
        rules.insert(libc::SYS_clone, vec![Rule::new(vec![thread])?]);
    }
    // No memory that can be executed.
    let executable = libc::PROT_EXEC as u64;
    let harmless = Condition::new(2, Length::Dword, Compare::MaskedEq(executable), 0)?;
    let harmless = vec![Rule::new(vec![harmless])?];
    rules.insert(libc::SYS_mmap, harmless.clone());
    rules.insert(libc::SYS_mprotect, harmless);
    // abort(3) sends itself a signal.
    let own = rustix::process::getpid().as_raw_nonzero().get() as u64;
    let own = Condition::new(0, Length::Dword, Compare::Eq, own)?;
    rules.insert(libc::SYS_tgkill, vec![Rule::new(vec![own])?]);
    let machine = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        machine,
    )?
    .try_into()
}
