//! The page on which a person approves a device.

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::state::Shared;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    user_code: String,
}

/// `GET /device?user_code=XXXX-XXXX`
pub async fn show(State(shared): State<Shared>, Query(Asked { user_code }): Query<Asked>) -> Response {
    let state = &mut *shared.lock();
    if user_code.is_empty() {
        let form =
            "<form><label>Code on your device: <input name=user_code autofocus></label><button>Go on</button></form>";
        return page(StatusCode::OK, form);
    }
    let Some(code) = state.codes.find(&user_code) else { return unknown() };
    let people: Vec<String> = state.people.iter().map(|person| escape(&person.handle)).collect();
    let form = format!(
        "<p>The device <b>{device}</b> wants to push and pull in your name.</p>\
         <p>Go on only if it shows this code: <b>{code}</b></p>\
         <form method=post><input type=hidden name=user_code value=\"{code}\">\
         <label>You are <select name=handle><option>{people}</select></label>\
         <button name=decision value=approve>Approve</button> <button name=decision value=deny>Deny</button></form>",
        device = escape(&code.device_name),
        code = escape(&code.user),
        people = people.join("<option>"),
    );
    page(StatusCode::OK, &form)
}

#[derive(Deserialize)]
pub struct Decided {
    user_code: String,
    #[serde(default)]
    handle: String,
    decision: String,
}

/// `POST /device`
pub async fn decide(State(shared): State<Shared>, Form(form): Form<Decided>) -> Response {
    let state = &mut *shared.lock();
    let (approver, done) = match form.decision.as_str() {
        "approve" => match state.people.find(&form.handle) {
            Some(person) => (Some(person), "Approved"),
            None => return page(StatusCode::BAD_REQUEST, "<p>Nobody here has this handle.</p>"),
        },
        "deny" => (None, "Denied"),
        _ => return page(StatusCode::BAD_REQUEST, "<p>Approve or deny.</p>"),
    };
    if state.codes.decide(&form.user_code, approver) {
        page(StatusCode::OK, &format!("<p>{done}. You may close this window and go back to your terminal.</p>"))
    } else {
        unknown()
    }
}

fn unknown() -> Response {
    page(StatusCode::NOT_FOUND, "<p>No device waits with this code, or the code has expired.</p>")
}

fn page(status: StatusCode, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Approve a device</title><h1>Approve a device</h1>{body}</html>\n"
    );
    (status, Html(html)).into_response()
}

/// Text as HTML shows it, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
