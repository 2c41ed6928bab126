//! What is under `~/.atcr`.

pub mod accounts_file;
pub(crate) mod check_lock;
pub mod update_check;
pub(crate) mod validation_cache;
