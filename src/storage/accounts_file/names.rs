//! The files in this program's folder that belong to `device.json`.

pub(super) const FILE: &str = "device.json";
pub(super) const LOCK: &str = "device.json.lock";
/// What a migration leaves of an older format.
#[cfg(unix)]
pub(super) const BACKUP: &str = "device.json.bak";
