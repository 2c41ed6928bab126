//! A host and its port, in a server string or an image's name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::text::is_secret;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidServer {
    #[error("not the name of a registry (HOST, HOST:PORT or https://HOST)")]
    Name,
    /// Looked up in DNS it would be known to others.
    #[error("a secret, not the name of a registry")]
    Secret,
}

/// In lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Authority {
    pub(super) host: Box<str>,
    pub(super) port: Option<u16>,
}

impl Authority {
    /// One that IPv6 maps is IPv4's, as everywhere in Go.
    pub(super) fn ip(&self) -> Option<IpAddr> {
        let ip: IpAddr = self.host.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        Some(ip.to_canonical())
    }

    pub(super) fn is_loopback(&self) -> bool {
        is_localhost(&self.host) || self.ip().is_some_and(|ip| ip.is_loopback())
    }
}

impl FromStr for Authority {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let (host, port) = match text.rfind([':', ']']).filter(|&at| text[at..].starts_with(':')) {
            Some(colon) => (&text[..colon], parse_port(&text[colon + 1..])),
            None => (text, Ok(None)),
        };
        if is_secret(text) || is_secret(host) {
            return Err(InvalidServer::Secret);
        }
        if !is_host(host) {
            return Err(InvalidServer::Name);
        }
        let port = port?;
        Ok(Self { host: host.to_ascii_lowercase().into(), port })
    }
}

/// What `localhost` and the names under it mean: both, because a registry may listen on either.
pub const THIS_MACHINE: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Whether a name is this machine's by RFC 6761, 6.3.
pub fn is_localhost(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
}

fn parse_port(digits: &str) -> Result<Option<u16>, InvalidServer> {
    // `parse` alone would take a plus sign.
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(port) if is_number && port != 0 => Ok(Some(port)),
        _ => Err(InvalidServer::Name),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}
