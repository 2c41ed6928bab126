//! `--plugin`: Docker's CLI plugin and its hooks, in config.json.

use std::fs;
use std::os::unix::fs::symlink;

use super::{BACKUP, CONFIG, configure, files, home, listing, shown, text};
use crate::support::{Home, PROGRAM};

pub(super) const FOLDER: &str = ".docker/cli-plugins";
pub(super) const LINK: &str = ".docker/cli-plugins/docker-atcr";

/// What a new file has.
const NEW: &str = "{
\t\"plugins\": {
\t\t\"atcr\": {
\t\t\t\"hooks\": \"push,pull,image push,image pull\"
\t\t}
\t},
\t\"features\": {
\t\t\"hooks\": \"true\"
\t}
}
";

/// What Docker Desktop writes.
const DESKTOP: &str = r#"{
	"auths": {},
	"credsStore": "desktop",
	"plugins": {
		"-x-cli-hints": {
			"enabled": "true"
		},
		"scout": {
			"hooks": "pull,buildx build"
		}
	},
	"features": {
		"hooks": "true"
	}
}"#;

#[test]
fn a_new_plugin_is_a_link_and_two_values() {
    let home = Home::new();
    let (config, link) = (shown(&home, CONFIG), shown(&home, LINK));
    let set_up = |now: &str| {
        format!(
            "✓ `docker atcr` {now} runs docker-credential-atcr ({link}).
✓ Docker {now} says why a push or pull was denied ({config}).
✓ docker-credential-atcr is on PATH ({}).
",
            *PROGRAM
        )
    };
    home.run(&["configure-docker", "--plugin"]).stderr(set_up("now")).check();
    assert_eq!((text(&home, CONFIG), fs::read_link(home.path(LINK)).unwrap()), (NEW.to_owned(), (*PROGRAM).into()));
    home.run(&["configure-docker", "--plugin"]).stderr(set_up("already")).check();
    let removed = format!(
        "✓ `docker atcr` no longer runs docker-credential-atcr ({link}).
✓ Docker no longer says why a push or pull was denied ({config}).
  The file had no other content and was removed.
"
    );
    home.run(&["configure-docker", "--remove", "--plugin"]).stderr(removed).check();
    assert!(!home.path(".docker").exists());
    let absent = "`docker atcr` is not set up, so there is nothing to undo.\n";
    home.run(&["configure-docker", "--remove", "--plugin"]).stderr(absent).check();
    let nothing = "No registry is configured, so there is nothing to undo.\n";
    home.run(&["configure-docker", "--remove"]).stderr(nothing).check();
}

/// `configure-docker` with nothing but the program on PATH, beside which it makes links.
fn configure_alone(home: &Home, arguments: &[&str]) {
    let program = home.path("bin/docker-credential-atcr");
    if !program.exists() {
        fs::create_dir(home.path("bin")).unwrap();
        symlink(*PROGRAM, program).unwrap();
    }
    home.run(&[&["configure-docker"], arguments].concat()).env("PATH", home.path("bin")).any_stderr().check();
}

/// In which order these are added, and removed again.
const PARTS: [&[&str]; 4] =
    [&["--plugin"], &["atcr.io"], &["buoy.cr"], &["--repository", "atcr.io/evan.jarrett.net/app"]];
const ORDERS: [([usize; 4], [usize; 4]); 4] = [
    ([0, 1, 2, 3], [2, 1, 3, 0]),
    ([1, 0, 3, 2], [1, 3, 0, 2]),
    ([3, 2, 0, 1], [0, 2, 1, 3]),
    ([2, 3, 1, 0], [3, 2, 1, 0]),
];

fn is_restored(name: &str, content: &[u8], (added, removed): ([usize; 4], [usize; 4])) {
    let home = home(content);
    for at in added {
        configure_alone(&home, PARTS[at]);
    }
    for at in removed {
        configure_alone(&home, &[&["--remove"], PARTS[at]].concat());
    }
    let left = text(&home, CONFIG);
    assert!(left.as_bytes() == content, "{name} {added:?} {removed:?}: {left}");
    assert_eq!(listing(&home.path(".docker")).len(), 1, "{name} {added:?} {removed:?}");
}

#[test]
fn every_file_is_restored_to_the_byte_in_any_order() {
    let desktop = ("docker-desktop-with-plugins".to_owned(), DESKTOP.as_bytes().to_owned());
    for (at, (name, content)) in files("before").into_iter().chain([desktop]).enumerate() {
        // An empty object or none: only the backup tells.
        let is_subtle = ["blank-file", "empty-object", "helpers-empty", "helpers-null", "docker-desktop-with-plugins"]
            .contains(&name.trim_end_matches(".json"));
        for order in if is_subtle { &ORDERS[..] } else { &ORDERS[at % 4..][..1] } {
            is_restored(&name, &content, *order);
        }
    }
}

#[test]
fn one_removal_takes_out_everything() {
    for content in [DESKTOP, "{}", "{\"plugins\": {}, \"features\": null}"] {
        let home = home(content);
        configure_alone(&home, &["--plugin", "atcr.io", "--repository", "atcr.io/evan.jarrett.net/app"]);
        configure_alone(&home, &["--remove"]);
        assert_eq!((text(&home, CONFIG), home.path(FOLDER).exists()), (content.to_owned(), false));
        assert!(!home.path(BACKUP).exists());
    }
}

#[test]
fn other_plugins_and_their_hooks_stay() {
    let home = home(DESKTOP);
    configure(&home, &["--plugin"]);
    let expected = DESKTOP.replace(
        "build\"\n\t\t}\n",
        "build\"\n\t\t},\n\t\t\"atcr\": {\n\t\t\t\"hooks\": \"push,pull,image push,image pull\"\n\t\t}\n",
    );
    assert_eq!(text(&home, CONFIG), expected);
    home.write(".docker/cli-plugins/docker-other", "");
    // Docker writes its file anew, in its own order.
    let rewritten = expected.replace("\t\"auths\": {},\n", "\t\"auths\": {\"ghcr.io\": {}},\n");
    home.write(CONFIG, &rewritten);
    configure(&home, &["--remove", "--plugin"]);
    assert_eq!(text(&home, CONFIG), DESKTOP.replace("\"auths\": {}", "\"auths\": {\"ghcr.io\": {}}"));
    assert!(home.path(".docker/cli-plugins/docker-other").exists() && !home.path(LINK).exists());
}

#[test]
fn hooks_that_are_off_are_turned_on_only_with_yes() {
    for content in
        [r#"{"features": {"hooks": "false"}}"#, r#"{"features": {"hooks": "0", "buildkit": "true"}, "x": 1}"#]
    {
        let home = home(content);
        let stderr = configure(&home, &["--plugin"]);
        let warning = format!(
            "! Docker does not say why a push or pull was denied: features.hooks is off in {}.\n  run: docker-credential-atcr configure-docker --plugin --yes\n",
            shown(&home, CONFIG)
        );
        assert!(stderr.contains(&warning) && !stderr.contains("✓ Docker"), "{stderr}");
        assert!(text(&home, CONFIG).starts_with(content.split_once('}').unwrap().0), "{}", text(&home, CONFIG));
        let stderr = configure(&home, &["--plugin", "--yes"]);
        assert!(stderr.contains("✓ Docker now says why"), "{stderr}");
        assert!(text(&home, CONFIG).contains(r#""hooks": "true""#));
        configure(&home, &["--remove", "--plugin"]);
        assert_eq!(text(&home, CONFIG), content);
    }
}

#[test]
fn hooks_that_were_off_are_off_again_after_other_edits() {
    let home = home(r#"{"features": {"hooks": "false"}}"#);
    configure(&home, &["--plugin", "--yes"]);
    home.write(CONFIG, text(&home, CONFIG).replacen('{', "{\"x\": 1, ", 1));
    configure(&home, &["--remove", "--plugin"]);
    assert_eq!(text(&home, CONFIG), r#"{"x": 1, "features": {"hooks": "false"}}"#);
    // Who turned them off after that has the last word.
    configure(&home, &["--plugin", "--yes"]);
    home.write(CONFIG, text(&home, CONFIG).replace("true", "False").replace("\"x\": 1", "\"x\": 2"));
    configure(&home, &["--remove", "--plugin"]);
    assert_eq!(text(&home, CONFIG), r#"{"x": 2, "features": {"hooks": "False"}}"#);
}

#[test]
fn hooks_turned_off_beside_the_plugin_are_off_again() {
    let turned_off =
        |home: &Home| home.write(CONFIG, text(home, CONFIG).replace(r#""hooks": "true""#, r#""hooks": "false""#));
    // In a file of a person's own, and in one that this program made.
    for before in [Some(r#"{"x": 1}"#), None] {
        let home = before.map_or_else(Home::new, home);
        configure(&home, &["--plugin"]);
        turned_off(&home);
        configure(&home, &["--plugin", "--yes"]);
        configure(&home, &["--remove"]);
        let config: serde_json::Value = serde_json::from_str(&text(&home, CONFIG)).unwrap();
        assert_eq!((&config["features"]["hooks"], &config["plugins"]), (&"false".into(), &serde_json::Value::Null));
    }
}

#[test]
fn a_plugin_that_docker_finds_elsewhere_is_still_run() {
    let home = Home::new();
    let folder = home.path("plugins");
    let elsewhere = folder.join("docker-atcr");
    fs::create_dir(&folder).unwrap();
    home.write(CONFIG, serde_json::json!({"cliPluginsExtraDirs": [home.path("none"), folder]}).to_string());
    let removed = |arguments: &[&str]| {
        configure(&home, &["--plugin"]);
        configure(&home, arguments)
    };
    let still = format!("! `docker atcr` still runs {}.\n", elsewhere.display());
    symlink(*PROGRAM, &elsewhere).unwrap();
    for arguments in [&["--remove", "--plugin"][..], &["--remove"]] {
        let stderr = removed(arguments);
        assert!(stderr.starts_with(&still) && !stderr.contains("no longer runs"), "{stderr}");
        assert!(stderr.contains("no longer says why"), "{stderr}");
    }
    // Docker runs none of these.
    fs::remove_file(&elsewhere).unwrap();
    symlink("gone", &elsewhere).unwrap();
    let stderr = removed(&["--remove"]);
    assert!(stderr.contains("no longer runs") && !stderr.contains("still"), "{stderr}");
    fs::remove_file(&elsewhere).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    assert!(removed(&["--remove"]).contains("no longer runs"));
}

/// Docker itself refuses such a file.
#[test]
fn folders_of_plugins_that_are_none_are_ignored() {
    for folders in [r#""x""#, "[1]", "{}", "null"] {
        let content = format!(r#"{{"cliPluginsExtraDirs": {folders}}}"#);
        let home = home(&content);
        configure(&home, &["--plugin"]);
        assert!(configure(&home, &["--remove"]).contains("no longer runs"), "{folders}");
        assert_eq!(text(&home, CONFIG), content);
    }
}

#[test]
fn own_hooks_of_a_person_stay_as_they_are() {
    let content = r#"{"plugins": {"atcr": {"hooks": "push"}}, "features": {"hooks": "true"}}"#;
    let home = home(content);
    configure(&home, &["--plugin"]);
    assert_eq!(text(&home, CONFIG), content);
}

#[test]
fn a_dry_run_shows_hooks_and_changes_nothing() {
    let home = home(r#"{"x": "s3cret"}"#);
    let expected = format!("--- {0}\n+++ {0}\n", shown(&home, CONFIG));
    let plan = format!("{} would be a link to docker-credential-atcr.\n", shown(&home, LINK));
    let run = home.run(&["configure-docker", "--plugin", "--dry-run"]).stderr(plan);
    let diff = run
        .stdout_has(&[
            &expected,
            r#"{"atcr": {"hooks": "push,pull,image push,image pull"}}, "features": {"hooks": "true"}"#,
        ])
        .check()
        .stdout;
    assert!(!diff.contains("s3cret") && !home.path(FOLDER).exists(), "{diff}");
    assert_eq!(text(&home, CONFIG), r#"{"x": "s3cret"}"#);
    configure(&home, &["--plugin"]);
    let plan = format!("{} would be removed.\n", shown(&home, LINK));
    home.run(&["configure-docker", "--remove", "--plugin", "--dry-run"]).stderr(plan).any_stdout().check();
    assert!(home.path(LINK).exists());
}

#[test]
fn a_file_that_docker_cant_parse_is_refused_untouched() {
    for content in [r#"{"plugins": []}"#, r#"{"plugins": {"atcr": "x"}}"#, r#"{"features": {}, "Features": {}}"#, "{"] {
        let home = home(content);
        home.run(&["configure-docker", "--plugin"]).status(1).stderr_has(&["config.json: "]).check();
        assert_eq!((text(&home, CONFIG), home.path(FOLDER).exists()), (content.to_owned(), false));
    }
}

#[test]
fn another_helper_for_a_registry_is_named_beside_the_plugin() {
    let (appview, home) = crate::support::two_accounts();
    let host = appview.host();
    let warning = |uses: &str, yes: &str| {
        format!("! Docker {uses} for {host}; run: docker-credential-atcr configure-docker {host}{yes}\n")
    };
    for (config, expected) in [
        (
            format!(r#"{{"credHelpers": {{"{host}": "ecr-login"}}}}"#),
            warning("uses docker-credential-ecr-login", " --yes"),
        ),
        (r#"{"credsStore": "desktop"}"#.to_owned(), warning("uses docker-credential-desktop (credsStore)", "")),
        ("{}".to_owned(), warning("does not use docker-credential-atcr", "")),
    ] {
        home.write(CONFIG, &config);
        for arguments in [&["configure-docker", "--plugin"][..], &["configure-docker", "--plugin", "--dry-run"]] {
            let seen = home.run(arguments).any_stdout().any_stderr().check();
            assert_eq!(seen.stderr.matches(&expected).count(), 1, "{config}: {}", seen.stderr);
        }
    }
    home.configure_docker(&host);
    for arguments in [&["configure-docker", "--plugin"][..], &["configure-docker", "--remove", "--plugin"]] {
        let seen = home.run(arguments).any_stdout().any_stderr().check();
        assert!(!seen.stderr.contains("; run: "), "{}", seen.stderr);
    }
}

#[test]
fn podmans_file_and_the_plugin_are_set_up_by_one_command() {
    let (_, home) = crate::support::two_accounts();
    home.run(&["configure-docker", "--podman", "--plugin"])
        .env("XDG_CONFIG_HOME", home.path(".config"))
        .stderr_has(&["Docker now uses", "podman now uses", "`docker atcr` now runs"])
        .check();
    home.run(&["configure-docker", "--remove", "--podman", "--plugin"])
        .env("XDG_CONFIG_HOME", home.path(".config"))
        .stderr_has(&["Docker no longer uses", "podman no longer uses", "`docker atcr` no longer runs"])
        .check();
    assert!(!home.path(".docker").exists());
}
