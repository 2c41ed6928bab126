//! Core dumps, which would contain secrets and may be collected or sent elsewhere.

/// Disables core dumps of this process, if the system lets it.
///
/// On Linux by prctl(2) `PR_SET_DUMPABLE`, because a limit of 0 does not keep a core from being piped to a collector
/// (core(5)). It also keeps out debuggers of the same user, and child processes do not inherit it. Elsewhere by the
/// limit, which they do inherit.
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

/// Windows writes no memory to a file unless an administrator configures it.
#[cfg(not(unix))]
pub fn forbid() {}
