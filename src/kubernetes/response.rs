//! What the kubelet reads from stdout. It refuses keys that it does not know, so there are none but those of v1beta1.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Provided;
use super::request::Request;
use crate::domain::repository_of;

/// One line. `cacheKeyType` is `Image`: each image of a registry may be another account's.
pub(super) fn json(request: &Request, provided: Option<&Provided>) -> Value {
    let credential = |provided: &Provided| {
        let login = json!({
            "username": provided.user.handle.as_str(),
            "password": provided.user.secret.expose(),
        });
        // The kubelet takes the longest key that is a prefix of the image.
        (repository_of(&request.image).to_owned(), login)
    };
    let auth: Map<String, Value> = provided.map(credential).into_iter().collect();
    json!({
        "kind": "CredentialProviderResponse",
        "apiVersion": request.version.api_version(),
        "cacheKeyType": "Image",
        "cacheDuration": duration(provided.map(|provided| provided.life).unwrap_or_default()),
        "auth": auth,
    })
}

/// As Go writes a duration of whole seconds (`time.Duration.String`), shorter than an hour.
fn duration(life: Duration) -> String {
    let seconds = life.as_millis().div_ceil(1000);
    match seconds / 60 {
        0 => format!("{seconds}s"),
        minutes => format!("{minutes}m{}s", seconds % 60),
    }
}
