//! What `--remove` takes away besides the entry.

use super::{CONFIG, configure, home, listing, shown, text};
use crate::support::Home;

#[test]
fn an_empty_folder_of_ours_is_removed() {
    let home = Home::new();
    configure(&home, &["atcr.io"]);
    configure(&home, &["--remove"]);
    assert!(!home.path(".docker").exists());
    home.write(".docker/daemon.json", "{}");
    configure(&home, &["atcr.io"]);
    configure(&home, &["--remove"]);
    assert!(home.path(".docker/daemon.json").exists());
    // A variable can name a folder that is to stay.
    for _ in 0..2 {
        home.run(&["configure-docker", "atcr.io"]).env("DOCKER_CONFIG", home.path("mine")).any_stderr().check();
        home.run(&["configure-docker", "--remove"]).env("DOCKER_CONFIG", home.path("mine")).any_stderr().check();
        assert!(home.path("mine").exists());
    }
}

#[test]
fn the_default_for_every_registry_is_taken_out() {
    let home = home(r#"{"credsStore": "atcr", "x": 1}"#);
    let stderr = configure(&home, &["atcr.io"]);
    assert!(stderr.contains("already uses") && !stderr.contains("applies"), "{stderr}");
    let stderr = configure(&home, &["--remove", "atcr.io"]);
    let config = shown(&home, CONFIG);
    let expected = format!(
        "! Docker still uses docker-credential-atcr for atcr.io: it is the credsStore of {config}.\n  run: docker-credential-atcr configure-docker --remove\n"
    );
    assert_eq!(stderr, expected);
    let stderr = configure(&home, &["--remove"]);
    let expected = format!("✓ Docker no longer uses docker-credential-atcr as credsStore ({config}).\n");
    assert!(stderr.starts_with(&expected), "{stderr}");
    assert_eq!(text(&home, CONFIG), r#"{"x": 1}"#);
}

#[test]
fn the_default_and_the_entries_are_taken_out_together() {
    let home = home(r#"{"credsStore": "atcr", "credHelpers": {"atcr.io": "atcr", "gcr.io": "gcloud"}}"#);
    let stderr = configure(&home, &["--remove"]);
    assert!(!stderr.contains("still"), "{stderr}");
    assert_eq!(text(&home, CONFIG), r#"{"credHelpers": {"gcr.io": "gcloud"}}"#);
}

#[test]
fn a_password_beside_our_credsstore_comes_back() {
    let content = r#"{"auths": {"atcr.io": {"auth": "c2VjcmV0OmE="}}, "credsStore": "atcr"}"#;
    let home = home(content);
    configure(&home, &["atcr.io", "--yes"]);
    assert!(!text(&home, CONFIG).contains("c2VjcmV0OmE="));
    configure(&home, &["--remove", "atcr.io"]);
    assert_eq!(text(&home, CONFIG), content);
}

#[test]
fn everything_goes_from_podmans_files_too() {
    const PODMANS: &str = ".config/containers/auth.json";
    let home = Home::new();
    configure(&home, &["atcr.io", "--podman"]);
    home.run(&["configure-docker", "--remove"]).stderr_has(&["Docker no longer uses", "podman no longer uses"]).check();
    assert!(!home.path(".docker").exists() && !home.path(PODMANS).exists());
    // What only Docker's file names is no news of podman's, and one that can't be read keeps nothing else from its end.
    configure(&home, &["buoy.cr"]);
    home.write(PODMANS, r#"{"auths": {}}"#);
    let stderr = configure(&home, &["--remove"]);
    assert!(!stderr.contains("podman"), "{stderr}");
    configure(&home, &["buoy.cr"]);
    home.write(PODMANS, "{");
    let stderr = configure(&home, &["--remove"]);
    assert!(stderr.starts_with("! ") && stderr.contains("auth.json: "), "{stderr}");
    assert!(!home.path(".docker").exists());
    assert_eq!(text(&home, PODMANS), "{");
}

#[test]
fn what_became_of_the_file_is_said_after_what_was_undone() {
    let (home, host) = (Home::new(), "atcr.io");
    home.run(&["configure-docker", "--plugin", host]).any_stderr().check();
    home.run(&["configure-docker", "--remove", host]).any_stderr().check();
    let seen = home.run(&["configure-docker", "--remove"]).any_stderr().check().stderr;
    assert!(
        seen.starts_with("✓ ") && seen.contains(").\n  The file had no other content and was removed.\n"),
        "{seen}"
    );
}

#[test]
fn where_there_is_nothing_to_undo_no_folder_is_made() {
    let home = Home::new();
    let before = listing(&home.path(""));
    home.run(&["configure-docker", "--remove"]).any_stderr().check();
    assert_eq!(listing(&home.path("")), before);
    configure(&home, &["atcr.io"]);
    home.run(&["configure-docker", "--remove"]).any_stderr().check();
    assert_eq!(listing(&home.path("")), before);
}
