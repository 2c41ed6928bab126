//! On Windows, where not everybody may make a link: copies of the program under its other names.

use std::fs;
use std::path::Path;

use super::{CONFIG, configure, shown, text};
use crate::support::{EVAN, Home, PROGRAM, Run, two_accounts};

const FOLDER: &str = ".docker/cli-plugins";
const PLUGIN: &str = ".docker/cli-plugins/docker-atcr.exe";

/// What another version of the program would be.
fn older() -> Vec<u8> {
    [&*fs::read(*PROGRAM).unwrap(), b"older"].concat()
}

fn is_a_copy(path: impl AsRef<Path>) -> bool {
    fs::read(path).unwrap() == fs::read(*PROGRAM).unwrap()
}

#[test]
fn the_plugin_is_a_copy_that_runs() {
    let home = Home::new();
    home.run(&["configure-docker", "--plugin"]).stderr_has(&["✓ `docker atcr` now runs"]).check();
    let mut plugin = home.command(home.path(PLUGIN));
    plugin.arg("docker-cli-plugin-metadata");
    Run::new(plugin).stdout_has(&["\"SchemaVersion\":"]).check();
    home.run(&["configure-docker", "--plugin"]).stderr_has(&["✓ `docker atcr` already runs"]).check();
    home.run(&["doctor"]).any_end().stdout_has(&["✓ Docker says why a push was denied"]).check();
    home.run(&["configure-docker", "--remove", "--plugin"]).stderr_has(&["✓ `docker atcr` no longer runs"]).check();
    assert!(!home.path(FOLDER).exists());
}

#[test]
fn a_copy_of_another_version_is_replaced_or_removed() {
    let home = Home::new();
    configure(&home, &["--plugin"]);
    home.write(PLUGIN, older());
    home.run(&["doctor"]).any_end().stdout_has(&["! ", "docker-atcr.exe leads to another program"]).check();
    configure(&home, &["--plugin"]);
    assert!(is_a_copy(home.path(PLUGIN)));
    home.write(PLUGIN, older());
    configure(&home, &["--remove", "--plugin"]);
    assert!(!home.path(FOLDER).exists());
}

#[test]
fn another_program_of_the_plugins_name_is_refused() {
    let home = Home::new();
    home.write(PLUGIN, "");
    let plugin = shown(&home, PLUGIN);
    let expected = format!("error: {plugin} is not docker-credential-atcr\n  run: move {plugin} {plugin}.old\n");
    home.run(&["configure-docker", "--plugin"]).status(1).stderr(expected).check();
    configure(&home, &["--remove", "--plugin"]);
    assert_eq!(text(&home, PLUGIN), "");
}

#[test]
fn the_plugin_does_not_remove_itself() {
    let home = Home::new();
    configure(&home, &["--plugin"]);
    let mut plugin = home.command(home.path(PLUGIN));
    plugin.args(["atcr", "configure-docker", "--remove", "--plugin"]);
    Run::new(plugin).any_stderr().check();
    assert!(is_a_copy(home.path(PLUGIN)));
}

#[test]
fn a_repositorys_helper_is_a_copy_that_answers() {
    let (appview, home) = two_accounts();
    home.write("bin/docker-credential-atcr.exe", fs::read(*PROGRAM).unwrap());
    home.write(CONFIG, "{}");
    let key = format!("{}/{EVAN}/app", appview.host());
    let run = |arguments: &[&str]| {
        let run = home.run(&[&["configure-docker"], arguments].concat()).without_env("DOCKER_CONFIG");
        run.env("PATH", home.path("bin")).any_stderr().check().stderr
    };
    let helper = home.path(&format!("bin/docker-credential-atcr-{EVAN}.exe"));
    assert!(run(&["--repository", &key]).contains(" is now on PATH"));
    assert!(run(&["--repository", &key]).contains(&format!("-{EVAN} is on PATH")));
    let mut get = home.command(&helper);
    get.arg("get");
    Run::new(get).stdin(&*key).stdout(home.credential(&appview, EVAN, &key)).check();
    assert!(run(&["--remove", "--repository", &key]).contains("✓ Removed "));
    assert_eq!((text(&home, CONFIG), fs::read_dir(home.path("bin")).unwrap().count()), ("{}".to_owned(), 1));
}
