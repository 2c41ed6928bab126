//! Any bytes as a server's answer, over a real connection, to a credential check, a request for a device code, a poll and
//! a request for the newest version. The caller gets no control characters, and no address but that of a web page.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use atcr::appview::{AppView, CheckOutcome, Login, UpdateServer};
use atcr::domain::{Credential, RegistryUrl, Secret, SecretLocation};
use atcr::platform::environment::Certificates;
use libfuzzer_sys::fuzz_target;

/// Gives the same answer to every connection.
struct Server {
    url: RegistryUrl,
    answer: Mutex<Vec<u8>>,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address")).parse().expect("a registry");
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let answer = server().answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(&answer);
                let _ = stream.shutdown(Shutdown::Write);
                // A close with unread bytes would be a reset, and the answer lost.
                while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {}
            }
        });
        Server { url, answer: Mutex::default() }
    })
}

/// Bytes that are not HTTP become the body of an answer.
fn answer(data: &[u8]) -> Vec<u8> {
    match data {
        [b'H', ..] => data.to_vec(),
        [status, body @ ..] => {
            let status = [200, 400, 401, 403, 429, 500][usize::from(*status) % 6];
            let mut answer = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
            answer.extend_from_slice(body);
            answer
        }
        [] => Vec::new(),
    }
}

fuzz_target!(|data: &[u8]| {
    let server = server();
    *server.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer(data);
    let appview = AppView::new(server.url.clone(), Certificates::default());
    let user = Credential { handle: "a.example".parse().expect("a handle"), secret: Secret::new("s") };
    if let CheckOutcome::Expired { login_url: Some(url) } = appview.check(&user, Duration::from_secs(2)) {
        web_page(&url);
    }
    let update = UpdateServer::at(&server.url.to_string(), Certificates::default()).expect("a server on loopback");
    match update.newest_release(Duration::from_secs(2)).and_then(|release| Ok(release.archive()?)) {
        Ok(archive) => web_page(&archive.url.to_string()),
        Err(error) => {
            let line = error.line();
            assert!(!line.contains(char::is_control), "{line:?}");
        }
    }
    let Ok(code) = appview.request_device_code("device") else { return };
    web_page(code.page.url());
    // Only a code that expires at once, so that there is one poll.
    if code.life < Duration::from_millis(50)
        && let Ok(Login::Approved(account)) = appview.wait_for_approval(&code, || ())
    {
        let SecretLocation::Inline(secret) = account.secret else { panic!("a new secret is at hand") };
        assert!(!secret.expose().contains(char::is_control));
    }
});

fn web_page(url: &str) {
    assert!(url.starts_with("http://") || url.starts_with("https://"), "{url:?}");
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url:?}");
}
