//! Device authorization: codes for devices, and the polls that wait for a person's decision.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::fresh;
use super::log::{Noted, noted};
use super::state::{Shared, State as Appview};

/// A device that waits for approval.
pub struct Code {
    device_code: String,
    pub user_code: String,
    pub device_name: String,
    expires: Instant,
    interval: Duration,
    polled: Option<Instant>,
    decision: Option<Decision>,
}

enum Decision {
    /// By the person with this handle.
    Approved(String),
    Denied,
}

/// The codes given out, and how to treat them.
pub struct Codes {
    waiting: Vec<Code>,
    /// Seconds between polls.
    pub interval: f64,
    /// Seconds that a code lives.
    pub expires_in: f64,
    /// Whether a poll before its time is told to slow down.
    pub slow_down: bool,
    /// Keys that answers don't have.
    pub left_out: HashSet<String>,
    /// The handle of who approves every device at its next poll.
    pub approve_as: Option<String>,
}

impl Default for Codes {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            interval: 0.05,
            expires_in: 600.0,
            slow_down: false,
            left_out: HashSet::new(),
            approve_as: None,
        }
    }
}

impl Codes {
    /// By user code; dash and case don't matter to people, RFC 8628, section 6.1.
    pub fn find(&mut self, user_code: &str) -> Option<&mut Code> {
        let bare = |code: &str| code.replace('-', "").to_ascii_uppercase();
        self.waiting.iter_mut().find(|code| bare(&code.user_code) == bare(user_code) && code.expires > Instant::now())
    }

    fn without_left_out(&self, mut answer: Value) -> Json<Value> {
        if let Some(object) = answer.as_object_mut() {
            object.retain(|key, _| !self.left_out.contains(key));
        }
        Json(answer)
    }
}

#[derive(Deserialize)]
pub struct CodeRequest {
    device_name: String,
}

/// `POST /auth/device/code`
pub async fn code(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(CodeRequest { device_name }): Json<CodeRequest>,
) -> Response {
    let mut state = shared.lock();
    let page = format!("{}/device", state.base(&headers));
    let codes = &mut state.codes;
    let code = Code {
        device_code: fresh::hex(),
        user_code: fresh::user_code(),
        device_name: device_name.clone(),
        expires: Instant::now() + Duration::from_secs_f64(codes.expires_in),
        interval: Duration::from_secs_f64(codes.interval),
        polled: None,
        decision: None,
    };
    let answer = codes.without_left_out(json!({
        "device_code": code.device_code,
        "user_code": code.user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={}", code.user_code),
        "expires_in": number(codes.expires_in),
        "interval": number(codes.interval),
    }));
    codes.waiting.push(code);
    noted(Noted { device_name: Some(device_name), ..Noted::default() }, answer)
}

/// A whole number is sent as one: Go's decoder takes `5` for an int, but not `5.0`.
fn number(seconds: f64) -> Value {
    serde_json::from_str(&seconds.to_string()).unwrap_or_default()
}

#[derive(Deserialize)]
pub struct PollRequest {
    device_code: String,
}

/// `POST /auth/device/token`
pub async fn poll(State(shared): State<Shared>, Json(request): Json<PollRequest>) -> Response {
    let state = &mut *shared.lock();
    let codes = &mut state.codes;
    let now = Instant::now();
    let Some(place) = codes.waiting.iter().position(|code| code.device_code == request.device_code) else {
        return error("expired_token");
    };
    let code = &mut codes.waiting[place];
    if code.expires <= now {
        return error("expired_token");
    }
    let hasty = code.polled.replace(now).is_some_and(|before| now - before < code.interval);
    if hasty && codes.slow_down {
        code.interval += Duration::from_secs(5);
        return error("slow_down");
    }
    let approved = match (&code.decision, &codes.approve_as) {
        (Some(Decision::Denied), _) => return error("access_denied"),
        (Some(Decision::Approved(handle)), _) | (None, Some(handle)) => handle.clone(),
        (None, None) => return error("authorization_pending"),
    };
    codes.waiting.remove(place);
    let person = state.people.known(&approved);
    person.session_expired = false;
    let answer = json!({ "device_secret": person.new_device_secret(), "handle": person.handle, "did": person.did });
    noted(Noted { identity: Some(approved), ..Noted::default() }, state.codes.without_left_out(answer))
}

fn error(code: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": code }))).into_response()
}

/// Approves as somebody, or denies as nobody; false if no such code waits or nobody has that handle.
pub fn decide(state: &mut Appview, user_code: &str, approve_as: Option<&str>) -> bool {
    let decision = match approve_as.map(|handle| state.people.find(handle)) {
        None => Decision::Denied,
        Some(Some(person)) => Decision::Approved(person.handle.clone()),
        Some(None) => return false,
    };
    let code = state.codes.find(user_code);
    code.map(|code| code.decision = Some(decision)).is_some()
}
