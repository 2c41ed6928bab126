//! What .github/CI.md and install.sh tell people to do, done: on servers, in CI, without a home folder, and by many
//! processes at the same time.

#[cfg(target_os = "linux")]
mod bare;
mod crowd;
#[cfg(target_os = "linux")]
mod from_pages;
#[cfg(unix)]
mod install;
#[cfg(target_os = "linux")]
mod other_tools;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod pipelines;
#[cfg(target_os = "linux")]
mod rootless;
#[cfg(target_os = "linux")]
mod workplace;
