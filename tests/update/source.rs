//! Where `update` looks for a new version: atcr.io or `ATCR_UPDATE_URL`, and never a registry.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{JoinHandle, spawn};

use serde_json::{Value, json};

use super::{Installed, KEY, NEWEST, file, newest, platform, release, tar_gz};
use crate::support::answers::VERSION;
use crate::support::{Answer, Answers, AppView, EVAN};

/// A registry that Evan is logged in to, and that announces a program of its own.
fn announcing_registry(installed: &Installed) -> Answers {
    let registry = Answers::start();
    let archive = tar_gz(&[(&file(), &newest())]);
    registry.always(VERSION, Answer::json(200, release(&format!("{}/a.tar.gz", registry.url()), &archive)));
    registry.always(("GET", "/a.tar.gz"), Answer::body(200, "application/gzip", archive));
    installed.home.log_in(&registry, &[EVAN]);
    registry
}

/// Both ways to look, with that registry as the default one too, or not.
fn lookups() -> impl Iterator<Item = (&'static [&'static str], bool)> {
    let commands = [&["update", "--check"][..], &["update", "--yes"]];
    commands.into_iter().flat_map(|arguments| [(arguments, true), (arguments, false)])
}

#[test]
fn a_registry_one_is_logged_in_to_is_never_asked() {
    let installed = Installed::new();
    let registry = announcing_registry(&installed);
    installed.appview.always(VERSION, Answer::json(200, json!({"latest": "v0.0.1"})));
    for (arguments, is_default) in lookups() {
        let run = installed.run(arguments).stderr_has(&["is newer than the latest release (v0.0.1)"]);
        if is_default { run.env("ATCR_REGISTRY", registry.url()) } else { run }.check();
    }
    assert_eq!((installed.appview.count(VERSION), registry.paths()), (4, vec![]));
    assert!(installed.is_as_it_was());
}

/// A proxy that refuses, and tells what the first client wanted.
fn refusing_proxy() -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let first = spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 1024];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request[..length]).lines().next().unwrap().to_owned()
    });
    (url, first)
}

#[test]
fn without_a_mirror_atcr_io_is_asked_over_https() {
    let installed = Installed::new();
    let registry = announcing_registry(&installed);
    for (arguments, is_default) in lookups() {
        let (proxy, first) = refusing_proxy();
        let mut run = installed.run(arguments).without_env("ATCR_UPDATE_URL").env("HTTPS_PROXY", proxy).status(1);
        if is_default {
            run = run.env("ATCR_REGISTRY", registry.url());
        }
        run.stderr_has(&["error: can't get the newest version from https://atcr.io: "]).check();
        assert_eq!(first.join().unwrap(), "CONNECT atcr.io:443 HTTP/1.1");
    }
    assert!(registry.paths().is_empty() && installed.is_as_it_was());
}

#[test]
fn a_mirror_may_be_in_a_folder() {
    for slash in ["", "/"] {
        let installed = Installed::new();
        let path = format!("/a/mirror{}", VERSION.1);
        installed.appview.always(("GET", &path), Answer::json(200, json!({"latest": NEWEST})));
        let url = format!("{}/a/mirror{slash}", installed.appview.url());
        installed.run(&["update", "--check"]).env("ATCR_UPDATE_URL", url).stderr_has(&[NEWEST]).check();
        assert_eq!(installed.appview.paths(), [path]);
    }
}

#[test]
fn a_mirror_over_http_elsewhere_is_not_contacted() {
    let installed = Installed::new();
    let witness = TcpListener::bind("127.0.0.1:0").unwrap();
    witness.set_nonblocking(true).unwrap();
    let proxy = format!("http://{}", witness.local_addr().unwrap());
    installed.home.write(".docker/daemon.json", r#"{"insecure-registries": ["mirror.invalid", "10.0.0.0/8"]}"#);
    for url in [
        "http://mirror.invalid",
        "http://10.0.0.1",
        "http://127.0.0.1.mirror.invalid",
        "http://127.0.0.1@mirror.invalid",
        "https://user:password@mirror.invalid",
        "https://mirror.invalid/?token=password",
        "https://mirror.invalid/#a",
        "mirror.invalid",
        "ftp://mirror.invalid",
        "file:///mirror",
        "atcr_device_password",
    ] {
        for arguments in [&["update", "--check"][..], &["update", "--yes"]] {
            let run = installed.run(arguments).env("ATCR_UPDATE_URL", url).env("HTTPS_PROXY", &proxy).status(1);
            let seen = run.env("HTTP_PROXY", &proxy).stderr_has(&["error: ATCR_UPDATE_URL is "]).named(url).check();
            assert!(!seen.stderr.contains("password"), "{}", seen.stderr);
        }
    }
    assert!(witness.accept().is_err() && installed.is_as_it_was());
}

/// Answers over https that name this archive.
fn over_https(change: impl FnOnce(&mut Value)) -> (Installed, AppView) {
    let (installed, mirror) = (Installed::new(), AppView::start_https());
    let mut release = release("https://a.invalid/a.tar.gz", b"");
    change(&mut release);
    mirror.serve_file(VERSION.1, release.to_string());
    installed.home.write("ca.pem", mirror.ca_pem());
    (installed, mirror)
}

#[test]
fn an_answer_over_https_names_no_archive_over_http() {
    let witness = Answers::start();
    let url = format!("{}/a.tar.gz", witness.url());
    for url in [&*url, &url.replace("127.0.0.1", "localhost"), "http://[::1]:1/a.tar.gz", "http://a.invalid/a.tar.gz"] {
        let (installed, mirror) = over_https(|release| release["download_urls"][platform()] = json!(url));
        let run = installed.run(&["update", "--yes"]).env("ATCR_UPDATE_URL", mirror.url()).status(1);
        let words = format!("not an https address: {url}\n");
        run.env("SSL_CERT_FILE", installed.home.path("ca.pem")).stderr_has(&[&words]).check();
        assert!(installed.is_as_it_was() && installed.folder() == [file()]);
    }
    assert!(witness.paths().is_empty());
}

#[test]
fn neither_the_answer_nor_the_archive_goes_over_http_in_between() {
    let witness = Answers::start();
    for path in [VERSION.1, "/a.tar.gz", "/elsewhere"] {
        let (installed, mirror) = over_https(|_| ());
        let url = |path| format!("{}{path}", mirror.url());
        mirror.serve_file(VERSION.1, release(&url("/a.tar.gz"), b"").to_string());
        mirror.redirect("/a.tar.gz", &url("/elsewhere"));
        mirror.redirect(path, &format!("{}/back", witness.url()));
        witness.always(("GET", "/back"), Answer::redirect(&url("/back")));
        let run = installed.run(&["update", "--yes"]).env("ATCR_UPDATE_URL", mirror.url()).without_env(KEY).status(1);
        let words = if path == VERSION.1 { "it returned 302" } else { "redirected to an address that is not https" };
        run.env("SSL_CERT_FILE", installed.home.path("ca.pem")).stderr_has(&[words]).named(path).check();
        assert!(installed.is_as_it_was() && installed.folder() == [file()]);
    }
    assert!(witness.paths().is_empty());
}
