//! How a process locks itself in before it reads the first byte of a document.
//!
//! After [`lock_in`] it can read and write the pipes it has, use memory that is not executable,
//! tell the time and leave. It cannot open a file or a socket, start a process, or become anybody
//! else. Three locks hold independently of each other: limits of resources, Landlock without a
//! single rule, and a list of allowed system calls; whatever is not on the list ends the process.
//! A kernel without Landlock leaves the other two.

use std::collections::BTreeMap;

use landlock::{ABI, Access, AccessFs, Ruleset, RulesetAttr};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, nice, set_dumpable_behavior, setrlimit,
};
use rustix::time::{ClockId, clock_gettime};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};

use crate::Limits;

/// The exit status of a process that could not lock itself in; it has read nothing.
pub const EXIT_UNLOCKED: i32 = crate::ending::EXIT_UNLOCKED;

/// The pipes and a few to spare for the locks themselves.
const FILES_MAX: u64 = 8;

/// Which lock could not be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SandboxError {
    /// The limits of resources.
    #[error("the limits of resources cannot be set")]
    Limits,
    /// Landlock.
    #[error("files cannot be locked away")]
    Files,
    /// The list of system calls; also on a processor it is not made for.
    #[error("system calls cannot be restricted")]
    SystemCalls,
}

/// The proof of [`lock_in`].
#[derive(Debug)]
pub struct LockedIn(Limits);

impl LockedIn {
    /// Raises memory and processor time from what counting may use to what colours may use. The
    /// process cannot give itself more than that: the hard limits stay.
    ///
    /// # Errors
    /// When the kernel refuses, which it does not.
    pub fn counted(&self) -> Result<(), SandboxError> {
        memory(self.0.color_memory_bytes, self.0.color_memory_bytes)?;
        cpu(self.0.color_cpu_s, self.0.color_cpu_s)
    }

    /// Allows so many seconds of processor time from now on, within what the whole may use.
    ///
    /// # Errors
    /// When the kernel refuses, which it does not.
    pub fn allow_cpu(&self, more_s: u64) -> Result<(), SandboxError> {
        let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
        let used_s = u64::try_from(used).unwrap_or(0);
        let hard_s = self.0.color_cpu_s;
        cpu((used_s + 1 + more_s).min(hard_s), hard_s)
    }
}

/// Locks this process in, for ever.
///
/// # Errors
/// When a lock cannot be closed; the process must then read nothing and leave with
/// [`EXIT_UNLOCKED`].
pub fn lock_in(limits: Limits) -> Result<LockedIn, SandboxError> {
    // A process of another user that may not be niced runs at its own priority.
    let _ = nice(limits.niceness);
    resources(&limits)?;
    // No memory image on disk, and no other process of the same user may look into this one.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|_| SandboxError::Limits)?;
    // The way to the clock is looked up at its first use, by calls that are not allowed afterwards.
    let _ = clock_gettime(ClockId::ProcessCPUTime);
    files()?;
    system_calls()?;
    Ok(LockedIn(limits))
}

fn resources(limits: &Limits) -> Result<(), SandboxError> {
    memory(limits.count_memory_bytes, limits.color_memory_bytes)?;
    cpu(limits.count_cpu_s, limits.color_cpu_s)?;
    for (resource, value) in [
        // Counts only where a person sends the answer to a file.
        (Resource::Fsize, limits.file_bytes),
        (Resource::Core, 0),
        (Resource::Nofile, FILES_MAX),
        // Root may exceed this one; for root, too, the list of system calls has no fork.
        (Resource::Nproc, 0),
    ] {
        limit(resource, value, value)?;
    }
    Ok(())
}

fn memory(soft: u64, hard: u64) -> Result<(), SandboxError> {
    limit(Resource::As, soft, hard)
}

/// At the soft limit comes SIGXCPU, which tells what happened; at the hard one only SIGKILL.
fn cpu(soft_s: u64, hard_s: u64) -> Result<(), SandboxError> {
    limit(Resource::Cpu, soft_s, hard_s + 1)
}

/// Sets a limit; where whoever started the process allows less, that stays.
fn limit(resource: Resource, soft: u64, hard: u64) -> Result<(), SandboxError> {
    let allowed = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let limit = Rlimit { current: Some(soft.min(allowed)), maximum: Some(hard.min(allowed)) };
    setrlimit(resource, limit).map_err(|_| SandboxError::Limits)
}

/// No rule at all: no path can be opened, made, run or changed.
fn files() -> Result<(), SandboxError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V3))
        .and_then(Ruleset::create)
        .and_then(|rules| rules.restrict_self())
        .map(drop)
        .map_err(|_| SandboxError::Files)
}

/// Calls that are allowed whatever their arguments.
const ALLOWED: [libc::c_long; 21] = [
    // The pipes.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_lseek,
    // Memory.
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_brk,
    libc::SYS_madvise,
    // The C library counts processors before it gives up finding memory.
    libc::SYS_sched_getaffinity,
    // Tables with random keys, the clock, locks, the end.
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_futex,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Aborting and panicking: the signal that follows tells the server what has happened.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_gettid,
    libc::SYS_getpid,
];

fn system_calls() -> Result<(), SandboxError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.into_iter().map(|call| (call, Vec::new())).collect();
    // Memory, but none that can be run: the third argument says what it is for.
    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(call, when(2, SeccompCmpOp::MaskedEq(executable), 0)?);
    }
    // Signals to itself only: the server runs as the same user, and could be stopped or ended by them.
    let own = u64::from(std::process::id());
    rules.insert(libc::SYS_tgkill, when(0, SeccompCmpOp::Eq, own)?);
    // Its own limits only (process 0 is the caller), which never rise above the hard ones.
    rules.insert(libc::SYS_prlimit64, when(0, SeccompCmpOp::Eq, 0)?);
    let processor = std::env::consts::ARCH.try_into().map_err(|_| SandboxError::SystemCalls)?;
    let filter =
        SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, processor);
    let program: BpfProgram =
        filter.and_then(TryInto::try_into).map_err(|_| SandboxError::SystemCalls)?;
    apply_filter(&program).map_err(|_| SandboxError::SystemCalls)
}

fn when(
    argument: u8,
    comparison: SeccompCmpOp,
    value: u64,
) -> Result<Vec<SeccompRule>, SandboxError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, comparison, value)
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .map(|rule| vec![rule])
        .map_err(|_| SandboxError::SystemCalls)
}
