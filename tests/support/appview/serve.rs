//! The server's thread and its routes.

use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::state::Shared;
use super::{device, log, page, registry, token};

/// The thread with its runtime. Stopping drops the runtime, and so every connection, hanging ones too.
pub struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Shared) -> Self {
        listener.set_nonblocking(true).expect("tokio takes non-blocking sockets alone");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("start a runtime");
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("hand the port to tokio");
                tokio::select! {
                    () = accept(listener, tls, shared) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic was printed already; a second one in a drop would abort the test run.
            let _ = thread.join();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, tls: Option<TlsAcceptor>, shared: Shared) {
    let router = router(&shared);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, for one, passes by itself.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        shared.lock().connections += 1;
        // Small answers must not wait for the client's acknowledgements.
        let _ = stream.set_nodelay(true);
        let (router, tls) = (router.clone(), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, router).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(stream, router).await;
                    }
                }
            }
        });
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, router: Router) {
    let service = TowerToHyperService::new(router);
    // A client may go away halfway.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/auth/device/code", post(device::code))
        .route("/auth/device/token", post(device::poll))
        .route("/device", get(page::show).post(page::decide))
        .route("/auth/token", get(token::get).post(token::post))
        .fallback(registry::serve)
        .layer(from_fn_with_state(shared.clone(), log::record))
        // Image layers come in one piece.
        .layer(DefaultBodyLimit::disable())
        .with_state(shared.clone())
}
