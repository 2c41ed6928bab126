//! daemon.json: an entry of another user's would send a secret over http.

use std::fs;

use serde_json::json;

use super::{MALLORYS, give};
use crate::support::evans_home::{EVANS, EvansHome};
use crate::support::{Home, Run, one_account};

const HOST: &str = "registry.invalid:5000";
const CREDENTIAL: &str = "{\"ServerURL\":\"registry.invalid:5000\",\"Username\":\"a.example\",\"Secret\":\"s\"}\n";

fn put_files(home: &Home) {
    let account = json!({"accounts": {"a.example": {"handle": "a.example", "device_secret": "s"}}});
    home.write_device_json(json!({"version": 2, "registries": {format!("http://{HOST}"): account}}).to_string());
    for folder in [".docker", ".config/docker"] {
        home.write(&format!("{folder}/daemon.json"), json!({"insecure-registries": [HOST]}).to_string());
        home.set_mode(folder, 0o755);
    }
    home.set_mode(".config", 0o755);
    home.set_mode(".docker/daemon.json", 0o644);
    home.set_mode(".config/docker/daemon.json", 0o644);
}

/// Whether the file's entries count.
fn is_believed(get: Run, doctor: Run, name: &str) -> bool {
    let (_, (code, stdout, stderr)) = get.stdin(HOST).timed();
    let found = doctor.timed().1.1;
    let is_shown = found.contains("its insecure-registries are ignored");
    let is_believed = stdout == CREDENTIAL;
    assert_eq!(code, i32::from(!is_believed), "{name}: {stdout}{stderr}");
    assert_eq!(is_shown, !is_believed, "{name}: {found}");
    is_believed
}

#[test]
fn a_file_that_others_can_exchange_counts_as_absent() {
    type Change = fn(&Home);
    let changes: [(&str, bool, Change); 12] = [
        ("our own", true, |_| {}),
        ("a group may write to it", true, |home| home.set_mode(".docker", 0o775)),
        ("a sticky folder", true, |home| home.set_mode(".docker", 0o1777)),
        ("a folder that all write to", false, |home| home.set_mode(".docker", 0o777)),
        ("a folder that others write to", false, |home| home.set_mode(".docker", 0o757)),
        ("a file that all write to", false, |home| home.set_mode(".docker/daemon.json", 0o666)),
        ("a file of another user", false, |home| give(&home.path(".docker/daemon.json"), MALLORYS)),
        ("a link to our own", true, |home| {
            fs::rename(home.path(".docker/daemon.json"), home.path("daemon.json")).unwrap();
            std::os::unix::fs::symlink("../daemon.json", home.path(".docker/daemon.json")).unwrap();
        }),
        ("a link into a folder that all write to", false, |home| {
            home.write("open/daemon.json", fs::read(home.path(".docker/daemon.json")).unwrap());
            home.set_mode("open", 0o777);
            fs::remove_file(home.path(".docker/daemon.json")).unwrap();
            std::os::unix::fs::symlink("../open/daemon.json", home.path(".docker/daemon.json")).unwrap();
        }),
        ("the home that all write to", false, |home| home.set_mode("", 0o777)),
        ("a folder", false, |home| {
            fs::remove_file(home.path(".docker/daemon.json")).unwrap();
            fs::create_dir(home.path(".docker/daemon.json")).unwrap();
        }),
        ("more than 1 MiB", false, |home| {
            let content = fs::read_to_string(home.path(".docker/daemon.json")).unwrap();
            home.write(".docker/daemon.json", content + &" ".repeat(1 << 20));
        }),
    ];
    for (name, expected, change) in changes {
        if name.ends_with("another user") && !rustix::process::geteuid().is_root() {
            continue;
        }
        let home = Home::new();
        put_files(&home);
        fs::remove_dir_all(home.path(".config")).unwrap();
        change(&home);
        let get = if name.starts_with("the home") {
            // Its accounts would not be read either.
            home.run(&["get"]).env("ATCR_CONFIG_DIR", home.path(".atcr"))
        } else {
            home.run(&["get"])
        };
        assert_eq!(is_believed(get, home.run(&["doctor"]), name), expected, "{name}");
    }
}

/// Go's decoder: what follows the first value is nothing to it, nor how deep others are.
#[test]
fn what_dockerd_reads_of_a_file_counts() {
    let deep = "[".repeat(200) + &"]".repeat(200);
    for (name, expected, text) in [
        ("blank lines behind it", true, "ENTRIES\n\n".to_owned()),
        ("a text behind it", true, "ENTRIES} and more".to_owned()),
        ("a lone surrogate", true, "{\"labels\": [\"\\ud800\"], MEMBER}".to_owned()),
        ("a deep value", true, format!("{{\"runtimes\": {deep}, MEMBER}}")),
        ("no end", false, "{MEMBER".to_owned()),
        ("a comma at the end", false, "{MEMBER,}".to_owned()),
    ] {
        let home = Home::new();
        put_files(&home);
        fs::remove_dir_all(home.path(".config")).unwrap();
        let entries = json!({"insecure-registries": [HOST]}).to_string();
        let member = &entries[1..entries.len() - 1];
        home.write(".docker/daemon.json", text.replace("ENTRIES", &entries).replace("MEMBER", member));
        assert_eq!(is_believed(home.run(&["get"]), home.run(&["doctor"]), name), expected, "{name}");
    }
}

#[test]
fn a_file_of_another_user_counts_as_absent_in_each_place() {
    for (folder, other) in [(".docker", ".config/docker"), (".config/docker", ".docker")] {
        for stranger in ["daemon.json", ""] {
            let Some(evans) = EvansHome::new() else { return };
            put_files(&evans.home);
            super::give_all_to_evan(&evans);
            fs::remove_file(evans.home.path(&format!("{other}/daemon.json"))).unwrap();
            let run = |arguments| evans.run_as(EVANS, arguments);
            assert!(is_believed(run(&["get"]), run(&["doctor"]), folder));
            give(&evans.home.path(&format!("{folder}/{stranger}")), MALLORYS);
            assert!(!is_believed(run(&["get"]), run(&["doctor"]), folder));
        }
    }
}

#[test]
fn doctor_says_why_a_registry_is_reached_in_clear() {
    let home = Home::new();
    put_files(&home);
    home.write(".docker/daemon.json", json!({"insecure-registries": ["other.invalid", "10.0.0.0/8"]}).to_string());
    let file = home.path(".config/docker/daemon.json");
    let expected = format!(
        "! http://{HOST} gets the secret unencrypted: insecure-registries in {} has \"{HOST}\"\n    \
         if {HOST} can be reached over https, remove that entry\n",
        file.display()
    );
    home.run(&["doctor"]).status(1).stdout_has(&[&expected]).any_stderr().check();
    let json = home.run(&["doctor", "--json"]).status(1).any_stdout().any_stderr().check().stdout;
    assert!(json.contains("\"cleartext\"") && json.contains("\"warning\""), "{json}");

    let (appview, home) = one_account();
    let expected = format!("✓ {} is on loopback, so it needs no encryption\n", appview.url());
    home.run(&["doctor"]).status(1).stdout_has(&[&expected]).any_stderr().check();
}
