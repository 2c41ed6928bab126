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

/// Kept for each repository by itself, so that a digest known elsewhere opens nothing.
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

/// `HEAD`, `GET` and `DELETE` of `blobs/<digest>`
pub fn stored(state: &mut State, call: &Call<'_>, digest: &str) -> Response {
    let key = key(call.repository, digest);
    let blob = match call.method {
        "GET" | "HEAD" => state.blobs.stored.get(&key).cloned(),
        "DELETE" => state.blobs.stored.remove(&key),
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let digest = [(DIGEST, digest)];
    match blob {
        None => error(StatusCode::NOT_FOUND, "BLOB_UNKNOWN", "blob unknown to registry"),
        Some(_) if call.method == "DELETE" => (StatusCode::ACCEPTED, digest).into_response(),
        Some(blob) => (digest, blob).into_response(),
    }
}

/// `POST blobs/uploads/`: starts an upload, or is all of one (`?digest=`), or saves one (`?mount=&from=`).
pub fn begin(state: &mut State, call: &Call<'_>) -> Response {
    if call.method != "POST" {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let (Some(digest), Some(from)) = (call.parameter("mount"), call.parameter("from")) {
        let from = state.people.repository(from);
        let readable = state.tokens.find(call.headers).is_some_and(|token| token.allows(&from, "pull"));
        if readable && let Some(blob) = state.blobs.stored.get(&key(&from, digest)).cloned() {
            state.blobs.stored.insert(key(call.repository, digest), blob);
            return created(call.repository, digest);
        }
    }
    if call.parameter("digest").is_some() {
        return finish(state, call, call.body.to_vec());
    }
    let id = fresh::hex();
    state.blobs.uploads.insert(key(call.repository, &id), Vec::new());
    progress(StatusCode::ACCEPTED, call.repository, &id, 0)
}

/// `GET`, `PATCH`, `PUT` and `DELETE` of `blobs/uploads/<id>`
pub fn go_on(state: &mut State, call: &Call<'_>, id: &str) -> Response {
    let Some(received) = state.blobs.uploads.get_mut(&key(call.repository, id)) else {
        return error(StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN", "upload unknown to registry");
    };
    match call.method {
        "GET" => progress(StatusCode::NO_CONTENT, call.repository, id, received.len()),
        "PATCH" | "PUT" if starts_elsewhere(call, received.len()) => {
            progress(StatusCode::RANGE_NOT_SATISFIABLE, call.repository, id, received.len())
        }
        "PATCH" => {
            received.extend_from_slice(&call.body);
            progress(StatusCode::ACCEPTED, call.repository, id, received.len())
        }
        "PUT" => {
            received.extend_from_slice(&call.body);
            let content = state.blobs.uploads.remove(&key(call.repository, id)).unwrap_or_default();
            finish(state, call, content)
        }
        "DELETE" => {
            state.blobs.uploads.remove(&key(call.repository, id));
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// Whether a chunk says (`Content-Range: <first>-<last>`) that it belongs elsewhere than at the end of what is there.
fn starts_elsewhere(call: &Call<'_>, received: usize) -> bool {
    let range = call.headers.get(header::CONTENT_RANGE).and_then(|range| range.to_str().ok());
    let first = range.and_then(|range| range.trim_start_matches("bytes ").split('-').next());
    first.is_some_and(|first| first.parse() != Ok(received))
}

fn finish(state: &mut State, call: &Call<'_>, content: Vec<u8>) -> Response {
    let actual = digest(&content);
    if call.parameter("digest") != Some(&actual) {
        return error(StatusCode::BAD_REQUEST, "DIGEST_INVALID", "provided digest did not match uploaded content");
    }
    state.blobs.stored.insert(key(call.repository, &actual), content.into());
    created(call.repository, &actual)
}

fn created(repository: &str, digest: &str) -> Response {
    let location = format!("/v2/{repository}/blobs/{digest}");
    (StatusCode::CREATED, [(header::LOCATION, location)], [(DIGEST, digest)]).into_response()
}

fn progress(status: StatusCode, repository: &str, id: &str, received: usize) -> Response {
    let headers = [
        (header::LOCATION, format!("/v2/{repository}/blobs/uploads/{id}")),
        (header::RANGE, format!("0-{}", received.saturating_sub(1))),
        (HeaderName::from_static("docker-upload-uuid"), id.to_owned()),
    ];
    (status, headers).into_response()
}
