//! What the kubelet writes to stdin.

use std::io::Read;

use serde::Deserialize;

use crate::docker::protocol;
use crate::error::Error;
use crate::text::sanitize;

/// The versions of the protocol that this program speaks, the newest first.
pub(super) const API_VERSIONS: [&str; 2] =
    ["credentialprovider.kubelet.k8s.io/v1", "credentialprovider.kubelet.k8s.io/v1beta1"];

/// Without a service account's token and annotations (since v1.33), which are not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// One of [`API_VERSIONS`], which the response has too.
    pub(super) api_version: String,
    pub(super) image: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    kind: String,
    api_version: String,
    image: String,
}

pub(super) fn read(input: &mut dyn Read) -> Result<Request, Error> {
    let malformed = || Error::new("the input is not a CredentialProviderRequest with an image");
    let text = protocol::text(input)?;
    // The parser's message may repeat a service account's token.
    let Wire { kind, api_version, image } = serde_json::from_str(&text).map_err(|_| malformed())?;
    if kind != "CredentialProviderRequest" || image.is_empty() {
        return Err(malformed());
    }
    if !API_VERSIONS.contains(&api_version.as_str()) {
        return Err(unknown_version(&api_version));
    }
    Ok(Request { api_version, image })
}

fn unknown_version(api_version: &str) -> Error {
    let (version, known) = (sanitize(api_version), API_VERSIONS.join(" nor "));
    Error::new(format_args!("the request's apiVersion is {version:?}, which is neither {known}")).hint(
        "give docker-credential-atcr one of these in the kubelet's CredentialProviderConfig; run: \
         docker-credential-atcr kubelet --print-config",
    )
}
