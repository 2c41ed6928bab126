//! Waits that may be long.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::Progress;

/// What takes no longer is not worth a word.
const PATIENCE: Duration = Duration::from_millis(500);

/// Does the work. A person on a terminal who has to wait is told what for.
pub fn waiting<T>(message: &str, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (end, ended) = channel::<()>();
    thread::scope(|scope| {
        // Without it the wait is a silent one.
        let _ = thread::Builder::new().spawn_scoped(scope, move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _spinner = Progress::spinner(message);
                let _ = ended.recv();
            }
        });
        let result = work();
        drop(end);
        result
    })
}
