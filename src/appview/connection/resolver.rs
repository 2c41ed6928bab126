//! The addresses of a registry's name.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::thread;
use crate::domain::is_localhost;

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
            let addresses = look_up(&name).await.map_err(|source| NoAddress { name, source })?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// With port 0, which stands for the URL's.
async fn look_up(name: &str) -> io::Result<Vec<SocketAddr>> {
    if is_localhost(name) {
        return Ok(THIS_MACHINE.map(|address| (address, 0).into()).to_vec());
    }
    let name = name.to_owned();
    thread::run(move || Ok((name.as_str(), 0).to_socket_addrs()?.collect())).await?
}
