use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{EVAN, Home, MICHELLE, two_accounts, two_accounts_none_active};

#[test]
fn every_form_of_the_server_is_answered_as_given() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let http = format!("http://{host}");
    for (input, server) in [
        (format!("{host}\n"), &host),
        (format!("{host}\r\n"), &host),
        (format!(" \t{host} \n\n"), &host),
        (format!("\u{feff}{host}"), &host),
        (http.clone(), &http),
        (format!("{http}/"), &format!("{http}/")),
        (format!("{http}/v2/"), &format!("{http}/v2/")),
    ] {
        home.verb("get", input).stdout(home.credential(&appview, MICHELLE, server)).check();
    }
}

#[test]
fn the_path_of_the_server_string_names_the_account() {
    let (appview, home) = two_accounts();
    for identity in [EVAN, "EVAN.jarrett.net", "did:plc:evan"] {
        let server = format!("{}/{identity}/app", appview.host());
        home.verb("get", &*server).stdout(home.credential(&appview, EVAN, &server)).check();
    }
}

#[test]
fn not_logged_in_is_dockers_text_and_a_hint() {
    let home = Home::new();
    for (server, host) in [
        ("atcr.io", "atcr.io"),
        ("https://atcr.io/", "atcr.io"),
        ("buoy.cr:8443", "buoy.cr:8443"),
        ("https://not.a.real.registry/url", "not.a.real.registry"),
        ("127.0.0.1:9", "127.0.0.1:9"),
    ] {
        home.verb("get", server)
            .status(1)
            .stdout("credentials not found in native keychain\n")
            .stderr(format!("not logged in to {host}; run: docker-credential-atcr login {host}\n"))
            .check();
    }
    home.verb("get", "https://index.docker.io/v1/")
        .status(1)
        .stdout("credentials not found in native keychain\n")
        .stderr("not logged in to index.docker.io, which is not an ATCR registry\n")
        .check();
}

#[test]
fn several_accounts_without_an_active_one_name_switch() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    home.verb("get", &*host)
        .fails_with(&format!(
            "several accounts for {host} ({EVAN}, {MICHELLE}), none of them active; run: docker-credential-atcr switch --registry {host}"
        ))
        .check();
}

#[test]
fn a_malformed_server_is_not_a_missing_account() {
    let home = Home::new();
    for (input, shown) in [("a b", "a b"), ("ftp://atcr.io", "ftp://atcr.io"), ("\u{1b}[31m", "\u{fffd}[31m")] {
        let line = format!("\"{shown}\" is not the name of a registry (HOST, HOST:PORT or https://HOST)");
        home.verb("get", input).fails_with(&line).check();
    }
}

/// A home with one account, whose secret is `s`, at the registry with this URL.
fn home_with_account_at(url: &str) -> Home {
    let home = Home::new();
    let accounts = json!({"accounts": {"a.example": {"device_secret": "s"}}});
    home.write_device_json(json!({"version": 2, "registries": {url: accounts}}).to_string());
    home
}

#[test]
fn a_secret_is_never_handed_out_for_http_elsewhere() {
    home_with_account_at("http://atcr.io")
        .verb("get", "http://atcr.io")
        .fails_with(
            "http://atcr.io would send the secret unencrypted; \
             use https://atcr.io, or list atcr.io in insecure-registries of Docker's daemon.json",
        )
        .check();
}

#[test]
fn dockers_insecure_registries_use_http() {
    let home = home_with_account_at("http://registry.invalid:5000");
    home.write(".docker/daemon.json", r#"{"insecure-registries": ["registry.invalid:5000", 7]}"#);
    home.write(".config/docker/daemon.json", "broken {");
    home.verb("get", "registry.invalid:5000")
        .stdout("{\"ServerURL\":\"registry.invalid:5000\",\"Username\":\"a.example\",\"Secret\":\"s\"}\n")
        .check();
}

#[test]
fn daemon_json_is_read_as_dockerd_reads_it() {
    let text = r#"{"labels": ["é"], "insecure-registries": ["http://registry.invalid:5000"]}"#;
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes);
    for content in [
        text.as_bytes().to_vec(),
        text.replace("http:", "HTTPS:").into_bytes(),
        format!("\u{feff}{text}\n").into_bytes(),
        utf16(u16::to_le_bytes).collect(),
        utf16(u16::to_be_bytes).collect(),
        text.replace('é', "\0").into_bytes().into_iter().map(|byte| if byte == 0 { 0xe9 } else { byte }).collect(),
    ] {
        let home = home_with_account_at("http://registry.invalid:5000");
        home.write(".docker/daemon.json", &content);
        home.verb("get", "registry.invalid:5000")
            .named(&String::from_utf8_lossy(&content))
            .stdout("{\"ServerURL\":\"registry.invalid:5000\",\"Username\":\"a.example\",\"Secret\":\"s\"}\n")
            .check();
    }
}

#[test]
fn a_bare_loopback_host_finds_a_login_over_tls() {
    home_with_account_at("https://127.0.0.1:9")
        .verb("get", "127.0.0.1:9")
        .stdout("{\"ServerURL\":\"127.0.0.1:9\",\"Username\":\"a.example\",\"Secret\":\"s\"}\n")
        .check();
}

#[test]
fn an_argument_too_many_is_a_usage_error_on_stdout() {
    let home = Home::new();
    for (verb, usage) in [
        ("get", "usage: docker-credential-atcr get, with the server on stdin and no argument\n"),
        ("store", "usage: docker-credential-atcr store, with JSON on stdin and no argument\n"),
        ("erase", "usage: docker-credential-atcr erase, with the server on stdin and no argument\n"),
        ("list", "usage: docker-credential-atcr list, without an argument\n"),
    ] {
        for words in [&[verb, "extra"][..], &[verb, "--help", "extra"], &[verb, "--version"]] {
            home.run(words).status(1).stdout(usage).check();
        }
    }
}

/// Docker gives a verb no argument, so it is a person who asks.
#[test]
fn a_verb_has_the_help_that_help_has() {
    let home = Home::new();
    for verb in ["get", "store", "erase", "list"] {
        let help = home.run(&["help", verb]).any_stdout().check().stdout;
        assert!(help.starts_with(&format!("docker-credential-atcr {verb} is part of Docker's")), "{help}");
        for flag in ["--help", "-h"] {
            home.run(&[verb, flag]).stdout(&*help).check();
        }
    }
}

#[test]
fn debug_output_has_the_decision_and_no_secret() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let expected = home.credential(&appview, MICHELLE, &host);
    let seen = home
        .verb("get", &*host)
        .env("ATCR_DEBUG", "1")
        .stdout(expected)
        .stderr_has(&[&format!("{MICHELLE} (active)"), "checked: Valid"])
        .check();
    assert!(!seen.stderr.contains("atcr_device_"), "{}", seen.stderr);
}

#[test]
fn a_client_that_keeps_stdin_open_gets_an_error() {
    let home = Home::new();
    let started = Instant::now();
    let mut waiting = Vec::new();
    for (verb, input) in [("get", "atcr.io"), ("get", ""), ("erase", "atcr.io\n"), ("store", "{")] {
        waiting.push(home.with_open_stdin(&[verb], input));
    }
    for (child, stdin) in waiting {
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        let line = b"can't read the input: it was not closed within 10 seconds\n";
        assert_eq!((output.status.code(), &*output.stdout, &*output.stderr), (Some(1), &line[..], &line[..]));
    }
    assert!(started.elapsed() >= Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_client_that_writes_slowly_is_waited_for() {
    let (appview, home) = two_accounts();
    let (child, mut stdin) = home.with_open_stdin(&["get"], "");
    let host = appview.host();
    for byte in host.as_bytes() {
        stdin.write_all(&[*byte]).unwrap();
        thread::yield_now();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), home.credential(&appview, MICHELLE, &host));
}
