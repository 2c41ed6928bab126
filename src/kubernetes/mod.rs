//! The kubelet's credential provider protocol: the credential of an image, as KEP-2133 and the API types of
//! k8s.io/kubelet (pkg/apis/credentialprovider, v1 and v1beta1) define it.

mod provider_config;
mod request;
mod response;

use std::io::{Read, Write};

use crate::error::Error;

pub(crate) use provider_config::ProviderConfig;
pub use response::Provided;

/// Reads the request from `input` and writes the response to `output`, which stays empty on failure. `provide` is given
/// the image; with no credential it is pulled anonymously.
pub fn serve(
    input: &mut dyn Read,
    output: &mut dyn Write,
    provide: impl FnOnce(&str) -> Result<Option<Provided>, Error>,
) -> Result<(), Error> {
    let request = request::read(input)?;
    let provided = provide(&request.image)?;
    let written = writeln!(output, "{}", response::json(&request, provided.as_ref())).and_then(|()| output.flush());
    written.map_err(|error| Error::new(format_args!("can't write the response: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "credentialprovider.kubelet.k8s.io/v1";
    const V1BETA1: &str = "credentialprovider.kubelet.k8s.io/v1beta1";

    /// The response to an image that has no credential.
    fn served(input: &str) -> Result<String, String> {
        let mut output = Vec::new();
        let result = serve(&mut input.as_bytes(), &mut output, |_| Ok(None));
        let output = String::from_utf8(output).unwrap();
        match result {
            Ok(()) => Ok(output),
            Err(error) => {
                assert_eq!(output, "");
                Err(error.line())
            }
        }
    }

    fn request(version: &str, image: &str) -> String {
        format!("{{\"kind\":\"CredentialProviderRequest\",\"apiVersion\":\"{version}\",\"image\":\"{image}\"}}\n")
    }

    #[test]
    fn a_request_is_read_leniently() {
        let expected = format!(
            "{{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"{V1}\",\"cacheKeyType\":\"Image\",\
             \"cacheDuration\":\"0s\",\"auth\":{{}}}}\n"
        );
        for input in [
            r#"{"apiVersion": "credentialprovider.kubelet.k8s.io/v1", "kind": "CredentialProviderRequest",
                "image": "app", "serviceAccountToken": "hidden", "serviceAccountAnnotations": {"a": "b"}, "more": [1]}"#,
            "\u{feff}{\"image\":\"app\",\"kind\":\"CredentialProviderRequest\",\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\"}\r\n",
        ] {
            assert_eq!(served(input).as_ref(), Ok(&expected), "{input}");
        }
    }

    #[test]
    fn a_malformed_request_is_refused_and_not_repeated() {
        let malformed = "the input is not a CredentialProviderRequest with an image";
        let of_kind = |kind: &str, image: &str| request(V1, image).replace("CredentialProviderRequest", kind);
        for input in [
            String::new(),
            "hidden".to_owned(),
            "[\"hidden\"]".to_owned(),
            request(V1, "app").replace("\"app\"", "7"),
            request(V1, "app").replace("image", "images"),
            request(V1, ""),
            of_kind("CredentialProviderResponse", "hidden"),
            of_kind("", "hidden"),
        ] {
            assert_eq!(served(&input), Err(malformed.to_owned()), "{input}");
        }
    }

    #[test]
    fn another_version_of_the_protocol_is_refused() {
        for version in ["", "v1", "credentialprovider.kubelet.k8s.io/v1alpha1", "credentialprovider.kubelet.k8s.io/v2"]
        {
            let line = format!(
                "the request's apiVersion is \"{version}\", which is neither {V1} nor {V1BETA1}; give \
                 docker-credential-atcr one of these in the kubelet's CredentialProviderConfig; run: \
                 docker-credential-atcr kubelet --print-config"
            );
            assert_eq!(served(&request(version, "app")), Err(line));
        }
    }
}
