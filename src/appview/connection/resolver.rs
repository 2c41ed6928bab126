//! The addresses of a registry's name.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::thread;
use crate::domain::is_localhost;
use crate::text::{is_secret, redact_given};

/// Both, because a registry may listen on either.
const THIS_MACHINE: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// As the system resolves names, but `localhost` and the names under it are this machine without being asked for (RFC
/// 6761, 6.3): DNS may say that they are elsewhere, and a secret goes there in clear.
#[derive(Debug)]
pub(super) struct Resolver;

#[derive(Debug, thiserror::Error)]
#[error("there is no address for {name} (DNS)")]
pub(super) struct NoAddress {
    name: String,
    source: io::Error,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let shown = redact_given(&name).into_owned();
            let addresses = look_up(&name).await.map_err(|source| NoAddress { name: shown, source })?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// With port 0, which stands for the URL's. A secret that stands in the place of a proxy is not told to whoever answers.
async fn look_up(name: &str) -> io::Result<Vec<SocketAddr>> {
    if is_secret(name) {
        return Err(io::Error::new(ErrorKind::InvalidInput, "a secret, not a host"));
    }
    if is_localhost(name) {
        return Ok(THIS_MACHINE.map(|address| (address, 0).into()).to_vec());
    }
    let name = name.to_owned();
    thread::run(move || Ok((name.as_str(), 0).to_socket_addrs()?.collect())).await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appview::http::block_on;

    #[test]
    fn no_secret_is_looked_up() {
        for name in ["atcr_device_x", "atcr_device_x.example", "abcd-efgh-ij23-mnop"] {
            let looked_up = block_on(async { Ok(look_up(name).await) }).unwrap();
            assert_eq!(looked_up.unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }
}
