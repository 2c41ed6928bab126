//! The AppView's HTTP interface: the device flow, the credential check, the memory of accepted credentials, and the
//! newest release of this program.

mod check;
mod device_flow;
mod download;
mod http;
mod proxy;
mod reachability;
mod release;

use std::time::Duration;

use crate::domain::RegistryUrl;
use crate::platform::environment::Certificates;

pub use check::{CheckOutcome, check_all, verify};
pub use device_flow::{DeviceCode, Login};
pub use download::{DownloadUrl, LONGEST_DOWNLOAD};
pub use reachability::{Reached, reach_all};
pub use release::{Archive, Checksum, Release};

/// The longest a credential check may take, from the first look-up to the last byte. Docker sets no limit of its own.
pub const CHECK_LIMIT: Duration = Duration::from_secs(5);

/// The AppView of one registry, spoken to over HTTP. Connects when a request is made.
#[derive(Debug, Clone)]
pub struct AppView {
    base: RegistryUrl,
    certificates: Certificates,
}

impl AppView {
    /// The AppView at `base`, trusted by the system's certificates and those that the environment names.
    #[must_use]
    pub fn new(base: RegistryUrl, certificates: Certificates) -> Self {
        Self { base, certificates }
    }
}
