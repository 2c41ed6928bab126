use std::net::IpAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::appview::AppView;
use crate::domain::RegistryUrl;
use crate::text::redact_given;

impl AppView {
    /// The scheme, host and port of the proxy that requests go through, without its credentials. From the library that
    /// sends them, so that `NO_PROXY` and the system's settings mean the same.
    pub(crate) fn proxy(&self) -> Option<String> {
        if !may_use_proxy(&self.base) {
            return None;
        }
        let proxy = Matcher::from_system().intercept(&self.base.to_string().parse().ok()?)?;
        let (scheme, host) = (proxy.uri().scheme_str().unwrap_or("http"), redact_given(proxy.uri().host()?));
        let port = proxy.uri().port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{scheme}://{host}{port}"))
    }
}

/// Whether this is the address of a proxy. What is not counts as none, silently, where requests are sent.
pub(crate) fn is_proxy(address: &str) -> bool {
    let matcher = Matcher::builder().https(address.to_owned()).build();
    "https://anywhere.example".parse().is_ok_and(|anywhere| matcher.intercept(&anywhere).is_some())
}

/// Over http a proxy would see the secret, and for loopback it would be asked for a service of its own machine, also by the
/// names that only a URL has for that: `127.1`, `2130706433`, `[::ffff:127.0.0.1]`.
pub(in crate::appview) fn may_use_proxy(registry: &RegistryUrl) -> bool {
    registry.is_https() && !registry.is_loopback() && !is_this_machine(registry).unwrap_or(false)
}

fn is_this_machine(registry: &RegistryUrl) -> Option<bool> {
    let url = Url::parse(&registry.to_string()).ok()?;
    let ip: IpAddr = url.host_str()?.trim_matches(['[', ']']).parse().ok()?;
    let ip = ip.to_canonical();
    Some(ip.is_loopback() || ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_never_reached_through_a_proxy() {
        for (registry, expected) in [
            ("https://atcr.io", true),
            ("https://10.0.0.1", true),
            ("https://[2001:db8::1]", true),
            ("https://1.127.0.0", true),
            ("http://10.0.0.1", false),
            ("https://localhost:5000", false),
            ("https://127.0.0.1", false),
            ("https://127.1:5999", false),
            ("https://2130706433", false),
            ("https://0x7f000001", false),
            ("https://017700000001", false),
            ("https://0.0.0.0", false),
            ("https://[::]", false),
            ("https://[::1]:5000", false),
            ("https://[::ffff:127.0.0.1]", false),
        ] {
            assert_eq!(may_use_proxy(&registry.parse().unwrap()), expected, "{registry}");
        }
    }
}
