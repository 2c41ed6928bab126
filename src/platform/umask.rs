//! The rights that a user's own new files lack.

/// Files are private here whatever the umask is, but one such as 0177, set with private files in mind, takes rights from
/// their owner too: nobody could enter a folder made with it, and no later login could fix that.
#[cfg(unix)]
pub(crate) fn keep_own_rights() {
    use rustix::fs::Mode;
    use rustix::process::umask;

    let others = Mode::RWXG | Mode::RWXO;
    let before = umask(others);
    umask(before & others);
}

/// Windows has none.
#[cfg(not(unix))]
pub(crate) fn keep_own_rights() {}
