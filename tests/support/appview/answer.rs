//! Answers that a test asks for, instead of what the AppView would say by itself.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Extension, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde_json::json;

use super::serve::Line;
use super::state::Shared;

/// One answer to one request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// `{"error": code}` with this status; RFC 8628's codes come with 200 or with 400.
    Error { status: u16, code: &'static str },
    /// This status and an empty body.
    Status(u16),
    /// This very body.
    Body { status: u16, content_type: &'static str, text: String },
    /// A 307 to this URL, which asks for the same request there.
    Redirect(String),
    /// What the AppView would say by itself, but only after this time.
    Late(Duration),
    /// The answer in the box, but only after this time.
    After(Duration, Box<Answer>),
    /// A 200 with a body that never ends.
    Endless,
    /// The connection is closed without an answer.
    Drop,
    /// Nothing, for as long as the client waits.
    Hang,
}

impl Answer {
    /// None stands for the normal answer.
    async fn give(self, line: &Line) -> Option<Response> {
        match self {
            Self::Error { status, code } => Some((code_of(status), Json(json!({ "error": code }))).into_response()),
            Self::Status(status) => Some(code_of(status).into_response()),
            Self::Body { status, content_type, text } => {
                Some((code_of(status), [(header::CONTENT_TYPE, content_type)], text).into_response())
            }
            Self::Redirect(url) => Some((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, url)]).into_response()),
            Self::Endless => Some(Body::new(Zeros).into_response()),
            Self::Late(time) => {
                tokio::time::sleep(time).await;
                None
            }
            Self::After(time, answer) => {
                tokio::time::sleep(time).await;
                Box::pin(answer.give(line)).await
            }
            Self::Drop => {
                line.hang_up();
                std::future::pending().await
            }
            Self::Hang => std::future::pending().await,
        }
    }
}

/// A body of zeros, for as long as somebody reads them.
struct Zeros;

impl HttpBody for Zeros {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static PART: [u8; 65_536] = [0; 65_536];
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&PART)))))
    }
}

fn code_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a test asks for a valid HTTP status")
}

/// What one endpoint was asked to say next, and what ever after.
#[derive(Default)]
pub struct Script {
    next: VecDeque<Answer>,
    always: Option<Answer>,
}

impl Script {
    pub fn then(&mut self, answers: impl IntoIterator<Item = Answer>) {
        self.next.extend(answers);
    }

    pub fn always(&mut self, answer: Answer) {
        self.always = Some(answer);
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn take(&mut self) -> Option<Answer> {
        self.next.pop_front().or_else(|| self.always.clone())
    }
}

/// The endpoints that can be scripted.
#[derive(Default)]
pub struct Scripts {
    pub codes: Script,
    pub polls: Script,
    pub checks: Script,
    /// Of any path, for what has no script of its own.
    pub paths: HashMap<String, Script>,
}

impl Scripts {
    fn take(&mut self, method: &Method, path: &str) -> Option<Answer> {
        match (method.as_str(), path) {
            ("POST", "/auth/device/code") => self.codes.take(),
            ("POST", "/auth/device/token") => self.polls.take(),
            ("GET", "/auth/token") => self.checks.take(),
            _ => self.paths.get_mut(path)?.take(),
        }
    }
}

/// The layer that gives scripted answers before the normal ones have their turn.
pub async fn scripted(
    State(shared): State<Shared>,
    Extension(line): Extension<Line>,
    request: Request,
    next: Next,
) -> Response {
    let answer = shared.lock().scripts.take(request.method(), request.uri().path());
    if let Some(answer) = answer
        && let Some(response) = answer.give(&line).await
    {
        return response;
    }
    next.run(request).await
}
