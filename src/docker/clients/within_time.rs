//! Work that can't be stopped, and is given up on.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::work::LONGEST_WAIT;

const STACK: usize = 8 << 20;

/// What `evaluate` returns, unless it takes longer, of processor time where that can be told apart. Then it goes on alone
/// until the process ends.
pub(super) fn within_time<T: Send + 'static>(
    most: Duration,
    evaluate: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let since = Instant::now();
    let (begun, clock) = mpsc::channel();
    let (done, result) = mpsc::channel();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
        let _ = begun.send(Clock::of_this_thread());
        let _ = done.send(evaluate());
    });
    thread.ok()?;
    let clock = clock.recv_timeout(LONGEST_WAIT).ok()?;
    let mut patience = most;
    loop {
        match result.recv_timeout(patience) {
            Ok(value) => return Some(value),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {
                patience = most.checked_sub(clock.elapsed()?).filter(|left| !left.is_zero())?;
                if since.elapsed() > LONGEST_WAIT {
                    return None;
                }
            }
        }
    }
}

/// How long a thread has run on a processor. Only Linux tells of another thread without much ado; elsewhere, and where
/// /proc is not mounted, the time on the wall is up already when this is asked.
struct Clock(#[cfg(target_os = "linux")] Option<std::path::PathBuf>);

#[cfg(target_os = "linux")]
impl Clock {
    fn of_this_thread() -> Self {
        let folder = std::fs::read_link("/proc/thread-self").ok();
        Self(folder.map(|folder| std::path::Path::new("/proc").join(folder).join("schedstat")))
    }

    fn elapsed(&self) -> Option<Duration> {
        let text = std::fs::read_to_string(self.0.as_ref()?).ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    }
}

#[cfg(not(target_os = "linux"))]
impl Clock {
    fn of_this_thread() -> Self {
        Self()
    }

    fn elapsed(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const MOST_TIME: Duration = Duration::from_millis(15);

    #[test]
    fn work_without_end_is_given_up_on() {
        let is_over = Arc::new(AtomicBool::new(false));
        let forever = {
            let is_over = Arc::clone(&is_over);
            move || {
                while !is_over.load(Ordering::Relaxed) {}
            }
        };
        let since = Instant::now();
        assert_eq!(within_time(MOST_TIME, forever), None);
        assert!((MOST_TIME..LONGEST_WAIT * 2).contains(&since.elapsed()), "{:?}", since.elapsed());
        is_over.store(true, Ordering::Relaxed);
    }

    #[test]
    fn work_that_ends_soon_has_its_result() {
        assert_eq!(within_time(MOST_TIME, || 1), Some(1));
    }

    #[test]
    fn waiting_for_a_processor_is_no_work() {
        let slow = || {
            std::thread::sleep(MOST_TIME * 2);
            1
        };
        let expected = if cfg!(target_os = "linux") { Some(1) } else { None };
        assert_eq!(within_time(MOST_TIME, slow), expected);
    }
}
