//! What the kubelet reads from stdout. It refuses keys that it does not know, so there are none but those of v1beta1.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::request::Request;
use crate::domain::{Credential, repository_of};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provided {
    pub credential: Credential,
    /// How long the kubelet may cache it; zero: not at all.
    pub duration: Duration,
}

/// One line. `cacheKeyType` is `Image`: each image of a registry may be another account's.
pub(super) fn json(request: &Request, provided: Option<&Provided>) -> Value {
    let mut auth = Map::new();
    let mut duration = Duration::ZERO;
    if let Some(provided) = provided {
        duration = provided.duration;
        let (username, password) = (provided.credential.handle.as_str(), provided.credential.secret.expose());
        // The kubelet takes the longest key that is a prefix of the image.
        let key = repository_of(&request.image).to_owned();
        auth.insert(key, json!({ "username": username, "password": password }));
    }
    json!({
        "kind": "CredentialProviderResponse",
        "apiVersion": request.api_version,
        "cacheKeyType": "Image",
        "cacheDuration": go_duration(duration),
        "auth": auth,
    })
}

/// As Go writes a duration of whole seconds (`time.Duration.String`), shorter than an hour.
fn go_duration(duration: Duration) -> String {
    let seconds = duration.as_millis().div_ceil(1000);
    match seconds / 60 {
        0 => format!("{seconds}s"),
        minutes => format!("{minutes}m{}s", seconds % 60),
    }
}
