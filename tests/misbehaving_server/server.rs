//! A server that does anything with a connection.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Both ways of a connection, with or without TLS.
pub trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// What the server does with a connection. It ends when the client is gone, which every write and read tells.
pub type Scenario = Arc<dyn Fn(&mut dyn Stream, &str) -> io::Result<()> + Send + Sync>;

/// A running server. Its threads end with their clients.
pub struct MisbehavingServer {
    pub host: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl MisbehavingServer {
    /// Plays the scenario for each request it has read.
    pub fn answering(scenario: Scenario, tls: Option<Arc<ServerConfig>>) -> Self {
        Self::start(move |stream, requests| match &tls {
            None => converse(stream, requests, &scenario),
            Some(tls) => {
                let session = ServerConnection::new(Arc::clone(tls)).map_err(io::Error::other)?;
                converse(&mut StreamOwned::new(session, stream), requests, &scenario)
            }
        })
    }

    /// Plays the scenario on the bare connection.
    pub fn on_connect(scenario: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self::start(move |stream, _| scenario(stream))
    }

    /// Passes everything on to `there`, as a proxy does after CONNECT.
    pub fn tunnel(there: String) -> Self {
        Self::start(move |stream, requests| {
            requests.lock().unwrap().push(head(stream)?);
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            let mut registry = TcpStream::connect(&there)?;
            let (mut back, mut client) = (registry.try_clone()?, stream.try_clone()?);
            thread::spawn(move || io::copy(&mut back, &mut client));
            io::copy(stream, &mut registry).map(drop)
        })
    }

    fn start(serve: impl Fn(&mut TcpStream, &Mutex<Vec<String>>) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (serve, record) = (Arc::new(serve), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (serve, record) = (Arc::clone(&serve), Arc::clone(&record));
                // Most of these end when the client goes away.
                thread::spawn(move || drop(stream.and_then(|mut stream| serve(&mut stream, &record))));
            }
        });
        Self { host, requests }
    }

    /// The heads of all requests so far, in lower case.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn converse(stream: &mut dyn Stream, requests: &Mutex<Vec<String>>, scenario: &Scenario) -> io::Result<()> {
    loop {
        let request = head(stream)?;
        requests.lock().unwrap().push(request.clone());
        scenario(stream, &request)?;
        stream.flush()?;
    }
}

/// A request up to the blank line; of its body only what that tells the length of.
pub fn head(stream: &mut dyn Stream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let length = head.split_once("content-length: ").map_or("0", |(_, rest)| rest.lines().next().unwrap());
    stream.read_exact(&mut vec![0; length.parse().unwrap()])?;
    Ok(head)
}

/// Says this, and ends the connection.
pub fn says(bytes: impl Into<Vec<u8>>) -> Scenario {
    says_and(bytes.into(), |_| Err(io::ErrorKind::ConnectionAborted.into()))
}

/// Says this, and then nothing for as long as the client waits.
pub fn says_and_hangs(bytes: impl Into<Vec<u8>>) -> Scenario {
    says_and(bytes.into(), hangs)
}

fn says_and(bytes: Vec<u8>, then: fn(&mut dyn Stream) -> io::Result<()>) -> Scenario {
    Arc::new(move |stream, _| {
        stream.write_all(&bytes)?;
        stream.flush()?;
        then(stream)
    })
}

/// Says the first, and then the second again and again, with a pause between.
pub fn goes_on(first: &'static str, then: impl Into<Vec<u8>>, pause: Duration) -> Scenario {
    let then = then.into();
    Arc::new(move |stream, _| {
        stream.write_all(first.as_bytes())?;
        loop {
            stream.write_all(&then)?;
            stream.flush()?;
            thread::sleep(pause);
        }
    })
}

/// Reads until the client is gone.
pub fn hangs(stream: &mut dyn Stream) -> io::Result<()> {
    while stream.read(&mut [0; 1024])? > 0 {}
    Err(io::ErrorKind::ConnectionAborted.into())
}

/// A whole answer.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}
