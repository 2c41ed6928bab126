//! Registries at one host, over http and over TLS: Docker says the host alone, which means http on loopback.

#[cfg(unix)]
use std::net::SocketAddr;

use serde_json::{Value, json};

#[cfg(unix)]
use crate::in_clear::closed_port;
#[cfg(unix)]
use crate::support::credential;
use crate::support::{AppView, EVAN, Home, MICHELLE, Run, appview, https_appview};

const OVER_TLS: &str = "atcr_device_over_tls";

/// Evan's account over http, and Michelle's over TLS, at the host of this registry.
fn both(appview: &AppView) -> Home {
    let home = Home::new();
    home.log_in(appview, &[EVAN]);
    let mut file: Value = serde_json::from_str(&home.device_json()).unwrap();
    let account = json!({"handle": MICHELLE, "device_secret": OVER_TLS});
    file["registries"][format!("https://{}", appview.host())] =
        json!({"active": MICHELLE, "accounts": {MICHELLE: account}});
    home.write_device_json(file.to_string());
    home
}

/// Docker verifies no certificate on loopback, and speaks http where there is no TLS: whoever has the port then would get
/// the secret of an account that is for the registry over TLS.
#[test]
fn accounts_over_tls_come_first_and_nothing_goes_over_http() {
    let appview = appview();
    let (home, host) = (both(&appview), appview.host());
    let reason = format!("it can't be reached: the server does not speak TLS; run: curl -v https://{host}/v2/");
    home.verb("get", &*host).fails_with(&unproven(&host, MICHELLE, &reason)).check();
    let image = format!("{host}/{MICHELLE}/app");
    home.run(&["which", &image]).stdout(format!("{image}: {MICHELLE} (named by the image)\n")).any_stderr().check();
    assert_eq!(appview.log().len(), 0);
    home.run(&["list"]).stdout(format!("{{\"https://{host}\":\"{MICHELLE}\"}}\n")).check();
    let http = appview.url();
    home.verb("get", &*http).stdout(home.credential(&appview, EVAN, &http)).check();
}

#[test]
fn status_fails_for_an_account_that_docker_does_not_get() {
    let account = json!({"active": EVAN, "accounts": {EVAN: {"handle": EVAN, "device_secret": OVER_TLS}}});
    let appview = appview();
    let over_tls = format!("https://{}", appview.host());
    for (registry, reason) in [
        (&*over_tls, "is not handed out: Docker would send it to "),
        ("http://registry.invalid:5000", "http://registry.invalid:5000 would send the secret unencrypted"),
    ] {
        let home = Home::new();
        home.write_device_json(json!({"version": 2, "registries": {registry: account}}).to_string());
        let stdout =
            home.run(&["status"]).status(1).any_stdout().stderr("error: the account can't be used\n").check().stdout;
        let line = stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.contains(" not handed out ") && line.contains(reason), "{stdout}");
        let json: Value = serde_json::from_str(&home.run(&["status", "--json"]).any_end().check().stdout).unwrap();
        let account = &json["registries"][0]["accounts"][0];
        assert_eq!(account["state"], "refused");
        assert!(account["reason"].as_str().unwrap().contains(reason), "{account}");
    }
    assert_eq!(appview.log().len(), 0);
}

/// Docker says the bare host, which is over TLS.
#[test]
fn an_account_over_http_that_is_not_used_any_more_is_named() {
    let home = Home::new();
    let account = json!({"active": EVAN, "accounts": {EVAN: {"handle": EVAN, "device_secret": OVER_TLS}}});
    home.write_device_json(json!({"version": 2, "registries": {"http://registry.invalid:5000": account}}).to_string());
    let expected = "the accounts at http://registry.invalid:5000 are not used: http://registry.invalid:5000 would send the \
                    secret unencrypted";
    home.verb("get", "registry.invalid:5000").status(1).any_stdout().stderr_has(&[expected]).check();
    home.run(&["which", "registry.invalid:5000/a/b"]).status(1).stderr_has(&[expected]).check();
}

fn unproven(host: &str, handle: &str, reason: &str) -> String {
    format!(
        "the secret of {handle} is not handed out: Docker would send it to {host} without TLS, too, and the check over TLS \
         failed: {reason}"
    )
}

/// Every time: within five minutes the port may have changed hands.
#[test]
fn the_registry_over_tls_proves_that_it_is_there_whenever_docker_asks() {
    let (appview, home) = (https_appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    home.write("ca.pem", appview.ca_pem());
    let host = appview.host();
    let get = || home.verb("get", &*host).env("SSL_CERT_FILE", home.path("ca.pem"));
    for asked in 1..=2 {
        get().stdout(home.credential(&appview, EVAN, &host)).check();
        assert_eq!(appview.log().len(), asked);
    }
}

/// Docker may take either address of `localhost`.
#[cfg(unix)]
#[test]
fn each_address_of_localhost_has_to_prove_itself() {
    let (appview, home) = (https_appview(), Home::new());
    let host = appview.host().replace("127.0.0.1", "localhost");
    let account = json!({"active": EVAN, "accounts": {EVAN: {"handle": EVAN, "device_secret": OVER_TLS}}});
    home.write_device_json(json!({"version": 2, "registries": {format!("https://{host}"): account}}).to_string());
    home.write("ca.pem", appview.ca_pem());
    let get = || home.verb("get", &*host).env("SSL_CERT_FILE", home.path("ca.pem"));
    // Rejected, as the secret is none of the registry's: it has been asked, over TLS.
    get().status(1).stdout_has(&["rejected the credential"]).any_stderr().check();
    let port: u16 = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let Ok(stranger) = std::net::TcpListener::bind(("::1", port)) else {
        return crate::support::skip("no IPv6, or its port is taken");
    };
    std::thread::spawn(move || stranger.incoming().for_each(drop));
    for _ in 0..3 {
        get().status(1).stdout_has(&["is not handed out"]).any_stderr().check();
    }
    home.run(&["status"])
        .env("SSL_CERT_FILE", home.path("ca.pem"))
        .status(1)
        .stdout_has(&["not handed out"])
        .any_stderr()
        .check();
}

/// To a port that nobody has, Docker sends nothing either.
#[cfg(unix)]
#[test]
fn a_registry_over_tls_that_is_stopped_is_no_other() {
    let home = Home::new();
    let socket = closed_port("127.0.0.1:0".parse().unwrap()).unwrap();
    let address: SocketAddr = rustix::net::getsockname(&socket).unwrap().try_into().unwrap();
    let host = address.to_string();
    let account = json!({"active": EVAN, "accounts": {EVAN: {"handle": EVAN, "device_secret": OVER_TLS}}});
    home.write_device_json(json!({"version": 2, "registries": {format!("https://{host}"): account}}).to_string());
    home.verb("get", &*host).stdout(credential(&host, EVAN, OVER_TLS)).check();
}

/// Without a port, Docker tries port 443, then 80, and an entry with the port 443 is for what it calls so.
#[test]
fn the_default_port_is_no_way_around_the_proof() {
    let home = Home::new();
    let account = json!({"active": EVAN, "accounts": {EVAN: {"handle": EVAN, "device_secret": OVER_TLS}}});
    let registries = json!({"https://localhost": account, "https://registry.invalid": account});
    home.write_device_json(json!({"version": 2, "registries": registries}).to_string());
    let refused = |server: &str| {
        let seen = home.verb("get", server).status(1).any_stdout().any_stderr().check();
        assert!(seen.stdout.contains("is not handed out"), "{server}: {}", seen.stdout);
    };
    refused("localhost");
    home.verb("get", "registry.invalid").stdout_has(&[OVER_TLS]).any_stderr().check();
    home.write(".docker/daemon.json", r#"{"insecure-registries": ["registry.invalid:443"]}"#);
    refused("registry.invalid");
    refused("registry.invalid:443");
    // A rootless dockerd's.
    std::fs::rename(home.path(".docker"), home.path("docker")).unwrap();
    let seen = home.verb("get", "registry.invalid").env("XDG_CONFIG_HOME", home.path(""));
    seen.status(1).stdout_has(&["is not handed out"]).any_stderr().check();
}

#[test]
fn the_environments_account_over_tls_is_that_of_the_bare_host() {
    let appview = appview();
    let host = appview.host();
    let secret = "atcr_device_of_the_environment";
    for home in [Home::new(), both(&appview)] {
        let run = |run: Run| {
            let registry = format!("https://{host}");
            run.env("ATCR_HANDLE", "ci.example").env("ATCR_DEVICE_SECRET", secret).env("ATCR_REGISTRY", registry)
        };
        let reason = format!("it can't be reached: the server does not speak TLS; run: curl -v https://{host}/v2/");
        run(home.verb("get", &*host)).fails_with(&unproven(&host, "ci.example", &reason)).check();
        let which = run(home.run(&["which", &format!("{host}/ci.example/app")]));
        which.stdout_has(&["ci.example (ATCR_HANDLE)"]).any_stderr().check();
    }
}

#[test]
fn a_login_without_a_scheme_goes_where_one_is_logged_in() {
    let appview = appview();
    let (home, host) = (both(&appview), appview.host());
    let login = ["login", &host, "--with-token", "--account", MICHELLE, "--configure-docker=no"];
    home.run(&login).stdin("atcr_device_new").status(1).stderr_has(&[&format!("https://{host}")]).check();
    assert_eq!(appview.log().len(), 0, "the secret went over http");
}

#[test]
fn what_is_not_used_is_named_and_not_checked() {
    let appview = appview();
    let (home, host) = (both(&appview), appview.host());
    let unused = format!("the accounts at http://{host} are not used: Docker gets those at https://{host}");
    let fix = format!("run: docker-credential-atcr logout http://{host} --all");
    for command in ["status", "doctor"] {
        let seen = home.run(&[command]).any_end().any_stdout().any_stderr().check();
        let unwrapped = seen.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(&unused) && unwrapped.contains(&fix), "{unwrapped}");
    }
    assert_eq!(appview.log().len(), 0);
    let status = home.run(&["status", "--offline"]).any_stdout().any_stderr().check().stdout;
    for heading in [format!("http://{host}\n"), format!("https://{host}\n")] {
        assert!(status.contains(&heading), "{status}");
    }
}

#[test]
fn a_login_over_tls_says_what_is_no_longer_used() {
    let appview = https_appview();
    let home = both(&appview);
    let host = appview.host();
    let file = home.device_json().replace("https://", "http://");
    home.write_device_json(file);
    home.write("ca.pem", appview.ca_pem());
    let url = appview.url();
    let login = ["login", &url, "--with-token", "--account", EVAN, "--configure-docker=no"];
    home.run(&login)
        .env("SSL_CERT_FILE", home.path("ca.pem"))
        .stdin(appview.device_secret(EVAN))
        .stderr_has(&[
            &format!("! the accounts at http://{host} are not used: Docker gets those at https://{host}\n"),
            &format!("  run: docker-credential-atcr logout http://{host} --all\n"),
        ])
        .check();
    home.run(&["logout", &format!("http://{host}"), "--all", "--yes"]).any_stderr().check();
    assert!(home.device_json().contains(EVAN) && !home.device_json().contains(MICHELLE));
}

#[test]
fn one_docker_logout_of_a_host_removes_one_account() {
    let appview = appview();
    let (home, host) = (both(&appview), appview.host());
    for _ in 0..4 {
        home.verb("erase", &*host).any_stderr().check();
    }
    let left = home.device_json();
    assert!(left.contains(EVAN) && !left.contains(MICHELLE), "{left}");
    home.age_device_json();
    home.verb("erase", &*host).check();
    assert!(!home.device_json().contains(EVAN));
}

/// Docker looks for a helper by the host of the image's name as it stands there.
#[test]
fn a_port_in_an_images_name_is_part_of_what_docker_looks_for() {
    let home = Home::new();
    home.write(".docker/daemon.json", r#"{"insecure-registries": ["registry.invalid:80"]}"#);
    for (server, secret) in [("atcr.io", "atcr_device_1"), ("registry.invalid:80", "atcr_device_2")] {
        let request = json!({"ServerURL": server, "Username": EVAN, "Secret": secret}).to_string();
        home.verb("store", request).check();
    }
    let keys: Value = serde_json::from_str(&home.device_json()).unwrap();
    let keys: Vec<&str> = keys["registries"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["https://atcr.io", "http://registry.invalid:80"]);
    home.run(&["configure-docker"]).any_stderr().check();
    let config: Value = serde_json::from_slice(&std::fs::read(home.path(".docker/config.json")).unwrap()).unwrap();
    assert_eq!(config["credHelpers"], json!({"atcr.io": "atcr", "registry.invalid:80": "atcr"}));
    let image = format!("atcr.io:443/{EVAN}/app");
    let warning = "! Docker does not use docker-credential-atcr for atcr.io:443.\n  run: docker-credential-atcr \
                   configure-docker atcr.io:443\n";
    home.run(&["which", &image]).any_stdout().stderr_has(&[warning]).check();
    home.run(&["doctor", &image]).status(1).any_stdout().stdout_has(&["for atcr.io:443"]).any_stderr().check();
    home.run(&["configure-docker", "atcr.io:443"]).any_stderr().check();
    let seen = home.run(&["which", &image]).any_stdout().any_stderr().check();
    assert!(!seen.stderr.contains("does not use"), "{}", seen.stderr);
}
