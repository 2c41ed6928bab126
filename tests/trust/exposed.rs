//! config.json and auth.json that others can write to: they are edited, as Docker uses them too, and said to be so.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{EVANS, EvansHome, give_all_to_evan, link};
use crate::support::{EVAN, Home, one_account};

const CONFIG: &str = ".docker/config.json";
const AUTH: &str = ".config/containers/auth.json";

fn mode(home: &Home, name: &str) -> u32 {
    fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777
}

fn warning(home: &Home, name: &str, real: &str) -> String {
    let (path, real) = (home.path(name).display().to_string(), home.path(real).display().to_string());
    format!(
        "! {path} is writable by other users, who can have another helper run.\n  \
         if its content is yours, run: chmod o-w {real}\n"
    )
}

#[test]
fn a_file_that_all_write_to_is_reported() {
    for (file, flags, check) in [(CONFIG, &[][..], "docker"), (AUTH, &["--podman"], "podman")] {
        for (of_file, is_reported) in [(0o666, true), (0o602, true), (0o622, true), (0o664, false), (0o644, false)] {
            let (appview, home) = one_account();
            let host = appview.host();
            home.write(file, "{}");
            home.set_mode(file, of_file);
            let expected = warning(&home, file, file);
            for last in [&["--dry-run"][..], &[], &["--remove"]] {
                let seen = home.run(&[&["configure-docker", &host], flags, last].concat()).any_stdout().any_stderr();
                let seen = seen.check().stderr;
                assert_eq!(seen.matches(&expected).count(), usize::from(is_reported), "{of_file:o} {last:?}: {seen}");
            }
            assert_eq!(mode(&home, file), of_file);
            let seen = home.run(&["doctor"]).any_end().check().stdout;
            let finding = expected.replace(".\n  if", "\n    if");
            assert_eq!(seen.contains(&finding), is_reported, "{check} {of_file:o}: {seen}");
        }
    }
}

#[test]
fn login_reports_it_too() {
    let (appview, home) = one_account();
    home.write(CONFIG, "{}");
    home.set_mode(CONFIG, 0o666);
    let run = home.run(&["login", &appview.host(), "--with-token", "--account", EVAN, "--configure-docker=yes"]);
    let seen = run.stdin(appview.device_secret(EVAN)).any_stderr().check();
    assert!(seen.stderr.contains(&warning(&home, CONFIG, CONFIG)), "{}", seen.stderr);
}

#[test]
fn nobody_closes_it_unseen() {
    let (appview, home) = one_account();
    home.write(CONFIG, format!("{{\"credHelpers\": {{\"{}\": \"atcr\"}}}}", appview.host()));
    home.set_mode(CONFIG, 0o666);
    home.run(&["doctor", "--fix", "--yes"]).any_end().check();
    assert_eq!(mode(&home, CONFIG), 0o666);
}

#[test]
fn the_file_behind_a_link_is_named_without_a_command() {
    let home = Home::new();
    home.write("dotfiles/config.json", "{}");
    home.set_mode("dotfiles/config.json", 0o666);
    fs::create_dir(home.path(".docker")).unwrap();
    symlink("../dotfiles/config.json", home.path(CONFIG)).unwrap();
    let (path, real) = (home.path(CONFIG), fs::canonicalize(home.path("dotfiles/config.json")).unwrap());
    let expected = format!(
        "! {} is writable by other users, who can have another helper run.\n  a link leads to {}: look at that first\n",
        path.display(),
        real.display()
    );
    home.run(&["configure-docker", "atcr.io"]).stderr_has(&[&expected]).check();
}

#[test]
fn a_folder_that_all_write_to_is_refused() {
    for (file, folder, flags) in [(CONFIG, ".docker", &[][..]), (AUTH, ".config/containers", &["--podman"])] {
        let home = Home::new();
        home.write(file, "{}");
        home.set_mode(folder, 0o777);
        let refusal =
            format!("refusing to use {}: the directory is writable by other users", home.path(folder).display());
        home.run(&[&["configure-docker", "atcr.io"], flags].concat()).status(1).stderr_has(&[&refusal]).check();
        let seen = home.run(&["doctor"]).any_end().check().stdout;
        assert!(seen.contains(&refusal), "{seen}");
    }
}

#[test]
fn root_is_not_advised_to_open_what_a_link_leads_to() {
    let Some(evans) = EvansHome::new() else { return };
    let roots = Home::new();
    roots.write("config.json", "{}");
    roots.set_mode("config.json", 0o666);
    fs::create_dir(evans.home.path(".docker")).unwrap();
    give_all_to_evan(&evans);
    link(&roots.path("config.json"), &evans.home.path(CONFIG), EVANS);
    let seen = evans.sudo(&["doctor"]).any_end().check();
    assert!(!seen.stdout.contains("chmod"), "{}", seen.stdout);
}
