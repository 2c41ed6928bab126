//! The registries that Docker's daemon uses http for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::authority::Authority;

/// Docker's `insecure-registries`: hosts, hosts with ports and CIDR blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InsecureRegistries {
    hosts: Vec<Authority>,
    blocks: Vec<(IpAddr, u32)>,
}

impl InsecureRegistries {
    /// Takes the entries that can be understood, as `newServiceConfig` in moby's registry/config.go does; dockerd refuses
    /// to start with any others.
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for entry in entries.into_iter().filter_map(without_scheme) {
            if let Some(block) = parse_block(entry) {
                all.blocks.push(block);
            } else if let Ok(host) = entry.parse() {
                all.hosts.push(host);
            }
        }
        all
    }

    /// A block matches literal addresses alone: dockerd looks names up, a credential helper must not wait for that.
    pub(super) fn contains(&self, authority: &Authority) -> bool {
        // An entry without a port is no other port's: dockerd compares the whole name.
        if self.hosts.contains(authority) {
            return true;
        }
        let Some(ip) = authority.ip() else { return false };
        self.blocks.iter().any(|&(net, bits)| in_block(ip, net, bits))
    }
}

/// dockerd warns of a scheme, and takes the entry without it.
fn without_scheme(entry: &str) -> Option<&str> {
    match entry.split_once("://") {
        None => Some(entry),
        Some((scheme, rest)) => ["http", "https"].iter().any(|name| scheme.eq_ignore_ascii_case(name)).then_some(rest),
    }
}

fn parse_block(entry: &str) -> Option<(IpAddr, u32)> {
    let (net, bits) = entry.split_once('/')?;
    let (net, bits): (IpAddr, u32) = (net.parse().ok()?, bits.parse().ok()?);
    let ahead_of_mapped = Ipv6Addr::BITS - Ipv4Addr::BITS;
    Some(match (net, net.to_canonical()) {
        (IpAddr::V6(_), IpAddr::V4(mapped)) if bits >= ahead_of_mapped => (mapped.into(), bits - ahead_of_mapped),
        _ => (net, bits),
    })
}

fn in_block(ip: IpAddr, net: IpAddr, bits: u32) -> bool {
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => {
            let mask = u32::MAX.checked_shl(Ipv4Addr::BITS.saturating_sub(bits)).unwrap_or(0);
            ip.to_bits() & mask == net.to_bits() & mask
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) => {
            let mask = u128::MAX.checked_shl(Ipv6Addr::BITS.saturating_sub(bits)).unwrap_or(0);
            ip.to_bits() & mask == net.to_bits() & mask
        }
        _ => false,
    }
}
