//! `/auth/token`: registry tokens, and what they allow.

use std::collections::HashMap;
use std::time::SystemTime;

use axum::Json;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::fresh;
use super::log::{Noted, noted};
use super::people::Refusal;
use super::registry::error;
use super::state::{Shared, State as Appview};

/// What a registry token allows.
pub struct Token {
    /// A handle, None for anonymous.
    pub identity: Option<String>,
    /// Repository and action.
    grants: Vec<(String, &'static str)>,
}

impl Token {
    pub fn allows(&self, repository: &str, action: &str) -> bool {
        self.grants.iter().any(|grant| *grant == (repository.to_owned(), action))
    }
}

/// The tokens given out.
#[derive(Default)]
pub struct Tokens(HashMap<String, Token>);

impl Tokens {
    /// The token of a request.
    pub fn find(&self, headers: &HeaderMap) -> Option<&Token> {
        self.0.get(credentials(headers, "bearer")?)
    }
}

/// User name and password of a Basic `Authorization`; a DID has colons, the secrets of this registry have none.
pub fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let decoded = BASE64_STANDARD.decode(credentials(headers, "basic")?).ok()?;
    let (user, password) = str::from_utf8(&decoded).ok()?.rsplit_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (named, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then_some(credentials.trim())
}

type Pairs = Vec<(String, String)>;

fn first<'a>(pairs: &'a Pairs, key: &str) -> &'a str {
    pairs.iter().find(|(found, _)| found == key).map_or("", |(_, value)| value)
}

/// `GET /auth/token?service=HOST&scope=...`, the Docker registry token specification.
pub async fn get(State(shared): State<Shared>, headers: HeaderMap, Query(query): Query<Pairs>) -> Response {
    let delay = shared.lock().check_delay;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let state = &mut *shared.lock();
    let identity = match basic(&headers) {
        None if headers.contains_key(header::AUTHORIZATION) => return refuse(state, &headers, Refusal::Rejected),
        None => None,
        Some((user, password)) => match state.people.check(&user, &password) {
            Ok(person) => Some(person.handle.clone()),
            Err(refusal) => return refuse(state, &headers, refusal),
        },
    };
    issue(state, &headers, identity, &query)
}

/// `POST /auth/token`, the OAuth 2 form of it, which containerd and `BuildKit` try first.
pub async fn post(State(shared): State<Shared>, headers: HeaderMap, Form(form): Form<Pairs>) -> Response {
    let state = &mut *shared.lock();
    if first(&form, "grant_type") != "password" {
        // Refresh tokens are never given out here; clients then go back to GET.
        return refuse(state, &headers, Refusal::Rejected);
    }
    let handle = match state.people.check(first(&form, "username"), first(&form, "password")) {
        Ok(person) => person.handle.clone(),
        Err(refusal) => return refuse(state, &headers, refusal),
    };
    let note = Noted { identity: Some(handle.clone()), ..Noted::default() };
    noted(note, issue(state, &headers, Some(handle), &form))
}

fn refuse(state: &Appview, headers: &HeaderMap, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Rejected => {
            error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "invalid handle, device secret or app password")
        }
        Refusal::SessionExpired(handle) => {
            let body = json!({
                "error": "oauth_session_expired",
                "message": "the session with your PDS has expired, log in again in your browser",
                "login_url": format!("{}/auth/oauth/login?handle={handle}", state.base(headers)),
            });
            (StatusCode::UNAUTHORIZED, Json(body)).into_response()
        }
    }
}

fn issue(state: &mut Appview, headers: &HeaderMap, identity: Option<String>, request: &Pairs) -> Response {
    if first(request, "service") != state.service(headers) {
        return error(StatusCode::BAD_REQUEST, "UNSUPPORTED", "service must be the name of this registry");
    }
    let scopes = request.iter().filter(|(key, _)| key == "scope").flat_map(|(_, scopes)| scopes.split(' '));
    let grants: Vec<_> = scopes.flat_map(|scope| grant(state, identity.as_deref(), scope)).collect();
    let token = new_token(state, identity.as_deref(), first(request, "service"), &grants);
    state.tokens.0.insert(token.clone(), Token { identity, grants });
    Json(json!({
        "token": token,
        "access_token": token,
        "expires_in": 300,
        "issued_at": now(),
    }))
    .into_response()
}

/// What only this server understands, or a JWT for the registry behind it.
fn new_token(state: &Appview, identity: Option<&str>, service: &str, grants: &[(String, &str)]) -> String {
    let Some(signer) = &state.signer else {
        return format!("atcr_test_token_{}", fresh::hex());
    };
    let access = |(name, action): &(String, &str)| json!({"type": "repository", "name": name, "actions": [action]});
    let access = grants.iter().map(access).collect();
    signer.token(identity.unwrap_or_default(), service, &access)
}

#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// What one scope (`repository:<name>:<action>,<action>`) gets; the rest of it is left out without a word, as the
/// specification has it, and the registry refuses later.
fn grant(state: &Appview, identity: Option<&str>, scope: &str) -> Vec<(String, &'static str)> {
    let Some((name, actions)) = scope.strip_prefix("repository:").and_then(|rest| rest.rsplit_once(':')) else {
        return Vec::new();
    };
    let repository = state.people.repository(name);
    let owner = repository.split_once('/').map(|(owner, _)| owner);
    let allowed: &[&'static str] = if identity.is_some() && identity == owner {
        &["pull", "push"]
    } else if state.public.contains(&repository) {
        &["pull"]
    } else {
        &[]
    };
    let mut grants = Vec::new();
    for action in allowed {
        if actions.split(',').any(|wanted| wanted == *action) {
            grants.push((repository.clone(), *action));
        }
    }
    grants
}
