//! Servers that misbehave: how each command ends, and how soon.

mod downloads;
mod proxy;
mod redirects;
mod rows;
mod server;
mod tls;
mod words;

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{EVAN, Home, SLACK, credential};
use server::{MisbehavingServer, Scenario};

const SECRET: &str = "atcr_device_marked";
const UNPROVEN: &str = "is not handed out: Docker would send it to ";
const UNTRUSTED: &str = "its certificate is not trusted: ";

/// What the server's answer means.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// The credential is valid.
    Valid,
    /// The credential could not be checked: `get` lets Docker try it.
    Unknown,
    /// The same, and on loopback Docker would do without TLS.
    Unproven,
    Rejected,
    /// Its certificate is invalid: nothing secret is for it.
    Untrusted,
}

/// How soon it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pace {
    /// Without waiting for any limit.
    AtOnce,
    /// When the limit of five seconds for a check is reached.
    AtTheLimit,
}

/// One way to misbehave.
struct Row {
    name: &'static str,
    server: MisbehavingServer,
    /// The certificate to trust, where it speaks TLS.
    trusted: Option<String>,
    outcome: Outcome,
    pace: Pace,
}

impl Row {
    /// At once, with an outcome that is not known.
    fn of(name: &'static str, server: MisbehavingServer, trusted: Option<String>) -> Self {
        Self { name, server, trusted, outcome: Outcome::Unknown, pace: Pace::AtOnce }
    }

    fn over_http(name: &'static str, scenario: Scenario) -> Self {
        Self::of(name, MisbehavingServer::answering(scenario, None), None)
    }

    fn over_tls(name: &'static str, scenario: Scenario, certificates: tls::Certificates) -> Self {
        let server = MisbehavingServer::answering(scenario, Some(certificates.server));
        Self::of(name, server, Some(certificates.authority_pem))
    }

    fn url(&self) -> String {
        format!("{}://{}", if self.trusted.is_some() { "https" } else { "http" }, self.server.host)
    }

    /// A home in which Evan is logged in there.
    fn home(&self) -> Home {
        let home = Home::new();
        let account = json!({"handle": EVAN, "device_secret": SECRET});
        let registry = json!({"active": EVAN, "accounts": {EVAN: account}});
        home.write_device_json(json!({"version": 2, "registries": {self.url(): registry}}).to_string());
        home.write("ca.pem", self.trusted.as_deref().unwrap_or_default());
        home
    }

    /// All commands at the same time, but for the device flow where it would wait for its own, longer limit.
    fn check(&self) {
        let commands = [Self::get, Self::login, Self::status, Self::device_flow];
        let count = if self.pace == Pace::AtOnce { 4 } else { 3 };
        thread::scope(|threads| {
            for command in &commands[..count] {
                threads.spawn(move || self.check_one(command));
            }
        });
    }

    fn check_one(&self, command: impl Fn(&Self, &Home) -> String) {
        let (home, started) = (self.home(), Instant::now());
        let printed = command(self, &home);
        let taken = started.elapsed();
        let bounds = match self.pace {
            Pace::AtOnce => Duration::ZERO..Duration::from_secs(5) + *SLACK,
            Pace::AtTheLimit => Duration::from_secs(5)..Duration::from_secs(10) + *SLACK,
        };
        assert!(bounds.contains(&taken), "{}: after {taken:?}\n{printed}", self.name);
        assert!(!printed.contains(|c: char| c.is_control() && c != '\n'), "{}: {printed:?}", self.name);
    }

    /// None of them gives a device code.
    fn device_flow(&self, home: &Home) -> String {
        let run = home.run(&["login", &self.url(), "--no-browser"]).env("SSL_CERT_FILE", home.path("ca.pem"));
        run.status(1).stderr_has(&["error: can't log in to "]).named(self.name).check().stderr
    }

    fn get(&self, home: &Home) -> String {
        let run = home.verb("get", self.url()).env("SSL_CERT_FILE", home.path("ca.pem"));
        let run = match self.outcome {
            Outcome::Unproven => run.status(1).stdout_has(&[UNPROVEN]).stderr_has(&[UNPROVEN]),
            Outcome::Valid | Outcome::Unknown => run.stdout(credential(&self.url(), EVAN, SECRET)),
            Outcome::Rejected => run.status(1).stdout_has(&["rejected the credential"]).stderr_has(&["login"]),
            Outcome::Untrusted => run.status(1).stdout_has(&[UNTRUSTED]).stderr_has(&[UNTRUSTED]),
        };
        let seen = run.named(self.name).check();
        assert_eq!(seen.stdout.contains(SECRET), matches!(self.outcome, Outcome::Valid | Outcome::Unknown));
        let validations = std::fs::read_dir(home.path(".atcr/validated")).into_iter().flatten();
        let validations = validations.filter(|entry| entry.as_ref().unwrap().path().extension().is_none()).count();
        assert_eq!(validations, usize::from(self.outcome == Outcome::Valid), "{}: cached", self.name);
        seen.stderr
    }

    fn login(&self, home: &Home) -> String {
        let before = home.device_json();
        let words = ["login", &self.url(), "--with-token", "--handle", "new.example", "--configure-docker=no"];
        let run = home.run(&words).stdin("atcr_device_new").env("SSL_CERT_FILE", home.path("ca.pem"));
        let run = match self.outcome {
            Outcome::Valid => run.stderr_has(&["Logged in to"]),
            Outcome::Unknown | Outcome::Unproven => {
                run.status(1).stderr_has(&["error: can't check the device secret with", "try again"])
            }
            Outcome::Rejected => run.status(1).stderr_has(&["rejected this device secret"]),
            Outcome::Untrusted => run.status(1).stderr_has(&["error: can't check the device secret with", UNTRUSTED]),
        };
        let seen = run.named(self.name).check();
        assert_eq!(home.device_json() == before, self.outcome != Outcome::Valid, "{}: kept", self.name);
        seen.stderr
    }

    fn status(&self, home: &Home) -> String {
        let run = home.run(&["status"]).env("SSL_CERT_FILE", home.path("ca.pem"));
        let run = match self.outcome {
            Outcome::Valid => run.stdout_has(&[EVAN, "valid (checked just now)"]),
            Outcome::Unknown => run.stdout_has(&[EVAN, "  check failed"]),
            Outcome::Unproven => run.status(1).stdout_has(&[EVAN, "  not handed out"]),
            Outcome::Rejected => run.status(1).stdout_has(&[EVAN, "rejected (checked just now)"]),
            Outcome::Untrusted => {
                run.status(1).stdout_has(&[EVAN, "registry not trusted (checked just now)", UNTRUSTED])
            }
        };
        let seen = run.any_stderr().named(self.name).check();
        seen.stdout + &seen.stderr
    }
}

/// A port that no client may connect to.
struct Witness(TcpListener);

impl Witness {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn host(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    /// A connection waits to be accepted, whether or not its client is still there.
    #[track_caller]
    fn saw_nobody(&self) {
        assert!(self.0.accept().is_err(), "a client followed the redirect");
    }
}

#[test]
fn every_command_copes_with_every_misbehaving_server() {
    let rows = rows::rows();
    assert!(rows.len() >= 30);
    // The quick ones one after another: they must not wait for a processor.
    let (slow, quick): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.pace == Pace::AtTheLimit);
    thread::scope(|threads| {
        for row in &slow {
            threads.spawn(|| row.check());
        }
        quick.iter().for_each(Row::check);
    });
}
