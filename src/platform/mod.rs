//! What the operating system gives: environment, files, programs and processes.

pub mod ancestors;
pub mod browser;
pub(crate) mod child;
pub mod core_dump;
pub mod environment;
pub mod executable;
pub(crate) mod fs;
pub(crate) mod os_text;
pub(crate) mod panic;
pub(crate) mod privileges;
pub(crate) mod program_link;
pub(crate) mod stdin;
pub mod time;
pub(crate) mod umask;
pub mod web_page;
pub(crate) mod wsl;
