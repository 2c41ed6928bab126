//! The addresses of a registry's name.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::thread;
use crate::domain::{THIS_MACHINE, is_localhost};
use crate::text::{is_secret, redact_given};

/// As the system resolves names, but `localhost` and the names under it are this machine without being asked for (RFC
/// 6761, 6.3): DNS may say that they are elsewhere, and a secret goes there in clear.
#[derive(Debug)]
pub(super) struct Resolver {
    /// Of this machine's addresses this one alone.
    pub(super) only: Option<IpAddr>,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no address for {name} (DNS)")]
pub(super) struct NoAddress {
    name: String,
    source: io::Error,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (name, only) = (name.as_str().to_owned(), self.only);
        Box::pin(async move {
            let shown = redact_given(&name).into_owned();
            let addresses = look_up(&name, only).await.map_err(|source| NoAddress { name: shown, source })?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// With port 0, which stands for the URL's. A secret that stands in the place of a proxy is not told to whoever answers.
async fn look_up(name: &str, only: Option<IpAddr>) -> io::Result<Vec<SocketAddr>> {
    if is_secret(name) {
        return Err(io::Error::new(ErrorKind::InvalidInput, "a secret, not a host"));
    }
    if is_localhost(name) {
        let addresses = THIS_MACHINE.into_iter().filter(|address| only.is_none_or(|only| only == *address));
        return Ok(addresses.map(|address| (address, 0).into()).collect());
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
            let looked_up = block_on(async { Ok(look_up(name, None).await) }).unwrap();
            assert_eq!(looked_up.unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }
}
