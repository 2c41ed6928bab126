//! The HTTP client of one registry.

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::ClientConfig;
use rustls::crypto::ring;

use super::proxy::may_use_proxy;
use super::resolver::Resolver;
use super::verifier::Verifier;
use super::{authorities, thread};
use crate::domain::RegistryUrl;
use crate::platform::environment::Certificates;

/// Whose certificates are trusted. Loaded once for all registries: a hundred authorities take longer than a request.
#[derive(Clone)]
pub(in crate::appview) enum Trust {
    /// As macOS and Windows decide; and what http needs.
    System,
    Authorities(Box<ClientConfig>),
}

impl Trust {
    /// On a thread, so that a limit ends it, whatever the files are.
    pub(in crate::appview) async fn load(named: &Certificates) -> Result<Self> {
        let is_platforms = cfg!(any(windows, target_vendor = "apple")) && !authorities::is_named(named);
        if is_platforms {
            return Ok(Self::System);
        }
        let named = named.clone();
        let load = move || Verifier::new(authorities::load(&named));
        let verifier = thread::run(load).await.context("can't load certificates")?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().context("can't set up TLS")?;
        let config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok(Self::Authorities(Box::new(config.with_no_client_auth())))
    }
}

pub(in crate::appview) fn client(
    base: &RegistryUrl,
    only: Option<IpAddr>,
    trust: &Trust,
    redirects: Policy,
) -> Result<Client> {
    // Fails if it was installed before.
    let _ = ring::default_provider().install_default();
    let builder = new_builder().redirect(redirects).dns_resolver(Resolver { only });
    let builder = if may_use_proxy(base) { builder } else { builder.no_proxy() };
    let builder = match trust {
        _ if !base.is_https() => builder.tls_certs_only([]),
        Trust::System => builder.https_only(true),
        Trust::Authorities(config) => builder.https_only(true).tls_backend_preconfigured(ClientConfig::clone(config)),
    };
    builder.build().context("can't set up HTTP")
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes a client, with its limits")]
fn new_builder() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("docker-credential-atcr/", env!("CARGO_PKG_VERSION")))
        .referer(false)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
}
