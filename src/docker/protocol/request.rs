//! Requests as clients write them to stdin.

use std::io::Read;

use serde_json::{Deserializer, Map, Value};
use zeroize::{Zeroize, Zeroizing};

use crate::domain::Secret;
use crate::error::Error;

/// The longest request, in bytes. Server strings and secrets are far shorter.
const LONGEST: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRequest {
    /// Trimmed and not empty.
    pub server: String,
    /// Not empty.
    pub user_name: String,
    /// Of whatever kind.
    pub secret: Secret,
}

/// The server string of `get` and `erase`.
pub(super) fn server(input: &mut dyn Read) -> Result<String, Error> {
    named_server(&text(input)?)
}

/// The object of `store`. Go's JSON reader, which clients are written against, takes keys of any case and stops at the
/// object's end.
pub(super) fn store(input: &mut dyn Read) -> Result<StoreRequest, Error> {
    let malformed = || Error::new("the input is not a JSON object with ServerURL, Username and Secret");
    let text = text(input)?;
    let mut objects = Deserializer::from_str(&text).into_iter::<Map<String, Value>>();
    // The parser's message may repeat the secret.
    let object = ZeroedMap(objects.next().and_then(Result::ok).ok_or_else(malformed)?);
    let field = |name: &str| match object.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
        None | Some((_, Value::Null)) => Ok(""),
        Some((_, Value::String(text))) => Ok(text.as_str()),
        Some(_) => Err(malformed()),
    };
    let (server, user_name, secret) = (field("ServerURL")?, field("Username")?, field("Secret")?);
    let server = named_server(server)?;
    if user_name.is_empty() {
        return Err(Error::new("no credentials username"));
    }
    Ok(StoreRequest { server, user_name: user_name.to_owned(), secret: Secret::new(secret) })
}

/// Its texts are zeroed when it is dropped.
struct ZeroedMap(Map<String, Value>);

impl Drop for ZeroedMap {
    fn drop(&mut self) {
        for value in self.0.values_mut() {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

fn named_server(text: &str) -> Result<String, Error> {
    match text.trim() {
        "" => Err(Error::new("no credentials server URL")),
        server => Ok(server.to_owned()),
    }
}

/// All of stdin, without a byte order mark.
pub(crate) fn text(input: &mut dyn Read) -> Result<Zeroizing<String>, Error> {
    // Room for most requests, so that few copies of a secret are left behind where it grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    let read = input.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::new(format_args!("can't read the input: {error}")))?;
    if bytes.len() > LONGEST {
        return Err(Error::new(format_args!("the input is longer than {LONGEST} bytes")));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::new("the input is not UTF-8 text"))?;
    Ok(Zeroizing::new(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()))
}
