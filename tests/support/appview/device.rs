//! Device authorization as the device sees it: `/auth/device/code` and `/auth/device/token`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::log::{Noted, noted};
use super::state::Shared;

#[derive(Deserialize)]
pub struct CodeRequest {
    device_name: String,
}

/// `POST /auth/device/code`
pub async fn code(State(shared): State<Shared>, headers: HeaderMap, Json(request): Json<CodeRequest>) -> Response {
    let state = &mut *shared.lock();
    let page = format!("{}/device", state.base(&headers));
    let code = state.codes.begin();
    let note = Noted { device_name: Some(request.device_name), ..Noted::default() };
    let answer = json!({
        "device_code": code.device,
        "user_code": code.user,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={}", code.user),
        "expires_in": 600,
        "interval": 0.05,
    });
    noted(note, Json(answer))
}

#[derive(Deserialize)]
pub struct PollRequest {
    device_code: String,
}

/// `POST /auth/device/token`
pub async fn poll(State(shared): State<Shared>, Json(request): Json<PollRequest>) -> Response {
    let state = &mut *shared.lock();
    match state.codes.poll(&request.device_code) {
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response(),
        Ok(approver) => {
            let person = state.people.known(&approver);
            // Approving a device takes a new login to the AppView in a browser.
            person.session_expired = false;
            let answer =
                json!({ "device_secret": person.new_device_secret(), "handle": person.handle, "did": person.did });
            let note = Noted { identity: Some(approver), ..Noted::default() };
            noted(note, Json(answer))
        }
    }
}
