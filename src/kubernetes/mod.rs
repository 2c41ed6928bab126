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
    use std::time::Duration;

    use super::*;
    use crate::domain::{Credential, Secret};

    const V1: &str = "credentialprovider.kubelet.k8s.io/v1";
    const V1BETA1: &str = "credentialprovider.kubelet.k8s.io/v1beta1";

    fn provide(image: &str) -> Result<Option<Provided>, Error> {
        let seconds = match image {
            "fresh.example/a.example/app" => 300,
            "stale.example/a.example/app:1" => 42,
            "unknown.example/a.example/app@sha256:e3b0" => 0,
            "broken.example/a.example/app" => return Err(Error::new("device.json is broken").hint("fix it")),
            _ => return Ok(None),
        };
        let secret = Secret::new("atcr_device_\"1\"");
        let credential = Credential { handle: "a.example".parse().unwrap(), secret };
        Ok(Some(Provided { credential, duration: Duration::from_secs(seconds) }))
    }

    fn served(input: &str) -> Result<String, String> {
        let mut output = Vec::new();
        let result = serve(&mut input.as_bytes(), &mut output, provide);
        let output = String::from_utf8(output).unwrap();
        result.map(|()| output.clone()).map_err(|error| {
            assert_eq!(output, "");
            error.line()
        })
    }

    fn request(version: &str, image: &str) -> String {
        format!("{{\"kind\":\"CredentialProviderRequest\",\"apiVersion\":\"{version}\",\"image\":\"{image}\"}}\n")
    }

    /// As Go writes `CredentialProviderResponse`.
    fn response(version: &str, duration: &str, auth: &str) -> String {
        format!(
            "{{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"{version}\",\"cacheKeyType\":\"Image\",\
             \"cacheDuration\":\"{duration}\",\"auth\":{{{auth}}}}}\n"
        )
    }

    #[test]
    fn a_credential_is_keyed_by_repository_and_has_a_duration() {
        let auth =
            |key: &str| format!("\"{key}\":{{\"username\":\"a.example\",\"password\":\"atcr_device_\\\"1\\\"\"}}");
        for version in [V1, V1BETA1] {
            for (image, duration, key) in [
                ("fresh.example/a.example/app", "5m0s", "fresh.example/a.example/app"),
                ("stale.example/a.example/app:1", "42s", "stale.example/a.example/app"),
                ("unknown.example/a.example/app@sha256:e3b0", "0s", "unknown.example/a.example/app"),
            ] {
                assert_eq!(served(&request(version, image)), Ok(response(version, duration, &auth(key))), "{image}");
            }
        }
    }

    #[test]
    fn no_credential_is_an_empty_answer_that_is_not_cached() {
        for version in [V1, V1BETA1] {
            for image in ["docker.io/library/app", "app", "::", "\\u001b"] {
                assert_eq!(served(&request(version, image)), Ok(response(version, "0s", "")), "{image}");
            }
        }
    }

    #[test]
    fn a_request_is_read_leniently() {
        let expected = response(V1, "0s", "");
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

    #[test]
    fn an_error_of_provide_fails_the_call() {
        let line = "device.json is broken; fix it".to_owned();
        assert_eq!(served(&request(V1, "broken.example/a.example/app")), Err(line));
    }
}
