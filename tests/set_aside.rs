//! The commands that give a name back, followed to the letter: nothing is lost, and nothing ends up in a folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{EVAN, Home, PROGRAM, Run, appview, executable};

const DOCKER_ATCR: &str = ".docker/cli-plugins/docker-atcr";

/// What has the name that would be taken first.
type Thing = (&'static str, fn(&Home, &Path));

const THINGS: [Thing; 5] = [
    ("nothing", |_, _| {}),
    ("a file", |_, old| fs::write(old, "kept").unwrap()),
    ("a folder", |_, old| fs::create_dir(old).unwrap()),
    ("a link to a folder", |home, old| {
        fs::create_dir(home.path("folder")).unwrap();
        symlink(home.path("folder"), old).unwrap();
    }),
    ("a link to nothing", |_, old| symlink("nowhere", old).unwrap()),
];

/// What stands in the way, the file to set aside and its new extension, and the command that says so.
const CASES: [(&str, &str, &[&str]); 6] = [
    ("bin/docker-credential-atcr", "old", &["doctor"]),
    (DOCKER_ATCR, "old", &["configure-docker", "atcr.io", "--plugin", "--yes"]),
    (".zfunc/_docker-credential-atcr", "old", &["completion", "zsh", "--install"]),
    (".config/fish/completions/docker-credential-atcr.fish", "old", &["completion", "fish", "--install"]),
    (".atcr/device.json", "broken", &["status"]),
    // An empty folder, as Docker makes it.
    (".atcr/device.json", "old", &["status"]),
];

fn put(home: &Home, place: &str, extension: &str) {
    match (place, extension) {
        (".atcr/device.json", "old") => fs::create_dir_all(home.path(place)).unwrap(),
        (".atcr/device.json", _) => home.write_device_json("{"),
        _ => executable::script(home.path(place), "echo mine"),
    }
}

/// The command that is printed, up to where it is not about files.
fn command(printed: &str) -> &str {
    let command = printed.lines().find_map(|line| line.split_once("run: ")).expect(printed).1;
    command.split(" && docker-credential-atcr").next().unwrap()
}

#[test]
fn a_command_that_sets_aside_works_whatever_is_there() {
    for (place, extension, words) in CASES {
        for (name, make) in THINGS {
            let home = Home::new();
            put(&home, place, extension);
            let before = fs::read(home.path(place)).ok();
            let old = home.path(place).with_added_extension(extension);
            make(&home, &old);
            let run = || home.run(words).env("PATH", format!("{}:/usr/bin:/bin", home.path("bin").display()));
            let seen = run().any_end().check();
            let printed = seen.stdout + &seen.stderr;
            let command = command(&printed);
            let mut shell = home.command("/bin/sh");
            shell.args(["-ec", command]);
            Run::new(shell).named(&format!("{place}, {name}: {command}")).check();
            let aside = if name == "nothing" { old } else { old.with_extension(format!("{extension}-2")) };
            assert_eq!(fs::read(&aside).ok(), before, "{place}, {name}: {command}");
            assert!(aside.symlink_metadata().is_ok(), "{place}, {name}: {command}");
            let is_empty = !home.path("folder").exists() || fs::read_dir(home.path("folder")).unwrap().next().is_none();
            assert!(is_empty, "{place}, {name}: {command}");
            if place == "bin/docker-credential-atcr" {
                let program = fs::canonicalize(*PROGRAM).unwrap();
                assert_eq!(fs::canonicalize(home.path(place)).unwrap(), program, "{name}: {command}");
            }
        }
    }
}

/// `cp` would write over it, or put the copy into it.
#[test]
fn a_copy_has_a_free_name_too() {
    let appview = appview();
    for (name, make) in THINGS {
        let home = Home::new();
        home.log_in(&appview, &[EVAN]);
        let file = fs::canonicalize(home.path(".atcr/device.json")).unwrap();
        fs::hard_link(&file, home.path("second")).unwrap();
        make(&home, &file.with_added_extension("copy"));
        let seen = home.run(&["logout", &appview.host()]).any_end().check();
        let mut shell = home.command("/bin/sh");
        shell.args(["-ec", command(&seen.stderr)]);
        Run::new(shell).named(name).check();
        let kept = fs::read(file.with_added_extension("copy")).ok();
        assert_eq!(kept, if name == "a file" { Some(b"kept".to_vec()) } else { None }, "{name}");
        assert_eq!(std::os::unix::fs::MetadataExt::nlink(&fs::metadata(&file).unwrap()), 1, "{name}");
    }
}
