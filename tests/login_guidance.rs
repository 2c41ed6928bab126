//! What a login says at its end, and whom it lets in.

use std::fs;

use crate::support::{AppView, EVAN, Home, MICHELLE, appview, https_appview};

fn approving(handle: &str) -> AppView {
    let appview = appview();
    appview.approve_devices_as(handle);
    appview
}

/// What a login prints, with names for what is different in each run, from where it is done.
fn end_of_login(appview: &AppView, home: &Home, arguments: &[&str]) -> String {
    end_of_login_with(appview, home, arguments, &[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus")])
}

fn end_of_login_with(appview: &AppView, home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let (host, name) = (appview.host(), ["--device-name", "the grey one"]);
    let arguments = [&["login", &host, "--configure-docker=no"], &name[..], arguments].concat();
    let mut run = home.run_with_stores("", &arguments).without_env("XDG_RUNTIME_DIR");
    for (name, value) in variables {
        run = run.env(name, value);
    }
    let printed = run.stderr_has(&["Logged in"]).check().stderr;
    let printed = home.screen(appview, &printed);
    printed[printed.find("✓ Logged in").unwrap()..].to_owned()
}

const END: &str = "\
The device secret is stored in HOME/.atcr/device.json.
To keep it in the system's keychain, run: docker-credential-atcr login HOST --store STORE
http://HOST lists this device as \"the grey one\"; you can revoke it there.
Next, build and push an image:
  docker build -t HOST/evan.jarrett.net/app .
  docker push HOST/evan.jarrett.net/app
";

fn end() -> String {
    let store = if cfg!(target_os = "macos") {
        "osxkeychain"
    } else if cfg!(windows) {
        "wincred"
    } else {
        "secretservice"
    };
    END.replace("STORE", store)
}

#[test]
fn the_last_lines_say_where_things_are_and_what_is_next() {
    let (appview, home) = (approving(EVAN), Home::new());
    let expected = format!("✓ Logged in to HOST as {EVAN}.\n{}", end());
    // Where Docker does not use it, a push would fail, and the flag says that nobody wants to know.
    assert_eq!(end_of_login(&appview, &home, &[]), expected.split("Next, ").next().unwrap());
    home.run(&["logout", "--all", "--yes"]).any_stderr().check();
    home.configure_docker(&appview.host());
    assert_eq!(end_of_login(&appview, &home, &[]), expected);
}

#[test]
fn the_same_account_again_tells_how_to_add_another() {
    let (appview, home) = (approving(EVAN), Home::new());
    home.configure_docker(&appview.host());
    end_of_login(&appview, &home, &[]);
    let head = format!(
        "✓ Logged in to HOST as {EVAN}.\nAlready logged in; the device secret was replaced. The previous one may still be valid until you revoke it at http://HOST.\n"
    );
    let other = "To add another account, sign out at http://HOST or use a private window.\n";
    assert_eq!(end_of_login(&appview, &home, &[]), format!("{head}{other}{}", end()));
    // Who names it wants the same.
    assert_eq!(end_of_login(&appview, &home, &["--account", EVAN]), format!("{head}{}", end()));
}

#[test]
fn a_secret_in_a_store_is_not_moved_to_another() {
    let (appview, home) = (approving(EVAN), Home::new());
    home.install_credential_store("fake");
    let arguments = ["login", &appview.host(), "--configure-docker=no", "--store", "fake"];
    let printed = home.run_with_stores("", &arguments).stderr_has(&["is stored in docker-credential-fake.\n"]).check();
    assert!(!printed.stderr.contains("keychain"), "{}", printed.stderr);
}

#[test]
fn the_account_that_is_meant_may_approve() {
    for handle in [EVAN, "EVAN.jarrett.net"] {
        let (appview, home) = (approving(EVAN), Home::new());
        home.run(&["login", &appview.host(), "--account", handle]).stderr_has(&["✓ Logged in"]).check();
    }
}

#[test]
fn another_account_is_refused_and_nothing_is_kept() {
    let (appview, home) = (approving(EVAN), Home::new());
    let host = appview.host();
    for before in [false, true] {
        if before {
            home.log_in(&appview, &[EVAN, MICHELLE]);
        }
        let files = || (fs::read(home.path(".atcr/device.json")).ok(), home.path(".docker").exists());
        let known = files();
        let wanted = if before { "c.example" } else { MICHELLE };
        let (url, command) = (appview.url(), format!("docker-credential-atcr login {host} --account {wanted}"));
        let error = format!(
            "error: {EVAN} approved the login, not {wanted}; nothing was saved; {url} lists the device \"laptop\", which you can revoke\n"
        );
        let hint = format!("  sign out at {url} or use a private window, then run: {command}\n");
        home.run(&["login", &host, "--account", wanted, "--device-name", "laptop"])
            .status(1)
            .stderr_has(&[&(error + &hint)])
            .check();
        assert_eq!(files(), known);
    }
}

/// Without `https://` such a host is asked over http.
#[test]
fn commands_name_a_registry_with_a_certificate_by_https() {
    let (appview, home) = (https_appview(), Home::new());
    home.write("ca.pem", appview.ca_pem());
    home.configure_docker(&appview.host());
    appview.approve_devices_as(EVAN);
    let login = |words: &[&str]| {
        let url = appview.url();
        let words = [&["login", &url, "--configure-docker=no"], words].concat();
        home.run(&words).env("SSL_CERT_FILE", home.path("ca.pem")).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x")
    };
    let command = format!("run: docker-credential-atcr login {}", appview.url());
    login(&["--account", MICHELLE]).status(1).stderr_has(&[&format!("{command} --account {MICHELLE}\n")]).check();
    login(&[]).stderr_has(&[&format!("{command} --store "), &format!("docker push {}/", appview.host())]).check();
}

#[test]
fn who_names_the_file_is_not_told_of_keychains() {
    let (appview, home) = (approving(EVAN), Home::new());
    let end = end_of_login(&appview, &home, &["--store", "file"]);
    assert!(end.contains("device.json.\n") && !end.contains("keychain"), "{end}");
}

#[test]
fn the_account_that_is_meant_may_have_a_new_handle() {
    let (appview, home) = (appview(), Home::new());
    appview.person("evan.example", "did:plc:evan");
    home.log_in(&appview, &[EVAN]);
    appview.approve_devices_as("evan.example");
    home.run(&["login", &appview.host(), "--account", EVAN])
        .stderr_has(&[&format!(
            "Replaced {EVAN} (same account, previous handle). The previous device secret may still be"
        )])
        .check();
}

#[test]
fn a_name_that_is_no_handle_is_refused_before_the_browser() {
    let (appview, home) = (approving(EVAN), Home::new());
    home.run(&["login", &appview.host(), "--account", "evan"])
        .status(2)
        .stderr_has(&["error: --account \"evan\" is not a handle"])
        .check();
    assert_eq!(appview.connections(), 0);
}

#[test]
fn an_approved_login_counts_as_a_check() {
    let (appview, home) = (approving(EVAN), Home::new());
    end_of_login(&appview, &home, &[]);
    let connections = appview.connections();
    home.run(&["status", "--offline"]).stdout_has(&["valid (checked "]).check();
    let host = appview.host();
    home.verb("get", &*host).stdout(home.credential(&appview, EVAN, &host)).check();
    assert_eq!(appview.connections(), connections);
}

#[test]
fn without_a_terminal_the_code_is_also_an_image() {
    let (appview, home) = (approving(EVAN), Home::new());
    let printed =
        home.run(&["login", &appview.host(), "--qr"]).stderr_has(&["██ ▄▄▄▄▄ █", "✓ Logged in"]).check().stderr;
    assert!(printed.lines().all(|line| !line.contains('█') || line.chars().count() <= 80), "{printed}");
    // A screen reader would read out each block.
    let accessible = home.run(&["login", &appview.host(), "--qr"]).env("ATCR_ACCESSIBLE", "1");
    let accessible = accessible.stderr_has(&["A QR code is not shown in accessible mode"]).check().stderr;
    assert!(!accessible.contains("██") && !accessible.contains("####"), "{accessible}");
    let ascii = home.run(&["login", &appview.host(), "--qr"]).env("LANG", "C").stderr_has(&["####"]).check().stderr;
    assert!(ascii.is_ascii(), "{ascii}");
    let words = ["login", &appview.host(), "--clipboard"];
    let copied = "! The address was not copied: this terminal can't copy to the clipboard.\n";
    let printed = home.run(&words).stderr_has(&[copied, "✓ Logged in"]).check().stderr;
    assert!(!printed.contains('\u{1b}'), "{printed}");
}

#[test]
#[cfg(unix)]
fn a_program_that_docker_cannot_find_is_said_so() {
    let (appview, home) = (approving(EVAN), Home::new());
    let run = home.run(&["login", &appview.host(), "--configure-docker=yes"]).env("PATH", home.path("nowhere"));
    run.stderr_has(&[
        "Docker now uses docker-credential-atcr",
        "! docker-credential-atcr is not on PATH, so Docker can't run it.\n  add this line to ~/.profile",
        "Next, build and push an image:\n",
    ])
    .check();
}

#[test]
#[cfg(unix)]
fn where_docker_is_the_plugin_is_named_once() {
    let (appview, home) = (approving(EVAN), Home::new());
    crate::support::executable::script(home.path("bin/docker"), "");
    let login = || {
        let run = home.run(&["login", &appview.host(), "--configure-docker=yes"]).env("PATH", home.path("bin"));
        run.stderr_has(&["Logged in"]).check().stderr
    };
    let line = "To have Docker say why a push is denied, run: docker-credential-atcr configure-docker --plugin\n";
    assert!(login().ends_with(line));
    // The account is known by now.
    assert!(!login().contains(line));
    appview.approve_devices_as(MICHELLE);
    assert!(login().ends_with(line));
    home.run(&["logout", "--all", "--yes"]).any_stderr().check();
    home.run(&["configure-docker", "--plugin"]).any_stderr().check();
    assert!(!login().contains(line));
}

/// The store that a login advises, if any.
#[cfg(all(unix, not(target_os = "macos")))]
fn advised(home: &Home, variables: &[(&str, &str)]) -> Option<String> {
    let end = end_of_login_with(&approving(EVAN), home, &["--store", "file"], &[]);
    assert!(!end.contains("keychain"), "{end}");
    fs::remove_file(home.path(".atcr/device.json")).unwrap();
    let end = end_of_login_with(&approving(EVAN), home, &[], variables);
    let store = end.split_once("--store ").map(|(_, rest)| rest.lines().next().unwrap().to_owned());
    assert_eq!(end.contains("keychain"), store.is_some(), "{end}");
    store
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn a_keychain_is_advised_where_a_session_has_one() {
    let home = Home::new();
    assert_eq!(advised(&home, &[]), None);
    // As of `ssh -X`, and in a container.
    assert_eq!(advised(&home, &[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]), None);
    let bus = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x");
    assert_eq!(advised(&home, &[bus]).as_deref(), Some("secretservice"));
    let runtime = home.path("run");
    let runtime = ("XDG_RUNTIME_DIR", runtime.to_str().unwrap());
    assert_eq!(advised(&home, &[runtime]), None);
    home.write("run/bus", "");
    assert_eq!(advised(&home, &[runtime]).as_deref(), Some("secretservice"));
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn pass_is_advised_where_it_has_a_key() {
    let home = Home::new();
    let bin = home.path("bin");
    let path = ("PATH", bin.to_str().unwrap());
    let bus = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x");
    home.install_credential_store("pass");
    assert_eq!(advised(&home, &[path]), None);
    crate::support::executable::copy("/bin/true", home.path("bin/pass"));
    assert_eq!(advised(&home, &[path]), None);
    home.write(".password-store/.gpg-id", "evan@example.org\n");
    assert_eq!(advised(&home, &[path]), None);
    home.write(".gnupg/private-keys-v1.d/0123.key", "x");
    assert_eq!(advised(&home, &[path]).as_deref(), Some("pass"));
    assert_eq!(advised(&home, &[path, bus]).as_deref(), Some("pass"));
    home.install_credential_store("secretservice");
    assert_eq!(advised(&home, &[path, bus]).as_deref(), Some("secretservice"));
    assert_eq!(advised(&home, &[path]).as_deref(), Some("pass"));
}

/// Before the wait: afterwards the wrong account has approved.
#[test]
fn a_second_login_warns_of_who_is_signed_in() {
    let (appview, home) = crate::support::one_account();
    appview.approve_devices_as(EVAN);
    let line =
        "Your browser may still be signed in as evan.jarrett.net; to add another account, use a private window.\n";
    let login = |home: &Home, more: &[&str]| {
        let host = appview.host();
        let run = home.run(&[&["login", &host, "--configure-docker=no"], more].concat());
        run.any_stderr().check().stderr
    };
    let seen = login(&home, &[]);
    assert!(seen.find(line).is_some_and(|at| at < seen.find("Logged in").unwrap()), "{seen}");
    assert!(!login(&home, &["--account", EVAN]).contains(line));
    assert!(!login(&Home::new(), &[]).contains(line));
    appview.approve_devices_as(MICHELLE);
    let line = format!("Your browser may still be signed in as {EVAN}; for {MICHELLE}, use a private window.\n");
    assert!(login(&home, &["--account", MICHELLE]).contains(&line));
}

#[test]
fn an_empty_name_of_the_device_is_none() {
    let (appview, home) = (approving(EVAN), Home::new());
    let login = ["login", &appview.host(), "--no-browser", "--configure-docker=no", "--device-name", " "];
    let printed = home.run(&login).stderr_has(&["lists this device as \""]).check().stderr;
    assert!(!printed.contains("as \" \""), "{printed}");
}
