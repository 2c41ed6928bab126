//! The proxy that requests go through.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;

use crate::appview::AppView;

/// For a question to a proxy that has just refused one.
const LIMIT: Duration = Duration::from_secs(2);

impl AppView {
    /// The scheme, host and port of the proxy that requests go through, without its credentials. From the library that
    /// sends them, so that `NO_PROXY` and the system's settings mean the same.
    pub(crate) fn proxy(&self) -> Option<String> {
        let proxy = self.intercept()?;
        let (scheme, host) = (proxy.uri().scheme_str().unwrap_or("http"), proxy.uri().host()?);
        let port = proxy.uri().port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{scheme}://{host}{port}"))
    }

    fn intercept(&self) -> Option<Intercept> {
        if !self.base.may_use_proxy() {
            return None;
        }
        Matcher::from_system().intercept(&self.base.to_string().parse().ok()?)
    }

    /// The status with which the proxy refuses to connect to the registry. The library does not tell it, so the proxy is asked
    /// once more. `None`: it can't be asked in clear, or has no answer now.
    pub(super) fn refusal(&self) -> Option<u16> {
        let (proxy, registry) = (self.intercept()?, Url::parse(&self.base.to_string()).ok()?);
        if proxy.uri().scheme_str() != Some("http") {
            return None;
        }
        let target = format!("{}:{}", registry.host_str()?, registry.port_or_known_default()?);
        let password = match proxy.basic_auth() {
            Some(password) => format!("Proxy-Authorization: {}\r\n", password.to_str().ok()?),
            None => String::new(),
        };
        let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{password}\r\n");
        let host = proxy.uri().host()?.trim_matches(['[', ']']);
        status(host, proxy.uri().port_u16().unwrap_or(80), &request)
    }
}

/// Of the answer to a request, from its first line: `HTTP/1.1 403 Forbidden`.
fn status(host: &str, port: u16, request: &str) -> Option<u16> {
    let address = (host, port).to_socket_addrs().ok()?.next()?;
    let mut stream = TcpStream::connect_timeout(&address, LIMIT).ok()?;
    stream.set_read_timeout(Some(LIMIT)).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    // It comes as a whole, and what follows it does not matter.
    let mut line = [0; 64];
    let length = stream.read(&mut line).ok()?;
    let status = String::from_utf8_lossy(&line[..length]).split(' ').nth(1)?.get(..3)?.parse().ok()?;
    Some(status).filter(|status| (100..600).contains(status))
}
