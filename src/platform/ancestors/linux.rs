//! Linux: two small files of /proc for each ancestor, 0.01 ms. sysinfo reads six: for seven processes that takes as
//! long as all the rest of `get`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::iter;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::str::SplitAsciiWhitespace;
use std::time::Duration;

use super::limits::LONGEST;
use crate::domain::RegistryUrl;
use crate::platform::environment::all_variables;
use crate::platform::os_text::text_of;

/// What /proc returns at once, in bytes: a smaller buffer takes more reads.
const PAGE: usize = 4096;

#[derive(Debug)]
pub struct Ancestor {
    id: u32,
    /// Its words, each with a NUL behind it.
    words: Vec<u8>,
}

pub(super) fn all() -> impl Iterator<Item = Ancestor> {
    let mut below = None;
    // `successors` would look for the parent of each before it is asked for.
    iter::from_fn(move || {
        let id = below.map_or_else(|| existing(parent_id()), parent)?;
        below = Some(id);
        Ancestor::read(id)
    })
}

impl Ancestor {
    /// A zombie has no words.
    fn read(id: u32) -> Option<Self> {
        let mut words = read(id, "cmdline")?;
        if words.len() > LONGEST {
            let end = words[..LONGEST].iter().rposition(|&byte| byte == 0)?;
            words.truncate(end);
        }
        (!words.is_empty()).then_some(Self { id, words })
    }

    /// False if no word holds the registry's host. Cheaper than to look at the words.
    pub fn may_name(&self, registry: &RegistryUrl) -> bool {
        registry.may_be_named(&self.words)
    }

    pub fn words(&self) -> Vec<Cow<'_, str>> {
        split(&self.words).map(|word| text_of(OsStr::from_bytes(word))).collect()
    }

    pub fn folder(&self) -> Option<PathBuf> {
        // Behind the name of one that is gone stands that it is, and that may be another's name.
        let is_gone = |folder: &PathBuf| folder.as_os_str().as_bytes().ends_with(b" (deleted)");
        match fs::read_link(format!("/proc/{}/cwd", self.id)) {
            Err(error) if self.hides_from_its_child(&error) => env::current_dir().ok(),
            folder => folder.ok().filter(|folder| !is_gone(folder)),
        }
    }

    /// A process that is not dumpable, as buildah without root's rights, shows its words alone. What it started has its folder
    /// and its variables.
    fn hides_from_its_child(&self, error: &io::Error) -> bool {
        error.kind() == ErrorKind::PermissionDenied && self.id == parent_id()
    }

    /// How long it has run, to a tenth of a second.
    pub fn age(&self) -> Option<Duration> {
        /// `USER_HZ`, the same on every architecture (proc(5), `starttime`).
        const TICKS: f64 = 100.0;
        let started: f64 = with_stat(self.id, |fields| fields.nth(19)?.parse().ok())?;
        let uptime = fs::read_to_string("/proc/uptime").ok()?;
        let uptime: f64 = uptime.split_ascii_whitespace().next()?.parse().ok()?;
        Duration::try_from_secs_f64(uptime - started / TICKS).ok()
    }

    pub fn variables(&self) -> Option<BTreeMap<String, String>> {
        let environment = match try_to_read(self.id, "environ") {
            Err(error) if self.hides_from_its_child(&error) => {
                return Some(all_variables());
            }
            environment => environment.ok().filter(|bytes| bytes.len() <= LONGEST)?,
        };
        let variables = split(&environment).filter_map(|variable| {
            let variable = text_of(OsStr::from_bytes(variable));
            let (name, value) = variable.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        Some(variables.collect())
    }
}

fn read(id: u32, file: &str) -> Option<Vec<u8>> {
    try_to_read(id, file).ok()
}

/// No more than one byte over the limit.
fn try_to_read(id: u32, file: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(PAGE);
    let file = File::open(format!("/proc/{id}/{file}"))?;
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.strip_suffix(b"\0").unwrap_or(bytes).split(|&byte| byte == 0)
}

/// 0 is a parent in another pid namespace. 1 can be a client, in a container.
fn existing(process: u32) -> Option<u32> {
    (process != 0).then_some(process)
}

/// The second field after the program's name.
fn parent(process: u32) -> Option<u32> {
    existing(with_stat(process, |fields| fields.nth(1)?.parse().ok())?)
}

/// The fields after the program's name, which is in parentheses and may contain any character (proc(5)).
fn with_stat<T>(process: u32, read: impl FnOnce(&mut SplitAsciiWhitespace<'_>) -> Option<T>) -> Option<T> {
    let mut stat = [0; PAGE];
    let length = File::open(format!("/proc/{process}/stat")).and_then(|mut file| file.read(&mut stat)).ok()?;
    let stat = &stat[..length];
    let name_end = stat.iter().rposition(|&byte| byte == b')')?;
    read(&mut std::str::from_utf8(&stat[name_end + 1..]).ok()?.split_ascii_whitespace())
}
