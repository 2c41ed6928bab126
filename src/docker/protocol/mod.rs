//! Docker's credential-helper protocol: one verb, the request on stdin, the answer on stdout.
//!
//! The texts of an error and its two streams are wire format, as docker/docker-credential-helpers defines it and as
//! Docker's clients compare it.

mod helper;
mod request;
mod verb;

use std::io::{self, Read, Write};

use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::credential_store::NOT_FOUND;
use crate::domain::Credential;
use crate::error::{Error, Kind};

pub(crate) use helper::AtcrHelper;
pub use request::StoreRequest;
pub(crate) use request::text;
pub use verb::Verb;

/// What the verbs do, apart from the protocol. A server is given as it stood on stdin, trimmed and not empty.
pub trait Helper {
    /// Fails with [`Kind::NotLoggedIn`] only if there certainly is none, or the image needs none: clients then go on
    /// anonymously.
    fn get(&self, server: &str) -> Result<Credential, Error>;

    /// Returns a note for the user.
    fn store(&self, request: &StoreRequest) -> Result<Option<String>, Error>;

    /// Removes the active credential of a server, if there is one. Returns a note for the user.
    fn erase(&self, server: &str) -> Result<Option<String>, Error>;

    /// Every server that `get` has an answer for, and the user name in it.
    fn list(&self) -> Result<Vec<(String, String)>, Error>;
}

/// Reads the request of one verb from `input`, writes the answer to `output`, and what the user should know to
/// `stderr`. On success `get` and `list` leave `stderr` empty, because some clients read both streams as one.
///
/// The exit code is 0 for `Ok(true)` alone.
pub fn serve(
    verb: Verb,
    input: &mut dyn Read,
    output: &mut dyn Write,
    stderr: &mut dyn Write,
    helper: &dyn Helper,
) -> io::Result<bool> {
    match answer(verb, input, helper) {
        Ok(Answer { wire, note }) => {
            output.write_all(wire.as_bytes())?;
            output.flush()?;
            if let Some(note) = note {
                print_line(stderr, &note);
            }
            Ok(true)
        }
        Err(error) => {
            let line = error.line();
            print_line(stderr, &line);
            writeln!(output, "{}", if error.kind == Kind::NotLoggedIn { NOT_FOUND } else { &line })?;
            output.flush()?;
            Ok(false)
        }
    }
}

/// Before docker v29 only stderr reaches the user, from v29 on stdout does. A closed stderr is no error.
fn print_line(stderr: &mut dyn Write, line: &str) {
    let _ = stderr.write_all(format!("{line}\n").as_bytes());
}

struct Answer {
    wire: Zeroizing<String>,
    note: Option<String>,
}

fn answer(verb: Verb, input: &mut dyn Read, helper: &dyn Helper) -> Result<Answer, Error> {
    let mut answer = Answer { wire: Zeroizing::default(), note: None };
    match verb {
        Verb::Get => {
            let server = request::server(input)?;
            answer.wire = credential_line(&server, &helper.get(&server)?)?;
        }
        Verb::Store => answer.note = helper.store(&request::store(input)?)?,
        Verb::Erase => answer.note = helper.erase(&request::server(input)?)?,
        Verb::List => answer.wire = Zeroizing::new(object(helper.list()?) + "\n"),
    }
    Ok(answer)
}

/// The answer to `get`, in Go's order of keys.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CredentialLine<'a> {
    #[serde(rename = "ServerURL")]
    server: &'a str,
    username: &'a str,
    secret: &'a str,
}

fn credential_line(server: &str, credential: &Credential) -> Result<Zeroizing<String>, Error> {
    let (username, secret) = (credential.handle.as_str(), credential.secret.expose());
    let json = serde_json::to_string(&CredentialLine { server, username, secret });
    let mut line = Zeroizing::new(json.map_err(|_| Error::new("the credential can't be written as JSON"))?);
    line.push('\n');
    Ok(line)
}

fn object(fields: impl IntoIterator<Item = (String, String)>) -> String {
    let fields: Map<String, Value> = fields.into_iter().map(|(key, value)| (key, value.into())).collect();
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;

    /// Answers `get atcr.io`, keeps nothing, and has a note for every change.
    struct Stub;

    impl Helper for Stub {
        fn get(&self, server: &str) -> Result<Credential, Error> {
            match server {
                "atcr.io" => Ok(Credential { handle: "a.example".parse().unwrap(), secret: Secret::new("s\"ecret") }),
                "broken" => Err(Error::new("device.json is broken").hint("fix it")),
                _ => Err(Error::not_logged_in(server)),
            }
        }

        fn store(&self, credential: &StoreRequest) -> Result<Option<String>, Error> {
            Ok(Some(format!("{} {} {}", credential.server, credential.user_name, credential.secret.expose())))
        }

        fn erase(&self, server: &str) -> Result<Option<String>, Error> {
            Ok(Some(server.to_owned()))
        }

        fn list(&self) -> Result<Vec<(String, String)>, Error> {
            Ok(vec![("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())])
        }
    }

    fn served(verb: Verb, input: &[u8]) -> (bool, String, String) {
        let (mut output, mut stderr) = (Vec::new(), Vec::new());
        let done = serve(verb, &mut &*input, &mut output, &mut stderr, &Stub).unwrap();
        (done, String::from_utf8(output).unwrap(), String::from_utf8(stderr).unwrap())
    }

    fn done(output: &str, stderr: &str) -> (bool, String, String) {
        (true, output.to_owned(), stderr.to_owned())
    }

    fn failed(output: &str, stderr: &str) -> (bool, String, String) {
        (false, output.to_owned(), stderr.to_owned())
    }

    #[test]
    fn get_answers_with_one_object_and_the_server_as_given() {
        let answer = "{\"ServerURL\":\"atcr.io\",\"Username\":\"a.example\",\"Secret\":\"s\\\"ecret\"}\n";
        for input in ["atcr.io", "atcr.io\n", "atcr.io\r\n", "  atcr.io \t\n\n", "\u{feff}atcr.io"] {
            assert_eq!(served(Verb::Get, input.as_bytes()), done(answer, ""), "{input:?}");
        }
    }

    #[test]
    fn not_found_is_exact_on_stdout_and_explained_on_stderr() {
        let hint = "not logged in to other; run: docker-credential-atcr login other\n";
        assert_eq!(served(Verb::Get, b"other"), failed("credentials not found in native keychain\n", hint));
    }

    #[test]
    fn any_other_error_is_on_both_streams() {
        let line = "device.json is broken; fix it\n";
        assert_eq!(served(Verb::Get, b"broken"), failed(line, line));
    }

    #[test]
    fn store_reads_the_object_leniently() {
        for input in [
            r#"{"ServerURL":"atcr.io","Username":"a.example","Secret":"s"}"#,
            "\u{feff} {\"serverurl\":\"atcr.io\",\r\n\"USERNAME\":\"a.example\",\"secret\":\"s\",\"more\":[1]}\n",
            r#"{"ServerURL":" atcr.io ","Username":"a.example","Secret":"s"} and what follows"#,
        ] {
            assert_eq!(served(Verb::Store, input.as_bytes()), done("", "atcr.io a.example s\n"), "{input}");
        }
    }

    #[test]
    fn list_answers_in_order_without_reading() {
        struct Unread;
        impl Read for Unread {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("list reads nothing")
            }
        }
        let mut output = Vec::new();
        assert!(serve(Verb::List, &mut Unread, &mut output, &mut io::sink(), &Stub).unwrap());
        assert_eq!(output, b"{\"b\":\"2\",\"a\":\"1\"}\n");
    }
}
