//! What the access list of a file on Linux lets others do. On macOS they are not looked at.

use std::fs::Metadata;
use std::path::Path;

/// In a file's mode.
pub(super) const GROUP_WRITES: u32 = 0o020;

/// Whether a user who is neither the owner, nor root, nor this user may write by an access list. The bits of the group are then
/// its mask, and a group is let in by its owner.
#[cfg(target_os = "linux")]
pub(super) fn lets_others_write(path: &Path, found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::getxattr;
    use rustix::io::Errno;

    if found.mode() & GROUP_WRITES == 0 {
        return false;
    }
    let mut list = [0; 4096];
    match getxattr(path, "system.posix_acl_access", &mut list) {
        Ok(length) => {
            let known = [0, found.uid(), rustix::process::geteuid().as_raw()];
            writers(&list[..length]).any(|user| !known.contains(&user))
        }
        // More than can be looked at.
        Err(error) => error == Errno::RANGE,
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn lets_others_write(_path: &Path, _found: &Metadata) -> bool {
    false
}

/// The users that have an entry of their own with the right to write, as `linux/posix_acl_xattr.h` has them: after four bytes for
/// the version, entries of a tag, rights and an id.
#[cfg(target_os = "linux")]
fn writers(list: &[u8]) -> impl Iterator<Item = u32> {
    const USER: u16 = 2;
    const WRITE: u16 = 2;
    let (entries, _) = list.get(4..).unwrap_or_default().as_chunks::<8>();
    entries.iter().filter_map(|&[tag_low, tag_high, low, high, id @ ..]| {
        let (tag, rights) = (u16::from_le_bytes([tag_low, tag_high]), u16::from_le_bytes([low, high]));
        (tag == USER && rights & WRITE != 0).then(|| u32::from_le_bytes(id))
    })
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use rustix::fs::{XattrFlags, setxattr};

    use crate::platform::fs::trust::{OpenError, Trusted, Untrusted};

    /// With this entry for a user, and the mask that it needs. `false`: the file system has no access lists.
    fn give(path: &std::path::Path, user: u32, rights: u16) -> bool {
        let all = [(1, 7, u32::MAX), (2, rights, user), (4, 5, u32::MAX), (16, 7, u32::MAX), (32, 5, u32::MAX)];
        let list = all.map(|(tag, rights, id): (u16, u16, u32)| {
            [&tag.to_le_bytes()[..], &rights.to_le_bytes(), &id.to_le_bytes()].concat()
        });
        let list = [2u32.to_le_bytes().to_vec(), list.concat()].concat();
        setxattr(path, "system.posix_acl_access", &list, XattrFlags::empty()).is_ok()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
    fn a_user_whom_an_access_list_lets_write_counts_as_any() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let own = rustix::process::geteuid().as_raw();
        for (user, rights, is_open) in [(54322, 7, true), (54322, 5, false), (own, 7, false), (0, 7, false)] {
            for path in [folder.path(), &file] {
                if !give(path, user, rights) {
                    return;
                }
                assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o775);
                let found = Trusted::find(&file).and_then(Trusted::closed_to_others);
                match found {
                    Err(OpenError::Untrusted(open @ Untrusted::Open { .. })) if is_open => {
                        assert!(open.hint().to_string().contains("run: chmod go-w "), "{}", open.hint());
                    }
                    found => assert!(!is_open && found.is_ok(), "{user} {rights} {found:?}"),
                }
                fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
                let found = Trusted::find(&file).and_then(Trusted::closed_to_others);
                assert!(found.is_ok(), "the hint's command closes it");
            }
        }
    }
}
