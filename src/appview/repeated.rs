//! What an answer repeats of secrets: an address to log in at is shown and remembered, and a token is printed.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::http::Answer;
use crate::domain::KnownSecret;
use crate::text::{holds_device_secret, percent_decoded};

/// Where the one secret stands that an answer is to bring.
const NEW_SECRET: &str = "device_secret";

/// In bytes. What is shorter is no device secret, nor an app password, and can be part of any text.
const SHORTEST: usize = 12;

/// What `atcr_device_` looks like in base64, by how many bytes of the same three stand before it: in `Authorization: Basic`
/// that depends on the length of the handle.
const PREFIX_IN_BASE64: [&str; 3] = ["YXRjcl9kZXZpY2Vf", "F0Y3JfZGV2aWNlX", "hdGNyX2RldmljZV"];

impl Answer {
    /// Without the texts in which a device secret is, of whichever account.
    pub(super) fn without_device_secrets(mut self) -> Self {
        let new = self.body.as_object_mut().and_then(|members| members.remove(NEW_SECRET));
        remove(&mut self.body, &holds_any);
        if let (Some(new), Value::Object(members)) = (new, &mut self.body) {
            members.insert(NEW_SECRET.to_owned(), new);
        }
        self
    }

    /// Without the texts that repeat this secret: all of it, what follows its prefix, or the header that it is
    /// sent in.
    pub(super) fn without(mut self, known: &KnownSecret) -> Self {
        let secret = known.secret.expose();
        let header = BASE64_STANDARD_NO_PAD.encode(format!("{}:{secret}", known.user_name));
        // `atcr_device_...`
        let rest = secret.splitn(3, '_').last().unwrap_or(secret);
        let forms = [secret.to_owned(), rest.to_owned(), header].map(Zeroizing::new);
        let is_repeated = |text: &str| forms.iter().any(|form| form.len() >= SHORTEST && text.contains(&**form));
        remove(&mut self.body, &is_repeated);
        self
    }
}

fn holds_any(text: &str) -> bool {
    holds_device_secret(text) || PREFIX_IN_BASE64.iter().any(|prefix| text.contains(prefix))
}

/// Wherever they stand. A text is looked at as it is, and decoded as from a URL, also several times.
fn remove(value: &mut Value, is_secret: &dyn Fn(&str) -> bool) {
    let is_kept = |value: &mut Value| {
        remove(value, is_secret);
        !value.as_str().is_some_and(|text| in_any_form(text, is_secret))
    };
    match value {
        Value::Object(members) => members.retain(|_, value| is_kept(value)),
        Value::Array(items) => items.retain_mut(is_kept),
        _ => {}
    }
}

fn in_any_form(text: &str, is_secret: &dyn Fn(&str) -> bool) -> bool {
    const MOST_ROUNDS: usize = 4;
    // Whoever parses a URL leaves these out (WHATWG URL Standard, "concept-basic-url-parser").
    let mut text = text.replace(['\t', '\n', '\r'], "");
    for _ in 0..MOST_ROUNDS {
        if is_secret(&text) {
            return true;
        }
        text = percent_decoded(&text);
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::Secret;

    fn known(secret: &str) -> KnownSecret {
        KnownSecret { user_name: "a.example".to_owned(), secret: Secret::new(secret) }
    }

    #[test]
    fn an_answer_loses_what_holds_a_device_secret() {
        let in_base64 = |before: &str| BASE64_STANDARD_NO_PAD.encode(format!("{before}atcr_device_x"));
        for (text, is_kept) in [
            ("https://atcr.io/login?x=1", true),
            ("100%", true),
            ("only atcr_device_... is taken", true),
            ("atcr_device_abc", false),
            ("https://atcr.io/login?x=atcr_device_abc", false),
            ("https://atcr.io/login?x=atcr%5Fdevice_abc", false),
            ("https://atcr.io/login?x=atcr%255fdevice_abc", false),
            ("https://atcr.io/login?x=atcr_dev\tice_\r\nabc", false),
            (&format!("https://atcr.io/login?x={}", in_base64("a.example:")), false),
            (&in_base64("ab.example:"), false),
            (&in_base64("abc.example:"), false),
        ] {
            let body = json!({"login_url": text, "device_secret": "atcr_device_new", "list": [text, {"deep": text}]});
            let answer = Answer { status: 401, body }.without_device_secrets();
            let expected = if is_kept { json!([text, {"deep": text}]) } else { json!([{}]) };
            assert_eq!(answer.text("login_url").is_some(), is_kept, "{text}");
            assert_eq!((&answer.body["list"], answer.text("device_secret")), (&expected, Some("atcr_device_new")));
        }
    }

    #[test]
    fn an_answer_loses_what_repeats_the_secret() {
        for (text, is_kept) in [
            ("abcd-efgh-ijkl-mno", true),
            ("https://atcr.io/abcd-efgh-ijkl-mnop", false),
            ("https://atcr.io/abcd%2Defgh-ijkl-mnop", false),
            ("YS5leGFtcGxlOmFiY2QtZWZnaC1pamtsLW1ub3A=", false),
            ("YS5leGFtcGxlOmFiY2QtZWZnaC1pamtsLW1ub3A", false),
            ("https://atcr.io/YS5leGFtcGxlOmFiY2QtZWZnaC1pamtsLW1ub3A%3D", false),
        ] {
            let answer = Answer { status: 401, body: json!({ "login_url": text }) };
            let answer = answer.without(&known("abcd-efgh-ijkl-mnop"));
            assert_eq!(answer.text("login_url").is_some(), is_kept, "{text}");
        }
        let rest = Answer { status: 401, body: json!({ "login_url": "https://atcr.io/a_long_secret" }) };
        assert_eq!(rest.without(&known("atcr_device_a_long_secret")).text("login_url"), None);
        let short = Answer { status: 200, body: json!({ "token": "a token" }) };
        assert!(short.without(&known("o")).text("token").is_some());
    }
}
