//! What the command does and prints.

use serde_json::Value;

use super::{BACKUP, CONFIG, before, configure, home, is_configured, listing, read, shown, text};
use crate::support::{EVAN, Home, program, two_accounts};

#[test]
fn a_new_file_is_in_dockers_style_and_removed_again() {
    let home = Home::new();
    configure(&home, &["atcr.io"]);
    let expected = "{\n\t\"credHelpers\": {\n\t\t\"atcr.io\": \"atcr\"\n\t}\n}\n";
    assert_eq!(text(&home, CONFIG), expected);
    configure(&home, &["buoy.cr"]);
    assert_eq!(listing(&home.path(".docker")).len(), 1);
    for host in ["atcr.io", "buoy.cr"] {
        configure(&home, &["--remove", host]);
    }
    assert!(!home.path(".docker").exists());
}

#[test]
fn changes_and_the_path_lookup_are_printed() {
    let home = home(before("docker-desktop.json"));
    let (config, backup) = (shown(&home, CONFIG), shown(&home, BACKUP));
    let program = program();
    let program = program.display();
    let expected = format!(
        "✓ Docker now uses docker-credential-atcr for atcr.io ({config}).
  Backup saved to {backup}.
  credsStore (desktop) still applies to all other registries.
✓ docker-credential-atcr is on PATH ({program}).
"
    );
    home.run(&["configure-docker", "atcr.io"]).stderr(expected).check();
    // Windows' hint names the folder.
    let fix = if cfg!(windows) {
        "run: powershell -NoProfile -Command \"[Environment]::SetEnvironmentVariable('Path', "
    } else {
        "export PATH="
    };
    home.run(&["configure-docker", "atcr.io"])
        .env("PATH", home.path("nowhere"))
        .stderr_has(&["already uses", "! docker-credential-atcr is not on PATH, so Docker can't run it.\n", fix])
        .check();
    let expected = format!("✓ Docker no longer uses docker-credential-atcr for atcr.io ({config}).\n");
    home.run(&["configure-docker", "--remove"]).stderr(expected).check();
    let expected = "No registry is configured, so there is nothing to undo.\n";
    home.run(&["configure-docker", "--remove"]).stderr(expected).check();
}

#[test]
fn a_byte_order_mark_stays_with_a_warning() {
    let stderr = configure(&home(before("bom.json")), &["atcr.io"]);
    assert!(stderr.contains("starts with a UTF-8 byte order mark, which Docker can't parse"), "{stderr}");
}

#[test]
fn registries_with_an_account_are_the_default() {
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
    home.run(&["configure-docker"])
        .env("ATCR_HANDLE", EVAN)
        .env("ATCR_DEVICE_SECRET", "atcr_device_1")
        .env("ATCR_REGISTRY", "buoy.cr")
        .stderr_has(&["now uses docker-credential-atcr for buoy.cr"])
        .check();
}

#[test]
fn without_accounts_login_is_suggested() {
    let expected = "error: nobody is logged in, and no registry is named
  run: docker-credential-atcr login atcr.io
";
    Home::new().run(&["configure-docker"]).status(1).stderr(expected).check();
}

#[test]
fn a_registry_is_written_as_docker_looks_it_up() {
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
        "error: Docker uses docker-credential-pass for atcr.io ({config})
  run: docker-credential-atcr configure-docker atcr.io --yes
"
    );
    home.run(&["configure-docker", "buoy.cr", "atcr.io"]).status(2).stderr(expected).check();
    home.run(&["configure-docker", "--remove", "atcr.io"])
        .stderr(format!("✓ Docker does not use docker-credential-atcr for atcr.io ({config}).\n"))
        .check();
    assert_eq!(read(&home, CONFIG), content.as_bytes());
    configure(&home, &["atcr.io", "--yes"]);
    assert_eq!(text(&home, CONFIG), content.replace("pass", "atcr"));
    configure(&home, &["--remove", "atcr.io"]);
    assert_eq!(read(&home, CONFIG), content.as_bytes());
}

#[test]
fn a_plain_text_password_is_removed_only_with_yes() {
    let home = home(before("plain-password.json"));
    let stderr = configure(&home, &["atcr.io"]);
    let config = shown(&home, CONFIG);
    let expected = format!(
        "! {config} contains a plain-text password for atcr.io that Docker may use instead (auths: \"atcr.io\").\n  run: docker-credential-atcr configure-docker atcr.io --yes\n"
    );
    assert!(stderr.contains(&expected) && !stderr.contains("ZXZhbj"), "{stderr}");
    let with_password = text(&home, CONFIG);
    assert!(with_password.contains("ZXZhbjpub3QgYSBzZWNyZXQ="));
    let stderr = configure(&home, &["atcr.io", "--yes"]);
    assert!(stderr.contains("✓ Removed the password for atcr.io from it.\n"), "{stderr}");
    let entry = "\"atcr.io\": {\n\t\t\t\"auth\": \"ZXZhbjpub3QgYSBzZWNyZXQ=\"\n\t\t}";
    assert_eq!(text(&home, CONFIG), with_password.replacen(entry, "\"atcr.io\": {}", 1));
    let stderr = configure(&super::home(before("plain-password.json")), &["atcr.io", "--yes"]);
    assert!(stderr.contains("  Backup with the password saved to "), "{stderr}");
}

#[test]
fn a_dry_run_shows_the_difference_and_changes_nothing() {
    let home = home(before("no-final-newline.json"));
    let before = listing(&home.path(".docker"));
    let config = shown(&home, CONFIG);
    let expected = format!(
        "--- {config}
+++ {config}
@@ -2 +2,4 @@
-  \"credsStore\": \"pass\"
+  \"credsStore\": \"pass\",
+  \"credHelpers\": {{
+    \"atcr.io\": \"atcr\"
+  }}
"
    );
    home.run(&["configure-docker", "atcr.io", "--dry-run"]).stdout(expected).check();
    assert_eq!(listing(&home.path(".docker")), before);
    configure(&home, &["atcr.io"]);
    home.run(&["configure-docker", "atcr.io", "--dry-run"]).stderr("Nothing to change.\n").check();
    home.run(&["configure-docker", "--remove", "--dry-run"]).stdout_has(&["-  \"credHelpers\": {\n"]).check();
}

#[test]
fn a_dry_run_is_in_colour_where_that_is_wanted() {
    let home = home("{\n  \"x\": 1\n}\n");
    let dry_run = || home.run(&["configure-docker", "atcr.io", "--dry-run"]);
    dry_run()
        .env("CLICOLOR_FORCE", "1")
        .stdout_has(&[
            "\u{1b}[1m--- ",
            "\u{1b}[36m@@ -2 +2,4 @@\u{1b}[0m\n",
            "\u{1b}[31m-  \"x\": \"***\"\u{1b}[0m\n",
            "\u{1b}[32m+",
        ])
        .check();
    for run in [dry_run(), dry_run().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")] {
        assert!(!run.any_stdout().check().stdout.contains('\u{1b}'));
    }
}

#[test]
fn a_dry_run_names_the_helper_that_could_be_replaced() {
    let home = home(r#"{"credHelpers": {"atcr.io": "pass"}}"#);
    let expected = format!(
        "! Docker still uses docker-credential-pass for atcr.io ({}).\n  \
         run: docker-credential-atcr configure-docker atcr.io --yes\n",
        shown(&home, CONFIG)
    );
    home.run(&["configure-docker", "atcr.io", "--dry-run"]).stderr(expected).check();
}

#[test]
fn a_dry_run_says_where_nothing_would_change() {
    let home = Home::new();
    configure(&home, &["atcr.io", "--plugin"]);
    for arguments in [&["atcr.io"][..], &["--plugin"], &["--remove", "buoy.cr"]] {
        let arguments = [&["configure-docker", "--dry-run"], arguments].concat();
        home.run(&arguments).stderr("Nothing to change.\n").check();
    }
    home.run(&["configure-docker", "--dry-run", "--remove", "--plugin"])
        .any_stdout()
        .stderr_has(&["would be removed"])
        .check();
}

#[test]
fn a_registry_of_others_is_configured_only_with_yes() {
    for (name, host) in [("ghcr.io", "ghcr.io"), ("docker.io", "docker.io"), ("https://eu.gcr.io", "eu.gcr.io")] {
        let home = Home::new();
        let warning = format!(
            "! {host} is not an ATCR registry: with this program as its helper, Docker can't log in to it.\n  \
             to undo it, run: docker-credential-atcr configure-docker --remove {host}\n"
        );
        home.run(&["configure-docker", name, "--dry-run"]).any_stdout().stderr(&*warning).check();
        let refusal = format!(
            "error: {host} is not an ATCR registry: with this program as its helper, Docker can't log in to it\n  \
             pass --yes to configure it all the same\n"
        );
        home.run(&["configure-docker", name]).status(2).stderr(refusal).check();
        assert!(!home.path(CONFIG).exists());
        let stderr = configure(&home, &[name, "--yes"]);
        assert!(stderr.contains(&warning), "{stderr}");
        let stderr = configure(&home, &["--remove", host]);
        assert!(!stderr.contains("not an ATCR registry") && !home.path(CONFIG).exists(), "{stderr}");
    }
}

#[test]
fn this_program_as_the_default_is_explained() {
    let home = home(r#"{"credsStore": "atcr"}"#);
    let config = shown(&home, CONFIG);
    let stderr = configure(&home, &["atcr.io"]);
    let expected = format!(
        "  credsStore (atcr) makes Docker ask it for all other registries too, and it can't keep logins of those.\n  \
         To keep them elsewhere, name another credsStore in {config}.\n"
    );
    assert!(stderr.contains(&expected), "{stderr}");
}

#[test]
fn a_dry_run_shows_no_password() {
    let home = home(before("plain-password.json"));
    for (arguments, removes) in [(&["--dry-run", "--yes"][..], true), (&["--dry-run"], false)] {
        let shown = &["+\t\t\"atcr.io\": \"atcr\"\n"];
        let run = home.run(&[&["configure-docker", "atcr.io"], arguments].concat());
        let diff = run.stdout_has(shown).any_stderr().check().stdout;
        assert!(!diff.contains("ZXZhbj"), "{diff}");
        assert_eq!(diff.contains("-\t\t\t\"auth\": \"***\"\n"), removes, "{diff}");
    }
}

/// Every place where config.json can hold a secret, beside the change and on its line.
const SECRETS: &str = r#"{"auths": {
  "atcr.io": {"auth": "s3cret-1", "username": "s3cret-2", "PassWord": "s3cret-3", "RegistryToken": "s3cret-4"},
  "x": {"identitytoken": "s3cret-5", "registrytoken": "s3cret-6"}, "y": {"password": 53_456}},
"HttpHeaders": {"Authorization": "s3cret-7"}, "proxies": {"tcp://u:s3cret-8@h": {"httpProxy": "http://u:s3cret-9@p"}},
"plugins": {"x": {"token": ["s3cret-10", {"a": "s3cret-11"}]}}, "credHelpers": {"gcr.io": "gcloud"}, "z": "s3cret-12"}
s3cret-13"#;

#[test]
fn a_dry_run_shows_changed_lines_alone_and_no_value() {
    let valid = SECRETS.replace("53_456", "53456");
    for content in [valid.clone(), valid.replace('\n', ""), valid.replace('\n', "\r\n"), valid.replace(", ", ",\n")] {
        let home = home(&content);
        for arguments in [&["--dry-run"][..], &["--dry-run", "--yes"]] {
            let run = home.run(&[&["configure-docker", "atcr.io"], arguments].concat());
            let seen = run.stdout_has(&["\"atcr.io\": \"atcr\""]).any_stderr().check();
            assert!(!(seen.stdout.clone() + &seen.stderr).contains("s3cret"), "{}", seen.stdout);
            assert!(!seen.stdout.contains("53456"), "{}", seen.stdout);
            assert!(seen.stdout.lines().all(|line| line.starts_with(['+', '-', '@', '\\'])), "{}", seen.stdout);
        }
        assert_eq!(text(&home, CONFIG), content);
    }
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
fn podman_writes_the_files_that_podman_reads() {
    let home = Home::new();
    let run = || {
        let run = home.run(&["configure-docker", "atcr.io", "--podman", "--yes"]);
        run.env("XDG_CONFIG_HOME", home.path("xdg"))
    };
    let (session, lasting) = ("run/containers/auth.json", "xdg/containers/auth.json");
    run().stderr_has(&["podman now uses"]).check();
    assert!(is_configured(&home, CONFIG) && is_configured(&home, lasting) && !home.path(session).exists());
    // From now on all that exist.
    home.write(session, r#"{"auths": {}}"#);
    home.write(lasting, r#"{"auths": {"atcr.io/evan.jarrett.net": {"auth": "YTpi"}}}"#);
    run().stderr_has(&["podman now uses", "Removed the password"]).check();
    for file in [session, lasting] {
        assert!(is_configured(&home, file) && !text(&home, file).contains("YTpi"), "{file}");
    }
    run().env("REGISTRY_AUTH_FILE", home.path("auth.json")).stderr_has(&["podman now uses"]).check();
    assert!(is_configured(&home, "auth.json"));
    let seen = run().env("REGISTRY_AUTH_FILE", home.path(CONFIG)).stderr_has(&["Docker already uses"]).check();
    assert!(!seen.stderr.contains("podman"), "{}", seen.stderr);
}

#[test]
fn podmans_file_is_in_the_home_folder_by_default() {
    let home = Home::new();
    let auth = ".config/containers/auth.json";
    configure(&home, &["atcr.io", "--podman"]);
    assert!(is_configured(&home, CONFIG) && is_configured(&home, auth));
    home.run(&["configure-docker", "--remove", "--podman"]).stderr_has(&["podman no longer"]).check();
    assert!(!home.path(CONFIG).exists() && !home.path(auth).exists());
}

#[test]
fn control_characters_of_a_file_are_stripped() {
    let home = home("{\"credHelpers\": {\"atcr.io\": \"\\u001b[31mred\"}}");
    let seen = home.run(&["configure-docker", "atcr.io"]).status(2).stderr_has(&["docker-credential-\u{fffd}[31mred"]);
    assert!(!seen.check().stderr.contains('\u{1b}'));
}

#[test]
#[cfg(unix)]
fn another_program_on_path_is_no_success() {
    let home = Home::new();
    let other = home.path("bin/docker-credential-atcr");
    crate::support::executable::script(&other, "echo docker-credential-pass 0.6.4");
    let shown = other.display();
    let warning = format!(
        "! Docker runs {shown}, which is not docker-credential-atcr.\n  run: mv -n {shown} {shown}.old && ln -s "
    );
    home.run(&["configure-docker", "atcr.io"]).env("PATH", home.path("bin")).stderr_has(&[&warning]).check();
    // As version managers put one before each program.
    crate::support::executable::script(&other, &format!("exec {} \"$@\"", program().display()));
    let good = format!("✓ docker-credential-atcr is on PATH ({shown}).\n");
    home.run(&["configure-docker", "atcr.io"]).env("PATH", home.path("bin")).stderr_has(&[&good]).check();
}

#[test]
fn a_misspelled_registry_is_configured_and_doubted() {
    let home = home("{}");
    for (named, meant) in [("atcr.oi", Some("atcr.io")), ("atcr.io", None), ("buoy.cr", None)] {
        let seen = home.run(&["configure-docker", named]).any_stderr().check().stderr;
        let doubt = meant.map(|meant| {
            format!(
                "! Nobody is logged in to {named}; did you mean {meant}?\n  to undo it, run: docker-credential-atcr \
             configure-docker --remove {named}\n"
            )
        });
        match doubt {
            Some(doubt) => assert!(seen.contains(&doubt), "{seen}"),
            None => assert!(!seen.contains("did you mean"), "{seen}"),
        }
    }
}
