//! The OCI distribution API: which request means what, and what a token allows.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::state::{Shared, State as Appview};
use super::{blobs, manifests};

/// A request about one repository that its token allows.
pub struct Call<'a> {
    pub method: &'a str,
    pub repository: &'a str,
    pub query: &'a [(String, String)],
    pub headers: &'a HeaderMap,
    pub body: Bytes,
}

impl Call<'_> {
    pub fn parameter(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(found, _)| found == key).map(|(_, value)| value.as_str())
    }
}

/// Everything under `/v2/`, and whatever is found nowhere else.
pub async fn serve(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
    body: Bytes,
) -> Response {
    #[cfg(unix)]
    if let Some(backend) = shared.backend() {
        return backend.answer(method, uri, headers, body).await;
    }
    let state = &mut *shared.lock();
    // A DID's colons may come escaped.
    let path = uri.path().replace("%3A", ":").replace("%3a", ":");
    let Some(rest) = path.strip_prefix("/v2").filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        if let Some(url) = state.redirects.get(&path) {
            return (StatusCode::FOUND, [(header::LOCATION, url.clone())]).into_response();
        }
        return match state.files.get(&path) {
            Some(file) => file.clone().into_response(),
            None => (StatusCode::NOT_FOUND, "nothing is here\n").into_response(),
        };
    };
    let segments: Vec<&str> = rest.trim_start_matches('/').split('/').collect();
    if let [""] = segments[..] {
        return match state.tokens.find(&headers) {
            Some(_) => Json(json!({})).into_response(),
            None => challenge(state, &headers, "", ""),
        };
    }
    // A repository's name may have any number of segments, these words among them.
    let split = match segments[..] {
        [.., "blobs", "uploads", _] => segments.len() - 3,
        [.., "blobs" | "manifests", _] => segments.len() - 2,
        _ => return error(StatusCode::NOT_FOUND, "UNSUPPORTED", "no such endpoint"),
    };
    let repository = state.people.repository(&segments[..split].join("/"));
    if let Some(refusal) = refuse(state, &headers, &repository, &method, &segments[split..]) {
        return refusal;
    }
    let call = Call { method: method.as_str(), repository: &repository, query: &query, headers: &headers, body };
    match segments[split..] {
        ["blobs", "uploads"] | ["blobs", "uploads", ""] => blobs::begin(state, &call),
        ["blobs", "uploads", id] => blobs::go_on(state, &call, id),
        ["blobs", digest] => blobs::stored(state, &call, digest),
        ["manifests", reference] => manifests::serve(state, &call, reference),
        _ => error(StatusCode::NOT_FOUND, "UNSUPPORTED", "no such endpoint"),
    }
}

/// None if the token that came along allows it.
fn refuse(state: &Appview, headers: &HeaderMap, repository: &str, method: &Method, what: &[&str]) -> Option<Response> {
    let action = match *method {
        _ if what.starts_with(&["blobs", "uploads"]) => "push",
        Method::GET | Method::HEAD => "pull",
        _ => "push",
    };
    match state.tokens.find(headers) {
        Some(token) if token.allows(repository, action) => None,
        found => {
            let wanted = if action == "push" { "pull,push" } else { "pull" };
            let scope = format!("repository:{repository}:{wanted}");
            Some(challenge(state, headers, &scope, if found.is_some() { "insufficient_scope" } else { "" }))
        }
    }
}

/// A 401 that says where a token is to be had, and what for.
fn challenge(state: &Appview, headers: &HeaderMap, scope: &str, why: &str) -> Response {
    let mut challenge =
        format!("Bearer realm=\"{}/auth/token\",service=\"{}\"", state.base(headers), state.service(headers));
    for (key, value) in [("scope", scope), ("error", why)] {
        if !value.is_empty() {
            challenge = format!("{challenge},{key}=\"{value}\"");
        }
    }
    let body = if why.is_empty() {
        error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "authentication required")
    } else {
        error(StatusCode::UNAUTHORIZED, "DENIED", "requested access to the resource is denied")
    };
    ([(header::WWW_AUTHENTICATE, challenge)], body).into_response()
}

/// The specification's error body, with one error.
pub fn error(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "errors": [{ "code": code, "message": message }] }))).into_response()
}
