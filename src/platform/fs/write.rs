//! Writing to a file that is open.

use std::fs::File;
use std::io::{self, Write};

/// Where the user's limit for the size of files is lower, the system would kill the process in the middle of writing.
pub(crate) fn write_all(mut file: &File, content: &[u8]) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        if getrlimit(Resource::Fsize).current.is_some_and(|most| content.len() as u64 > most) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
    file.write_all(content)
}
