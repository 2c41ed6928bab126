//! What the kubelet writes to stdin.

use std::io::Read;

use serde::Deserialize;

use crate::docker::protocol;
use crate::error::Error;
use crate::text::sanitize;

/// The API group of requests and responses.
pub(super) const GROUP: &str = "credentialprovider.kubelet.k8s.io";

/// The response has the version of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V1Beta1,
}

impl Version {
    pub(super) fn api_version(self) -> String {
        let version = match self {
            Self::V1 => "v1",
            Self::V1Beta1 => "v1beta1",
        };
        format!("{GROUP}/{version}")
    }

    fn named(api_version: &str) -> Result<Self, Error> {
        let known = [Self::V1, Self::V1Beta1];
        known.into_iter().find(|version| version.api_version() == api_version).ok_or_else(|| {
            let known = known.map(Self::api_version).join(" nor ");
            Error::new(format_args!(
                "the request's apiVersion is {:?}, which is neither {known}",
                sanitize(api_version)
            ))
            .hint(
                "give docker-credential-atcr one of these in the kubelet's CredentialProviderConfig; run: \
                 docker-credential-atcr kubelet --print-config",
            )
        })
    }
}

/// Without a service account's token and annotations (since v1.33), which are not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) version: Version,
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
    Ok(Request { version: Version::named(&api_version)?, image })
}
