//! The log of requests.

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::state::{Shared, State as Appview};
use super::token;

/// One request.
#[derive(Clone, Debug)]
pub struct Entry {
    pub method: String,
    /// Without the query.
    pub path: String,
    /// As sent, without the question mark; empty if there was none.
    pub query: String,
    /// 0 while there is no answer: it was dropped, hangs, or is on its way.
    pub status: u16,
    /// The handle of the person whose secret or registry token came along; None for anonymous and for rejected ones.
    pub identity: Option<String>,
    /// The Basic user name as sent, good or not.
    pub user: Option<String>,
    pub user_agent: Option<String>,
    /// What the device calls itself, in a request for a device code.
    pub device_name: Option<String>,
}

/// What only the body of a request tells; handlers attach it to their response.
#[derive(Clone, Default)]
pub struct Noted {
    pub identity: Option<String>,
    pub device_name: Option<String>,
}

/// The layer that writes the log: an entry at a request's arrival, its status before the answer leaves.
pub async fn record(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let place = {
        let mut state = shared.lock();
        let user_agent = request.headers().get(header::USER_AGENT);
        let entry = Entry {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            status: 0,
            identity: identity(&state, request.headers()),
            user: token::basic(request.headers()).map(|(user, _)| user),
            user_agent: user_agent.and_then(|agent| agent.to_str().ok()).map(str::to_owned),
            device_name: None,
        };
        state.log.push(entry);
        state.log.len() - 1
    };
    let mut response = next.run(request).await;
    let entry = &mut shared.lock().log[place];
    entry.status = response.status().as_u16();
    if let Some(Noted { identity, device_name }) = response.extensions_mut().remove() {
        entry.identity = entry.identity.take().or(identity);
        entry.device_name = device_name;
    }
    response
}

fn identity(state: &Appview, headers: &HeaderMap) -> Option<String> {
    match token::basic(headers) {
        Some((user, password)) => state.people.check(&user, &password).ok().map(|person| person.handle.clone()),
        None => state.tokens.find(headers)?.identity.clone(),
    }
}

/// A response with a note for the log.
pub fn noted(note: Noted, response: impl IntoResponse) -> Response {
    (Extension(note), response).into_response()
}
