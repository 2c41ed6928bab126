//! Where in a large `device.json` each registry stands, so that not every `get` looks through all that comes before it.
//!
//! They are in a file beside it, which is written by the first `get` after a change. Anybody may lose it: what is found
//! with its help is read from `device.json` itself, if the registry's address stands at that place. It holds those
//! addresses and no account.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::ownership;
use crate::platform::fs::open_or_create;

/// The places in a `device.json` as it is now: the first byte of each registry's key.
pub(super) struct Places<'a> {
    folder: &'a Path,
    /// Size and time of change, in nanoseconds. A change that shows in neither is no harm: the key stands there or not.
    state: String,
}

impl<'a> Places<'a> {
    /// Those in `device_json`, remembered in `folder`.
    ///
    /// # Errors
    /// When the system does not tell about the file.
    pub(super) fn of(device_json: &File, folder: &'a Path) -> io::Result<Self> {
        let found = device_json.metadata()?;
        let changed = found.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self { folder, state: format!("{} {}", found.len(), changed.as_nanos()) })
    }

    /// The places of the registries whose keys are `wanted`. `None`: what is remembered, if anything, is of another state.
    pub(super) fn find(&self, wanted: impl Fn(&[u8]) -> bool) -> Option<Vec<u64>> {
        let mut remembered = String::new();
        ownership::open(self.folder, &path(self.folder)).ok()?.read_to_string(&mut remembered).ok()?;
        let mut lines = remembered.lines();
        let is_of_this_state = lines.next()? == self.state;
        let keys = lines.filter_map(|line| line.split_once(' '));
        let found = keys.filter(|(_, key)| wanted(key.as_bytes())).map_while(|(place, _)| place.parse().ok());
        is_of_this_state.then(|| found.collect())
    }

    /// Remembers the keys and their places. Where that can't be written, the next `get` looks for itself.
    pub(super) fn remember(&self, keys: &[(Vec<u8>, u64)]) {
        let mut text = format!("{}\n", self.state);
        for (key, place) in keys {
            if let Ok(key) = str::from_utf8(key) {
                // Writing to a String can't fail.
                let _ = writeln!(text, "{place} {key}");
            }
        }
        let written = open_or_create(&path(self.folder)).and_then(|mut file| {
            file.set_len(0)?;
            file.write_all(text.as_bytes())
        });
        drop(written);
    }
}

/// Takes away what is remembered of a `device.json` that is no more.
pub(super) fn forget(folder: &Path) {
    // One that is not there is as good as removed.
    drop(fs::remove_file(path(folder)));
}

fn path(folder: &Path) -> PathBuf {
    folder.join("device.json.places")
}
