//! Against config.json files as they are met in the world, kept byte for byte in tests/configs: `before`, what becomes
//! of each in `after`, and those that are refused.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{EVAN, Home, MICHELLE, PROGRAM, two_accounts};

const CONFIG: &str = ".docker/config.json";
const BACKUP: &str = ".docker/config.json.atcr-backup";

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let file = |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap());
    paths.into_iter().map(file).collect()
}

fn before(name: &str) -> Vec<u8> {
    files("before").into_iter().find(|(file, _)| file == name).unwrap().1
}

/// A home with this config.json.
fn home(content: impl AsRef<[u8]>) -> Home {
    let home = Home::new();
    home.write(CONFIG, content);
    home
}

fn read(home: &Home, name: &str) -> Vec<u8> {
    fs::read(home.path(name)).unwrap()
}

fn shown(home: &Home, name: &str) -> String {
    home.path(name).display().to_string()
}

#[track_caller]
fn configure(home: &Home, arguments: &[&str]) -> String {
    home.run(&[&["configure-docker"], arguments].concat()).stderr_has(&[]).check().stderr
}

/// Everything in a folder, with what would tell that a file was written again.
fn listing(folder: &Path) -> Vec<(PathBuf, Option<std::time::SystemTime>, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::metadata(&path).unwrap().modified().ok(), fs::read(&path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn every_file_of_the_table_gets_the_entry_and_nothing_else() {
    let (before, after) = (files("before"), files("after"));
    assert!(before.len() >= 25, "{}", before.len());
    assert_eq!(before.len(), after.len());
    for ((name, content), (_, expected)) in before.into_iter().zip(after) {
        let home = home(&content);
        configure(&home, &["atcr.io"]);
        assert_eq!(String::from_utf8_lossy(&read(&home, CONFIG)), String::from_utf8_lossy(&expected), "{name}");
        assert_eq!(read(&home, BACKUP), content, "{name}");
    }
}

#[test]
fn every_file_of_the_table_is_byte_for_byte_what_it_was_once_the_entry_is_removed() {
    for (name, content) in files("before") {
        let home = home(&content);
        for _ in 0..2 {
            configure(&home, &["atcr.io"]);
            configure(&home, &["--remove", "atcr.io"]);
            assert!(read(&home, CONFIG) == content, "{name}: {}", String::from_utf8_lossy(&read(&home, CONFIG)));
            assert_eq!(listing(&home.path(".docker")).len(), 1, "{name}");
        }
    }
}

#[test]
fn several_registries_come_and_go_in_any_order() {
    let hosts = ["atcr.io", "buoy.cr:8443", "localhost:5000"];
    for (name, content) in files("before") {
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
            let home = home(&content);
            configure(&home, &hosts[..2]);
            configure(&home, &hosts[2..]);
            for at in order {
                configure(&home, &["--remove", hosts[at]]);
            }
            assert!(read(&home, CONFIG) == content, "{name} {order:?}");
        }
    }
}

#[test]
fn without_the_backup_every_file_that_has_helpers_or_members_is_what_it_was_too() {
    // Whether there was an empty credHelpers, or an empty file, is only told by the backup.
    let told = ["{}", "{ }", "{\n}", "", "\n\n"];
    for (name, content) in files("before") {
        if told.map(str::as_bytes).contains(&content.trim_ascii_end()) || name.contains("helpers-empty") {
            continue;
        }
        let home = home(&content);
        configure(&home, &["atcr.io"]);
        fs::remove_file(home.path(BACKUP)).unwrap();
        configure(&home, &["--remove", "atcr.io"]);
        if name != "helpers-null.json" && name != "empty-object-crlf.json" {
            assert!(read(&home, CONFIG) == content, "{name}");
        }
    }
}

#[test]
fn what_another_program_wrote_between_stays() {
    let home = home("{\n\t\"auths\": {}\n}");
    configure(&home, &["atcr.io"]);
    // docker login writes its own keys in its own order.
    home.write(CONFIG, "{\n\t\"auths\": {\n\t\t\"ghcr.io\": {}\n\t},\n\t\"credHelpers\": {\n\t\t\"atcr.io\": \"atcr\",\n\t\t\"gcr.io\": \"gcloud\"\n\t}\n}");
    configure(&home, &["--remove", "atcr.io"]);
    let expected =
        "{\n\t\"auths\": {\n\t\t\"ghcr.io\": {}\n\t},\n\t\"credHelpers\": {\n\t\t\"gcr.io\": \"gcloud\"\n\t}\n}";
    assert_eq!(String::from_utf8(read(&home, CONFIG)).unwrap(), expected);
}

#[test]
fn a_file_that_is_as_it_should_be_is_not_written() {
    for (name, content) in files("before") {
        let home = home(content);
        configure(&home, &["--remove", "atcr.io"]);
        assert!(!home.path(BACKUP).exists(), "{name}");
        configure(&home, &["atcr.io"]);
        let before = listing(&home.path(".docker"));
        #[cfg(unix)]
        let inode = || std::os::unix::fs::MetadataExt::ino(&fs::metadata(home.path(CONFIG)).unwrap());
        #[cfg(unix)]
        let inode_before = inode();
        let stderr = configure(&home, &["atcr.io"]);
        assert!(stderr.contains("Docker asks docker-credential-atcr for atcr.io already"), "{name}: {stderr}");
        assert_eq!(listing(&home.path(".docker")), before, "{name}");
        #[cfg(unix)]
        assert_eq!(inode(), inode_before, "{name}");
    }
}

#[test]
fn what_is_not_json_is_refused_untouched_and_nothing_of_it_is_shown() {
    let refused = files("refused");
    let reasons = [
        ("array.json", "what it holds is not a JSON object (line 1)"),
        ("comments.json", "is not JSON: key must be a string at line 2 column 3"),
        (
            "control-character.json",
            "is not JSON: control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0",
        ),
        ("cut-off.json", "is not JSON: EOF while parsing a string at line 4 column 20"),
        ("helpers-text.json", "credHelpers is not a JSON object (line 2)"),
        ("helpers-twice.json", "has credHelpers twice (line 3)"),
        ("host-twice.json", "has atcr.io twice (line 4)"),
        ("latin-1.json", "is not UTF-8 (line 2)"),
        ("null.json", "what it holds is not a JSON object (line 1)"),
        ("single-quotes.json", "is not JSON: key must be a string at line 1 column 2"),
        ("trailing-comma.json", "is not JSON: trailing comma at line 4 column 1"),
        ("two-objects.json", "is not JSON: trailing characters at line 2 column 1"),
        ("utf-16-big.json", "is UTF-16, which Docker can't read; save it as UTF-8"),
        ("utf-16.json", "is UTF-16, which Docker can't read; save it as UTF-8"),
        ("yaml.json", "is not JSON: expected value at line 1 column 1"),
    ];
    assert_eq!(refused.len(), reasons.len());
    for ((name, content), (of, reason)) in refused.into_iter().zip(reasons) {
        assert_eq!(name, of);
        for arguments in [&["configure-docker", "atcr.io"][..], &["configure-docker", "--remove", "atcr.io"]] {
            let home = home(&content);
            let before = listing(&home.path(".docker"));
            let error =
                format!("error: {}: {reason}\n  nothing was changed; mend the file first\n", shown(&home, CONFIG));
            home.run(arguments).status(1).stderr(error).check();
            assert_eq!(listing(&home.path(".docker")), before, "{name}");
        }
    }
}

#[test]
fn a_file_that_was_not_there_is_made_in_dockers_style_and_removed_again() {
    let home = Home::new();
    configure(&home, &["atcr.io"]);
    let expected = "{\n\t\"credHelpers\": {\n\t\t\"atcr.io\": \"atcr\"\n\t}\n}\n";
    assert_eq!(String::from_utf8(read(&home, CONFIG)).unwrap(), expected);
    configure(&home, &["buoy.cr"]);
    assert_eq!(listing(&home.path(".docker")).len(), 1);
    for host in ["atcr.io", "buoy.cr"] {
        configure(&home, &["--remove", host]);
    }
    assert_eq!(listing(&home.path(".docker")), []);
}

#[test]
fn what_it_did_is_said_and_whether_the_program_is_found() {
    let home = home(before("docker-desktop.json"));
    let (config, backup) = (shown(&home, CONFIG), shown(&home, BACKUP));
    let expected = format!(
        "✓ Docker asks docker-credential-atcr for atcr.io from now on ({config}).
  What it held before is in {backup}.
  Its credsStore (desktop) is passed over for atcr.io, and stays for all other registries.
✓ docker-credential-atcr is found on PATH ({PROGRAM}).
"
    );
    home.run(&["configure-docker", "atcr.io"]).stderr(expected).check();
    home.run(&["configure-docker", "atcr.io"])
        .env("PATH", home.path("nowhere"))
        .stderr_has(&["already", "! docker-credential-atcr is not on PATH, so it will not be found.\n", PROGRAM])
        .check();
    let expected = format!("✓ Docker asks docker-credential-atcr for atcr.io no more ({config}).\n");
    home.run(&["configure-docker", "--remove"]).stderr(expected).check();
    let expected = "No registry is configured, so there is nothing to undo.\n";
    home.run(&["configure-docker", "--remove"]).stderr(expected).check();
}

#[test]
fn a_file_with_a_byte_order_mark_is_edited_and_dockers_trouble_with_it_is_told() {
    let stderr = configure(&home(before("bom.json")), &["atcr.io"]);
    assert!(stderr.contains("begins with a byte order mark, with which Docker can't read it"), "{stderr}");
}

#[test]
fn the_registries_that_somebody_is_logged_in_to_are_configured() {
    let (appview, home) = two_accounts();
    configure(&home, &[]);
    let config: Value = serde_json::from_slice(&read(&home, CONFIG)).unwrap();
    assert_eq!(config["credHelpers"], serde_json::json!({ appview.host(): "atcr" }));
    configure(&home, &["--remove"]);
    assert!(!home.path(CONFIG).exists());
}

#[test]
fn the_registry_of_the_environments_credential_is_configured() {
    let home = Home::new();
    let run = home.run(&["configure-docker"]).env("ATCR_HANDLE", EVAN).env("ATCR_DEVICE_SECRET", "atcr_device_1");
    run.env("ATCR_REGISTRY", "buoy.cr").stderr_has(&["for buoy.cr from now on"]).check();
}

#[test]
fn with_nobody_logged_in_and_nothing_named_the_commands_are_told() {
    let expected = "error: nobody is logged in, so there is no registry to tell Docker about
  run: docker-credential-atcr login atcr.io, or name a registry: docker-credential-atcr configure-docker atcr.io
";
    Home::new().run(&["configure-docker"]).status(1).stderr(expected).check();
}

#[test]
fn a_registry_is_named_in_any_form_and_written_as_docker_looks_it_up() {
    for (name, key) in [
        ("https://ATCR.io/", "atcr.io"),
        ("atcr.io/evan.jarrett.net/app", "atcr.io"),
        ("atcr.io:443", "atcr.io:443"),
        ("https://localhost:5000", "localhost:5000"),
    ] {
        let home = Home::new();
        configure(&home, &[name]);
        let config: Value = serde_json::from_slice(&read(&home, CONFIG)).unwrap();
        assert_eq!(config, serde_json::json!({"credHelpers": {key: "atcr"}}), "{name}");
    }
    Home::new().run(&["configure-docker", "not a host"]).status(2).stderr_has(&["\"not a host\" is not"]).check();
}

#[test]
fn another_helper_is_replaced_only_with_yes() {
    let content = "{\n  \"credHelpers\": {\n    \"atcr.io\": \"pass\",\n    \"gcr.io\": \"gcloud\"\n  }\n}\n";
    let home = home(content);
    let config = shown(&home, CONFIG);
    let expected = format!(
        "error: Docker asks docker-credential-pass for atcr.io ({config})
  to replace it: docker-credential-atcr configure-docker atcr.io --yes
"
    );
    home.run(&["configure-docker", "buoy.cr", "atcr.io"]).status(2).stderr(expected).check();
    home.run(&["configure-docker", "--remove", "atcr.io"])
        .stderr(format!("✓ Docker does not ask docker-credential-atcr for atcr.io ({config}).\n"))
        .check();
    assert_eq!(read(&home, CONFIG), content.as_bytes());
    configure(&home, &["atcr.io", "--yes"]);
    assert_eq!(String::from_utf8(read(&home, CONFIG)).unwrap(), content.replace("pass", "atcr"));
    configure(&home, &["--remove", "atcr.io"]);
    assert_eq!(read(&home, CONFIG), content.as_bytes());
}

#[test]
fn a_plain_password_is_told_and_removed_only_with_yes() {
    let home = home(before("plain-password.json"));
    let stderr = configure(&home, &["atcr.io"]);
    let config = shown(&home, CONFIG);
    let expected = format!(
        "! {config} holds a password for atcr.io that may be used instead (auths: \"atcr.io\").\n  To remove it: docker-credential-atcr configure-docker atcr.io --yes\n"
    );
    assert!(stderr.contains(&expected) && !stderr.contains("ZXZhbj"), "{stderr}");
    let kept = String::from_utf8(read(&home, CONFIG)).unwrap();
    assert!(kept.contains("ZXZhbjpub3QgYSBzZWNyZXQ="));
    let stderr = configure(&home, &["atcr.io", "--yes"]);
    assert!(stderr.contains("✓ The password for atcr.io is no longer in it.\n"), "{stderr}");
    let entry = "\"atcr.io\": {\n\t\t\t\"auth\": \"ZXZhbjpub3QgYSBzZWNyZXQ=\"\n\t\t}";
    assert_eq!(String::from_utf8(read(&home, CONFIG)).unwrap(), kept.replacen(entry, "\"atcr.io\": {}", 1));
}

#[test]
fn every_key_under_which_docker_finds_a_password_is_found() {
    for (entry, is_found) in [
        (r#""https://atcr.io/v1/": {"auth": "x"}"#, true),
        (r#""http://ATCR.io": {"auth": "x"}"#, true),
        (r#""atcr.io": {"identitytoken": "x", "email": "y"}"#, true),
        (r#""atcr.io": {"auth": ""}"#, false),
        (r#""atcr.io": {}, "https://atcr.io": null"#, false),
        (r#""x.atcr.io": {"auth": "x"}"#, false),
        (r#""atcr.io:5000": {"auth": "x"}"#, false),
    ] {
        let stderr = configure(&home(format!("{{\"auths\": {{{entry}}}}}")), &["atcr.io"]);
        assert_eq!(stderr.contains("holds a password"), is_found, "{entry}");
    }
}

#[test]
fn a_dry_run_shows_the_difference_and_changes_nothing() {
    let home = home(before("no-final-newline.json"));
    let before = listing(&home.path(".docker"));
    let config = shown(&home, CONFIG);
    let expected = format!(
        "--- {config}
+++ {config}
@@ -1,3 +1,6 @@
 {{
-  \"credsStore\": \"pass\"
+  \"credsStore\": \"pass\",
+  \"credHelpers\": {{
+    \"atcr.io\": \"atcr\"
+  }}
 }}
\\ No newline at end of file
"
    );
    home.run(&["configure-docker", "atcr.io", "--dry-run"]).stdout(expected).check();
    assert_eq!(listing(&home.path(".docker")), before);
    configure(&home, &["atcr.io"]);
    home.run(&["configure-docker", "atcr.io", "--dry-run"]).check();
    let seen =
        home.run(&["configure-docker", "--remove", "--dry-run"]).stdout_has(&["-  \"credHelpers\": {\n"]).check();
    assert!(seen.stderr.is_empty());
}

#[test]
fn a_dry_run_shows_no_password() {
    let content = before("plain-password.json");
    for arguments in
        [&["configure-docker", "atcr.io", "--dry-run", "--yes"][..], &["configure-docker", "atcr.io", "--dry-run"]]
    {
        let shown = &[" \t\t\t\"auth\": \"***\"\n", "+\t\t\"atcr.io\": \"atcr\"\n"];
        let seen = home(&content).run(arguments).stdout_has(shown).stderr_has(&[]).check();
        assert!(!seen.stdout.contains("ZXZhbj"), "{}", seen.stdout);
        assert_eq!(seen.stdout.contains("-\t\t\t\"auth\": \"***\"\n"), arguments.contains(&"--yes"), "{}", seen.stdout);
    }
}

#[test]
fn what_was_there_is_kept_with_its_password_and_that_is_told() {
    let stderr = configure(&home(before("plain-password.json")), &["atcr.io", "--yes"]);
    assert!(stderr.contains("  What it held before, the password too, is in "), "{stderr}");
}

#[test]
fn a_dry_run_shows_a_file_that_would_be_new() {
    let home = Home::new();
    let expected = format!(
        "--- /dev/null
+++ {}
@@ -0,0 +1,5 @@
+{{
+\t\"credHelpers\": {{
+\t\t\"atcr.io\": \"atcr\"
+\t}}
+}}
",
        shown(&home, CONFIG)
    );
    home.run(&["configure-docker", "atcr.io", "--dry-run"]).stdout(expected).check();
    assert!(!home.path(".docker").exists());
}

#[test]
fn podmans_file_is_the_one_that_podman_reads() {
    let run = |home: &Home| home.run(&["configure-docker", "atcr.io", "--podman"]).without_env("XDG_CONFIG_HOME");
    let is_configured = |home: &Home, name: &str| {
        let content = fs::read_to_string(home.path(name)).unwrap_or_default();
        content.contains("\"atcr.io\": \"atcr\"")
    };
    if !cfg!(windows) {
        // The home folder is not the test's there: BaseDirs asks Windows.
        let home = Home::new();
        run(&home).env("XDG_RUNTIME_DIR", home.path("run")).stderr_has(&["podman asks"]).check();
        assert!(is_configured(&home, CONFIG) && is_configured(&home, ".config/containers/auth.json"));
        home.run(&["configure-docker", "--remove", "--podman"]).stderr_has(&["podman asks"]).check();
        assert!(!home.path(CONFIG).exists() && !home.path(".config/containers/auth.json").exists());
    }
    let home = Home::new();
    run(&home).env("XDG_CONFIG_HOME", home.path("xdg")).stderr_has(&["podman asks"]).check();
    assert!(is_configured(&home, "xdg/containers/auth.json"));
    home.write("run/containers/auth.json", "{}");
    run(&home).env("XDG_RUNTIME_DIR", home.path("run")).stderr_has(&["podman asks"]).check();
    assert!(is_configured(&home, "run/containers/auth.json"));
    run(&home).env("REGISTRY_AUTH_FILE", home.path("auth.json")).stderr_has(&["podman asks"]).check();
    assert!(is_configured(&home, "auth.json"));
    let seen = run(&home).env("REGISTRY_AUTH_FILE", home.path(CONFIG)).stderr_has(&["Docker asks"]).check();
    assert!(!seen.stderr.contains("podman"), "{}", seen.stderr);
}

#[test]
fn logging_in_says_no_more_of_docker_once_it_asks() {
    let (appview, home) = two_accounts();
    home.configure_docker(&appview.host());
    appview.approve_devices_as(MICHELLE);
    let seen = home.run(&["login", &appview.host()]).stderr_has(&["Logged in"]).check();
    assert!(!seen.stderr.contains("configure-docker"), "{}", seen.stderr);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;
    use crate::support::Run;

    fn mode(home: &Home, name: &str) -> u32 {
        fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(home: &Home, name: &str, mode: u32) {
        fs::set_permissions(home.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_new_file_and_its_folder_are_for_their_owner_alone() {
        let home = Home::new();
        configure(&home, &["atcr.io"]);
        assert_eq!((mode(&home, ".docker"), mode(&home, CONFIG)), (0o700, 0o600));
    }

    #[test]
    fn the_mode_stays_and_the_backup_is_for_its_owner_alone() {
        for of_file in [0o600, 0o644, 0o640, 0o666, 0o755] {
            let home = home("{}");
            set_mode(&home, CONFIG, of_file);
            configure(&home, &["atcr.io"]);
            assert_eq!((mode(&home, CONFIG), mode(&home, BACKUP)), (of_file, 0o600));
            configure(&home, &["--remove"]);
            assert_eq!(mode(&home, CONFIG), of_file);
        }
    }

    #[test]
    fn the_owner_stays() {
        let home = home("{}");
        if std::os::unix::fs::chown(home.path(CONFIG), Some(12345), Some(54321)).is_err() {
            crate::support::skip("only root gives files away");
            return;
        }
        configure(&home, &["atcr.io"]);
        let metadata = fs::metadata(home.path(CONFIG)).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (12345, 54321));
    }

    #[test]
    fn a_link_stays_a_link_and_its_file_is_changed() {
        for (link, target) in [
            ("../dotfiles/config.json", "dotfiles/config.json"),
            ("ABSOLUTE", "dotfiles/config.json"),
            ("../chain", "dotfiles/config.json"),
        ] {
            let home = Home::new();
            home.write(target, "{}");
            fs::create_dir(home.path(".docker")).unwrap();
            symlink("dotfiles/config.json", home.path("chain")).unwrap();
            let link = if link == "ABSOLUTE" { home.path(target) } else { PathBuf::from(link) };
            symlink(&link, home.path(CONFIG)).unwrap();
            configure(&home, &["atcr.io"]);
            assert_eq!(fs::read_link(home.path(CONFIG)).unwrap(), link);
            assert_eq!(listing(&home.path("dotfiles")).len(), 1);
            assert!(fs::read_to_string(home.path(target)).unwrap().contains("\"atcr.io\": \"atcr\""));
            configure(&home, &["--remove", "atcr.io"]);
            assert_eq!(read(&home, target), b"{}");
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_gets_its_file_and_loses_it_again() {
        let home = Home::new();
        fs::create_dir(home.path(".docker")).unwrap();
        symlink("../dotfiles/docker/config.json", home.path(CONFIG)).unwrap();
        configure(&home, &["atcr.io"]);
        assert_eq!(mode(&home, "dotfiles/docker/config.json"), 0o600);
        assert!(fs::symlink_metadata(home.path(CONFIG)).unwrap().is_symlink());
        configure(&home, &["--remove", "atcr.io"]);
        assert!(fs::symlink_metadata(home.path(CONFIG)).unwrap().is_symlink());
        assert!(!home.path("dotfiles/docker/config.json").exists());
    }

    #[test]
    fn links_that_go_round_are_an_error() {
        let home = Home::new();
        fs::create_dir(home.path(".docker")).unwrap();
        symlink("config.json", home.path(CONFIG)).unwrap();
        home.run(&["configure-docker", "atcr.io"]).status(1).stderr_has(&["config.json: can't be read: "]).check();
    }

    #[test]
    fn a_read_only_file_stays_and_the_entry_to_paste_is_told() {
        let home = home("{}");
        set_mode(&home, CONFIG, 0o444);
        let config = shown(&home, CONFIG);
        let expected = format!(
            "error: {config}: can't be written: the file is read-only
  put this into it yourself: \"credHelpers\": {{ \"atcr.io\": \"atcr\", \"buoy.cr\": \"atcr\" }}
"
        );
        home.run(&["configure-docker", "atcr.io", "buoy.cr"]).status(1).stderr(expected).check();
        assert_eq!((read(&home, CONFIG), mode(&home, CONFIG)), (b"{}".to_vec(), 0o444));
        assert!(!home.path(BACKUP).exists());
    }

    #[test]
    fn a_read_only_file_that_is_as_it_should_be_is_no_failure() {
        let home = home(r#"{"credHelpers": {"atcr.io": "atcr"}}"#);
        set_mode(&home, CONFIG, 0o444);
        configure(&home, &["atcr.io"]);
    }

    /// A container is given the file alone: it can be neither replaced nor accompanied.
    #[test]
    fn a_file_that_is_mounted_alone_is_changed_in_place() {
        let home = home("");
        home.write("outside.json", "{}");
        let script = "mount --bind outside.json .docker/config.json && \"$0\" configure-docker atcr.io";
        let Some(run) = in_mounts_of_its_own(&home, script) else { return };
        run.stderr_has(&["from now on"]).check();
        assert!(fs::read_to_string(home.path("outside.json")).unwrap().contains("\"atcr.io\": \"atcr\""));
    }

    #[test]
    fn a_read_only_file_system_is_told_with_the_entry_to_paste() {
        let home = home("{}");
        let before = listing(&home.path(".docker"));
        let script =
            "mount --bind .docker .docker && mount -o remount,ro,bind .docker && \"$0\" configure-docker atcr.io";
        let Some(run) = in_mounts_of_its_own(&home, script) else { return };
        run.status(1)
            .stderr_has(&[
                "config.json: can't be written: Read-only file system (os error 30)\n",
                "  put this into it yourself: \"credHelpers\": { \"atcr.io\": \"atcr\" }\n",
            ])
            .check();
        assert_eq!(listing(&home.path(".docker")), before);
    }

    /// A run of the program (`$0`) by a script that may mount, if this machine lets it.
    fn in_mounts_of_its_own(home: &Home, script: &str) -> Option<Run> {
        let unshare = |script: &str| {
            let mut command = home.command("unshare");
            command.args(["--mount", "--map-root-user", "sh", "-c", script, PROGRAM]);
            command
        };
        let may_mount = unshare("mount --bind . .").output().is_ok_and(|output| output.status.success());
        if !may_mount {
            crate::support::skip("this machine lets nobody mount");
        }
        may_mount.then(|| Run::new(unshare(script)))
    }

    #[test]
    fn docker_finds_the_helper() {
        let Some(docker) = installed("docker", "Docker version") else { return };
        let (appview, home) = two_accounts();
        configure(&home, &[]);
        let mut login = home.command(docker);
        login.args(["login", &appview.host()]).env("DOCKER_HOST", format!("unix://{}", shown(&home, "no-engine")));
        // Some versions ask the registry themselves where there is no engine, others fail; before that all tell what
        // the helper said.
        let output = login.output().unwrap();
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(told.contains("Authenticating with existing credentials"), "{told}");
    }

    #[test]
    fn skopeo_finds_the_helper_in_either_file() {
        let Some(skopeo) = installed("skopeo", "skopeo version") else { return };
        for (file, arguments) in [(".docker/config.json", &[][..]), (".config/containers/auth.json", &["--podman"])] {
            let (appview, home) = two_accounts();
            configure(&home, arguments);
            for other in
                [".docker/config.json", ".config/containers/auth.json"].into_iter().filter(|&name| name != file)
            {
                drop(fs::remove_file(home.path(other)));
            }
            let mut login = home.command(skopeo);
            login.args(["login", "--get-login", &appview.host()]).env_remove("DOCKER_CONFIG");
            Run::new(login).stdout(format!("{MICHELLE}\n")).check();
        }
    }

    /// A client, if it is on this machine: podman comes with a `docker` that is podman.
    fn installed(name: &'static str, version: &str) -> Option<&'static str> {
        let output = Home::new().command(name).arg("--version").output();
        let is_there = output.is_ok_and(|output| output.stdout.starts_with(version.as_bytes()));
        if !is_there {
            crate::support::skip(&format!("{name} is not installed"));
        }
        is_there.then_some(name)
    }

    #[test]
    fn what_was_found_is_told_in_no_ones_words_that_drive_the_terminal() {
        let home = home("{\"credHelpers\": {\"atcr.io\": \"\\u001b[31mred\"}}");
        let seen =
            home.run(&["configure-docker", "atcr.io"]).status(2).stderr_has(&["docker-credential-\u{fffd}[31mred"]);
        assert!(!seen.check().stderr.contains('\u{1b}'));
    }
}
