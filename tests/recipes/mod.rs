//! What .github/CI.md and install.sh tell people to do, done: on servers, in CI, without a home folder, and by many
//! processes at the same time.

#[cfg(target_os = "linux")]
mod bare;
// Not under qemu, as which arm64 with musl is tested: a fork while other threads run can deadlock there.
#[cfg(not(all(target_arch = "aarch64", target_env = "musl")))]
mod crowd;
#[cfg(target_os = "linux")]
mod from_pages;
// Not for musl: the script is the same whatever the program was built for.
#[cfg(all(unix, not(target_env = "musl")))]
mod install;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod pipelines;
#[cfg(target_os = "linux")]
mod rootless;
#[cfg(target_os = "linux")]
mod workplace;
