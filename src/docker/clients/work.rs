//! How much work the files of clients may make. It is counted, so that the same files have the same answer on any machine.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Steps, of which each takes about a nanosecond. A compose file of 100 lines takes some 200,000.
const MOST_STEPS: usize = 8_000_000;
/// For slow machines, and for what the steps misjudge. As CPU time where that is possible: which account is used must not
/// depend on how busy the machine is.
const MOST_TIME: Duration = Duration::from_millis(15 * SLOWNESS);
/// And on the wall, for file systems that are slow to answer.
pub(super) const LONGEST_WAIT: Duration = Duration::from_millis(200 * SLOWNESS);
/// A debug build takes longer for the same steps, and is to have the same answers.
const SLOWNESS: u64 = if cfg!(debug_assertions) { 20 } else { 1 };

#[derive(Debug)]
pub(super) struct Work {
    left: Cell<usize>,
    busy_since: Duration,
    since: Instant,
}

impl Work {
    pub(super) fn begin() -> Self {
        Self { left: Cell::new(MOST_STEPS), busy_since: busy_time(), since: Instant::now() }
    }

    pub(super) fn left(&self) -> usize {
        self.left.get()
    }

    /// Before so many steps. The error is the bound.
    pub(super) fn spend(&self, steps: usize) -> Result<(), String> {
        let left = self.left.get().checked_sub(steps);
        self.left.set(left.unwrap_or(0));
        if left.is_none() { Err(format!("it takes more than {MOST_STEPS} steps to read")) } else { Ok(()) }
    }

    /// What is left of the time. The error is the bound.
    pub(super) fn time_left(&self) -> Result<Duration, String> {
        let busy = busy_time().saturating_sub(self.busy_since);
        let left = MOST_TIME.saturating_sub(busy);
        if left.is_zero() {
            return Err(out_of_time());
        }
        if self.since.elapsed() >= LONGEST_WAIT {
            return Err(format!("it takes longer than {} ms to read", LONGEST_WAIT.as_millis()));
        }
        Ok(left)
    }
}

pub(super) fn out_of_time() -> String {
    format!("it takes longer than {} ms to read", MOST_TIME.as_millis())
}

#[cfg(unix)]
fn busy_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Safe code has no such clock elsewhere, and a wall clock would count what a virus scanner takes for each file.
#[cfg(not(unix))]
fn busy_time() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted() {
        let work = Work::begin();
        assert_eq!(work.spend(MOST_STEPS), Ok(()));
        assert_eq!(work.spend(0), Ok(()));
        assert_eq!(work.spend(1).unwrap_err(), "it takes more than 8000000 steps to read");
    }

    #[test]
    fn waiting_comes_to_an_end() {
        let since = Instant::now().checked_sub(LONGEST_WAIT).unwrap();
        let work = Work { since, ..Work::begin() };
        let expected = format!("it takes longer than {} ms to read", LONGEST_WAIT.as_millis());
        assert_eq!(work.time_left().unwrap_err(), expected);
    }
}
