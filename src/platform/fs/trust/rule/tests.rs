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
        for (last, steps) in [(&first, &self.folders)].into_iter().chain(second.iter().map(|(_, last, s)| (last, *s))) {
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
