//! Run by cargo before the program is built: what `version` says of the build, and the order of its functions.

mod commit;
#[path = "../timestamp.rs"]
#[expect(dead_code, unreachable_pub, reason = "a part of the library, of which only the date is needed")]
mod timestamp;

use std::env;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// As <https://reproducible-builds.org/specs/source-date-epoch/> has it, which wants a malformed one to end the build.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

#[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "how cargo and a build script talk")]
#[expect(clippy::print_stdout, reason = "how cargo and a build script talk")]
fn main() -> Result<(), String> {
    let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let time = timestamp::rfc3339(time(env::var(EPOCH).ok())?);
    let commit = commit::of(&root).map(|commit| format!("commit: {commit}, ")).unwrap_or_default();
    println!("cargo:rustc-env=ATCR_BUILD={commit}built: {time}");
    println!("cargo:rerun-if-env-changed={EPOCH}");
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|environment| environment == "musl") {
        // The static program starts in the time that its pages take to be there: what every start needs is put together.
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", root.join("src/build/order.ld").display());
    }
    // Whatever is built anew anyway, so that the time is right, and nothing else.
    println!("cargo:rerun-if-changed=src");
    for file in commit::told_by(&root) {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a build is dated by the clock, unless told otherwise")]
fn time(epoch: Option<String>) -> Result<SystemTime, String> {
    let Some(epoch) = epoch.filter(|epoch| !epoch.is_empty()) else { return Ok(SystemTime::now()) };
    let seconds = epoch.parse().ok().map(Duration::from_secs);
    seconds.and_then(|seconds| UNIX_EPOCH.checked_add(seconds)).ok_or_else(|| format!("{EPOCH} is no time: {epoch:?}"))
}
