//! Stdin, waited for no longer than a client that means it takes.

#[cfg(unix)]
mod polled;
#[cfg(not(unix))]
mod threaded;

use std::io::{self, ErrorKind};
use std::time::Duration;

#[cfg(unix)]
pub use polled::DeadlineStdin;
#[cfg(not(unix))]
pub use threaded::DeadlineStdin;

/// How long a client may take to write its request and close stdin. All do it at once; one that never does
/// (docker/docker-credential-helpers#185) would hang, and this program with it.
const LIMIT: Duration = Duration::from_secs(10);

fn timed_out() -> io::Error {
    io::Error::new(ErrorKind::TimedOut, format!("it was not closed within {} seconds", LIMIT.as_secs()))
}
