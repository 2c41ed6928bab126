//! What goes over http: only to this machine or to insecure registries, and past every proxy.

use std::io::{Read, Write};
#[cfg(unix)]
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::net::{SocketAddr, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::thread::{self, JoinHandle};

#[cfg(unix)]
use rustix::net::{self, AddressFamily, SocketType};
use serde_json::json;

use crate::support::{AppView, EVAN, Home, Run, appview, credential};

const SECRET: &str = "atcr_device_marked";
const PROXIES: [&str; 6] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// A home in which Evan is logged in at this URL.
fn home_at(url: &str) -> Home {
    let home = Home::new();
    let registry = json!({"active": EVAN, "accounts": {EVAN: {"device_secret": SECRET}}});
    home.write_device_json(json!({"version": 2, "registries": {url: registry}}).to_string());
    home
}

fn with_proxy(mut run: Run, proxy: &AppView) -> Run {
    for name in PROXIES {
        run = run.env(name, proxy.url());
    }
    run
}

#[test]
fn insecure_registries_never_go_through_a_proxy() {
    let proxy = appview();
    for host in ["registry.invalid", "registry.invalid:5000", "foo.localhost:1", "127.0.0.1:1", "[::1]:1"] {
        let home = home_at(&format!("http://{host}"));
        home.write(".docker/daemon.json", r#"{"insecure-registries": ["registry.invalid", "registry.invalid:5000"]}"#);
        with_proxy(home.verb("get", host), &proxy).stdout(credential(host, EVAN, SECRET)).check();
        for words in [
            &["status"][..],
            &["doctor"],
            &["login", host],
            &["login", host, "--with-token", "--handle", EVAN],
            &["update", "--check"],
        ] {
            let run = with_proxy(home.run(words), &proxy).env("ATCR_REGISTRY", host);
            let run = run.env("ATCR_UPDATE_URL", format!("http://{host}"));
            run.stdin("atcr_device_new").named(&format!("{host} {words:?}")).any_end().check();
        }
    }
    assert_eq!(proxy.connections(), 0);
}

/// Answers one request with a token. Returns what it was asked.
fn answers_once(listener: TcpListener) -> JoinHandle<String> {
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"token\": \"t\"}").unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    })
}

/// The same port at the other of both addresses.
#[cfg(unix)]
fn other(address: SocketAddr) -> SocketAddr {
    let ip = if address.is_ipv4() { IpAddr::from(Ipv6Addr::LOCALHOST) } else { Ipv4Addr::LOCALHOST.into() };
    (ip, address.port()).into()
}

/// Keeps a port from every other test without listening at it. An error where somebody has it, or the machine no such address.
#[cfg(unix)]
pub fn closed_port(address: SocketAddr) -> rustix::io::Result<OwnedFd> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = net::socket(family, SocketType::STREAM, None)?;
    net::bind(&socket, &address)?;
    Ok(socket)
}

#[test]
fn a_localhost_name_is_tried_at_both_loopback_addresses() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        for name in ["localhost", "registry.localhost", "a.b.LocalHost"] {
            // Not every machine has IPv6.
            let Ok(listener) = TcpListener::bind(address.parse::<SocketAddr>().unwrap()) else { continue };
            let listening = listener.local_addr().unwrap();
            #[cfg(unix)]
            let Ok(_closed) = closed_port(other(listening)) else { continue };
            let host = format!("{name}:{}", listening.port());
            let home = home_at(&format!("http://{host}").to_lowercase());
            let answered = answers_once(listener);
            home.verb("get", &*host).stdout(credential(&host, EVAN, SECRET)).check();
            // Ends the thread, if it was not asked.
            drop(TcpStream::connect(listening));
            assert!(answered.join().unwrap().starts_with("GET /auth/token?"), "{host} at {address}");
        }
    }
}

/// glibc and musl read this file for every name they look up, before they ask anybody.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_localhost_name_is_never_looked_up() {
    use crate::support::PROGRAM;
    let Some(strace) = crate::clients::installed::speaking("strace", "strace").pop() else { return };
    for (host, is_looked_up) in [("foo.localhost:1", false), ("localhost:1", false), ("registry.invalid", true)] {
        let scheme = if is_looked_up { "https" } else { "http" };
        let home = home_at(&format!("{scheme}://{host}"));
        let mut traced = home.command(&strace);
        traced.args(["-f", "-e", "trace=open,openat,connect", "-o", "trace", *PROGRAM, "get"]);
        Run::new(traced).stdin(host).stdout(credential(host, EVAN, SECRET)).check();
        let trace = std::fs::read_to_string(home.path("trace")).unwrap();
        assert_eq!(trace.contains("/etc/hosts"), is_looked_up, "{host}: {trace}");
    }
}
