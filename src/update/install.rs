//! Installs a new version: written beside the program, on the same disk, run once, and put in place by one rename. Until
//! then, and however the process ends, the old version is untouched. The next run removes leftovers.

use std::env::consts::EXE_SUFFIX;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use semver::Version;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::platform;
use crate::platform::child::{self, Running};
use crate::platform::executable::NAME;
use crate::terminal::hold_interrupts;
use crate::text::sanitize;

/// The dot hides it, and keeps shells from completing it.
const FOLDER: &str = ".docker-credential-atcr.update";
const LOCK: &str = "lock";

/// Long enough for a virus scanner that sees the file for the first time.
const LIMIT: Duration = Duration::from_secs(30);

/// A folder beside the program, locked by this process, and removed when dropped.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    program: PathBuf,
    lock: Option<File>,
}

impl Staging {
    /// Fails with [`io::ErrorKind::ResourceBusy`] if another process is updating `program`.
    pub fn beside(program: &Path) -> io::Result<Self> {
        remove_leftovers(program)?;
        let folder = folder_of(program);
        let mut interrupts = hold_interrupts();
        create(&folder)?;
        interrupts.remove(Some(&folder));
        drop(interrupts);
        let mut staging = Self { folder, program: program.to_owned(), lock: None };
        staging.lock = Some(platform::fs::lock(&staging.folder.join(LOCK), Duration::ZERO)?);
        Ok(staging)
    }

    /// Writes the new version and syncs it, with the owner, the access list and the mode of the old one.
    pub fn write(&self, content: &[u8]) -> io::Result<PathBuf> {
        let _interrupts = hold_interrupts();
        // Where locks do not work two processes may meet here: neither installs what the other writes.
        let path = self.folder.join(format!("new-{}{EXE_SUFFIX}", process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        platform::fs::write_all(&file, content)?;
        platform::fs::copy_rights(&self.program, &fs::metadata(&self.program)?, &file)?;
        file.sync_all()?;
        Ok(path)
    }

    /// Replaces the old version. If that fails it is where it was.
    pub fn put_in_place(&self, new: &Path) -> io::Result<()> {
        let mut interrupts = hold_interrupts();
        self.exchange(new)?;
        interrupts.come_too_late();
        Ok(())
    }

    /// In one step.
    #[cfg(unix)]
    fn exchange(&self, new: &Path) -> io::Result<()> {
        platform::fs::rename(new, &self.program)
    }

    /// The old version is running: Windows keeps such a file, but lets it be renamed.
    ///
    /// With a second name for its content a running program can be replaced in one step, from Windows 10 on and on NTFS.
    /// Elsewhere it is renamed first, and renamed back if the second step fails.
    #[cfg(windows)]
    fn exchange(&self, new: &Path) -> io::Result<()> {
        let old = |number| self.folder.join(format!("old-{}-{number}{EXE_SUFFIX}", process::id()));
        if fs::hard_link(&self.program, old(1)).is_ok() && fs::rename(new, &self.program).is_ok() {
            return Ok(());
        }
        platform::fs::rename(&self.program, &old(2))?;
        platform::fs::rename(new, &self.program).inspect_err(|_| {
            // The first error is the one to report.
            let _ = platform::fs::rename(&old(2), &self.program);
        })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Windows removes no folder with an open file in it, and no program that runs: the next run removes that.
        self.lock = None;
        let mut interrupts = hold_interrupts();
        let _ = fs::remove_dir_all(&self.folder);
        interrupts.remove(None);
    }
}

fn folder_of(program: &Path) -> PathBuf {
    program.with_file_name(FOLDER)
}

/// Creates the folder with mode 0700.
fn create(folder: &Path) -> io::Result<()> {
    #[cfg_attr(windows, expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => io::ErrorKind::ResourceBusy.into(),
        _ => error,
    })
}

/// Removes the folder, unless a running process holds its lock. A link in its place is removed, not followed.
pub(super) fn remove_leftovers(program: &Path) -> io::Result<()> {
    let folder = folder_of(program);
    let lock = folder.join(LOCK);
    if lock.symlink_metadata().is_ok_and(|file| file.is_file())
        && platform::fs::lock(&lock, Duration::ZERO).is_err_and(|error| error.kind() == io::ErrorKind::TimedOut)
    {
        return Err(io::ErrorKind::ResourceBusy.into());
    }
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Runs `version` of the new program at `path`, which must be this version.
pub fn verify_binary(path: &Path, version: &Version) -> Result<()> {
    let mut command = child::command(path);
    command.arg("version");
    let running = Running::start(command, Zeroizing::default(), LIMIT).context("the new version does not run here")?;
    let ended = running.finish().context("the new version does not print its version and exit")?;
    if is_interrupted(ended.status) {
        // As Ctrl-C ends this program, which may see first that the other one is gone.
        return Err(Error::cancelled().into());
    }
    if !ended.status.success() {
        bail!("the new version fails to run ({})", ended.status);
    }
    check_version(&String::from_utf8_lossy(&ended.stdout), version)
}

/// Ctrl-C in a terminal reaches the programs that this one runs too.
fn is_interrupted(status: ExitStatus) -> bool {
    #[cfg(unix)]
    return std::os::unix::process::ExitStatusExt::signal(&status) == Some(signal_hook::consts::SIGINT);
    // STATUS_CONTROL_C_EXIT
    #[cfg(windows)]
    return status.code() == Some(0xC000_013A_u32.cast_signed());
}

/// `docker-credential-atcr v1.2.3 (commit: abc1234, built: 2025-01-15T10:30:00Z)`, of which the first two words count.
fn check_version(output: &str, version: &Version) -> Result<()> {
    let line = output.lines().next().unwrap_or_default();
    let mut words = line.split_whitespace();
    if (words.next(), words.next()) != (Some(NAME), Some(&format!("v{version}"))) {
        bail!("the download is not {NAME} v{version}: it prints {:?}", sanitize(&format!("{line:.100}")));
    }
    Ok(())
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
        let entries = fs::read_dir(folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_second_update_neither_starts_nor_disturbs_the_first() {
        let (folder, program) = program();
        let first = Staging::beside(&program).unwrap();
        assert_eq!(Staging::beside(&program).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
        assert!(remove_leftovers(&program).is_err());
        let new = first.write(b"new").unwrap();
        first.put_in_place(&new).unwrap();
        assert_eq!(fs::read(&program).unwrap(), b"new");
        drop(first);
        drop(Staging::beside(&program).unwrap());
        assert_eq!(names(&folder), ["program"]);
    }

    #[test]
    #[cfg(unix)]
    fn the_mode_is_kept_and_a_link_in_the_folders_place_is_removed() {
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

    #[test]
    #[cfg(target_os = "linux")]
    fn nobody_gets_at_the_new_program_by_its_folders_access_list() {
        use std::os::unix::fs::PermissionsExt;

        use rustix::fs::{XattrFlags, getxattr, setxattr};
        let (folder, program) = program();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o775)).unwrap();
        // Another user may do everything.
        let entries = [(1, 7, u32::MAX), (2, 7, 11111), (4, 5, u32::MAX), (16, 7, u32::MAX), (32, 5, u32::MAX)];
        let list = entries.map(|(tag, rights, id): (u16, u16, u32)| {
            [&tag.to_le_bytes()[..], &rights.to_le_bytes(), &id.to_le_bytes()].concat()
        });
        let list = [2u32.to_le_bytes().to_vec(), list.concat()].concat();
        if setxattr(folder.path(), "system.posix_acl_default", &list, XattrFlags::empty()).is_err() {
            return;
        }
        let staging = Staging::beside(&program).unwrap();
        let new = staging.write(b"new").unwrap();
        assert!(getxattr(&new, "system.posix_acl_access", &mut [0; 1024]).is_err());
        assert_eq!(fs::metadata(&new).unwrap().permissions().mode() & 0o7777, 0o775);
    }

    #[test]
    fn only_the_announced_program_and_version_are_right() {
        for (output, expected) in [
            ("docker-credential-atcr v1.2.3 (commit: abc1234, built: 2025-01-15T10:30:00Z)\n", true),
            ("docker-credential-atcr v1.2.3\r\n", true),
            ("docker-credential-atcr v1.2.30\n", false),
            ("docker-credential-atcr 1.2.3\n", false),
            ("docker-credential-pass v1.2.3\n", false),
            ("\ndocker-credential-atcr v1.2.3\n", false),
            ("", false),
        ] {
            assert_eq!(check_version(output, &Version::new(1, 2, 3)).is_ok(), expected, "{output:?}");
        }
    }
}
