//! Looking up names.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::thread;
use std::vec;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

/// The system's, on a thread, for it can't be interrupted. Where no thread can be started that is an error: tokio's own
/// threads, on which reqwest would look names up, end the program then.
#[derive(Debug)]
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let (sender, addresses) = oneshot::channel::<io::Result<vec::IntoIter<SocketAddr>>>();
            let look_up = move || {
                // Nobody waits for it after the time limit.
                let _ = sender.send((name.as_str(), 0).to_socket_addrs());
            };
            thread::Builder::new().spawn(look_up)?;
            let addresses: Addrs = Box::new(addresses.await??);
            Ok(addresses)
        })
    }
}
