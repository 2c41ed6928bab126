//! The AppView's HTTP interface: the device flow, the credential check, registry tokens, and the newest release of this
//! program.

mod check;
mod connection;
mod device_flow;
mod download;
mod grants;
mod http;
mod no_atcr;
mod reachability;
mod release;
mod repeated;
mod token;

use std::io::ErrorKind;
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use crate::domain::{KnownSecret, RegistryUrl, THIS_MACHINE, is_localhost};
use crate::platform::environment::Certificates;

pub use check::CheckOutcome;
pub(crate) use check::check_all;
pub use connection::{Failure, Peer};
pub(crate) use connection::{is_proxy, untrusted_elsewhere};
pub use device_flow::{DeviceCode, Login};
pub use download::DownloadUrl;
pub(crate) use no_atcr::NoAtcr;
pub(crate) use reachability::{Reached, reach_all};
pub use release::{Archive, Checksum, Release, UpdateServer};
pub(crate) use token::{RegistryToken, TokenAnswer};

/// For a credential check, from the look-up of the name to the last byte. Docker sets no limit of its own.
pub const CHECK_LIMIT: Duration = Duration::from_secs(5);

/// The AppView of one registry, or a server of releases. Connects when a request is made.
#[derive(Debug, Clone)]
pub struct AppView {
    base: RegistryUrl,
    certificates: Certificates,
    /// Whether one logs in to it.
    is_registry: bool,
    /// Those of the environment, complete or not: whatever is asked, no answer may bring one back.
    known: Vec<KnownSecret>,
    /// The one of this machine's addresses that is meant, where a name has several.
    only: Option<IpAddr>,
}

impl AppView {
    pub fn new(base: RegistryUrl, certificates: Certificates) -> Self {
        Self { base, certificates, is_registry: true, known: Vec::new(), only: None }
    }

    pub(crate) fn knowing(self, known: Vec<KnownSecret>) -> Self {
        Self { known, ..self }
    }

    /// Docker may take either address of `localhost`, whatever is at the other.
    fn at_each_address(&self) -> Vec<Self> {
        if !self.base.is_https() || !is_localhost(self.base.host_name()) {
            return vec![self.clone()];
        }
        let present = THIS_MACHINE.into_iter().filter(|address| !is_missing(*address));
        let each: Vec<Self> = present.map(|address| Self { only: Some(address), ..self.clone() }).collect();
        if each.is_empty() { vec![self.clone()] } else { each }
    }

    fn of_releases(base: RegistryUrl, certificates: Certificates) -> Self {
        Self { is_registry: false, ..Self::new(base, certificates) }
    }
}

/// Whether this machine has no such address, as where IPv6 is off. That a connection fails does not tell it: it does so, too,
/// where somebody else uses up all ports.
fn is_missing(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_err_and(|error| {
        #[cfg(unix)]
        if error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error()) {
            return true;
        }
        error.kind() == ErrorKind::AddrNotAvailable
    })
}
