//! The real program, as its callers see it: a module a command, every stream and exit code checked.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may stop"
)]
#![allow(missing_docs, unreachable_pub, reason = "nobody but the tests reads it")]

#[cfg(target_os = "linux")]
mod clients;
mod command_line;
mod completion;
mod configure_docker;
mod credential_check;
mod device_json;
mod doctor;
mod environment;
mod erase;
mod get;
mod help;
mod list;
mod login;
// Not under qemu, as which arm64 with musl is tested: its user mode lacks calls of terminals.
#[cfg(all(unix, not(all(target_arch = "aarch64", target_env = "musl"))))]
mod login_on_a_terminal;
mod login_with_token;
mod logout;
mod status;
mod store;
mod support;
mod switch;
#[cfg(unix)]
mod terminal;
mod tls;
mod which;
