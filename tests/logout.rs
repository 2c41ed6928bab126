use std::fs;

use crate::support::{AppView, EVAN, Home, MICHELLE, appview, two_accounts};

#[test]
fn the_only_account_is_logged_out_without_a_prompt() {
    let home = Home::new();
    home.verb("store", r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_1"}"#).check();
    home.run(&["logout"])
        .stderr("✓ Logged out of atcr.io as a.example.\nhttps://atcr.io still lists this device; you can revoke it there.\n")
        .check();
    assert_eq!(home.device_json(), "{\n  \"version\": 2,\n  \"registries\": {}\n}\n");
}

#[test]
fn one_of_two_is_named_and_the_other_stays() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.run(&["logout", &host, "--account", MICHELLE])
        .stderr(format!("✓ Logged out of {host} as {MICHELLE}.\nhttp://{host} still lists this device; you can revoke it there.\n{EVAN} is the only account there now.\n"))
        .check();
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
}

#[test]
fn an_account_that_is_not_active_leaves_the_active_one() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.run(&["logout", &host, "--account", "did:plc:evan"])
        .stderr(format!("✓ Logged out of {host} as {EVAN}.\nhttp://{host} still lists this device; you can revoke it there.\n{MICHELLE} stays the active account.\n"))
        .check();
}

/// It may be the very secret, from when the person logged in with Docker alone. The files are not this program's; Windows has
/// podman's elsewhere.
#[test]
#[cfg(unix)]
fn passwords_that_stay_are_named() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    let password = format!(r#"{{"auths": {{"{host}": {{"auth": "ZXZhbjpzZWNyZXQ="}}}}}}"#);
    let auth = ".config/containers/auth.json";
    home.write(auth, &password);
    home.log_in(&appview, &[EVAN]);
    home.write(".docker/config.json", &password);
    let names = |file: &str| {
        format!("! {} contains a password for {host}, which a logout does not remove.\n", home.path(file).display())
    };
    let said = home.run(&["logout"]).any_stderr().check().stderr;
    assert!(said.contains(&names(".docker/config.json")) && said.contains(&names(auth)), "{said}");
    home.run(&["configure-docker", &host, "--yes"]).any_stderr().check();
    home.log_in(&appview, &[EVAN]);
    let said = home.run(&["logout"]).any_stderr().check().stderr;
    assert!(said.contains(&names(".docker/config.json.atcr-backup")), "{said}");
    assert!(!said.contains(&names(".docker/config.json")) && !said.contains("ZXZhbjpzZWNyZXQ="), "{said}");
    // Nor one for another registry.
    home.verb("store", r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_1"}"#).check();
    let said = home.run(&["logout"]).any_stderr().check().stderr;
    assert!(!said.contains("contains a password"), "{said}");
}

/// Only a migration makes a backup, and only as a file.
#[test]
#[cfg(unix)]
fn what_is_somebodys_own_beside_the_file_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let backup = ".atcr/device.json.bak";
    let secret = "atcr_device_1";
    let store = format!(r#"{{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "{secret}"}}"#);
    for (content, is_kept) in [("my notes", true), ("{\"x\": 1}", true), (secret, false)] {
        let home = Home::new();
        home.verb("store", &*store).check();
        home.write(backup, content);
        home.run(&["logout", "--all", "--yes"]).any_stderr().check();
        assert_eq!(home.path(backup).exists(), is_kept, "{content}");
    }
    let home = Home::new();
    home.verb("store", &*store).check();
    home.write("script", format!("echo {secret}"));
    symlink(home.path("script"), home.path(backup)).unwrap();
    home.run(&["logout", "--all", "--yes"]).any_stderr().check();
    assert!(home.path("script").exists() && home.path(backup).is_symlink());
    let home = Home::new();
    home.verb("store", &*store).check();
    home.write(&format!("{backup}/keep"), "mine");
    home.set_mode(backup, 0o755);
    home.run(&["logout", "--all", "--yes"]).any_stderr().check();
    assert_eq!(fs::metadata(home.path(backup)).unwrap().permissions().mode() & 0o777, 0o755);
}

/// What follows the registry may name another account than the one that would be logged out.
#[test]
fn an_image_is_no_registry() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    let (before, host) = (home.device_json(), appview.host());
    let image = format!("{host}/other.example/app");
    let is_none = format!("error: \"{image}\" is an image, not a registry\n");
    for command in ["logout", "login", "status"] {
        let hint = format!("  run: docker-credential-atcr {command} {host} --account other.example\n");
        home.run(&[command, &image]).status(2).stderr(format!("{is_none}{hint}")).check();
    }
    let run = home.run(&["switch", "--registry", &image]).status(2);
    run.stderr(format!("{is_none}  did you mean {host}?\n")).check();
    assert_eq!(home.device_json(), before);
}

/// Nobody wants to log in to log out.
#[test]
fn what_was_meant_is_named_in_place_of_a_login() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    let seen = home.run(&["logout", "evan.jarret.net"]).status(1);
    seen.stderr_has(&[&format!("\n  did you mean --account {EVAN}?\n")]).check();
    let seen = home.run(&["switch", &appview.host()]).status(2);
    seen.stderr_has(&[&format!("\n  did you mean --registry {}?\n", appview.host())]).check();
}

#[test]
fn several_accounts_and_no_name_is_a_usage_error() {
    let (appview, home) = two_accounts();
    let (before, host) = (home.device_json(), appview.host());
    home.run(&["logout"])
        .status(2)
        .stderr(format!(
            "error: several accounts for {host}: {EVAN}, {MICHELLE}\n  \
             name one: docker-credential-atcr logout {host} --account HANDLE\n"
        ))
        .check();
    assert_eq!(home.device_json(), before);
}

#[test]
fn an_account_that_is_not_logged_in_is_an_error() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.run(&["logout", &host, "--account", "c.example"])
        .status(1)
        .stderr(format!("error: c.example is not logged in to {host} (logged in: {EVAN}, {MICHELLE})\n"))
        .check();
}

#[test]
fn a_registry_without_accounts_gets_those_that_have_some_and_no_login() {
    let (appview, home) = two_registries();
    let host = appview.host();
    for line in [&["logout", "nosuch.example"][..], &["logout", "nosuch.example", "--all", "--yes"]] {
        let error = format!("error: not logged in to nosuch.example (logged in: {host}, buoy.cr)\n");
        home.run(line).status(1).stderr(error).check();
        Home::new().run(line).status(1).stderr("error: not logged in to nosuch.example\n").check();
    }
    let error = format!("error: not logged in to bouy.cr (logged in: {host}, buoy.cr)\n  did you mean buoy.cr?\n");
    home.run(&["logout", "bouy.cr"]).status(1).stderr(error).check();
}

#[test]
fn without_accounts_nobody_is_logged_in() {
    for line in [&["logout"][..], &["logout", "--all"], &["logout", "--all", "--yes"], &["logout", "--account", EVAN]] {
        Home::new().run(line).status(1).stderr("error: nobody is logged in\n").check();
    }
}

#[test]
fn without_the_active_one_of_three_none_is_active() {
    let (appview, home) = two_accounts();
    appview.person("c.example", "did:plc:c");
    home.log_in(&appview, &["c.example", MICHELLE, EVAN]);
    let host = appview.host();
    home.run(&["logout", "--account", EVAN])
        .stderr(format!(
            "✓ Logged out of {host} as {EVAN}.\nhttp://{host} still lists this device; you can revoke it there.\nNo active account \
             (logged in: c.example, {MICHELLE}). Choose one with: docker-credential-atcr switch --registry {host}\n"
        ))
        .check();
}

/// Two accounts at the AppView, and one at buoy.cr.
fn two_registries() -> (AppView, Home) {
    let (appview, home) = two_accounts();
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "b.example", "Secret": "atcr_device_1"}"#).check();
    (appview, home)
}

#[test]
fn an_account_that_only_one_registry_has_needs_no_registry() {
    let (_appview, home) = two_registries();
    home.run(&["logout", "--account", "b.example"])
        .stderr("✓ Logged out of buoy.cr as b.example.\nhttps://buoy.cr still lists this device; you can revoke it there.\n")
        .check();
}

#[test]
fn several_registries_and_no_name_is_a_usage_error() {
    let (appview, home) = two_registries();
    let host = appview.host();
    home.run(&["logout"])
        .status(2)
        .stderr(format!(
            "error: several accounts: {EVAN} at {host}, {MICHELLE} at {host}, b.example at buoy.cr\n  \
             name one: docker-credential-atcr logout REGISTRY --account HANDLE\n"
        ))
        .check();
    home.run(&["logout", "--account", "d.example"])
        .status(1)
        .stderr_has(&["error: d.example is not logged in anywhere (logged in: ", "b.example at buoy.cr)\n"])
        .check();
}

#[test]
fn without_a_terminal_the_default_registry_is_atcr_io() {
    let (_appview, home) = two_registries();
    home.verb("store", r#"{"ServerURL": "atcr.io", "Username": "a.example", "Secret": "atcr_device_1"}"#).check();
    home.run(&["logout"])
        .stderr("✓ Logged out of atcr.io as a.example.\nhttps://atcr.io still lists this device; you can revoke it there.\n")
        .check();
}

#[test]
fn all_logs_out_every_account_everywhere_or_of_one_registry() {
    let (appview, home) = two_registries();
    let host = appview.host();
    let all_here = format!("✓ Logged out of {host} as {EVAN}.\n✓ Logged out of {host} as {MICHELLE}.\n");
    let lists = |url: &str| format!("{url} still lists this device; you can revoke it there.\n");
    let expected = format!("{all_here}{}", lists(&appview.url()));
    home.run(&["logout", &host, "--all", "--yes"]).stderr(expected).check();
    home.run(&["status"]).stdout_has(&["buoy.cr"]).check();
    let (appview, home) = two_registries();
    let all = all_here.replace(&host, &appview.host()) + "✓ Logged out of buoy.cr as b.example.\n";
    let all = all + &lists(&appview.url()) + &lists("https://buoy.cr");
    home.run(&["logout", "--all", "--yes"]).stderr(all).check();
    home.run(&["logout", "--all", "--yes"]).status(1).stderr("error: nobody is logged in\n").check();
}

#[test]
fn all_without_yes_is_refused_without_a_terminal() {
    let (appview, home) = two_registries();
    let (before, host) = (home.device_json(), appview.host());
    for (line, place) in
        [(&["logout", "--all"][..], String::new()), (&["logout", "--all", &host], format!(" at {host}"))]
    {
        let error = format!("error: refusing to log out of all accounts{place} without confirmation\n");
        home.run(line).status(2).stderr(error + "  pass --yes to confirm\n").check();
    }
    assert_eq!(home.device_json(), before);
    home.run(&["logout", "--all", "--account", EVAN]).status(2).stderr_has(&["cannot be used with"]).check();
}

/// A file of the second helper, for two registries.
const OLD: &str = r#"{"credentials": {
    "https://atcr.io": {"handle": "a.example", "device_secret": "atcr_device_a"},
    "https://buoy.cr": {"handle": "b.example", "device_secret": "atcr_device_b"}}}"#;

/// Everything in the folder of device.json.
fn all_files(home: &Home) -> String {
    let files = fs::read_dir(home.path(".atcr")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn the_backup_of_an_older_file_keeps_no_secret_of_it() {
    for arguments in [&["logout", "--all", "--yes"][..], &["logout", "buoy.cr"]] {
        for is_migrated in [true, false] {
            let home = Home::new();
            home.write_device_json(OLD);
            if is_migrated {
                home.run(&["list"]).any_stdout().check();
                assert!(home.path(".atcr/device.json.bak").exists());
            }
            home.run(arguments).any_stderr().check();
            assert!(!all_files(&home).contains("atcr_device_b"), "{arguments:?}");
            home.run(&["logout", "atcr.io"]).any_end().check();
            assert!(!all_files(&home).contains("atcr_device"), "{arguments:?}");
            assert!(!home.path(".atcr/device.json.bak").exists(), "{arguments:?}");
        }
    }
}

#[test]
fn the_backup_keeps_the_secrets_of_others() {
    let home = Home::new();
    home.write_device_json(OLD);
    home.verb("erase", "buoy.cr").any_stderr().check();
    let backup = fs::read_to_string(home.path(".atcr/device.json.bak")).unwrap();
    assert!(backup.contains("atcr_device_a") && !backup.contains("atcr_device_b"), "{backup}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.path(".atcr/device.json.bak")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
    }
}

#[test]
fn the_backup_loses_the_secret_of_an_earlier_login_too() {
    let home = Home::new();
    home.write_device_json(OLD);
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "b.example", "Secret": "atcr_device_2"}"#).check();
    home.run(&["logout", "buoy.cr"]).any_stderr().check();
    assert!(!all_files(&home).contains("atcr_device_b"));
}

#[test]
fn damaged_entries_take_nobody_away_until_all_log_out() {
    let home = Home::new();
    home.write_device_json(OLD.replace("b.example", ""));
    home.run(&["list"]).stdout("{\"atcr.io\":\"a.example\"}\n").check();
    assert!(home.device_json().contains("atcr_device_b"));
    home.run(&["logout", "--all", "--yes"]).any_stderr().check();
    assert!(!all_files(&home).contains("atcr_device"));
}

#[test]
fn the_last_logout_says_that_docker_still_asks() {
    let home = Home::new();
    home.write_device_json(
        r#"{"version": 2, "registries": {"https://atcr.io": {"accounts": {"a.example": {"device_secret": "s"}}}}}"#,
    );
    home.configure_docker("atcr.io");
    let elsewhere = home.device_json().replace(
        "\"https://atcr.io\"",
        "\"https://b.example\": {\"accounts\": {\"b.example\": {\"device_secret\": \"s\"}}}, \"https://atcr.io\"",
    );
    let alone = home.device_json();
    for (accounts, end) in [(elsewhere, "--remove atcr.io\n"), (alone, "--remove\n")] {
        home.write_device_json(accounts);
        let run = home.run(&["logout", "--registry", "atcr.io"]);
        run.stderr_has(&[&format!("to stop that, run: docker-credential-atcr configure-docker {end}")]).check();
    }
}

/// A disk on which nothing new has room.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_keeps_nobody_logged_in() {
    let one = r#"{"version": 2, "registries": {"https://atcr.io": {"accounts": {"a.example": {"device_secret": "atcr_device_a"}}}}}"#;
    let two = one.replace("\"a.example\"", "\"b.example\": {\"device_secret\": \"atcr_device_b\"}, \"a.example\"");
    for (content, command, is_gone) in [
        (one, "\"$PROGRAM\" logout", true),
        (one, "echo atcr.io | \"$PROGRAM\" erase", true),
        (OLD, "\"$PROGRAM\" logout --all --yes", true),
        (&two, "\"$PROGRAM\" logout --all --yes", true),
        (&two, "\"$PROGRAM\" logout --account a.example", false),
        (OLD, "\"$PROGRAM\" logout buoy.cr", false),
    ] {
        let (blocks, inodes) = (
            "head -c 1000000 /dev/zero > .atcr/filling 2>/dev/null || :",
            "(for i in 1 2 3 4 5 6 7; do : > .atcr/$i; done) 2>/dev/null || :",
        );
        for (limit, fill) in [("size=16k", blocks), ("nr_inodes=5", inodes)] {
            let home = Home::new();
            home.write_device_json(content);
            home.age_device_json();
            let mount = format!("cp -a .atcr kept; mount -t tmpfs -o {limit},mode=0700 none .atcr; cp -a kept/. .atcr");
            let list = "grep -c . .atcr/device.json 2>/dev/null || :; exit $code";
            let script = format!("{mount}; {fill}; code=0; {command} || code=$?; {list}");
            let Some(run) = home.with_own_mounts(&script) else { return };
            if is_gone {
                run.named(command).stdout("").any_stderr().check();
            } else {
                let hint = "revoke this device at the registry meanwhile; make room on that disk, and try again\n";
                let lines = format!("{}\n", content.lines().count());
                run.named(command).status(1).stdout(lines).stderr_has(&["No space left on device", hint]).check();
            }
        }
    }
}
