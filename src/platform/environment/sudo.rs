//! Who ran sudo.

/// `SUDO_UID`: the id of that user. None under `su` and without either.
#[expect(clippy::disallowed_methods, reason = "files are made far below where the environment is read")]
pub(crate) fn user_id() -> Option<u32> {
    std::env::var_os("SUDO_UID")?.to_str()?.parse().ok()
}
