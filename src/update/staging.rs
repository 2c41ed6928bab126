//! Where a new program waits until it is known to be good: a folder beside the old one, on the same disk, so that one
//! step puts it in place. Until then, and however the process ends, the old program is untouched; what is left behind
//! is taken away by the next run.

use std::env::consts::EXE_SUFFIX;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use crate::platform;

/// The folder's name. Its dot hides it, and keeps it off the words that shells complete.
const FOLDER: &str = ".docker-credential-atcr.update";
const LOCK: &str = "lock";

/// The folder, for this process alone, gone when dropped.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    program: PathBuf,
    lock: Option<File>,
}

impl Staging {
    /// Makes the folder beside `program`.
    ///
    /// # Errors
    /// When the folder of `program` can't be written, or another process updates it just now
    /// ([`io::ErrorKind::ResourceBusy`]).
    pub fn beside(program: &Path) -> io::Result<Self> {
        let folder = folder_of(program);
        if !create(&folder)? {
            remove_left_over(&folder)?;
            if !create(&folder)? {
                return Err(io::ErrorKind::ResourceBusy.into());
            }
        }
        let mut staging = Self { folder, program: program.to_owned(), lock: None };
        staging.lock = Some(platform::fs::lock(&staging.folder.join(LOCK), Duration::ZERO)?);
        Ok(staging)
    }

    /// Writes the new program, safely on disk, with the owner and the mode of the old one.
    ///
    /// # Errors
    /// When it can't be written, or not be given to that owner.
    pub fn write(&self, content: &[u8]) -> io::Result<PathBuf> {
        // A name that no other process has: should two ever meet here, neither puts in place what the other writes.
        let path = self.folder.join(format!("new-{}{EXE_SUFFIX}", process::id()));
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        file.write_all(content)?;
        platform::fs::copy_owner_and_mode(&fs::metadata(&self.program)?, &file)?;
        file.sync_all()?;
        Ok(path)
    }

    /// Puts the new program in the place of the old one, in one step.
    ///
    /// # Errors
    /// When that can't be done: then the old one is where it was.
    #[cfg(unix)]
    pub fn put_in_place(&self, new: &Path) -> io::Result<()> {
        platform::fs::rename(new, &self.program)
    }

    /// Puts the new program in the place of the old one, which is running: Windows keeps such a file, but under
    /// another name lets it be.
    ///
    /// With a second name for its content a running program can be replaced in one step, from Windows 10 on and on NTFS.
    /// Elsewhere it is moved away first, and moved back where the second step fails.
    ///
    /// # Errors
    /// When that can't be done: then the old one is where it was.
    #[cfg(windows)]
    pub fn put_in_place(&self, new: &Path) -> io::Result<()> {
        let old = |number| self.folder.join(format!("old-{}-{number}{EXE_SUFFIX}", process::id()));
        if fs::hard_link(&self.program, old(1)).is_ok() && fs::rename(new, &self.program).is_ok() {
            return Ok(());
        }
        platform::fs::rename(&self.program, &old(2))?;
        platform::fs::rename(new, &self.program).inspect_err(|_| {
            // The first failure is the one to report.
            drop(platform::fs::rename(&old(2), &self.program));
        })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Windows removes no folder with an open file in it; nor the old program while it runs, which the next run does.
        drop(self.lock.take());
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Takes away what a run that was killed, or the old program under Windows, has left beside `program`.
pub fn remove_leftovers(program: &Path) {
    let folder = folder_of(program);
    if folder.symlink_metadata().is_ok() {
        // It is tried again by the next run.
        drop(remove_left_over(&folder));
    }
}

fn folder_of(program: &Path) -> PathBuf {
    program.with_file_name(FOLDER)
}

/// Makes the folder, for its owner alone. False if it is there already.
fn create(folder: &Path) -> io::Result<bool> {
    #[cfg_attr(windows, expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes the folder, unless a process that still runs is at work in it. Whatever else is there is none of ours, or
/// was left: a link is removed as such.
fn remove_left_over(folder: &Path) -> io::Result<()> {
    let lock = folder.join(LOCK);
    if lock.symlink_metadata().is_ok_and(|file| file.is_file()) {
        match platform::fs::lock(&lock, Duration::ZERO) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(io::ErrorKind::ResourceBusy.into()),
            held_or_broken => drop(held_or_broken),
        }
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
    fn program() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let program = folder.path().join("program");
        fs::write(&program, "old").unwrap();
        (folder, program)
    }

    fn names(folder: &TempDir) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_new_program_takes_the_place_of_the_old_one_and_nothing_else_stays() {
        let (folder, program) = program();
        let staging = Staging::beside(&program).unwrap();
        let new = staging.write(b"new").unwrap();
        assert_eq!(fs::read(&program).unwrap(), b"old");
        staging.put_in_place(&new).unwrap();
        drop(staging);
        assert_eq!((fs::read(&program).unwrap(), names(&folder)), (b"new".to_vec(), vec!["program".to_owned()]));
    }

    #[test]
    fn of_two_updates_at_once_the_second_is_told() {
        let (folder, program) = program();
        let first = Staging::beside(&program).unwrap();
        assert_eq!(Staging::beside(&program).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
        remove_leftovers(&program);
        let new = first.write(b"new").unwrap();
        first.put_in_place(&new).unwrap();
        drop(first);
        drop(Staging::beside(&program).unwrap());
        assert_eq!(names(&folder), ["program"]);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
    fn what_a_killed_run_left_is_taken_away() {
        for tidies in [true, false] {
            let (folder, program) = program();
            let left = folder.path().join(FOLDER);
            fs::create_dir_all(left.join("deeper")).unwrap();
            fs::write(left.join(LOCK), "").unwrap();
            fs::write(left.join("new-1"), "half").unwrap();
            if tidies {
                remove_leftovers(&program);
            } else {
                drop(Staging::beside(&program).unwrap());
            }
            assert_eq!(names(&folder), ["program"]);
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_mode_of_the_old_one_is_kept_and_a_link_in_the_folders_place_leads_nowhere() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, program) = program();
        let elsewhere = TempDir::new().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join(FOLDER)).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o2754)).unwrap();
        let staging = Staging::beside(&program).unwrap();
        let new = staging.write(b"new").unwrap();
        staging.put_in_place(&new).unwrap();
        assert_eq!(fs::metadata(&program).unwrap().permissions().mode() & 0o7777, 0o2754);
        assert!(elsewhere.path().is_dir() && names(&elsewhere).is_empty());
    }
}
