//! What a program prints, as far as it was read.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

/// In bytes. What a program prints beyond it is not read.
pub(crate) const LONGEST_OUTPUT: usize = 64 * 1024;

type Bytes = Arc<Mutex<Zeroizing<Vec<u8>>>>;

/// A stream that a thread reads, which stays behind where the stream is never closed.
pub(super) struct Output {
    bytes: Bytes,
    closed: Receiver<io::Result<()>>,
}

impl Output {
    pub(super) fn read(stream: Option<impl Read + Send + 'static>) -> io::Result<Self> {
        let (sender, closed) = channel();
        let stream = stream.ok_or(ErrorKind::BrokenPipe)?;
        let bytes = Bytes::default();
        let filled = Arc::clone(&bytes);
        thread::Builder::new().spawn(move || {
            // Nothing receives it after the deadline.
            let _ = sender.send(fill(&filled, stream.take(LONGEST_OUTPUT as u64 + 1)));
        })?;
        Ok(Self { bytes, closed })
    }

    /// Waits until all has been read; not to be called again then.
    pub(super) fn is_closed_within(&self, limit: Duration) -> io::Result<bool> {
        match self.closed.recv_timeout(limit) {
            Ok(read) => read.map(|()| true),
            Err(RecvTimeoutError::Timeout) => Ok(false),
            Err(RecvTimeoutError::Disconnected) => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    /// What has been read by now.
    pub(super) fn take(&self) -> Zeroizing<Vec<u8>> {
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn fill(bytes: &Bytes, mut stream: impl Read) -> io::Result<()> {
    let mut part = Zeroizing::new([0; 1024]);
    loop {
        match stream.read(&mut part[..]) {
            Ok(0) => return Ok(()),
            Ok(read) => append(&mut bytes.lock().unwrap_or_else(PoisonError::into_inner), &part[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A vector that grows by itself would leave a copy behind.
fn append(bytes: &mut Zeroizing<Vec<u8>>, part: &[u8]) {
    if bytes.capacity() < bytes.len() + part.len() {
        let mut larger = Zeroizing::new(Vec::with_capacity((bytes.len() + part.len()).max(2 * bytes.len())));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
    bytes.extend_from_slice(part);
}
