//! A registry whose answers the test writes, for everything that is about what an answer says. wiremock gives them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::home::Registry;

/// The method and path of a request.
pub type Endpoint<'a> = (&'static str, &'a str);

pub const CHECK: Endpoint<'_> = ("GET", "/auth/token");
pub const DEVICE_CODE: Endpoint<'_> = ("POST", "/auth/device/code");
pub const POLL: Endpoint<'_> = ("POST", "/auth/device/token");
pub const VERSION: Endpoint<'_> = ("GET", "/api/credential-helper/version");

/// A running server; everything that no answer was written for is a 404.
pub struct Answers {
    server: MockServer,
    runtime: Runtime,
}

impl Answers {
    pub fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        Self { server: runtime.block_on(MockServer::builder().start()), runtime }
    }

    /// A registry that gives this answer to every credential check.
    pub fn to_checks(answer: Answer) -> Self {
        let answers = Self::start();
        answers.always(CHECK, answer);
        answers
    }

    /// A registry that gives device codes. The polls for them are the test's.
    pub fn with_device_code() -> Self {
        let answers = Self::start();
        answers.always(DEVICE_CODE, Answer::json(200, answers.device_code()));
        answers
    }

    /// What an AppView answers to a request for a device code.
    pub fn device_code(&self) -> Value {
        let page = format!("{}/device", self.url());
        json!({
            "device_code": "d",
            "user_code": "WDJB-MJHT",
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code=WDJB-MJHT"),
            "expires_in": 600,
            "interval": 0.02,
        })
    }

    pub fn url(&self) -> String {
        self.server.uri()
    }

    pub fn host(&self) -> String {
        self.server.address().to_string()
    }

    /// Answers the next requests with these, one each.
    pub fn next(&self, endpoint: Endpoint<'_>, answers: impl IntoIterator<Item = Answer>) {
        for answer in answers {
            self.mount(answer.mock(endpoint).with_priority(1).up_to_n_times(1));
        }
    }

    /// Answers every request with this, until [`Answers::forget`].
    pub fn always(&self, endpoint: Endpoint<'_>, answer: Answer) {
        self.mount(answer.mock(endpoint));
    }

    fn mount(&self, mock: Mock) {
        self.runtime.block_on(self.server.register(mock));
    }

    /// Forgets every answer and every request.
    pub fn forget(&self) {
        self.runtime.block_on(self.server.reset());
    }

    /// The requests so far, answered or not.
    pub fn requests(&self) -> Vec<Request> {
        self.runtime.block_on(self.server.received_requests()).unwrap()
    }

    /// The paths of the requests so far.
    pub fn paths(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.url.path().to_owned()).collect()
    }

    /// How many requests there were for this.
    pub fn count(&self, (_, path): Endpoint<'_>) -> usize {
        self.paths().iter().filter(|asked| *asked == path).count()
    }
}

impl Registry for Answers {
    fn url(&self) -> String {
        self.url()
    }

    fn device_secret(&self, handle: &str) -> String {
        format!("atcr_device_of_{handle}")
    }
}

/// One answer; None closes the connection.
#[derive(Clone, Debug)]
pub struct Answer(Option<ResponseTemplate>);

impl Answer {
    pub fn status(status: u16) -> Self {
        Self(Some(ResponseTemplate::new(status)))
    }

    pub fn json(status: u16, body: impl serde::Serialize) -> Self {
        Self(Some(ResponseTemplate::new(status).set_body_json(body)))
    }

    pub fn body(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self(Some(ResponseTemplate::new(status).set_body_raw(body, content_type)))
    }

    /// `{"error": code}`. RFC 8628's codes come with 200 or with 400.
    pub fn error(status: u16, code: &str) -> Self {
        Self::json(status, json!({"error": code}))
    }

    /// A registry token: the credential is valid.
    pub fn token() -> Self {
        Self::json(200, json!({"token": "t"}))
    }

    /// The end of a device login.
    pub fn approved(handle: &str) -> Self {
        Self::json(200, json!({"device_secret": "atcr_device_approved", "handle": handle, "did": "did:plc:approved"}))
    }

    /// A 307, which repeats the request at this URL.
    pub fn redirect(url: &str) -> Self {
        Self(Some(ResponseTemplate::new(307).insert_header("location", url)))
    }

    /// The connection is closed instead.
    pub fn dropped() -> Self {
        Self(None)
    }

    /// None, for as long as the client waits.
    pub fn never() -> Self {
        Self::status(200).after(Duration::from_hours(1))
    }

    /// The same, later.
    pub fn after(self, delay: Duration) -> Self {
        Self(self.0.map(|response| response.set_delay(delay)))
    }

    fn mock(self, (of, at): Endpoint<'_>) -> Mock {
        let mock = Mock::given(method(of)).and(path(at));
        match self.0 {
            Some(response) => mock.respond_with(response),
            None => mock.respond_with_err(|_: &Request| std::io::Error::from(std::io::ErrorKind::ConnectionAborted)),
        }
    }
}
