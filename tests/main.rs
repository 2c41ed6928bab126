//! The real program, as its callers see it: a module a command, every stream and exit code checked.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may stop"
)]
#![allow(unreachable_pub, reason = "nobody but the tests reads it")]

#[cfg(unix)]
// Not under qemu, as which arm64 with musl is tested: its user mode lacks calls of terminals.
#[cfg(all(target_os = "linux", not(all(target_arch = "aarch64", target_env = "musl"))))]
mod accessible;
#[cfg(unix)]
mod account_helpers;
mod account_names;
mod children;
#[cfg(target_os = "linux")]
mod clients;
mod command_line;
mod command_lines;
mod completion;
// Not under qemu, as which arm64 with musl is tested: it can deadlock where one thread forks while others run.
#[cfg(not(all(target_arch = "aarch64", target_env = "musl")))]
mod concurrency;
mod configure_docker;
// Not under qemu, as which arm64 with musl is tested: strace would follow qemu.
#[cfg(all(target_os = "linux", not(all(target_arch = "aarch64", target_env = "musl"))))]
mod crashes;
mod credential_check;
// Not under qemu, for the same reason as concurrency.
#[cfg(not(all(target_arch = "aarch64", target_env = "musl")))]
mod credential_store;
mod device_json;
mod doctor;
#[cfg(unix)]
mod doctor_fix;
mod environment;
mod erase;
// The cases were seen on Linux: paths and the separator of COMPOSE_FILE are others elsewhere.
#[cfg(unix)]
mod file_shapes;
mod foreign_registries;
mod get;
mod help;
mod hints;
mod images_in_files;
mod in_clear;
mod kubelet;
mod layers;
#[cfg(target_os = "linux")]
mod link_places;
mod list;
mod login;
mod login_broken_config;
mod login_guidance;
// Not under qemu, as which arm64 with musl is tested: its user mode lacks calls of terminals.
#[cfg(all(unix, not(all(target_arch = "aarch64", target_env = "musl"))))]
mod login_on_a_terminal;
#[cfg(all(unix, not(all(target_arch = "aarch64", target_env = "musl"))))]
mod login_questions;
#[cfg(all(target_os = "linux", not(all(target_arch = "aarch64", target_env = "musl"))))]
mod login_screen;
mod login_unkept;
mod login_with_token;
mod logout;
mod meant;
mod misplaced_secrets;
mod named_helper;
#[cfg(all(target_os = "linux", not(all(target_arch = "aarch64", target_env = "musl"))))]
mod narrow_terminal;
#[cfg(unix)]
mod old_docker;
#[cfg(unix)]
mod ownership;
mod pages;
#[cfg(target_os = "linux")]
mod plugin;
#[cfg(target_os = "linux")]
mod privileges;
mod properties;
mod recipes;
mod repeated_secrets;
mod rivals;
mod sanitize;
mod schemes;
#[cfg(target_os = "linux")]
mod secrets;
#[cfg(unix)]
mod set_aside;
mod status;
mod store;
mod strangers;
mod support;
mod switch;
#[cfg(unix)]
mod terminal;
// Not under qemu, as which arm64 with musl is tested: its user mode lacks calls of terminals.
#[cfg(all(target_os = "linux", not(all(target_arch = "aarch64", target_env = "musl"))))]
mod terminal_text;
mod tls;
mod token;
#[cfg(unix)]
mod trust;
mod unusable_account;
mod update;
mod version;
mod vocabulary;
#[cfg(all(target_os = "linux", not(all(target_arch = "aarch64", target_env = "musl"))))]
mod waits;
mod web_pages;
mod which;
mod why_denied;
mod word_properties;
// Not under qemu, for the same reason as concurrency.
#[cfg(not(all(target_arch = "aarch64", target_env = "musl")))]
mod misbehaving_server;
