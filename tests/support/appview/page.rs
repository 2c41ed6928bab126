//! The page on which a person approves a device: `/device`.

use std::collections::HashMap;

use axum::extract::{Form, Query, State};
use axum::response::Html;

use super::codes::Decision;
use super::state::Shared;

type Fields = HashMap<String, String>;

/// `GET /device`, with the code or without.
pub async fn show(State(shared): State<Shared>, Query(query): Query<Fields>) -> Html<String> {
    let state = &*shared.lock();
    let code = query.get("user_code").map(String::as_str);
    Html(match (&state.browser, code) {
        (None, _) => "<p>Sign in with your handle first.</p>".to_owned(),
        (Some(_), None) => "<form><input name=user_code> <button>Continue</button></form>".to_owned(),
        // No other code is repeated: anything can be in it.
        (Some(_), Some(code)) if !state.codes.is_waiting(code) => "<p>There is no such code.</p>".to_owned(),
        (Some(handle), Some(code)) => format!(
            "<p>Signed in as {handle}.</p><p>Does your device show this code? <b>{code}</b></p>\
             <form method=post><input type=hidden name=user_code value={code}>\
             <button name=answer value=approve>Approve</button> <button name=answer value=deny>Deny</button></form>"
        ),
    })
}

/// `POST /device`: the person has pressed a button.
pub async fn decide(State(shared): State<Shared>, Form(form): Form<Fields>) -> Html<&'static str> {
    let state = &mut *shared.lock();
    let Some(handle) = state.browser.clone() else { return Html("<p>Sign in with your handle first.</p>") };
    let (decision, said) = match form.get("answer").map(String::as_str) {
        Some("approve") => (Decision::Approved(handle), "<p>The device is approved.</p>"),
        _ => (Decision::Denied, "<p>The device is denied.</p>"),
    };
    let code = form.get("user_code").map_or("", String::as_str);
    Html(if state.codes.decide(code, decision) { said } else { "<p>There is no such code.</p>" })
}
