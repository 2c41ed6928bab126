//! Docker's credential-helper protocol: one verb, the request on stdin, the answer on stdout.
//!
//! The texts and the two streams of a failure are wire format, as docker/docker-credential-helpers defines it and as
//! Docker's clients compare it.

mod helper;
mod request;
mod stdin;
mod verb;

use std::io::{self, Read, Write};

use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::domain::Credential;
use crate::error::{Error, Kind};

pub use helper::AtcrHelper;
pub use request::StoreRequest;
pub(crate) use request::text;
pub use stdin::DeadlineStdin;
pub use verb::Verb;

/// What clients take for "there is none, go on anonymously". Compared to the letter (`IsErrCredentialsNotFound`).
const NOT_FOUND: &str = "credentials not found in native keychain";

/// What the verbs do, apart from how they are spoken. A server is given as it stood on stdin, trimmed and not empty.
pub trait Helper {
    /// The credential for a server.
    ///
    /// # Errors
    /// When there is none, or it is not certain which.
    fn get(&self, server: &str) -> Result<Credential, Error>;

    /// Keeps a credential. Returns what a person should know about it.
    ///
    /// # Errors
    /// When it can't be kept.
    fn store(&self, credential: &StoreRequest) -> Result<Option<String>, Error>;

    /// Removes the active credential of a server, if there is one. Returns what a person should know about it.
    ///
    /// # Errors
    /// When it can't be removed.
    fn erase(&self, server: &str) -> Result<Option<String>, Error>;

    /// Every server that `get` has an answer for, and the user it would give.
    ///
    /// # Errors
    /// When they can't be read.
    fn list(&self) -> Result<Vec<(String, String)>, Error>;
}

/// Speaks one verb: reads the request from `input`, writes the answer to `output`, and what a person should know to
/// `person`. On success `get` and `list` leave `person` empty, because some clients read both streams as one.
///
/// # Errors
/// When the answer can't be written. The program's exit code is 1 then, and where this is `Ok(false)`.
pub fn serve(
    verb: Verb,
    input: &mut dyn Read,
    output: &mut dyn Write,
    person: &mut dyn Write,
    helper: &dyn Helper,
) -> io::Result<bool> {
    match answer(verb, input, helper) {
        Ok(Answer { wire, note }) => {
            output.write_all(wire.as_bytes())?;
            output.flush()?;
            if let Some(note) = note {
                tell(person, &note);
            }
            Ok(true)
        }
        Err(failure) => {
            let line = failure.line();
            tell(person, &line);
            writeln!(output, "{}", if failure.kind == Kind::NotLoggedIn { NOT_FOUND } else { &line })?;
            output.flush()?;
            Ok(false)
        }
    }
}

/// Before docker v29 only stderr reaches the person, from v29 on stdout does. Whoever closed stderr does not want it.
fn tell(person: &mut dyn Write, line: &str) {
    drop(person.write_all(format!("{line}\n").as_bytes()));
}

struct Answer {
    wire: Zeroizing<String>,
    note: Option<String>,
}

fn answer(verb: Verb, input: &mut dyn Read, helper: &dyn Helper) -> Result<Answer, Error> {
    let silent = |note| Answer { wire: Zeroizing::default(), note };
    let line = |wire: Zeroizing<String>| Answer { wire, note: None };
    match verb {
        Verb::Get => {
            let server = request::server(input)?;
            helper.get(&server).and_then(|user| credential_line(&server, &user)).map(line)
        }
        Verb::Store => helper.store(&request::credential(input)?).map(silent),
        Verb::Erase => helper.erase(&request::server(input)?).map(silent),
        Verb::List => helper.list().map(|users| line(Zeroizing::new(object(users) + "\n"))),
    }
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

fn credential_line(server: &str, user: &Credential) -> Result<Zeroizing<String>, Error> {
    let fields = CredentialLine { server, username: user.handle.as_str(), secret: user.secret.expose() };
    let line = serde_json::to_string(&fields);
    let mut line = Zeroizing::new(line.map_err(|_| Error::new("the credential can't be written as JSON"))?);
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

    /// Answers `get atcr.io`, keeps nothing, and has a word to say about every change.
    struct Stub;

    impl Helper for Stub {
        fn get(&self, server: &str) -> Result<Credential, Error> {
            match server {
                "atcr.io" => Ok(Credential { handle: "a.example".parse().unwrap(), secret: Secret::new("s\"ecret") }),
                "broken" => Err(Error::new("device.json is broken").hint("mend it")),
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

    fn spoken(verb: Verb, input: &[u8]) -> (bool, String, String) {
        let (mut output, mut person) = (Vec::new(), Vec::new());
        let done = serve(verb, &mut &*input, &mut output, &mut person, &Stub).unwrap();
        (done, String::from_utf8(output).unwrap(), String::from_utf8(person).unwrap())
    }

    fn done(output: &str, person: &str) -> (bool, String, String) {
        (true, output.to_owned(), person.to_owned())
    }

    fn failed(output: &str, person: &str) -> (bool, String, String) {
        (false, output.to_owned(), person.to_owned())
    }

    #[test]
    fn get_answers_with_one_object_and_the_server_as_it_was_asked_for() {
        let answer = "{\"ServerURL\":\"atcr.io\",\"Username\":\"a.example\",\"Secret\":\"s\\\"ecret\"}\n";
        for input in ["atcr.io", "atcr.io\n", "atcr.io\r\n", "  atcr.io \t\n\n", "\u{feff}atcr.io"] {
            assert_eq!(spoken(Verb::Get, input.as_bytes()), done(answer, ""), "{input:?}");
        }
    }

    #[test]
    fn not_found_is_said_to_the_letter_and_explained_to_the_person() {
        let hint = "not logged in to other; run: docker-credential-atcr login other\n";
        assert_eq!(spoken(Verb::Get, b"other"), failed("credentials not found in native keychain\n", hint));
    }

    #[test]
    fn any_other_failure_is_on_both_streams() {
        let line = "device.json is broken; mend it\n";
        assert_eq!(spoken(Verb::Get, b"broken"), failed(line, line));
    }

    #[test]
    fn a_request_without_a_server_is_refused_in_dockers_words() {
        let line = "no credentials server URL\n";
        for input in ["", " ", "\r\n\r\n", "\u{feff}\n"] {
            for verb in [Verb::Get, Verb::Erase] {
                assert_eq!(spoken(verb, input.as_bytes()), failed(line, line), "{input:?}");
            }
        }
    }

    #[test]
    fn what_is_too_long_or_no_text_is_refused() {
        let long = "a".repeat(1 << 20);
        let (line, binary) = ("the input is longer than 65536 bytes\n", "the input is not UTF-8 text\n");
        for verb in [Verb::Get, Verb::Store, Verb::Erase] {
            assert_eq!(spoken(verb, long.as_bytes()), failed(line, line));
            assert_eq!(spoken(verb, b"atcr.io\xff"), failed(binary, binary));
        }
    }

    #[test]
    fn store_reads_the_object_leniently() {
        for input in [
            r#"{"ServerURL":"atcr.io","Username":"a.example","Secret":"s"}"#,
            "\u{feff} {\"serverurl\":\"atcr.io\",\r\n\"USERNAME\":\"a.example\",\"secret\":\"s\",\"more\":[1]}\n",
            r#"{"ServerURL":" atcr.io ","Username":"a.example","Secret":"s"} and what follows"#,
        ] {
            assert_eq!(spoken(Verb::Store, input.as_bytes()), done("", "atcr.io a.example s\n"), "{input}");
        }
    }

    #[test]
    fn store_refuses_what_lacks_a_server_or_a_user_in_dockers_words() {
        for (input, line) in [
            (r#"{"Username":"a.example","Secret":"s"}"#, "no credentials server URL\n"),
            (r#"{"ServerURL":" ","Username":"a.example","Secret":"s"}"#, "no credentials server URL\n"),
            (r#"{"ServerURL":null,"Username":"","Secret":"s"}"#, "no credentials server URL\n"),
            (r#"{"ServerURL":"atcr.io","Secret":"s"}"#, "no credentials username\n"),
            (r#"{"ServerURL":"atcr.io","Username":"","Secret":"s"}"#, "no credentials username\n"),
        ] {
            assert_eq!(spoken(Verb::Store, input.as_bytes()), failed(line, line), "{input}");
        }
    }

    #[test]
    fn store_refuses_what_is_no_object_without_repeating_it() {
        let line = "the input is not a JSON object with ServerURL, Username and Secret\n";
        for input in [
            "",
            "hidden",
            "[\"hidden\"]",
            r#"{"ServerURL":"atcr.io","Username":"a","Secret":"hid"#,
            r#"{"ServerURL":"h","Username":"a","Secret":7}"#,
        ] {
            assert_eq!(spoken(Verb::Store, input.as_bytes()), failed(line, line), "{input}");
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
