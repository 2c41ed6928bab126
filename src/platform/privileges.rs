//! What this process may do to the machine, and what it could still become.

use std::path::Path;

/// From here on this process, and whatever it starts, executes no program, changes no file but those in `folder`, and
/// gains no rights: no setuid or setgid bit counts. As far as the kernel can do it: Landlock came with 5.13.
///
/// For when no more programs are started: the `op` of a credential store for 1Password is setgid, and the sandbox of a
/// browser setuid.
pub(crate) fn give_up_all_but(folder: Option<&Path>) {
    #[cfg(target_os = "linux")]
    {
        // Fails on kernels older than 3.5.
        let _ = rustix::thread::set_no_new_privs(true);
        let _ = linux::write_only_in(folder);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = folder;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::Path;

    use landlock::{ABI, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError};

    /// Reading stays as it is: what a name look-up and TLS read is different on every distribution.
    pub(super) fn write_only_in(folder: Option<&Path>) -> Result<(), RulesetError> {
        let writing = AccessFs::from_write(ABI::V5);
        let mut rules = Ruleset::default().handle_access(writing | AccessFs::Execute)?.create()?;
        if let Some(folder) = folder.and_then(|folder| PathFd::new(folder).ok()) {
            rules = rules.add_rule(PathBeneath::new(folder, writing))?;
        }
        rules.restrict_self().map(drop)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::File;
    use std::process::Command;
    use std::thread;

    use landlock::{AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};

    use super::*;

    /// On a thread of its own, which it is for.
    #[test]
    fn nothing_is_written_elsewhere_or_run() {
        let (ours, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let tried = thread::scope(|scope| {
            let tried = scope.spawn(|| {
                give_up_all_but(Some(ours.path()));
                let ours = File::create(ours.path().join("new")).is_ok();
                let has_no_new_privileges = rustix::thread::no_new_privs().unwrap();
                let other = File::create(other.path().join("new")).is_ok();
                (has_no_new_privileges, ours, other, Command::new("true").status().is_ok())
            });
            tried.join().unwrap()
        });
        let required = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
        let has_landlock = required.handle_access(AccessFs::Execute).is_ok();
        assert_eq!(tried, (true, true, !has_landlock, !has_landlock));
    }
}
