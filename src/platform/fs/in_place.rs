//! Writing over a JSON file that can't be replaced: whenever the process is killed, the file means the old or the new.

use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;

use super::{options_0600, write_all};

/// Restores the old content where the new can't be written to its end.
///
/// Blanks at the end, which mean nothing in JSON, make both as long as the longer one. So the room is taken before anything
/// is written over, that is one call of the system, and nothing but blanks is cut off after it.
pub(crate) fn write_in_place(path: &Path, content: &[u8], old: &[u8]) -> io::Result<()> {
    let mut file = options_0600().open(path)?;
    let written = write_over(&mut file, content, old);
    if written.is_err() {
        let _ = put(&mut file, old).and_then(|()| cut(&file, old));
    }
    written
}

fn write_over(file: &mut File, content: &[u8], old: &[u8]) -> io::Result<()> {
    let length = content.len().max(old.len());
    if old.len() < length {
        put(file, &padded(old, length))?;
    }
    put(file, &padded(content, length))?;
    cut(file, content)
}

fn padded(content: &[u8], length: usize) -> Vec<u8> {
    let mut padded = content.to_owned();
    padded.resize(length, b'\n');
    padded
}

/// On the disk before the next step.
fn put(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.rewind()?;
    write_all(file, content)?;
    file.sync_all()
}

fn cut(file: &File, to: &[u8]) -> io::Result<()> {
    file.set_len(to.len() as u64)?;
    file.sync_all()
}
