//! Many machines, and many processes on one, with nobody watching.

#[cfg(target_os = "linux")]
mod bare;
// Not under qemu, as which arm64 with musl is tested: a fork while other threads run can deadlock there.
#[cfg(not(all(target_arch = "aarch64", target_env = "musl")))]
mod crowd;
#[cfg(target_os = "linux")]
mod from_pages;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod pipelines;
#[cfg(target_os = "linux")]
mod rootless;
#[cfg(target_os = "linux")]
mod workplace;
