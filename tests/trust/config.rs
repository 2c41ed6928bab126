//! config.json and auth.json with root's rights in somebody else's home.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use super::{EVANS, EvansHome, MALLORYS, give, give_all_to_evan, link, names};
use crate::support::Home;

const ROOTS: &str = r#"{"auths": {"ghcr.io": {"auth": "cm9vdDpoaWRkZW4="}}, "credHelpers": {"buoy.cr": "atcr"}}"#;
const CONFIG: &str = ".docker/config.json";

/// A folder of root's with its config.json, and Evan's home.
fn homes() -> Option<(Home, EvansHome)> {
    let (roots, evans) = (Home::new(), EvansHome::new()?);
    roots.write("config.json", ROOTS);
    roots.set_mode("config.json", 0o600);
    fs::create_dir(evans.home.path(".docker")).unwrap();
    give_all_to_evan(&evans);
    Some((roots, evans))
}

/// Runs every command that reads or edits the files, as root in Evan's home. Root's folder must stay as it is, and none of
/// its content be shown.
#[track_caller]
fn leaves_roots_alone(name: &str, roots: &Home, evans: &EvansHome) {
    let (before, content) = (names(&roots.path("")), fs::read(roots.path("config.json")).ok());
    for words in [
        &["configure-docker", "atcr.io", "--dry-run"][..],
        &["configure-docker", "atcr.io", "--yes"],
        &["configure-docker", "atcr.io", "--yes", "--podman"],
        &["configure-docker", "--remove", "buoy.cr"],
        &["configure-docker", "--remove", "buoy.cr", "--dry-run"],
        &["status"],
        &["doctor"],
    ] {
        let run = evans.sudo(words).env("REGISTRY_AUTH_FILE", evans.home.path("auth.json"));
        let seen = run.named(name).any_end().check();
        let printed = seen.stdout + &seen.stderr;
        assert!(!printed.contains("ghcr.io") && !printed.contains("cm9vd"), "{name}: {words:?} prints\n{printed}");
        assert_eq!(names(&roots.path("")), before, "{name}: {words:?}");
        assert_eq!(fs::read(roots.path("config.json")).ok(), content, "{name}: {words:?}");
    }
    for path in evans.not_evans() {
        let is_put_there = path.is_symlink() || path == evans.home.path(CONFIG) || path == evans.home.path("auth.json");
        assert!(is_put_there, "{name}: {}", path.display());
    }
    assert!(!evans.home.path(".docker/config.json.atcr-backup").exists(), "{name}: a copy was made");
}

#[test]
fn root_uses_nothing_of_its_own_through_a_persons_link() {
    type Change = fn(&Home, &EvansHome);
    let changes: [(&str, Change); 8] = [
        ("a link", |roots, evans| link(&roots.path("config.json"), &evans.home.path(CONFIG), EVANS)),
        ("a link that is root's", |roots, evans| link(&roots.path("config.json"), &evans.home.path(CONFIG), 0)),
        ("a chain", |roots, evans| {
            link(&roots.path("config.json"), &evans.home.path("chain"), EVANS);
            link(&evans.home.path("chain"), &evans.home.path(CONFIG), EVANS);
        }),
        ("a folder", |roots, evans| {
            fs::remove_dir(evans.home.path(".docker")).unwrap();
            link(&roots.path(""), &evans.home.path(".docker"), EVANS);
        }),
        ("a way around", |roots, evans| {
            let (folder, evans) = (roots.path("").display().to_string(), &evans.home);
            link(&PathBuf::from(format!("{folder}/../../{folder}/config.json")), &evans.path(CONFIG), EVANS);
        }),
        ("a hard link", |roots, evans| {
            fs::hard_link(roots.path("config.json"), evans.home.path(CONFIG)).unwrap();
        }),
        ("auth.json", |roots, evans| link(&roots.path("config.json"), &evans.home.path("auth.json"), EVANS)),
        ("auth.json by a hard link", |roots, evans| {
            fs::hard_link(roots.path("config.json"), evans.home.path("auth.json")).unwrap();
        }),
    ];
    for (name, change) in changes {
        let Some((roots, evans)) = homes() else { return };
        change(&roots, &evans);
        if name.starts_with("auth.json") {
            // Docker's own file is as it should be.
            evans.home.write(CONFIG, r#"{"credHelpers": {"atcr.io": "atcr"}}"#);
            give(&evans.home.path(CONFIG), EVANS);
        }
        leaves_roots_alone(name, &roots, &evans);
    }
}

#[test]
fn root_makes_nothing_behind_a_dangling_link() {
    for target in ["new.json", "new/folder/config.json", "of-evan/../new.json"] {
        let Some((roots, evans)) = homes() else { return };
        fs::create_dir(roots.path("of-evan")).unwrap();
        give(&roots.path("of-evan"), EVANS);
        link(&roots.path(target), &evans.home.path(CONFIG), EVANS);
        link(&roots.path(target), &evans.home.path("auth.json"), EVANS);
        leaves_roots_alone(target, &roots, &evans);
    }
}

#[test]
fn the_error_names_the_owner() {
    let Some((roots, evans)) = homes() else { return };
    let config = evans.home.path(CONFIG);
    link(&roots.path("config.json"), &config, EVANS);
    let expected = format!("error: refusing to use {}: it belongs to user 0, not to user {EVANS}\n", config.display());
    evans.sudo(&["configure-docker", "atcr.io"]).status(1).stderr_has(&[&expected]).check();
    fs::remove_file(&config).unwrap();
    fs::hard_link(roots.path("config.json"), &config).unwrap();
    let expected =
        format!("refusing to use {}: it is another name (hard link) of a file of root's\n", config.display());
    evans.sudo(&["configure-docker", "atcr.io"]).status(1).stderr_has(&[&expected]).check();
}

#[test]
fn a_persons_link_to_a_file_of_their_own_is_followed() {
    let Some((_roots, evans)) = homes() else { return };
    evans.home.write("dotfiles/config.json", "{}");
    link(&evans.home.path("dotfiles/config.json"), &evans.home.path(CONFIG), EVANS);
    give_all_to_evan(&evans);
    evans.sudo(&["configure-docker", "atcr.io"]).any_stderr().check();
    assert!(evans.home.path(CONFIG).is_symlink());
    assert!(fs::read_to_string(evans.home.path("dotfiles/config.json")).unwrap().contains("atcr.io"));
    assert_eq!(evans.not_evans(), [] as [PathBuf; 0]);
}

#[test]
fn a_copy_belongs_to_the_owner_of_the_original() {
    let Some((_roots, evans)) = homes() else { return };
    // As `sudo docker login` leaves it.
    evans.home.write(CONFIG, ROOTS);
    evans.home.set_mode(CONFIG, 0o600);
    evans.sudo(&["configure-docker", "atcr.io"]).any_stderr().check();
    for name in [CONFIG, ".docker/config.json.atcr-backup"] {
        let found = fs::metadata(evans.home.path(name)).unwrap();
        assert_eq!((found.uid(), found.mode() & 0o7777), (0, 0o600), "{name}");
    }
    // The same with accounts in a format that is migrated.
    evans.home.write_device_json(r#"{"handle": "a.example", "device_secret": "s", "appview_url": "https://atcr.io"}"#);
    give(&evans.home.path(".atcr"), EVANS);
    evans.sudo(&["list"]).any_stdout().check();
    for name in [".atcr/device.json", ".atcr/device.json.bak"] {
        assert_eq!(fs::metadata(evans.home.path(name)).unwrap().uid(), 0, "{name}");
    }
}

#[test]
fn a_config_of_another_user_is_refused() {
    let Some((_roots, evans)) = homes() else { return };
    for (owner, file) in [(MALLORYS, CONFIG), (MALLORYS, ".docker")] {
        evans.home.write(CONFIG, "{}");
        evans.home.set_mode(".docker", 0o777);
        evans.home.set_mode(CONFIG, 0o666);
        give_all_to_evan(&evans);
        evans.home.set_mode(".docker", 0o755);
        evans.give(file, owner);
        for run in [evans.run_as(EVANS, &["configure-docker", "atcr.io"]), evans.sudo(&["configure-docker", "atcr.io"])]
        {
            run.status(1).stderr_has(&[&format!("it belongs to user {MALLORYS}, not to user {EVANS}")]).check();
        }
        assert_eq!(fs::read_to_string(evans.home.path(CONFIG)).unwrap(), "{}");
    }
}
