//! Manifests and tags.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::blobs::{DIGEST, digest};
use super::registry::{Call, error};
use super::state::State;

/// A manifest, and the account that pushed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The handle of the account.
    pub by: String,
    pub digest: String,
    pub content_type: String,
    pub bytes: Bytes,
}

#[derive(Default)]
pub struct Manifests(HashMap<String, Repository>);

#[derive(Default)]
struct Repository {
    by_digest: HashMap<String, Pushed>,
    /// A tag's push has its own pusher, even if the manifest was there before.
    by_tag: HashMap<String, Pushed>,
}

impl Manifests {
    /// By tag or digest.
    pub fn get(&self, repository: &str, reference: &str) -> Option<&Pushed> {
        let repository = self.0.get(repository)?;
        repository.by_tag.get(reference).or_else(|| repository.by_digest.get(reference))
    }
}

/// `manifests/<tag or digest>`
pub fn serve(state: &mut State, call: &Call<'_>, reference: &str) -> Response {
    match call.method {
        "GET" | "HEAD" => match state.manifests.get(call.repository, reference) {
            Some(found) => {
                let headers = [(header::CONTENT_TYPE, found.content_type.as_str()), (DIGEST, &found.digest)];
                (headers, found.bytes.clone()).into_response()
            }
            None => error(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", "manifest unknown to registry"),
        },
        "PUT" => put(state, call, reference),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn put(state: &mut State, call: &Call<'_>, reference: &str) -> Response {
    let Ok(manifest) = serde_json::from_slice::<Value>(&call.body) else {
        return error(StatusCode::BAD_REQUEST, "MANIFEST_INVALID", "manifest is not JSON");
    };
    if let Some(missing) = missing_blob(state, call.repository, &manifest) {
        return error(StatusCode::BAD_REQUEST, "MANIFEST_BLOB_UNKNOWN", missing);
    }
    let digest = digest(&call.body);
    let is_tag = !reference.contains(':');
    if !is_tag && reference != digest {
        return error(StatusCode::BAD_REQUEST, "DIGEST_INVALID", "provided digest did not match the manifest");
    }
    let named = call.headers.get(header::CONTENT_TYPE).and_then(|name| name.to_str().ok());
    let pushed = Pushed {
        by: state.tokens.find(call.headers).and_then(|token| token.identity.clone()).unwrap_or_default(),
        digest: digest.clone(),
        content_type: named.or(manifest["mediaType"].as_str()).unwrap_or("application/json").to_owned(),
        bytes: call.body.clone(),
    };
    let repository = state.manifests.0.entry(call.repository.to_owned()).or_default();
    if is_tag {
        repository.by_tag.insert(reference.to_owned(), pushed.clone());
    }
    repository.by_digest.insert(digest.clone(), pushed);
    let location = format!("/v2/{}/manifests/{digest}", call.repository);
    (StatusCode::CREATED, [(header::LOCATION, location)], [(DIGEST, digest)]).into_response()
}

/// The first blob that an image's manifest names and that was not uploaded; layers that live elsewhere have `urls`.
fn missing_blob<'a>(state: &State, repository: &str, manifest: &'a Value) -> Option<&'a str> {
    let layers = manifest["layers"].as_array().into_iter().flatten().filter(|layer| layer["urls"].is_null());
    let mut digests = layers.chain([&manifest["config"]]).filter_map(|blob| blob["digest"].as_str());
    digests.find(|digest| !state.blobs.has(repository, digest))
}
