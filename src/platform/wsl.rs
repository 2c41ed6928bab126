//! Windows Subsystem for Linux.

use std::fs;

/// Whether this is Linux in WSL, which runs Windows' programs too.
#[must_use]
pub(crate) fn is_wsl() -> bool {
    cfg!(target_os = "linux")
        && fs::read_to_string("/proc/version").is_ok_and(|version| version.to_lowercase().contains("microsoft"))
}
