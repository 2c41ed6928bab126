//! A proxy with a password in front of the registry.

use serde_json::json;

use super::server::{MisbehavingServer, answer, says};
use super::{SECRET, tls};
use crate::support::{EVAN, Home};

/// `proxy-user:proxy-password` as a header has it.
const BASIC: &str = "cHJveHktdXNlcjpwcm94eS1wYXNzd29yZA==";

fn home() -> Home {
    let home = Home::new();
    let registry = json!({"active": EVAN, "accounts": {EVAN: {"device_secret": SECRET}}});
    home.write_device_json(json!({"version": 2, "registries": {"https://registry.example": registry}}).to_string());
    home
}

#[track_caller]
fn is_silent_about_the_password(printed: &str) {
    for part in ["proxy-password", "proxy-user", BASIC] {
        assert!(!printed.contains(part), "{part} in\n{printed}");
    }
}

#[test]
fn proxy_and_registry_each_get_only_their_own_password() {
    let certificates = tls::of_another("registry.example");
    let registry =
        MisbehavingServer::answering(says(answer("200 OK", "", r#"{"token": "t"}"#)), Some(certificates.server));
    let proxy = MisbehavingServer::tunnel(registry.host.clone());
    let home = home();
    home.write("ca.pem", certificates.authority_pem);
    let seen = home
        .run(&["status"])
        .env("HTTPS_PROXY", format!("http://proxy-user:proxy-password@{}", proxy.host))
        .env("SSL_CERT_FILE", home.path("ca.pem"))
        .env("ATCR_DEBUG", "1")
        .stdout_has(&["valid (checked just now)"])
        .any_stderr()
        .check();
    is_silent_about_the_password(&(seen.stdout + &seen.stderr));
    let (at_proxy, at_registry) = (proxy.requests().join("\n"), registry.requests().join("\n"));
    assert!(at_proxy.starts_with("connect registry.example:443 "), "{at_proxy}");
    assert!(at_proxy.contains(&format!("proxy-authorization: basic {}", BASIC.to_ascii_lowercase())), "{at_proxy}");
    assert!(!at_proxy.replace("proxy-authorization", "").contains("authorization"), "{at_proxy}");
    assert!(at_registry.contains("\r\nauthorization: basic "), "{at_registry}");
    assert!(!at_registry.contains("proxy-"), "{at_registry}");
}

#[test]
fn a_failing_proxy_does_not_leak_its_password() {
    for (status, headers) in [("407 \x1b[2Jno", "Proxy-Authenticate: Basic\r\n"), ("502 x", ""), ("200 OK", "")] {
        let proxy = MisbehavingServer::answering(says(answer(status, headers, "")), None);
        for words in [&["status"][..], &["doctor"], &["login", "registry.example"]] {
            let home = home();
            let mut command = home.command(*crate::support::PROGRAM);
            command.args(words).env("HTTPS_PROXY", format!("http://proxy-user:proxy-password@{}", proxy.host));
            command.env("ATCR_DEBUG", "1").stdin(std::process::Stdio::null());
            let output = command.output().unwrap();
            let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            is_silent_about_the_password(&printed);
            assert!(!printed.contains(SECRET) && !printed.contains('\x1b'), "{printed:?}");
        }
        home()
            .verb("get", "registry.example")
            .env("HTTPS_PROXY", format!("http://proxy-user:proxy-password@{}", proxy.host))
            .stdout_has(&[SECRET])
            .check();
    }
}
