//! Whether the system may write our memory to a file.

/// Forbids core dumps of this process: one would hold the secrets, and is kept, or sent away, by whoever collects them.
///
/// On Linux by prctl(2) `PR_SET_DUMPABLE`, because a limit of 0 does not keep a core from being piped to a collector
/// (core(5)). It also keeps debuggers of the same user out, and does not pass to programs that are started. Elsewhere by
/// the limit, which does pass to them. A system that refuses leaves everything as it was.
#[cfg(unix)]
pub fn forbid() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    #[cfg(not(target_os = "linux"))]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Core);
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum });
    }
}

/// Windows' error reporting writes no memory to a file unless an administrator asks for it.
#[cfg(not(unix))]
pub fn forbid() {}
