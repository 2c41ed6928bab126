//! Access lists (POSIX ACLs) and other attributes: who could read a file can still, and nobody else.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

use rustix::fs::{XattrFlags, getxattr, setxattr};

use super::undo::TAKEN;
use super::{BACKUP, CONFIG, configure, home, is_configured, text};
use crate::support::{Home, PROGRAM, Run, can_trace, skip};

const OF_FILE: &str = "system.posix_acl_access";
const OF_NEW_FILES: &str = "system.posix_acl_default";
const AUTH: &str = ".config/containers/auth.json";

/// User and group ids that no machine that runs these tests has.
const NAMED: u32 = 11111;
const GROUP: u32 = 22222;
const NAMED_GROUP: u32 = 33333;
const OTHER: u32 = 44444;
const READERS: [(u32, u32); 4] = [(NAMED, OTHER), (OTHER, GROUP), (OTHER, NAMED_GROUP), (OTHER, OTHER)];

/// Entries as the kernel has them: tag, rights, and the id of a user or group.
type Entries<'a> = &'a [(u16, u16, u32)];

const NONE: u32 = u32::MAX;
const USER_READS: Entries<'_> = &[(1, 6, NONE), (2, 4, NAMED), (4, 0, NONE), (0x10, 4, NONE), (0x20, 0, NONE)];
const USER_WRITES: Entries<'_> = &[(1, 7, NONE), (2, 7, NAMED), (4, 5, NONE), (0x10, 7, NONE), (0x20, 5, NONE)];
const GROUP_READS: Entries<'_> = &[(1, 6, NONE), (4, 0, NONE), (8, 4, NAMED_GROUP), (0x10, 4, NONE), (0x20, 0, NONE)];
const MASKED: Entries<'_> = &[(1, 6, NONE), (2, 6, NAMED), (4, 4, NONE), (0x10, 0, NONE), (0x20, 0, NONE)];
const ALL_BUT_ONE: Entries<'_> = &[(1, 6, NONE), (2, 0, NAMED), (4, 4, NONE), (0x10, 4, NONE), (0x20, 4, NONE)];

fn list(entries: Entries<'_>) -> Vec<u8> {
    let entry = |(tag, rights, id): &(u16, u16, u32)| {
        [&tag.to_le_bytes()[..], &rights.to_le_bytes(), &id.to_le_bytes()].concat()
    };
    [2u32.to_le_bytes().to_vec(), entries.iter().flat_map(entry).collect()].concat()
}

/// `false`: the disk has no such attributes, or only root may set them and act as somebody else.
fn set(path: &Path, name: &str, value: &[u8]) -> bool {
    let is_set = rustix::process::getuid().is_root() && setxattr(path, name, value, XattrFlags::empty()).is_ok();
    if !is_set {
        skip("attributes of a file can't be set and tried here");
    }
    is_set
}

fn attribute(home: &Home, name: &str, of: &str) -> Option<Vec<u8>> {
    let mut value = vec![0; 1024];
    let length = getxattr(home.path(name), of, &mut *value).ok()?;
    value.truncate(length);
    Some(value)
}

/// A home that others may pass through, with this file of a group that nobody is in.
fn open_home(file: &str, mode: u32) -> Home {
    let home = home("{}");
    home.write(file, TAKEN);
    home.set_mode(file, mode);
    for folder in ["", ".docker", ".config", ".config/containers"] {
        if home.path(folder).exists() {
            home.set_mode(folder, 0o755);
        }
    }
    let _ = chown(home.path(file), None, Some(GROUP));
    home
}

/// Of these users and groups those who can read a file.
fn readers(home: &Home, name: &str) -> Vec<(u32, u32)> {
    let can_read = |&(user, group): &(u32, u32)| {
        let mut command = home.command("cat");
        command.arg(home.path(name)).current_dir("/").uid(user).gid(group);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    };
    READERS.iter().copied().filter(can_read).collect()
}

#[test]
fn an_access_list_lets_in_whom_it_let_in_before() {
    for (file, words) in [(CONFIG, &[][..]), (AUTH, &["--podman"])] {
        for entries in [USER_READS, GROUP_READS, MASKED, ALL_BUT_ONE] {
            let home = open_home(file, 0o600);
            if !set(&home.path(file), OF_FILE, &list(entries)) {
                return;
            }
            let (before, mode) = (readers(&home, file), fs::metadata(home.path(file)).unwrap().mode());
            for arguments in [&["atcr.io", "--yes"][..], &["buoy.cr", "--yes"], &["--remove"]] {
                configure(&home, &[arguments, words].concat());
                assert_eq!(readers(&home, file), before, "{arguments:?} {entries:?}");
                assert_eq!(attribute(&home, file, OF_FILE), Some(list(entries)), "{arguments:?}");
                assert_eq!(fs::metadata(home.path(file)).unwrap().mode(), mode, "{arguments:?}");
            }
            assert_eq!(text(&home, file), TAKEN);
        }
    }
}

#[test]
fn what_a_folder_gives_new_files_opens_none() {
    for (file, words, folder) in [(CONFIG, &[][..], ".docker"), (AUTH, &["--podman"], ".config/containers")] {
        for (mode, entries) in [(0o640, USER_WRITES), (0o660, USER_READS), (0o644, ALL_BUT_ONE), (0o600, USER_WRITES)] {
            let home = open_home(file, mode);
            if !set(&home.path(folder), OF_NEW_FILES, &list(entries)) {
                return;
            }
            let before = readers(&home, file);
            configure(&home, &[&["atcr.io", "--yes"], words].concat());
            assert_eq!((readers(&home, file), attribute(&home, file, OF_FILE)), (before, None), "{mode:o}");
            assert_eq!(readers(&home, &format!("{file}.atcr-backup")), []);
        }
    }
}

#[test]
fn a_new_file_is_private_whatever_its_folder_gives() {
    for folder in ["", ".docker", ".atcr"] {
        let home = Home::new();
        fs::create_dir_all(home.path(folder)).unwrap();
        if !set(&home.path(folder), OF_NEW_FILES, &list(USER_WRITES)) {
            return;
        }
        for handle in ["a.example", "b.example"] {
            let account = format!(r#"{{"ServerURL": "atcr.io", "Username": "{handle}", "Secret": "atcr_device_a"}}"#);
            home.verb("store", account).any_stderr().check();
            configure(&home, &["atcr.io"]);
        }
        // Only its own mode and list keep anybody out of a file.
        for name in ["", ".docker", ".atcr"] {
            home.set_mode(name, 0o755);
        }
        for name in [".docker", ".atcr"] {
            for entry in fs::read_dir(home.path(name)).unwrap() {
                let path = entry.unwrap().path();
                assert_eq!(readers(&home, path.to_str().unwrap()), [], "{folder}: {}", path.display());
            }
        }
    }
}

#[test]
fn other_attributes_stay_too() {
    let home = open_home(CONFIG, 0o600);
    for (name, value) in [("user.note", &b"mine"[..]), ("security.test", b"\0x"), ("user.empty", b"")] {
        if !set(&home.path(CONFIG), name, value) {
            return;
        }
    }
    configure(&home, &["atcr.io", "--yes"]);
    assert!(is_configured(&home, CONFIG));
    assert_eq!(attribute(&home, CONFIG, "user.note").unwrap(), b"mine");
    assert_eq!(attribute(&home, CONFIG, "security.test").unwrap(), b"\0x");
    assert_eq!(attribute(&home, CONFIG, "user.empty").unwrap(), b"");
    assert_eq!(attribute(&home, BACKUP, "user.note"), None);
}

/// Where a new file could not get them, the old one is changed.
#[test]
fn a_file_whose_attributes_cant_be_copied_is_changed_in_place() {
    for error in ["EPERM", "EOPNOTSUPP"] {
        let home = open_home(CONFIG, 0o600);
        if !can_trace() || !set(&home.path(CONFIG), OF_FILE, &list(USER_READS)) {
            return;
        }
        let (before, file) = (readers(&home, CONFIG), fs::metadata(home.path(CONFIG)).unwrap().ino());
        let inject = format!("inject=fsetxattr:error={error}");
        let mut command = home.command("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsetxattr", "-e", &inject, *PROGRAM]);
        command.args(["configure-docker", "atcr.io", "--yes"]);
        Run::new(command).any_stderr().check();
        assert!(is_configured(&home, CONFIG), "{error}");
        assert_eq!((readers(&home, CONFIG), fs::metadata(home.path(CONFIG)).unwrap().ino()), (before, file), "{error}");
        assert_eq!(fs::read_dir(home.path(".docker")).unwrap().count(), 2, "{error}");
    }
}
