//! The proxy that requests go through.

use hyper_util::client::proxy::matcher::Matcher;

use super::AppView;

impl AppView {
    /// The proxy between here and the AppView, if there is one: its scheme, host and port, without its credentials. Asked
    /// of the library that the requests are sent with, so that no rule of `NO_PROXY` or of the system is told differently.
    #[must_use]
    pub fn proxy(&self) -> Option<String> {
        if self.base.is_loopback() {
            return None;
        }
        let proxy = Matcher::from_system().intercept(&self.base.to_string().parse().ok()?)?;
        let (scheme, host) = (proxy.uri().scheme_str().unwrap_or("http"), proxy.uri().host()?);
        let port = proxy.uri().port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{scheme}://{host}{port}"))
    }
}
