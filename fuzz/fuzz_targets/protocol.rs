//! Any bytes on the stdin of each verb: at most one line on each stream, and a valid request reaches the helper
//! unchanged.
#![no_main]

use atcr::docker::protocol::{Helper, StoreRequest, Verb, serve};
use atcr::domain::{Credential, Secret};
use atcr::error::Error;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Answers every server, and keeps nothing.
struct Stub;

impl Helper for Stub {
    fn get(&self, server: &str) -> Result<Credential, Error> {
        assert!(!server.is_empty() && server == server.trim());
        Ok(Credential { handle: "a.example".parse().expect("a handle"), secret: Secret::new(server) })
    }

    fn store(&self, request: &StoreRequest) -> Result<Option<String>, Error> {
        assert!(!request.server.trim().is_empty() && !request.user_name.is_empty());
        Ok(None)
    }

    fn erase(&self, server: &str) -> Result<Option<String>, Error> {
        assert!(!server.is_empty() && server == server.trim());
        Ok(None)
    }

    fn list(&self) -> Result<Vec<(String, String)>, Error> {
        Ok(Vec::new())
    }
}

fuzz_target!(|input: &[u8]| {
    for verb in [Verb::Get, Verb::Store, Verb::Erase, Verb::List] {
        let (mut output, mut stderr) = (Vec::new(), Vec::new());
        let done = serve(verb, &mut &*input, &mut output, &mut stderr, &Stub).expect("a Vec takes everything");
        let output = String::from_utf8(output).expect("text on stdout");
        match (done, verb) {
            (true, Verb::Get) => {
                let answer: Value = serde_json::from_str(&output).expect("JSON on stdout");
                let server = answer["ServerURL"].as_str().expect("the server");
                assert!(std::str::from_utf8(input).expect("text").contains(server));
                assert_eq!((answer["Username"].as_str(), &answer["Secret"]), (Some("a.example"), &answer["ServerURL"]));
            }
            (true, Verb::List) => assert_eq!(output, "{}\n"),
            (true, _) => assert_eq!(output, ""),
            (false, _) => {
                let words = output.strip_suffix('\n').expect("a line");
                assert!(!words.is_empty() && !words.contains(char::is_control), "{output:?}");
                assert_eq!(stderr, output.as_bytes());
            }
        }
        assert!(!done || stderr.is_empty());
    }
});
