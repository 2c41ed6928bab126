use hyper_util::client::proxy::matcher::Matcher;

use crate::appview::AppView;
use crate::text::redact_given;

impl AppView {
    /// The scheme, host and port of the proxy that requests go through, without its credentials. From the library that
    /// sends them, so that `NO_PROXY` and the system's settings mean the same.
    pub(crate) fn proxy(&self) -> Option<String> {
        if !self.base.may_use_proxy() {
            return None;
        }
        let proxy = Matcher::from_system().intercept(&self.base.to_string().parse().ok()?)?;
        let (scheme, host) = (proxy.uri().scheme_str().unwrap_or("http"), redact_given(proxy.uri().host()?));
        let port = proxy.uri().port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{scheme}://{host}{port}"))
    }
}
