//! Blobs and their uploads.

use std::collections::HashMap;
use std::fmt::Write as _;

use axum::body::Bytes;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use super::fresh;
use super::registry::{Call, error};
use super::state::State;

/// By repository and digest, so that knowing a digest does not open another repository's blob.
#[derive(Default)]
pub struct Blobs {
    stored: HashMap<(String, String), Bytes>,
    uploads: HashMap<(String, String), Vec<u8>>,
}

impl Blobs {
    pub fn has(&self, repository: &str, digest: &str) -> bool {
        self.stored.contains_key(&key(repository, digest))
    }
}

fn key(repository: &str, name: &str) -> (String, String) {
    (repository.to_owned(), name.to_owned())
}

/// The name of a digest's header, which is not one of HTTP's own.
pub const DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// The digest of some content, as registries write it.
pub fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold("sha256:".to_owned(), |mut digest, byte| {
        // Writing to a String can't fail.
        let _ = write!(digest, "{byte:02x}");
        digest
    })
}

/// `HEAD` and `GET` of `blobs/<digest>`
pub fn stored(state: &State, call: &Call<'_>, digest: &str) -> Response {
    if !["GET", "HEAD"].contains(&call.method) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match state.blobs.stored.get(&key(call.repository, digest)).cloned() {
        None => error(StatusCode::NOT_FOUND, "BLOB_UNKNOWN", "blob unknown to registry"),
        Some(blob) => ([(DIGEST, digest)], blob).into_response(),
    }
}

/// `POST blobs/uploads/`: starts an upload, or is all of one (`?digest=`). A `?mount=` is not done: a registry need not.
pub fn begin(state: &mut State, call: &Call<'_>) -> Response {
    if call.method != "POST" {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if call.parameter("digest").is_some() {
        return finish(state, call, call.body.to_vec());
    }
    let id = fresh::hex();
    state.blobs.uploads.insert(key(call.repository, &id), Vec::new());
    progress(StatusCode::ACCEPTED, call.repository, &id, 0)
}

/// `PATCH` and `PUT` of `blobs/uploads/<id>`
pub fn go_on(state: &mut State, call: &Call<'_>, id: &str) -> Response {
    let Some(received) = state.blobs.uploads.get_mut(&key(call.repository, id)) else {
        return error(StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN", "upload unknown to registry");
    };
    match call.method {
        "PATCH" => {
            received.extend_from_slice(&call.body);
            progress(StatusCode::ACCEPTED, call.repository, id, received.len())
        }
        "PUT" => {
            received.extend_from_slice(&call.body);
            let content = state.blobs.uploads.remove(&key(call.repository, id)).unwrap_or_default();
            finish(state, call, content)
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn finish(state: &mut State, call: &Call<'_>, content: Vec<u8>) -> Response {
    let actual = digest(&content);
    if call.parameter("digest") != Some(&actual) {
        return error(StatusCode::BAD_REQUEST, "DIGEST_INVALID", "provided digest did not match uploaded content");
    }
    state.blobs.stored.insert(key(call.repository, &actual), content.into());
    let location = format!("/v2/{}/blobs/{actual}", call.repository);
    (StatusCode::CREATED, [(header::LOCATION, location)], [(DIGEST, actual)]).into_response()
}

fn progress(status: StatusCode, repository: &str, id: &str, received: usize) -> Response {
    let headers = [
        (header::LOCATION, format!("/v2/{repository}/blobs/uploads/{id}")),
        (header::RANGE, format!("0-{}", received.saturating_sub(1))),
        (HeaderName::from_static("docker-upload-uuid"), id.to_owned()),
    ];
    (status, headers).into_response()
}
