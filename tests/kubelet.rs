//! `kubelet`: the credential of an image for Kubernetes.

use std::fs::{self, File};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::support::answers::CHECK;
use crate::support::{
    Answer, Answers, EVAN, Home, MICHELLE, Run, appview, home_of_evan, two_accounts, two_accounts_none_active,
};

const V1: &str = "credentialprovider.kubelet.k8s.io/v1";
const V1BETA1: &str = "credentialprovider.kubelet.k8s.io/v1beta1";

/// `CredentialProviderRequest` as the kubelet of v1.33 writes it.
fn request(version: &str, image: &str) -> String {
    format!("{{\"kind\":\"CredentialProviderRequest\",\"apiVersion\":\"{version}\",\"image\":\"{image}\"}}\n")
}

fn provided(home: &Home, version: &str, image: &str) -> Run {
    home.run(&["kubelet"]).stdin(request(version, image))
}

/// `CredentialProviderResponse` as its Go type is written, with a credential for `key` or none.
fn response(version: &str, duration: &str, auth: Option<(&str, &str, &str)>) -> String {
    let auth =
        auth.map(|(key, handle, secret)| format!("\"{key}\":{{\"username\":\"{handle}\",\"password\":\"{secret}\"}}"));
    format!(
        "{{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"{version}\",\"cacheKeyType\":\"Image\",\
         \"cacheDuration\":\"{duration}\",\"auth\":{{{}}}}}\n",
        auth.unwrap_or_default()
    )
}

#[test]
fn each_image_gets_the_credential_of_its_account() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    for version in [V1, V1BETA1] {
        for (image, key, handle) in [
            (format!("{host}/{EVAN}/app"), format!("{host}/{EVAN}/app"), EVAN),
            (format!("{host}/{MICHELLE}/app"), format!("{host}/{MICHELLE}/app"), MICHELLE),
            (format!("{host}/{EVAN}/nested/app:1"), format!("{host}/{EVAN}/nested/app"), EVAN),
            (format!("{host}/{EVAN}/app@sha256:e3b0"), format!("{host}/{EVAN}/app"), EVAN),
            (format!("{host}/{EVAN}/app:1@sha256:e3b0"), format!("{host}/{EVAN}/app"), EVAN),
            (format!("{host}/did:plc:evan/app:1"), format!("{host}/did:plc:evan/app"), EVAN),
            // Somebody else's image is pulled as the active account, as `which` says it.
            (format!("{host}/stranger.example/app"), format!("{host}/stranger.example/app"), MICHELLE),
        ] {
            let secret = home.secret(&appview, handle);
            // Without a cached validation, so that the duration is exact.
            drop(fs::remove_dir_all(home.path(".atcr/validated")));
            provided(&home, version, &image).stdout(response(version, "5m0s", Some((&key, handle, &secret)))).check();
        }
    }
}

#[test]
fn an_image_of_no_registry_of_ours_gets_an_empty_answer() {
    let (appview, home) = two_accounts();
    let in_path = format!("docker.io/{}/{EVAN}/app", appview.host());
    for image in
        ["library/app", "app:1", "/:@", "::", "\\u001b", "docker.io/library/app", "ghcr.io/evan/app:1", &in_path]
    {
        for version in [V1, V1BETA1] {
            provided(&home, version, image).stdout(response(version, "0s", None)).check();
        }
    }
    assert_eq!(appview.connections(), 0);
}

#[test]
fn not_logged_in_is_an_error_on_one_line() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    for (image, host) in [
        ("localhost/evan.jarrett.net/app".to_owned(), "localhost".to_owned()),
        (format!("x.{host}/{EVAN}/app"), format!("x.{host}")),
        ("127.0.0.1/evan.jarrett.net/app".to_owned(), "127.0.0.1".to_owned()),
    ] {
        for version in [V1, V1BETA1] {
            let line = format!("error: not logged in to {host}; run: docker-credential-atcr login {host}\n");
            provided(&home, version, &image).status(1).stderr(line).check();
        }
    }
    assert_eq!(appview.connections(), 0);
}

#[test]
fn a_kubelet_that_keeps_stdin_open_gets_an_error() {
    let (_appview, home) = two_accounts();
    let (child, _stdin) = home.with_open_stdin(&["kubelet"], "{");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let expected = "error: can't read the input: it was not closed within 10 seconds\n";
    assert_eq!((output.status.code(), &*output.stdout, &*stderr), (Some(1), &b""[..], expected));
}

#[test]
fn a_revoked_secret_is_an_error_that_says_so() {
    let (appview, home) = two_accounts();
    appview.revoke(&home.secret(&appview, EVAN));
    let host = appview.host();
    provided(&home, V1, &format!("{host}/{EVAN}/app"))
        .status(1)
        .stderr(format!("error: {host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host} --account {EVAN}\n"))
        .check();
}

#[test]
fn an_expired_session_is_an_error_that_shows_where_to_renew_it() {
    let (appview, home) = two_accounts();
    appview.expire_session(EVAN);
    let (host, url) = (appview.host(), appview.url());
    provided(&home, V1, &format!("{host}/{EVAN}/app"))
        .status(1)
        .stderr(format!(
            "error: the login of {EVAN} at {host} has expired; \
             renew it in a browser: {url}/auth/oauth/login?handle={EVAN}\n"
        ))
        .check();
}

#[test]
fn an_unreachable_registry_stops_nothing_and_is_not_cached() {
    let registry = Answers::start();
    let home = home_of_evan(&registry);
    let (host, secret) = (registry.host(), home.secret(&registry, EVAN));
    let key = format!("{host}/{EVAN}/app");
    let expected = response(V1, "0s", Some((&key, EVAN, &secret)));
    for answer in [Answer::status(503), Answer::dropped()] {
        registry.next(CHECK, [answer]);
        provided(&home, V1, &key).stdout(&*expected).check();
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    home.write_device_json(home.device_json().replace(&host, &free.to_string()));
    let key = format!("{free}/{EVAN}/app");
    provided(&home, V1, &key).stdout(response(V1, "0s", Some((&key, EVAN, &secret)))).check();
}

#[test]
fn a_cached_validation_limits_the_cache_duration() {
    let (appview, home) = two_accounts();
    let key = format!("{}/{EVAN}/app", appview.host());
    provided(&home, V1, &key).stdout_has(&["\"5m0s\""]).check();
    let before = appview.connections();
    for entry in fs::read_dir(home.path(".atcr/validated")).unwrap() {
        let file = File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_mins(4)).unwrap();
    }
    let seen = provided(&home, V1, &key).any_stdout().check();
    let seen: Value = serde_json::from_str(&seen.stdout).unwrap();
    // Where the machine is slow, a few seconds less are left.
    let left = ["1m0s", "59s", "58s", "57s", "56s", "55s"];
    assert!(left.contains(&seen["cacheDuration"].as_str().unwrap()), "{seen}");
    assert_eq!(appview.connections(), before);
}

#[test]
fn a_node_may_bring_its_account_by_its_environment() {
    let (appview, home) = (appview(), Home::new());
    let (host, secret) = (appview.host(), appview.device_secret(EVAN));
    home.write("secret", format!("{secret}\n"));
    let key = format!("{host}/{EVAN}/app");
    let run = |version| {
        provided(&home, version, &key)
            .env("ATCR_REGISTRY", &host)
            .env("ATCR_HANDLE", EVAN)
            .env("ATCR_DEVICE_SECRET_FILE", home.path("secret"))
    };
    run(V1).stdout(response(V1, "5m0s", Some((&key, EVAN, &secret)))).check();
    home.write("secret", "atcr_device_hidden");
    run(V1)
        .status(1)
        .stderr(format!(
            "error: {host} rejected the credential of {EVAN}; \
             check ATCR_HANDLE and the secret set with it\n"
        ))
        .check();
}

#[test]
fn an_ambiguous_account_is_an_error_that_names_the_fix() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    provided(&home, V1, &format!("{host}/stranger.example/app"))
        .status(1)
        .stderr(format!(
            "error: several accounts for {host} ({EVAN}, {MICHELLE}), none of them active; \
             run: docker-credential-atcr switch --registry {host}\n"
        ))
        .check();
    home.write_device_json("{");
    provided(&home, V1, &format!("{host}/{EVAN}/app"))
        .status(1)
        .stderr_has(&["device.json: not valid JSON (line 1, column 1); "])
        .check();
}

#[test]
fn the_printed_config_has_all_registries_and_the_folder() {
    let home = Home::new();
    let accounts = json!({"accounts": {"a.example": {"device_secret": "atcr_device_hidden"}}});
    let registries = json!({
        "https://atcr.io": accounts,
        "https://buoy.cr:8443": accounts,
        "https://left.example": {"accounts": {}},
    });
    home.write_device_json(json!({"version": 2, "registries": registries}).to_string());
    let folder = Value::from(home.path(".atcr").display().to_string());
    home.run(&["kubelet", "--print-config"])
        .stdout(format!(
            r#"apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: docker-credential-atcr
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    args: ["kubelet"]
    matchImages:
      - "atcr.io"
      - "buoy.cr:8443"
    defaultCacheDuration: "0s"
    env:
      - name: ATCR_CONFIG_DIR
        value: {folder}
"#
        ))
        .check();
}

#[test]
fn the_printed_config_of_an_environment_has_all_but_the_secret() {
    let home = Home::new();
    let run = || home.run(&["kubelet", "--print-config"]).env("ATCR_HANDLE", EVAN);
    let config = |environment: &str| {
        format!(
            "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n  \
             - name: docker-credential-atcr\n    apiVersion: {V1}\n    args: [\"kubelet\"]\n    matchImages:\n      \
             - \"atcr.io\"\n    defaultCacheDuration: \"0s\"\n    env:\n      \
             - name: ATCR_HANDLE\n        value: \"{EVAN}\"\n{environment}"
        )
    };
    home.write("secret", "atcr_device_hidden");
    let file = Value::from(home.path("secret").display().to_string());
    run()
        .env("ATCR_DEVICE_SECRET_FILE", home.path("secret"))
        .stdout(config(&format!("      - name: ATCR_DEVICE_SECRET_FILE\n        value: {file}\n")))
        .check();
    for name in ["ATCR_DEVICE_SECRET", "ATCR_APP_PASSWORD"] {
        run()
            .env(name, "atcr_device_hidden")
            .stdout(config(""))
            .stderr(format!("! The value of {name} is left out: put it in a file and set ATCR_DEVICE_SECRET_FILE.\n"))
            .check();
    }
}

#[test]
fn without_accounts_there_is_no_config_to_print() {
    Home::new()
        .run(&["kubelet", "--print-config"])
        .status(1)
        .stderr("error: nobody is logged in\n  run: docker-credential-atcr login\n")
        .check();
}
