//! Why there was no answer: one plain sentence, the same in every command, and what fixes it.

use std::net::TcpListener;

use serde_json::json;

use super::server::{MisbehavingServer, answer, says};
use super::{SECRET, UNPROVEN};
use crate::support::{EVAN, Home, Run};

fn check(url: &str, proxy: Option<&str>, reason: &str, hint: &str) {
    let home = Home::new();
    let registry = json!({"active": EVAN, "accounts": {EVAN: {"device_secret": SECRET}}});
    home.write_device_json(json!({"version": 2, "registries": {url: registry}}).to_string());
    let with_proxy = |run: Run| match proxy {
        Some(proxy) => run.env("HTTPS_PROXY", format!("http://{proxy}")),
        None => run,
    };
    let reason = format!("it can't be reached: {reason}");
    let login = format!("error: can't log in to {url}: {reason}\n  {hint}\n");
    with_proxy(home.run(&["login", url])).status(1).stderr(login).check();
    // On loopback Docker would do without TLS.
    let is_proof_needed = url.starts_with("https://127.");
    let status = with_proxy(home.run(&["status"])).any_end().check().stdout;
    let result = if is_proof_needed { UNPROVEN } else { " check failed " };
    let told = unwrapped(&status);
    assert!(told.contains(result) && told.contains(&format!(" {reason} {hint} ")), "{status}");
    let doctor = format!("✗ {url}: {reason}\n    {hint}\n");
    with_proxy(home.run(&["doctor"])).status(1).stdout_has(&[&doctor]).any_stderr().check();
    let get = with_proxy(home.verb("get", url)).env("ATCR_DEBUG", "1");
    let get = if is_proof_needed {
        get.status(1).stdout_has(&[UNPROVEN]).stderr_has(&[UNPROVEN])
    } else {
        get.stdout_has(&[SECRET])
    };
    get.stderr_has(&[&format!("checked: Unknown({reason:?})")]).check();
}

/// As one line.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What login, status and doctor say of a server that is not at `url`, but over TLS.
fn expects_tls(host: &str, reason: &str, hint: &str) {
    let (home, url) = (Home::new(), format!("http://{host}"));
    let registry = json!({"active": EVAN, "accounts": {EVAN: {"device_secret": SECRET}}});
    home.write_device_json(json!({"version": 2, "registries": {&url: registry}}).to_string());
    let login = format!("error: can't log in to {url}: {reason}\n  {hint}\n");
    home.run(&["login", host]).status(1).stderr(login).check();
    let status = home.run(&["status"]).any_stdout().check().stdout;
    assert!(status.contains(&format!("check failed\n      {reason}\n      {hint}\n")), "{status}");
    let doctor = format!("✗ {url}: {reason}\n    {hint}\n");
    home.run(&["doctor"]).status(1).stdout_has(&[&doctor]).any_stderr().check();
}

#[test]
fn a_server_that_expects_tls_is_told_by_https() {
    for words in [
        "Client sent an HTTP request to an HTTPS server.\n",
        "<center>The plain HTTP request was sent to HTTPS port</center>",
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
    ] {
        let server = MisbehavingServer::answering(says(answer("400 Bad Request", "", words)), None);
        let hint = format!("run: docker-credential-atcr login https://{}", server.host);
        expects_tls(&server.host, "it speaks TLS, not http", &hint);
    }
    let alert = b"\x15\x03\x03\0\x02\x02\x46";
    for server in [
        MisbehavingServer::on_connect(|stream| super::tls::answer_hello(stream, alert)),
        MisbehavingServer::answering(says(answer("200 OK", "", "{}")), Some(super::tls::good().server)),
    ] {
        let hint = format!("if it speaks TLS: docker-credential-atcr login https://{}", server.host);
        expects_tls(&server.host, "its answer is not HTTP", &hint);
    }
}

/// It was reached.
#[test]
fn chunks_that_are_none_are_an_answer_that_cant_be_read() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{\"token\": \"t\"}\r\n0\r\n\r\n";
    let server = MisbehavingServer::answering(says(chunked.to_owned()), None);
    let (home, url) = (Home::new(), format!("http://{}", server.host));
    let registry = json!({"active": EVAN, "accounts": {EVAN: {"device_secret": SECRET}}});
    home.write_device_json(json!({"version": 2, "registries": {&url: registry}}).to_string());
    let status = home.run(&["status"]).any_stdout().check().stdout;
    assert!(unwrapped(&status).contains(" check failed its answer can't be read (Invalid chunk size line"), "{status}");
}

#[test]
fn each_failure_is_one_sentence_in_every_command() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let curl = |url: &str| format!("run: curl -v {url}/v2/");
    check(
        "https://registry.invalid",
        None,
        "there is no address for registry.invalid (DNS)",
        "check the registry's name, and that this machine is online",
    );
    let url = format!("http://{free}");
    check(&url, None, "connection refused", &curl(&url));
    let closes = MisbehavingServer::on_connect(|stream| super::tls::read_some(stream).map(drop));
    for scheme in ["http", "https"] {
        let url = format!("{scheme}://{}", closes.host);
        let tls = format!("if it speaks TLS: docker-credential-atcr login https://{}", closes.host);
        let hint = if scheme == "http" { tls } else { curl(&url) };
        check(&url, None, "connection closed without an answer", &hint);
    }
    let no_tls = MisbehavingServer::on_connect(|stream| super::tls::answer_hello(stream, b"HTTP/1.1 400 no\r\n\r\n"));
    let url = format!("https://{}", no_tls.host);
    check(&url, None, "the server does not speak TLS", &curl(&url));
    let hint = "check HTTPS_PROXY, or bypass the proxy: export NO_PROXY=registry.invalid";
    let of_proxy = |proxy: &str, reason: &str| {
        let reason = format!("through the proxy http://{proxy}: {reason}");
        check("https://registry.invalid", Some(proxy), &reason, hint);
    };
    of_proxy(&free.to_string(), "connection refused");
    of_proxy(&closes.host, "connection closed without an answer");
    let refusal = "the proxy does not connect to it";
    for (status, reason) in [("407 no", "a password is required"), ("403 no", refusal), ("502 no", refusal)] {
        let proxy = MisbehavingServer::answering(says(answer(status, "", "")), None);
        of_proxy(&proxy.host, reason);
    }
}
