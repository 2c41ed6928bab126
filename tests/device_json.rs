//! The file of accounts, as earlier helpers, later ones, people and accidents leave it.

use std::fs;

use crate::support::{EVAN, Home, MICHELLE, appview};

const FLAT: &str = r#"{"handle": "evan.jarrett.net", "device_secret": "atcr_device_1", "appview_url": "https://atcr.io", "note": "mine"}"#;

const FLAT_MIGRATED: &str = r#"{
  "version": 2,
  "registries": {
    "https://atcr.io": {
      "active": "evan.jarrett.net",
      "accounts": {
        "evan.jarrett.net": {
          "handle": "evan.jarrett.net",
          "device_secret": "atcr_device_1",
          "note": "mine"
        }
      }
    }
  }
}
"#;

const STORE: &str = r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_2"}"#;

#[test]
fn any_command_migrates_the_first_helpers_file() {
    for arguments in [&["status", "--offline"][..], &["list"], &["which", "atcr.io/evan.jarrett.net/app"]] {
        let home = Home::new();
        home.configure_docker("atcr.io");
        home.write_device_json(FLAT);
        home.run(arguments).stdout_has(&[EVAN]).check();
        assert_eq!(home.device_json(), FLAT_MIGRATED);
        assert_eq!(fs::read_to_string(home.path(".atcr/device.json.bak")).unwrap(), FLAT);
        #[cfg(unix)]
        for name in [".atcr/device.json", ".atcr/device.json.bak"] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o7777, 0o600, "{name}");
        }
    }
}

#[test]
fn get_answers_from_the_second_helpers_file_and_migrates_it() {
    let (appview, home) = (appview(), Home::new());
    let secret = appview.device_secret(EVAN);
    let url = appview.url();
    let old = format!(
        r#"{{"credentials": {{"{url}": {{"handle": "{EVAN}", "device_secret": "{secret}", "did": "did:plc:evan", "appview_url": "{url}"}},
            "https://buoy.cr": {{"handle": "{MICHELLE}", "device_secret": "atcr_device_2"}}}}}}"#
    );
    home.write_device_json(&old);
    let host = appview.host();
    home.verb("get", &*host)
        .stdout(format!("{{\"ServerURL\":\"{host}\",\"Username\":\"{EVAN}\",\"Secret\":\"{secret}\"}}\n"))
        .check();
    assert_eq!(home.secret(&appview, EVAN), secret);
    assert!(home.device_json().contains("\"https://buoy.cr\""), "{}", home.device_json());
    assert_eq!(fs::read_to_string(home.path(".atcr/device.json.bak")).unwrap(), old);
}

#[test]
fn an_earlier_backup_is_not_written_over() {
    let home = Home::new();
    home.write(".atcr/device.json.bak", "the first one");
    home.write_device_json(FLAT);
    home.run(&["status", "--offline"]).stdout_has(&[EVAN]).check();
    assert_eq!(fs::read_to_string(home.path(".atcr/device.json.bak")).unwrap(), "the first one");
}

#[test]
fn an_old_file_that_cannot_be_rewritten_is_used_as_it_is() {
    let home = Home::new();
    home.write_device_json(FLAT);
    // A folder where the lock would be: nothing can be changed, whoever runs this.
    fs::create_dir(home.path(".atcr/device.json.lock")).unwrap();
    home.run(&["list"]).stdout("{\"atcr.io\":\"evan.jarrett.net\"}\n").check();
    assert_eq!(home.device_json(), FLAT);
}

#[test]
#[cfg(unix)]
fn a_read_only_home_still_answers() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let (appview, home) = crate::support::two_accounts();
    let secret = home.secret(&appview, EVAN);
    home.write_device_json(format!(
        r#"{{"handle": "{EVAN}", "device_secret": "{secret}", "appview_url": "{}"}}"#,
        appview.url()
    ));
    let before = home.device_json();
    // Somebody else's program, where this is root: no mode stops root.
    let program = home.path("docker-credential-atcr");
    crate::support::executable::copy(*crate::support::PROGRAM, &program);
    for (name, mode) in
        [(".", 0o755), (".atcr", 0o555), (".atcr/device.json", 0o444), ("docker-credential-atcr", 0o755)]
    {
        fs::set_permissions(home.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = home.command(&program);
    command.arg("get");
    if rustix::process::geteuid().is_root() {
        let mut as_nobody = home.command("true");
        if as_nobody.uid(65_534).gid(65_534).status().is_err() {
            return crate::support::skip("a read-only home: this namespace has no other user to be");
        }
        command.uid(65_534).gid(65_534);
    }
    let host = appview.host();
    crate::support::Run::new(command)
        .stdin(&*host)
        .stdout(format!("{{\"ServerURL\":\"{host}\",\"Username\":\"{EVAN}\",\"Secret\":\"{secret}\"}}\n"))
        .check();
    assert_eq!(home.device_json(), before);
    fs::set_permissions(home.path(".atcr"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_broken_file_is_named_and_stays_untouched() {
    let broken: [(Vec<u8>, &str); 9] = [
        (Vec::new(), "not valid JSON (line 1, column 0)"),
        (b" \n\n".to_vec(), "not valid JSON (line 3, column 0)"),
        (FLAT.as_bytes()[..60].to_vec(), "not valid JSON (line 1, column 60)"),
        (b"{\"a\": \"\xff\"}".to_vec(), "not valid JSON (line 1, column"),
        (b"\xff\xfe{\0}\0".to_vec(), "not valid JSON (line 1, column 1)"),
        (format!("{FLAT} x").into_bytes(), "not valid JSON (line 1, column"),
        ("[".repeat(100_000).into_bytes(), "the content is not an object"),
        (b"\"atcr_device_hidden\"".to_vec(), "the content is not an object"),
        (br#"{"version": 2, "registries": ["atcr_device_hidden"]}"#.to_vec(), "\"registries\" is not an object"),
    ];
    for (content, reason) in broken {
        let home = Home::new();
        home.write_device_json(&content);
        let parts = ["device.json", reason, "docker-credential-atcr login"];
        for (verb, input) in [("get", "atcr.io"), ("store", STORE), ("erase", "atcr.io"), ("list", "")] {
            let run = home.verb(verb, input).named(&format!("{verb} of what is {reason}"));
            let seen = run.status(1).stdout_has(&parts).stderr_has(&parts).check();
            assert_eq!(seen.stdout, seen.stderr);
            assert!(!seen.stdout.contains("atcr_device_"), "{}", seen.stdout);
        }
        home.run(&["status", "--offline"]).status(1).stderr_has(&parts).check();
        home.run(&["login"]).status(1).stderr_has(&parts).check();
        assert_eq!(fs::read(home.path(".atcr/device.json")).unwrap(), content);
    }
}

#[test]
fn what_is_there_twice_is_read_and_never_written_away() {
    let text = FLAT_MIGRATED.replacen(
        '{',
        "{\n  \"registries\": {\"https://b.example\": {\"accounts\": {\"b.example\": {\"device_secret\": \"s\"}}}},",
        1,
    );
    let home = Home::new();
    home.write_device_json(&text);
    home.run(&["status", "--offline"]).stdout_has(&[EVAN]).check();
    let file = home.path(".atcr").join("device.json");
    let line = format!("{}: \"registries\" is there twice; remove one of the two by hand", file.display());
    home.verb("erase", "atcr.io").fails_with(&line).check();
    home.verb("store", STORE).fails_with(&line).check();
    let parts: Vec<_> = line.split("; ").collect();
    for arguments in [&["login"][..], &["logout"], &["logout", "--all", "--yes"], &["switch", EVAN]] {
        home.run(arguments).status(1).stderr_has(&parts).check();
    }
    assert_eq!(home.device_json(), text);
}

#[test]
fn a_command_that_fails_in_json_writes_the_error_as_json() {
    let home = Home::new();
    home.write_device_json("{");
    let file = home.path(".atcr").join("device.json");
    let broken = format!("{}: not valid JSON (line 1, column 1)", file.display());
    let no_handle = "--account \"no one\" is not a handle (a domain name such as evan.jarrett.net)";
    for (arguments, error) in [
        (&["status", "--json"][..], &*broken),
        (&["token", "--json", "atcr.io/a.example/app"], &broken),
        (&["token", "--json", "atcr.io/a.example/app", "--account", "no one"], no_handle),
        (&["which", "--json", "atcr.io/a.example/app", "--account", "no one"], no_handle),
        (&["doctor", "--json", "--account", "no one"], no_handle),
    ] {
        let seen = home.run(arguments).any_end().any_stdout().stderr_has(&[&format!("error: {error}\n")]).check();
        let report: serde_json::Value = serde_json::from_str(&seen.stdout).unwrap();
        assert_eq!(report["error"], error, "{arguments:?}");
        let hint = report["hint"].as_str().map(|hint| format!("error: {error}\n  {hint}\n"));
        assert!(hint.is_none_or(|hint| seen.stderr == hint), "{}", seen.stderr);
    }
}

#[test]
fn a_newer_version_is_named_and_stays_untouched() {
    let home = Home::new();
    let content = r#"{"version": 3, "registries": {"https://atcr.io": {"future": true}}}"#;
    home.write_device_json(content);
    let file = home.path(".atcr").join("device.json");
    let line =
        format!("{}: unsupported version 3 (expected 2); install the newest docker-credential-atcr", file.display());
    home.verb("get", "atcr.io").fails_with(&line).check();
    home.verb("erase", "atcr.io").fails_with(&line).check();
    assert_eq!(home.device_json(), content);
}

#[test]
fn a_byte_order_mark_is_no_obstacle() {
    let home = Home::new();
    home.write_device_json(format!("\u{feff}{FLAT_MIGRATED}"));
    home.run(&["list"]).stdout("{\"atcr.io\":\"evan.jarrett.net\"}\n").check();
}

#[test]
fn keys_that_are_not_known_survive_every_change() {
    let home = Home::new();
    home.write_device_json(
        r#"{"version": 2, "z": 1, "registries": {"https://atcr.io": {"active": "a.example", "y": [true], "accounts": {
            "a.example": {"handle": "a.example", "device_secret": "atcr_device_1", "x": {"w": null}}}}}, "b": "last"}"#,
    );
    home.verb("store", STORE).check();
    let expected = r#"{
  "version": 2,
  "z": 1,
  "registries": {
    "https://atcr.io": {
      "active": "a.example",
      "y": [
        true
      ],
      "accounts": {
        "a.example": {
          "handle": "a.example",
          "device_secret": "atcr_device_2",
          "x": {
            "w": null
          }
        }
      }
    }
  },
  "b": "last"
}
"#;
    assert_eq!(home.device_json(), expected);
}

#[test]
#[cfg(unix)]
fn a_file_that_is_a_link_stays_one() {
    let home = Home::new();
    home.write("dotfiles/device.json", FLAT_MIGRATED);
    fs::create_dir(home.path(".atcr")).unwrap();
    std::os::unix::fs::symlink("../dotfiles/device.json", home.path(".atcr/device.json")).unwrap();
    home.verb("store", STORE).check();
    assert!(fs::symlink_metadata(home.path(".atcr/device.json")).unwrap().is_symlink());
    assert!(fs::read_to_string(home.path("dotfiles/device.json")).unwrap().contains("a.example"));
}

/// As in a folder that is not this program's alone.
#[test]
fn a_file_of_something_else_is_not_rewritten() {
    for content in [r#"{"name": "sensor","id": 5}"#, "{}", "{ \"appview_url\": 1 }"] {
        let home = Home::new();
        home.write_device_json(content);
        for words in [&["status"][..], &["list"], &["which", "atcr.io/a.example/app"], &["doctor"]] {
            home.run(words).any_stdout().any_end().check();
            assert_eq!(home.device_json(), content, "{words:?}");
        }
        home.verb("store", STORE).check();
        assert!(home.device_json().contains("atcr_device_2") && home.device_json().contains("\"version\": 2"));
        assert!(!content.contains("sensor") || home.device_json().contains("\"name\": \"sensor\""));
    }
}

/// Nobody must be led to make a file elsewhere.
#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_is_replaced() {
    let appview = appview();
    for target in ["nowhere", "../elsewhere/device.json"] {
        for words in [&["store"][..], &["login", &appview.host(), "--with-token", "--account", EVAN]] {
            let home = Home::new();
            fs::create_dir_all(home.path("elsewhere")).unwrap();
            fs::create_dir(home.path(".atcr")).unwrap();
            let file = home.path(".atcr/device.json");
            std::os::unix::fs::symlink(target, &file).unwrap();
            let input = if words == ["store"] { STORE.to_owned() } else { appview.device_secret(EVAN) };
            home.run(words).stdin(input).any_stdout().any_stderr().check();
            assert!(!file.is_symlink() && home.device_json().contains("atcr_device_"), "{target}, {words:?}");
            assert!(fs::read_dir(home.path("elsewhere")).unwrap().next().is_none(), "{target}, {words:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn hard_links_are_not_parted() {
    let home = Home::new();
    home.write_device_json(FLAT_MIGRATED);
    fs::hard_link(home.path(".atcr/device.json"), home.path("other name")).unwrap();
    let file = home.path(".atcr/device.json").canonicalize().unwrap();
    let fix = format!("cp -p {0} {0}.copy && mv {0}.copy {0}", file.display());
    let why = ["it has 2 hard links, and replacing it would part them", &fix];
    home.verb("store", STORE).status(1).stdout_has(&why).stderr_has(&why).check();
    home.verb("erase", "atcr.io").status(1).stdout_has(&why).stderr_has(&why).check();
    home.run(&["logout"]).status(1).stderr_has(&why).check();
    for name in [".atcr/device.json", "other name"] {
        assert_eq!(fs::read_to_string(home.path(name)).unwrap(), FLAT_MIGRATED);
    }
    home.run(&["list"]).stdout("{\"atcr.io\":\"evan.jarrett.net\"}\n").check();
    assert!(home.command("sh").args(["-c", &fix]).status().unwrap().success());
    home.verb("store", STORE).check();
    assert_eq!(fs::read_to_string(home.path("other name")).unwrap(), FLAT_MIGRATED);
}

#[test]
fn a_folder_or_file_in_the_place_of_the_other_is_named() {
    let home = Home::new();
    fs::create_dir_all(home.path(".atcr/device.json")).unwrap();
    let line = ["device.json: can't be read"];
    home.verb("get", "atcr.io").status(1).stdout_has(&line).stderr_has(&line).check();
    home.write("nowhere", "a file");
    let nowhere = home.path("nowhere/atcr");
    home.verb("store", STORE)
        .env("ATCR_CONFIG_DIR", &nowhere)
        .status(1)
        .stdout_has(&["nowhere", "can't be written"])
        .stderr_has(&["nowhere", "can't be written"])
        .check();
}

/// 200 registries of 25 accounts each, as JSON with this indentation.
fn large(indent: &str) -> String {
    let accounts =
        (0..25).map(|account| format!(r#""p{account}.example": {{"device_secret": "atcr_device_{{\"}}{account}"}}"#));
    let accounts = accounts.collect::<Vec<_>>().join(&format!(",{indent}"));
    let registries = (0..200).map(|number| {
        format!(r#""https://r{number}.example": {{"active": "p{}.example", "accounts": {{{accounts}}}}}"#, number % 25)
    });
    let registries = registries.collect::<Vec<_>>().join(&format!(",{indent}"));
    format!("{{\"version\": 2,{indent}\"registries\": {{{indent}{registries}{indent}}}}}\n")
}

#[test]
fn a_large_file_gives_the_same_answers() {
    let home = Home::new();
    for content in [large(""), large("\n    "), large("\n").replace("https://r1", r"https:\/\/r1")] {
        home.write_device_json(content);
        for number in [0, 7, 199] {
            let image = format!("r{number}.example/stranger.example/app");
            let answer =
                format!("{image}: pulls as p{}.example (active); pushing needs stranger.example\n", number % 25);
            home.configure_docker(&format!("r{number}.example"));
            home.run(&["which", &image]).stdout(answer).check();
        }
        let other = ["which", "r200.example/stranger.example/app"];
        home.run(&other).status(1).stderr_has(&["not logged in to r200.example"]).check();
    }
}

#[test]
fn an_error_in_another_registry_does_not_stop_get() {
    let home = Home::new();
    home.write_device_json(large("\n").replacen("p7.example\": {", "p7.example\": {\"handle\": 7,", 1));
    let image = "r3.example/stranger.example/app";
    let answer = format!("{image}: pulls as p3.example (active); pushing needs stranger.example\n");
    home.configure_docker("r3.example");
    home.run(&["which", image]).stdout(answer).check();
    let broken = ["\"https://r0.example\" > \"accounts\" > \"p7.example\" > \"handle\" is not a text"];
    home.run(&["which", "r0.example/stranger.example/app"]).status(1).stderr_has(&broken).check();
    home.verb("list", "").status(1).stdout_has(&broken).stderr_has(&broken).check();
}

/// What a parser makes of a hundred megabytes of numbers would fill the memory.
#[test]
fn a_file_of_more_than_8_mib_is_refused_and_stays() {
    let home = Home::new();
    let with_note = |length| format!(r#"{{"version": 2, "note": "{}"}}"#, "x".repeat(length));
    let bound = 8 << 20;
    let rest = with_note(0).len();
    home.write_device_json(with_note(bound - rest));
    home.verb("get", "atcr.io").status(1).stdout_has(&["credentials not found"]).any_stderr().check();
    // Nor is one written that could not be read again.
    for length in [bound - rest, bound - rest + 1] {
        home.write_device_json(with_note(length));
        home.verb("store", STORE).status(1).stdout_has(&["it is larger than 8 MiB"]).any_stderr().check();
        assert_eq!(home.device_json().len(), rest + length);
    }
    let file = home.path(".atcr").join("device.json");
    let line = format!("{}: can't be read: it is larger than 8 MiB", file.display());
    home.verb("get", "atcr.io").fails_with(&line).check();
    home.run(&["status"]).status(1).stderr(format!("error: {line}\n")).check();
    home.run(&["doctor"]).status(1).stdout_has(&[&line]).any_stderr().check();
}

/// In the words of a shell that is at home in these folders.
fn moves(home: &Home) -> (String, String) {
    let file = home.path(".atcr").join("device.json").to_str().unwrap().to_owned();
    let verbs = if cfg!(windows) { ("move", "copy") } else { ("mv -n", "cp") };
    (format!("{} {file} {file}.broken", verbs.0), format!("{} {file}.bak {file}", verbs.1))
}

#[test]
fn a_broken_file_is_set_aside_by_one_command() {
    let home = Home::new();
    let (set_aside, restore) = moves(&home);
    let is_parsed = |backup: Option<&str>| backup == Some(FLAT);
    for (broken, backup) in [
        ("{", None),
        ("{", Some("{")),
        ("{", Some("")),
        ("{", Some(r#"{"version": 3}"#)),
        ("{", Some(FLAT)),
        ("[]", Some(FLAT)),
        (r#"{"version": 2, "registries": 7}"#, Some(FLAT)),
        ("", Some(FLAT)),
    ] {
        home.write_device_json(broken);
        let _ = fs::remove_file(home.path(".atcr/device.json.bak"));
        if let Some(backup) = backup {
            home.write(".atcr/device.json.bak", backup);
        }
        let command = if is_parsed(backup) {
            format!("run: {set_aside} && {restore}")
        } else {
            format!("run: {set_aside} && docker-credential-atcr login")
        };
        for line in [&["status"][..], &["logout"], &["switch"], &["which", "atcr.io/a.example/app"]] {
            let run = home.run(line).status(1).stderr_has(&[&format!("\n  {command}\n")]);
            run.check();
        }
        home.run(&["doctor"]).status(1).stdout_has(&[&format!("\n    {command}\n")]).any_stderr().check();
        let get = home.verb("get", "atcr.io").status(1).any_stderr();
        get.stdout_has(&[&format!("; {command}\n")]).check();
    }
}

#[cfg(unix)]
#[test]
fn the_command_for_a_broken_file_brings_the_accounts_back() {
    let home = Home::new();
    home.write_device_json("{");
    home.write(".atcr/device.json.bak", FLAT);
    let stderr = home.run(&["status", "--offline"]).status(1).any_stderr().check().stderr;
    let command = stderr.lines().find_map(|line| line.trim().strip_prefix("run: ")).unwrap();
    let mut shell = home.command("sh");
    shell.args(["-c", command]);
    crate::support::Run::new(shell).check();
    home.run(&["status", "--offline"]).stdout_has(&[EVAN]).check();
    assert_eq!(fs::read_to_string(home.path(".atcr/device.json.broken")).unwrap(), "{");
}
