//! A real registry behind the stand-in, which then only issues the tokens.

use std::path::PathBuf;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

#[derive(Clone)]
pub struct Backend {
    /// The unix socket at which the registry listens.
    pub socket: PathBuf,
}

impl Backend {
    /// The registry's own answer to a request.
    pub async fn answer(&self, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
        let answer = self.forward(method, uri, headers, body).await;
        answer.unwrap_or_else(|error| (StatusCode::BAD_GATEWAY, format!("{error}\n")).into_response())
    }

    async fn forward(&self, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> std::io::Result<Response> {
        let stream = UnixStream::connect(&self.socket).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
        // It ends with the answer's body.
        tokio::spawn(connection);
        let mut request = Request::new(Body::from(body));
        (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (method, uri, headers);
        let answer = sender.send_request(request).await.map_err(std::io::Error::other)?;
        Ok(answer.map(Body::new))
    }
}
