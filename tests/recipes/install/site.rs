//! A release host on loopback: files by path, and 404.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// What is served, by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Serves until the test process ends.
pub struct Site {
    host: String,
}

impl Site {
    pub fn serving(files: Files) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in listener.incoming() {
                // The client may have hung up.
                drop(answer(stream.unwrap(), &files));
            }
        });
        Self { host }
    }

    /// What `ATCR_DOWNLOAD_URL` is set to.
    pub fn url(&self) -> String {
        format!("http://{}/releases", self.host)
    }
}

fn answer(mut stream: TcpStream, files: &Files) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match files.get(path) {
        Some(body) => ("200 OK", body.as_slice()),
        None => ("404 Not Found", [].as_slice()),
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(body)
}
