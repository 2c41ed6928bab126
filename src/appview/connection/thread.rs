//! Work that may block, on a thread that nobody waits for once a limit is reached.

use std::io;
use std::thread;

use tokio::sync::oneshot;

/// Not tokio's `spawn_blocking`, which panics where the system allows no more threads.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (sender, receiver) = oneshot::channel();
    let run = move || {
        // Who waited may have given up.
        let _ = sender.send(work());
    };
    thread::Builder::new().spawn(run)?;
    receiver.await.map_err(io::Error::other)
}
