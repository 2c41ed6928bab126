//! `validated/`: only what nobody else can have put there counts, and only our own files are removed.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{EVANS, EvansHome, MALLORYS, give, give_all_to_evan, link, names};
use crate::support::{AppView, EVAN, Home, Run, appview, one_account};

const VALIDATED: &str = ".atcr/validated";

fn make_old(path: &Path) {
    let then = SystemTime::now() - Duration::from_hours(48);
    File::open(path).unwrap().set_modified(then).unwrap();
}

/// Files from two days ago, of which only the first two are ours.
fn put_old_files(home: &Home, folder: &str) {
    let digest = |digit: &str| digit.repeat(64);
    let ours = [digest("a"), format!("{}.lock", digest("b"))];
    let others = [
        "notes.txt".to_owned(),
        digest("c").to_uppercase(),
        format!("{}d", digest("d")),
        "e".repeat(63),
        format!("{}.locked", digest("f")),
        format!(".{}", digest("0")),
        format!("{}.lock.lock", digest("1")),
    ];
    for name in ours.iter().chain(&others) {
        home.write(&format!("{folder}/{name}"), "");
    }
    // A store of files that are named after their content.
    home.write(&format!("{folder}/{}", digest("2")), "content");
    home.write(&format!("{folder}/{}/file", digest("3")), "");
    symlink("notes.txt", home.path(&format!("{folder}/{}", digest("4")))).unwrap();
    for entry in fs::read_dir(home.path(folder)).unwrap() {
        make_old(&entry.unwrap().path());
    }
}

#[test]
fn only_our_own_old_files_are_removed() {
    let (appview, home) = one_account();
    put_old_files(&home, VALIDATED);
    let mut expected = names(&home.path(VALIDATED));
    expected.retain(|name| *name != "a".repeat(64) && *name != format!("{}.lock", "b".repeat(64)));
    home.verb("get", appview.host()).stdout_has(&[EVAN]).check();
    let left = names(&home.path(VALIDATED));
    let is_new = |name: &&String| !expected.contains(name);
    // The new entry and its lock.
    assert_eq!((left.len(), left.iter().filter(is_new).count()), (expected.len() + 2, 2), "{left:?}");
}

#[test]
fn nothing_is_removed_through_a_link() {
    let (appview, home) = one_account();
    put_old_files(&home, "elsewhere");
    let before = names(&home.path("elsewhere"));
    symlink(home.path("elsewhere"), home.path(VALIDATED)).unwrap();
    home.verb("get", appview.host()).stdout_has(&[EVAN]).check();
    home.run(&["status"]).stdout_has(&["valid (checked just now)"]).check();
    assert_eq!(names(&home.path("elsewhere")), before);
}

#[test]
fn root_removes_nothing_behind_a_persons_link() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let roots = Home::new();
    put_old_files(&roots, "cache");
    let before = names(&roots.path("cache"));
    link(&roots.path("cache"), &evans.home.path(VALIDATED), EVANS);
    evans.sudo(&["get"]).stdin(appview.host()).stdout_has(&[EVAN]).check();
    // Nor is the folder of the accounts one of root's.
    fs::rename(evans.home.path(".atcr"), evans.home.path("accounts")).unwrap();
    put_old_files(&roots, "validated");
    link(&roots.path(""), &evans.home.path(".atcr"), EVANS);
    evans.sudo(&["get"]).stdin(appview.host()).status(1).any_stdout().any_stderr().check();
    assert_eq!((names(&roots.path("cache")), names(&roots.path("validated"))), (before.clone(), before));
}

/// Evan's home with a cached validation, and a secret that is no longer valid.
fn revoked(appview: &AppView) -> Option<EvansHome> {
    let evans = EvansHome::logged_in(appview)?;
    evans.run_as(EVANS, &["get"]).stdin(appview.host()).stdout_has(&[EVAN]).check();
    appview.revoke(&evans.home.secret(appview, EVAN));
    Some(evans)
}

fn get(evans: &EvansHome, appview: &AppView) -> Run {
    evans.run_as(EVANS, &["get"]).stdin(appview.host())
}

#[test]
fn an_entry_that_others_could_have_made_is_not_believed() {
    type Change = fn(&EvansHome, &str);
    let changes: [(&str, Change); 6] = [
        ("the folder of another user", |evans, _| evans.give(VALIDATED, MALLORYS)),
        ("an entry of another user", |evans, entry| evans.give(entry, MALLORYS)),
        ("a folder that all write to", |evans, _| evans.home.set_mode(VALIDATED, 0o777)),
        ("a sticky one", |evans, _| evans.home.set_mode(VALIDATED, 0o1777)),
        ("an entry that all write to", |evans, entry| evans.home.set_mode(entry, 0o666)),
        ("an entry that is a link", |evans, entry| {
            fs::rename(evans.home.path(entry), evans.home.path("entry")).unwrap();
            link(&evans.home.path("entry"), &evans.home.path(entry), EVANS);
        }),
    ];
    for (name, change) in changes {
        let appview = appview();
        let Some(evans) = revoked(&appview) else { return };
        // It counts as it is.
        get(&evans, &appview).named(name).stdout_has(&[EVAN]).check();
        let entry = names(&evans.home.path(VALIDATED)).into_iter().find(|name| name.len() == 64).unwrap();
        let entry = format!("{VALIDATED}/{entry}");
        evans.home.set_mode(VALIDATED, 0o755);
        evans.home.set_mode(&entry, 0o644);
        change(&evans, &entry);
        get(&evans, &appview).named(name).status(1).stdout_has(&["rejected the credential"]).any_stderr().check();
    }
}

#[test]
fn a_lock_of_another_user_is_not_waited_for() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    get(&evans, &appview).stdout_has(&[EVAN]).check();
    let [entry, lock] = &names(&evans.home.path(VALIDATED))[..] else { panic!() };
    fs::remove_file(evans.home.path(&format!("{VALIDATED}/{entry}"))).unwrap();
    let lock = evans.home.path(&format!("{VALIDATED}/{lock}"));
    fs::write(&lock, "expired https://evil.example/login\n").unwrap();
    evans.home.set_mode(VALIDATED, 0o755);
    fs::set_permissions(&lock, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    give(&lock, MALLORYS);
    let held = File::open(&lock).unwrap();
    held.lock().unwrap();
    let before = appview.checks();
    get(&evans, &appview).stdout_has(&[EVAN]).check();
    assert_eq!(appview.checks(), before + 1, "the registry was checked");
}

#[test]
fn root_writes_to_no_lock_that_is_a_file_of_its_own() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    get(&evans, &appview).stdout_has(&[EVAN]).check();
    appview.revoke(&evans.home.secret(&appview, EVAN));
    // On the same file system, as hard links must be.
    let roots = Home::new();
    for name in names(&evans.home.path(VALIDATED)) {
        let path = evans.home.path(&format!("{VALIDATED}/{name}"));
        fs::remove_file(&path).unwrap();
        roots.write(&name, "root's");
        fs::hard_link(roots.path(&name), &path).unwrap();
    }
    evans.sudo(&["get"]).stdin(appview.host()).status(1).any_stdout().any_stderr().check();
    for name in names(&roots.path("")) {
        assert_eq!(fs::read_to_string(roots.path(&name)).unwrap(), "root's");
    }
    give_all_to_evan(&evans);
}
