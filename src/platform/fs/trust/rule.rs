//! The rule, on Unix: what each step to a file must be.
//!
//! - Files and folders of this user and of root are trusted; a folder in which others can replace files is not, unless it
//!   is sticky, as /tmp is. A group is let in by its owner: many systems give each user a group of their own, and folders
//!   that it can write to.
//! - Root also trusts the first other user who owns a folder on the way: `sudo docker push` with a person's home must find
//!   that person's accounts. But no link in that person's folders, of whichever kind, may lead root to a file of root's.
//! - What is mounted has the owner and the mode that it has outside, as a container's volumes and secrets do. Whoever
//!   mounted it in a folder that others can't write to meant it.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::{getegid, geteuid};

use super::access_list::{self, GROUP_WRITES};
use super::special::{is_mount, is_windows_drive};
use super::{OpenError, Untrusted};
use crate::platform::fs::links::is_link;
use crate::platform::fs::regular::refuse_special;

const ROOT: u32 = 0;

/// Without the sticky bit, whoever may write to a folder may also replace the files of others in it.
const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Which links have been followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Links {
    /// None but the system's own.
    None,
    Any,
    /// With root's rights, where somebody else is trusted too.
    Persons,
}

/// Who is trusted, as far as a path has been followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    us: u32,
    /// Somebody else who is trusted too.
    person: Option<u32>,
    links: Links,
    /// Others can create files in the last folder.
    is_shared: bool,
    /// Root also takes a file of somebody else's in a folder that nobody but root can have put it in.
    takes_file: bool,
}

impl Rule {
    pub(super) fn new() -> Self {
        Self { us: geteuid().as_raw(), person: None, links: Links::None, is_shared: false, takes_file: false }
    }

    /// For a file that is not ours alone: it keeps its owner.
    pub(super) fn to_edit() -> Self {
        Self { takes_file: true, ..Self::new() }
    }

    /// Checks a folder, link or file on the way.
    pub(super) fn check_step(&mut self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
        if !self.trusts(found) && self.person.is_none() && self.is_persons(path, found) {
            self.person = Some(found.uid());
        }
        self.check_owner(path, found)?;
        if found.is_symlink() {
            self.links = self.links.max(match self.person {
                Some(_) if self.us == ROOT => Links::Persons,
                _ if is_link(path, found) => Links::Any,
                _ => Links::None,
            });
        } else if found.is_dir() {
            self.is_shared = found.mode() & OTHERS_WRITE != 0;
            if found.mode() & STICKY == 0 && is_open_to_others(path, found) {
                return Err(self.open(path, found).into());
            }
        }
        Ok(())
    }

    /// Whether what belongs to somebody else makes its owner the person who is trusted too.
    fn is_persons(self, path: &Path, found: &Metadata) -> bool {
        let is_for_root = found.is_dir() || self.takes_file && found.is_file() && !self.is_shared;
        self.us == ROOT && is_for_root || !self.is_shared && is_mount(path)
    }

    /// Checks what the path leads to.
    pub(super) fn check(self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
        self.check_owner(path, found)?;
        let is_roots = self.us == ROOT && self.person.is_some() && found.uid() == ROOT;
        if is_roots && self.links == Links::Persons && (found.is_file() || found.is_dir()) {
            return Err(self.foreign(path, found));
        }
        if is_roots && found.is_file() && found.nlink() > 1 {
            return Err(Untrusted::HardLink { path: path.to_owned() }.into());
        }
        Ok(())
    }

    /// Checks the folder in which something is about to be made or changed.
    pub(super) fn check_creation(self, folder: &Path, found: &Metadata) -> Result<(), OpenError> {
        if !found.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory).into());
        }
        if self.links == Links::Persons && Some(found.uid()) != self.person {
            return Err(self.foreign(folder, found));
        }
        Ok(())
    }

    fn check_owner(self, path: &Path, found: &Metadata) -> Result<(), OpenError> {
        if self.trusts(found) {
            return Ok(());
        }
        // What it is comes before whose.
        refuse_special(Some(found))?;
        Err(self.foreign(path, found))
    }

    fn trusts(self, found: &Metadata) -> bool {
        let owner = found.uid();
        owner == self.us || owner == ROOT || Some(owner) == self.person || self.is_of_roots_group(found)
    }

    /// As `OpenShift` runs containers: the user owns nothing in the image, but has the group of root, which may write to
    /// what is meant for them.
    fn is_of_roots_group(self, found: &Metadata) -> bool {
        let is_groups = found.gid() == ROOT && found.mode() & GROUP_WRITES != 0 && !found.is_symlink();
        self.us != ROOT && is_groups && getegid().is_root()
    }

    fn foreign(self, path: &Path, found: &Metadata) -> OpenError {
        let wanted = self.person.unwrap_or(self.us);
        let is_linked = self.links != Links::None || found.is_symlink();
        Untrusted::Foreign { path: path.to_owned(), owner: found.uid(), wanted, is_linked }.into()
    }

    pub(super) fn open(self, path: &Path, found: &Metadata) -> Untrusted {
        Untrusted::Open {
            path: path.to_owned(),
            is_folder: found.is_dir(),
            is_linked: self.links != Links::None,
            has_list: access_list::lets_others_write(path, found),
        }
    }
}

/// Whether others can write to a file, or put files into a folder.
pub(super) fn is_open_to_others(path: &Path, found: &Metadata) -> bool {
    let is_open = found.mode() & OTHERS_WRITE != 0 || access_list::lets_others_write(path, found);
    is_open && !is_windows_drive(path) && !(found.is_dir() && is_mount(path))
}

/// Whether nobody can replace a file, which is behind no links, but root and the owner of a folder.
pub(crate) fn is_as_safe_as(file: &Path, folder: &Path) -> bool {
    let Ok(owner) = folder.metadata().map(|found| found.uid()) else { return false };
    file.ancestors().all(|step| {
        step.symlink_metadata().is_ok_and(|found| {
            let is_sticky = found.is_dir() && found.mode() & STICKY != 0;
            [owner, ROOT].contains(&found.uid()) && (is_sticky || !is_open_to_others(step, &found))
        })
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, lchown, symlink};
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;
    use crate::platform::fs::trust::Trusted;

    const EVAN: u32 = 54321;
    const MALLORY: u32 = 54322;

    #[derive(Debug, Clone, Copy)]
    struct Step {
        owner: u32,
        mode: u32,
    }

    /// Folders, one in the other, and in the last a file, or a link to a file that is in other folders.
    #[derive(Debug, Clone)]
    struct Tree {
        us: u32,
        folders: Vec<Step>,
        link: Option<(u32, Vec<Step>)>,
        file: Step,
        has_second_name: bool,
    }

    fn step() -> impl Strategy<Value = Step> {
        // Most steps are all right, or few whole paths would be.
        let owner = prop_oneof![3 => Just(ROOT), 4 => Just(EVAN), 1 => Just(MALLORY)];
        let mode = prop_oneof![Just(0o755), Just(0o700), Just(0o775), Just(0o1777), Just(0o777), Just(0o702)];
        (owner, mode).prop_map(|(owner, mode)| Step { owner, mode })
    }

    fn tree() -> impl Strategy<Value = Tree> {
        let folders = || prop::collection::vec(step(), 1..4);
        let link = prop::option::of((step().prop_map(|step| step.owner), folders()));
        let us = prop_oneof![Just(ROOT), Just(EVAN)];
        (us, folders(), link, step(), prop::bool::weighted(0.2))
            .prop_map(|(us, folders, link, file, has_second_name)| Tree { us, folders, link, file, has_second_name })
    }

    impl Tree {
        /// All of it is of one user where no file can be given away.
        fn of_one_user(mut self, user: u32) -> Self {
            self.us = user;
            let of_link = self.link.iter_mut().flat_map(|(owner, folders)| {
                *owner = user;
                folders
            });
            for step in self.folders.iter_mut().chain(of_link).chain([&mut self.file]) {
                step.owner = user;
            }
            self
        }

        fn all_folders(&self) -> impl Iterator<Item = &Step> {
            self.folders.iter().chain(self.link.iter().flat_map(|(_, folders)| folders))
        }

        /// The model: who is trusted besides root, and then one condition after the other.
        fn is_trusted(&self) -> bool {
            let mut others = self.all_folders().map(|folder| folder.owner).filter(|&owner| owner != ROOT);
            let person = if self.us == ROOT { others.next() } else { Some(self.us) };
            let is_trusted = |owner: u32| owner == ROOT || Some(owner) == person;
            let is_closed = |folder: &Step| folder.mode & 0o002 == 0 || folder.mode & 0o1000 != 0;
            let is_persons = self.us == ROOT && person.is_some();
            let is_behind_persons_link =
                self.link.is_some() && self.us == ROOT && self.folders.iter().any(|folder| folder.owner != ROOT);
            // Root comes to a link before it knows of a person who is met behind it.
            let is_link_trusted = self.link.as_ref().is_none_or(|(owner, _)| {
                *owner == ROOT || is_trusted(*owner) && (self.us != ROOT || is_behind_persons_link)
            });
            self.all_folders().all(|folder| is_trusted(folder.owner) && is_closed(folder))
                && is_link_trusted
                && is_trusted(self.file.owner)
                && !(self.file.owner == ROOT && is_behind_persons_link)
                && !(self.file.owner == ROOT && is_persons && self.has_second_name)
        }

        /// Makes it in an empty folder, and returns where to look for the file.
        fn make(&self, root: &Path) -> PathBuf {
            let folders = |name: &str, steps: &[Step]| {
                let mut path = root.to_owned();
                for (at, _) in steps.iter().enumerate() {
                    path.push(format!("{name}{at}"));
                    fs::create_dir(&path).unwrap();
                }
                path
            };
            let first = folders("a", &self.folders);
            let second = self.link.as_ref().map(|(owner, steps)| (*owner, folders("b", steps), steps));
            let file = second.as_ref().map_or(&first, |(_, folder, _)| folder).join("file");
            crate::platform::fs::create_new(&file).unwrap().write_all(b"content").unwrap();
            if self.has_second_name {
                fs::hard_link(&file, root.join("second")).unwrap();
            }
            set(&file, self.file.owner, 0o644);
            if let Some((owner, _, _)) = &second {
                symlink(&file, first.join("link")).unwrap();
                lchown(first.join("link"), Some(*owner), None).unwrap();
            }
            for (last, steps) in
                [(&first, &self.folders)].into_iter().chain(second.iter().map(|(_, last, s)| (last, *s)))
            {
                for (path, step) in last.ancestors().zip(steps.iter().rev()) {
                    set(path, step.owner, step.mode);
                }
            }
            if second.is_some() { first.join("link") } else { file }
        }
    }

    fn set(path: &Path, owner: u32, mode: u32) {
        // Not the group of root, for whom the tests may run.
        lchown(path, Some(owner), Some(owner)).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_file_is_trusted_where_the_model_trusts_it(tree in tree()) {
            let user = geteuid().as_raw();
            let tree = if user == ROOT { tree } else { tree.of_one_user(user) };
            let folder = tempfile::tempdir().unwrap();
            let root = fs::canonicalize(folder.path()).unwrap();
            let path = tree.make(&root);
            let rule = Rule { us: tree.us, ..Rule::new() };
            let found = Trusted::walk(&root, path.strip_prefix(&root).unwrap(), path.clone(), rule);
            let read = found.and_then(|found| found.read(1024));
            prop_assert_eq!(read.is_ok(), tree.is_trusted(), "{:?}", read);
            if let Ok(content) = read {
                prop_assert_eq!(content.as_deref(), Some(&b"content"[..]));
            }
        }
    }
}
