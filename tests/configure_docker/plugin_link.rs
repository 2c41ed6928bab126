//! `--plugin`: the link in the folder of Docker's plugins.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown, lchown, symlink};
use std::path::Path;

use super::plugin::{FOLDER, LINK};
use super::{CONFIG, configure, home, listing, shown, text};
use crate::support::{EVAN, Home, PROGRAM, Run, executable, skip, two_accounts};

#[test]
fn another_program_of_that_name_is_refused() {
    let home = Home::new();
    executable::script(home.path(LINK), "exit 0");
    let (before, link) = (listing(&home.path(FOLDER)), shown(&home, LINK));
    let expected = format!("error: {link} is not docker-credential-atcr\n  run: mv -n {link} {link}.old\n");
    home.run(&["configure-docker", "--plugin"]).status(1).stderr(expected).check();
    assert_eq!((listing(&home.path(FOLDER)), home.path(CONFIG).exists()), (before.clone(), false));
    configure(&home, &["--remove"]);
    configure(&home, &["--remove", "--plugin"]);
    assert_eq!(listing(&home.path(FOLDER)), before);
    fs::remove_file(home.path(LINK)).unwrap();
    symlink("/bin/true", home.path(LINK)).unwrap();
    home.run(&["configure-docker", "--plugin"]).status(1).stderr_has(&["is not docker-credential-atcr"]).check();
    assert_eq!(fs::read_link(home.path(LINK)).unwrap(), Path::new("/bin/true"));
}

#[test]
fn an_outdated_link_or_copy_is_replaced() {
    let home = Home::new();
    fs::create_dir_all(home.path(FOLDER)).unwrap();
    symlink(home.path("gone/docker-credential-atcr"), home.path(LINK)).unwrap();
    configure(&home, &["--plugin"]);
    assert_eq!(fs::read_link(home.path(LINK)).unwrap(), Path::new(*PROGRAM));
    fs::remove_file(home.path(LINK)).unwrap();
    // As another version of the program.
    executable::copy(*PROGRAM, home.path(LINK));
    configure(&home, &["--plugin"]);
    assert_eq!(fs::read_link(home.path(LINK)).unwrap(), Path::new(*PROGRAM));
    fs::remove_file(home.path(LINK)).unwrap();
    executable::copy(*PROGRAM, home.path(LINK));
    configure(&home, &["--remove", "--plugin"]);
    assert!(!home.path(FOLDER).exists());
}

/// The program may have been given the plugin's name itself.
#[test]
fn the_program_itself_is_never_removed() {
    let home = Home::new();
    fs::create_dir_all(home.path(FOLDER)).unwrap();
    executable::copy(*PROGRAM, home.path(LINK));
    let mut command = home.command(home.path(LINK));
    command.args(["atcr", "configure-docker", "--remove", "--plugin"]);
    Run::new(command).any_stderr().check();
    assert!(home.path(LINK).exists());
}

#[test]
fn the_plugin_follows_dockers_folder() {
    let home = Home::new();
    let run = |arguments: &[&str]| {
        home.run(&[&["configure-docker"], arguments].concat())
            .env("DOCKER_CONFIG", home.path("mine"))
            .any_stderr()
            .check()
    };
    run(&["--plugin"]);
    assert!(home.path("mine/cli-plugins/docker-atcr").exists() && !home.path(".docker").exists());
    run(&["--remove"]);
    assert!(!home.path("mine/cli-plugins").exists());
}

#[test]
fn the_plugin_can_set_itself_up_and_log_in() {
    let (appview, home) = two_accounts();
    configure(&home, &["--plugin"]);
    let mut command = home.command(home.path(LINK));
    command.args(["atcr", "configure-docker"]);
    Run::new(command).stderr_has(&["Docker now uses docker-credential-atcr for"]).check();
    home.verb("get", appview.host())
        .under(&[&["docker", "push", &format!("{}/{EVAN}/app", appview.host())]])
        .stdout_has(&[EVAN])
        .check();
}

#[test]
fn under_sudo_the_link_is_the_persons_own() {
    let home = home("{}");
    if chown(home.path(""), Some(54321), Some(54321)).is_err() {
        skip("only root can give files away");
        return;
    }
    for name in [".docker", CONFIG] {
        chown(home.path(name), Some(54321), Some(54321)).unwrap();
    }
    configure(&home, &["--plugin"]);
    for name in [CONFIG, FOLDER, LINK] {
        assert_eq!(fs::symlink_metadata(home.path(name)).unwrap().uid(), 54321, "{name}");
    }
    configure(&home, &["--remove", "--plugin"]);
    // A link of the person's leads root nowhere.
    fs::create_dir(home.path("roots")).unwrap();
    symlink(home.path("roots"), home.path(FOLDER)).unwrap();
    lchown(home.path(FOLDER), Some(54321), Some(54321)).unwrap();
    home.run(&["configure-docker", "--plugin"]).status(1).stderr_has(&["refusing to use"]).check();
    assert_eq!((fs::read_dir(home.path("roots")).unwrap().count(), text(&home, CONFIG)), (0, "{}".to_owned()));
}

/// As on a disk that is full: there is room for the link, and none for a new config.json.
#[test]
#[cfg(target_os = "linux")]
fn a_link_goes_again_if_config_json_cant_be_written() {
    let prepare = "mount -t tmpfs -o nr_inodes=4,mode=0700 none .docker; echo '{\"x\": 1}' > .docker/config.json";
    let (home, list) = (home("{}"), "ls -A .docker; cat .docker/config.json; exit $code");
    let script = format!("{prepare}; code=0; \"$PROGRAM\" configure-docker --plugin || code=$?; {list}");
    let Some(run) = home.with_own_mounts(&script) else { return };
    run.status(1).stderr_has(&["No space left on device"]).stdout("config.json\n{\"x\": 1}\n").check();
}

/// One that is removed stays as long as config.json names it.
#[test]
fn a_link_stays_if_config_json_cant_be_written() {
    let home = home("{}");
    configure(&home, &["--plugin"]);
    let (link, before) = (fs::read_link(home.path(LINK)).unwrap(), text(&home, CONFIG));
    home.set_mode(CONFIG, 0o444);
    home.run(&["configure-docker", "--plugin", "--remove"]).status(1).stderr_has(&["the file is read-only"]).check();
    assert_eq!((fs::read_link(home.path(LINK)).unwrap(), text(&home, CONFIG)), (link, before));
}
