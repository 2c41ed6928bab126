//! What `--yes` takes, `--remove` puts back, in any order and with edits of others in between.

use std::fs;

use serde_json::{Value, json};

use super::{BACKUP, CONFIG, configure, home, read, shown, text};
use crate::support::Home;

const AUTH: &str = ".config/containers/auth.json";

/// Another helper and secrets for two registries, and what is none of ours.
pub(super) const TAKEN: &str = r#"{
	"auths": {
		"atcr.io": {
			"auth": "c2VjcmV0OmE=",
			"identitytoken": "secret-b"
		},
		"https://buoy.cr/v1/": { "email": "e", "auth": "c2VjcmV0OmM=" },
		"ghcr.io": { "auth": "c2VjcmV0OmQ=" }
	},
	"credHelpers": {
		"gcr.io": "gcloud",
		"atcr.io": "pass",
		"buoy.cr": "ecr-login"
	}
}"#;

pub(super) fn parsed(home: &Home, file: &str) -> Value {
    serde_json::from_slice(&read(home, file)).unwrap()
}

/// As Docker writes its file, with everything in its own order and a new registry.
pub(super) fn docker_logs_in(home: &Home, registry: &str) {
    let mut config = parsed(home, CONFIG);
    config["auths"][registry] = json!({"auth": "bmV3OnNlY3JldA=="});
    home.write(CONFIG, serde_json::to_string_pretty(&config).unwrap().replace("  ", "\t"));
}

pub(super) fn backups(home: &Home) -> Vec<String> {
    let names = fs::read_dir(home.path(".docker")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.contains(".atcr-backup"));
    names.sort();
    names
}

#[test]
fn what_yes_takes_remove_restores_to_the_byte() {
    let home = home(TAKEN);
    for hosts in [&["atcr.io"][..], &["buoy.cr", "atcr.io"], &["atcr.io", "quay.io"]] {
        for _ in 0..3 {
            for host in hosts {
                configure(&home, &[host, "--yes"]);
                configure(&home, &[host, "--yes"]);
            }
            for host in hosts {
                configure(&home, &["--remove", host]);
            }
            assert_eq!(text(&home, CONFIG), TAKEN, "{hosts:?}");
            assert_eq!(backups(&home), [""; 0], "{hosts:?}");
        }
    }
}

#[test]
fn one_registry_is_restored_while_another_stays() {
    let home = home(TAKEN);
    configure(&home, &["atcr.io", "buoy.cr", "--yes"]);
    let stderr = configure(&home, &["--remove", "atcr.io"]);
    assert!(stderr.contains("✓ Restored docker-credential-pass and the password for atcr.io.\n"), "{stderr}");
    let (expected, seen) = (serde_json::from_str::<Value>(TAKEN).unwrap(), parsed(&home, CONFIG));
    assert_eq!(seen["auths"]["atcr.io"], expected["auths"]["atcr.io"]);
    let helpers = json!({"gcr.io": "gcloud", "atcr.io": "pass", "buoy.cr": "atcr"});
    assert_eq!((&seen["credHelpers"], &seen["auths"]["https://buoy.cr/v1/"]), (&helpers, &json!({"email": "e"})));
    configure(&home, &["--remove"]);
    assert_eq!(text(&home, CONFIG), TAKEN);
}

/// Docker reads the keys of credHelpers as they are written, and this program those of auths in any case.
#[test]
fn an_entry_that_was_there_for_the_same_name_keeps_no_password_back() {
    for (there, key) in [("ATCR.IO", "atcr.io"), ("ATCR.IO", "https://Atcr.io/v1/"), ("atcr.io:443", "atcr.io:443")] {
        let before = format!(r#"{{"auths": {{"{key}": {{"auth": "YTpi"}}}}, "credHelpers": {{"{there}": "atcr"}}}}"#);
        let home = home(&before);
        configure(&home, &["atcr.io", "--yes"]);
        assert!(!text(&home, CONFIG).contains("YTpi"), "{there}, {key}");
        let stderr = configure(&home, &["--remove", "atcr.io"]);
        assert_eq!(text(&home, CONFIG), before, "{stderr}");
        assert_eq!(backups(&home), [""; 0], "{stderr}");
    }
}

/// Also where the file is then what it was after the first, to the byte.
#[test]
fn of_two_passwords_that_were_taken_the_later_comes_back() {
    for before in ["{}", r#"{"auths": {"atcr.io": {"auth": "Zmlyc3Q="}}, "x": 1}"#] {
        let home = home(before);
        configure(&home, &["atcr.io", "--yes"]);
        let configured = text(&home, CONFIG);
        let with_password = match before {
            "{}" => configured.replacen('{', r#"{"auths": {"atcr.io": {"auth": "c2Vjb25k"}}, "#, 1),
            _ => configured.replace(r#""atcr.io": {}"#, r#""atcr.io": {"auth": "c2Vjb25k"}"#),
        };
        assert_ne!(with_password, configured);
        home.write(CONFIG, &with_password);
        configure(&home, &["atcr.io", "--yes"]);
        assert!(!text(&home, CONFIG).contains("c2Vjb25k"));
        let stderr = configure(&home, &["--remove", "atcr.io"]);
        let restored = text(&home, CONFIG);
        assert!(
            restored.contains("c2Vjb25k") && !restored.contains("Zmlyc3Q=") && !restored.contains("atcr\"}"),
            "{restored}"
        );
        assert!(stderr.contains("Restored the password for atcr.io.") && !stderr.contains("can't"), "{stderr}");
    }
}

#[test]
fn a_byte_order_mark_comes_back_with_the_last_entry() {
    let original = format!("\u{feff}{TAKEN}");
    for (file, words) in [(CONFIG, &[][..]), (AUTH, &["--podman"])] {
        let run = |home: &Home, arguments: &[&str]| configure(home, &[arguments, words].concat());
        for last in [&["--remove"][..], &["--remove", "atcr.io"]] {
            let home = home("{}");
            home.write(file, &original);
            run(&home, &["atcr.io", "--yes"]);
            run(&home, &["buoy.cr", "--yes"]);
            // Until then the client has to read it.
            run(&home, &["--remove", "buoy.cr"]);
            assert_eq!(parsed(&home, file)["credHelpers"]["buoy.cr"], "ecr-login");
            run(&home, last);
            assert_eq!(text(&home, file), original);
            assert!(!home.path(&format!("{file}.atcr-backup")).exists());
        }
    }
    // Not to a file that somebody wrote anew since.
    let home = home(original);
    configure(&home, &["atcr.io", "--yes"]);
    docker_logs_in(&home, "quay.io");
    configure(&home, &["--remove"]);
    assert_eq!(parsed(&home, CONFIG)["credHelpers"]["atcr.io"], "pass");
}

#[test]
fn edits_of_docker_do_not_stop_it() {
    let home = home(TAKEN);
    configure(&home, &["atcr.io", "buoy.cr", "--yes"]);
    docker_logs_in(&home, "quay.io");
    configure(&home, &["--remove"]);
    let mut expected: Value = serde_json::from_str(TAKEN).unwrap();
    expected["auths"]["quay.io"] = json!({"auth": "bmV3OnNlY3JldA=="});
    assert_eq!(parsed(&home, CONFIG), expected);
    assert_eq!(text(&home, BACKUP), TAKEN);
}

#[test]
fn a_backup_is_never_written_over() {
    let home = home(TAKEN);
    for round in 0..3 {
        configure(&home, &["atcr.io", "--yes"]);
        docker_logs_in(&home, &format!("r{round}.example"));
        configure(&home, &["--remove"]);
        assert_eq!(text(&home, BACKUP), TAKEN);
    }
    assert_eq!(backups(&home), ["config.json.atcr-backup", "config.json.atcr-backup-2", "config.json.atcr-backup-3"]);
    let stderr = configure(&home, &["--remove"]);
    let kept = format!("  Backup kept at {}.\n", shown(&home, BACKUP));
    assert!(stderr.starts_with("No registry is configured") && stderr.contains(&kept), "{stderr}");
    // The plugin has none.
    assert!(!configure(&home, &["--remove", "--plugin"]).contains("Backup"));
}

#[test]
fn what_was_taken_last_is_what_comes_back() {
    let home = home(TAKEN);
    configure(&home, &["atcr.io", "--yes"]);
    // Somebody decides otherwise, and takes the password out too.
    let other = r#"{"credHelpers": {"atcr.io": "secretservice"}}"#;
    home.write(CONFIG, other);
    configure(&home, &["atcr.io", "--yes"]);
    configure(&home, &["--remove"]);
    assert_eq!(text(&home, CONFIG), other);
    home.write(CONFIG, "{\"a\": 1}");
    configure(&home, &["atcr.io", "--yes"]);
    home.write(CONFIG, r#"{"credHelpers": {"atcr.io": "atcr"}, "b": 2}"#);
    configure(&home, &["--remove"]);
    assert_eq!(text(&home, CONFIG), "{\"b\": 2}");
}

#[test]
fn a_password_that_came_later_is_kept_too() {
    let home = home(TAKEN);
    configure(&home, &["atcr.io", "--yes"]);
    docker_logs_in(&home, "atcr.io");
    configure(&home, &["atcr.io", "--yes"]);
    assert_eq!(parsed(&home, CONFIG)["auths"]["atcr.io"], json!({}));
    configure(&home, &["--remove"]);
    let seen = parsed(&home, CONFIG);
    assert_eq!(seen["auths"]["atcr.io"], json!({"auth": "bmV3OnNlY3JldA=="}));
    assert_eq!(seen["credHelpers"]["atcr.io"], "pass");
    assert_eq!(text(&home, BACKUP), TAKEN);
}

#[test]
fn what_cant_be_restored_is_named_with_its_backup() {
    let changed = r#"{"auths": {"atcr.io": {"auth": "bmV3"}}, "credHelpers": {"atcr.io": "secretservice"}}"#;
    for (content, what) in [
        (changed, "docker-credential-pass and the password"),
        ("{}", "docker-credential-pass and the password"),
        (r#"{"auths": {}, "credHelpers": {"atcr.io": "atcr"}}"#, "the password"),
        (r#"{"auths": {"atcr.io": {"auth": "bmV3"}}, "credHelpers": {"atcr.io": "atcr"}}"#, "the password"),
    ] {
        let home = home(TAKEN);
        configure(&home, &["atcr.io", "--yes"]);
        home.write(CONFIG, content);
        let stderr = configure(&home, &["--remove", "atcr.io"]);
        let (config, backup) = (shown(&home, CONFIG), shown(&home, BACKUP));
        let expected = format!("! {what} for atcr.io can't be restored, because {config} was changed since.\n");
        assert!(stderr.contains(&expected), "{content}: {stderr}");
        assert!(stderr.ends_with(&format!("  Backup kept at {backup}.\n")), "{content}: {stderr}");
        assert_eq!(text(&home, BACKUP), TAKEN, "{content}");
    }
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_no_backup_that_is_kept() {
    let home = home(TAKEN);
    std::fs::create_dir(home.path(BACKUP)).unwrap();
    std::os::unix::fs::symlink("elsewhere", home.path(&format!("{BACKUP}-2"))).unwrap();
    assert!(!configure(&home, &["--remove"]).contains("Backup"));
    configure(&home, &["atcr.io", "--yes"]);
    docker_logs_in(&home, "r.example");
    let stderr = configure(&home, &["--remove"]);
    assert_eq!(stderr.matches("Backup kept").count(), 1, "{stderr}");
    assert!(stderr.contains(&format!("  Backup kept at {}-3.\n", shown(&home, BACKUP))), "{stderr}");
}

#[test]
fn podmans_file_is_restored_too() {
    let home = home(TAKEN);
    home.write(AUTH, TAKEN);
    configure(&home, &["atcr.io", "--podman", "--yes"]);
    assert!(!text(&home, AUTH).contains("c2VjcmV0OmE="));
    configure(&home, &["--remove", "--podman"]);
    assert_eq!((text(&home, AUTH), text(&home, CONFIG)), (TAKEN.to_owned(), TAKEN.to_owned()));
}

#[test]
fn a_broken_backup_stands_in_nobodys_way() {
    for broken in [&b"{"[..], b"\xff", b"[]", b""] {
        let home = home(TAKEN);
        home.write(BACKUP, broken);
        configure(&home, &["atcr.io", "--yes"]);
        configure(&home, &["--remove"]);
        assert_eq!(text(&home, CONFIG), TAKEN);
        assert_eq!(read(&home, BACKUP), broken);
    }
}

#[test]
fn what_is_in_a_backups_place_stays() {
    let home = home(TAKEN);
    fs::create_dir_all(home.path(&format!("{BACKUP}/x"))).unwrap();
    fs::create_dir_all(home.path(&format!("{BACKUP}-7"))).unwrap();
    configure(&home, &["atcr.io", "--yes"]);
    assert_eq!(text(&home, &format!("{BACKUP}-8")), TAKEN);
    configure(&home, &["--remove"]);
    assert_eq!((text(&home, CONFIG), backups(&home).len()), (TAKEN.to_owned(), 2));
}
