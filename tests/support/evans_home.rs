//! A home that belongs to somebody else than who runs the tests, with the program in it.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use super::{AppView, EVAN, Home, PROGRAM, Run, executable, skip};

/// User ids that no machine that runs these tests has.
pub const EVANS: u32 = 54321;
pub const MALLORYS: u32 = 54322;

/// A home that is Evan's, and the program where he may run it. None: only root can make one.
pub struct EvansHome {
    pub home: Home,
    pub program: PathBuf,
}

impl EvansHome {
    pub fn new() -> Option<Self> {
        let home = Home::new();
        if chown(home.path(""), Some(EVANS), Some(EVANS)).is_err() {
            skip("only root can give files away");
            return None;
        }
        let program = home.path("docker-credential-atcr");
        executable::copy(*PROGRAM, &program);
        Some(Self { home, program })
    }

    /// Evan logged in to `appview`, with everything his own.
    pub fn logged_in(appview: &AppView) -> Option<Self> {
        let evans = Self::new()?;
        evans.home.log_in(appview, &[EVAN]);
        evans.give(".atcr", EVANS);
        evans.give(".atcr/device.json", EVANS);
        Some(evans)
    }

    pub fn give(&self, name: &str, owner: u32) {
        chown(self.home.path(name), Some(owner), Some(owner)).unwrap();
    }

    pub fn run_as(&self, user: u32, arguments: &[&str]) -> Run {
        let mut command = self.home.command(&self.program);
        command.args(arguments).uid(user).gid(user);
        Run::new(command)
    }

    /// As `sudo` with Evan's home, which is its default on some systems, and `sudo -E` elsewhere.
    pub fn sudo(&self, arguments: &[&str]) -> Run {
        self.home.run(arguments).env("SUDO_USER", "evan").env("SUDO_UID", EVANS.to_string())
    }

    /// Everything in the home that is not Evan's, but for what the test put there.
    pub fn not_evans(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.home.path("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let metadata = fs::symlink_metadata(&entry).unwrap();
                if (metadata.uid(), metadata.gid()) != (EVANS, EVANS) && entry != self.program {
                    found.push(entry.clone());
                }
                if metadata.is_dir() {
                    folders.push(entry);
                }
            }
        }
        found
    }
}
