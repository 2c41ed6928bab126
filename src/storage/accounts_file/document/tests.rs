use serde_json::json;

use super::*;
use crate::domain::{Account, Secret, StoreName};

const TWO_ACCOUNTS: &str = r#"{
  "version": 2,
  "future": [1, 2.50, 1e+400],
  "registries": {
    "https://atcr.io": {
      "active": "b.example",
      "colour": "blue",
      "accounts": {
        "b.example": {
          "handle": "b.example",
          "did": "did:plc:b",
          "device_secret": "atcr_device_b",
          "since": 12345678901234567890
        },
        "a.example": {
          "handle": "a.example",
          "device_secret": "atcr_device_a"
        }
      }
    }
  }
}
"#;

const NO_STORE: &str = "\"credential_store\" is not the name of a credential store";

fn parse(text: &str) -> Result<Registries, FormatError> {
    Document::parse(text.as_bytes()).map(|document| document.registries().clone())
}

#[test]
fn reading_and_writing_back_changes_no_byte_but_layout() {
    let mut document = Document::parse(TWO_ACCOUNTS.as_bytes()).unwrap();
    let registries = document.registries().clone();
    document.apply(&registries);
    let expected = TWO_ACCOUNTS.replace("[1, 2.50, 1e+400]", "[\n    1,\n    2.50,\n    1e+400\n  ]");
    assert_eq!(String::from_utf8(document.to_bytes()).unwrap(), expected);
}

#[test]
fn a_change_keeps_the_keys_it_does_not_know() {
    let mut document = Document::parse(TWO_ACCOUNTS.as_bytes()).unwrap();
    let mut registries = document.registries().clone();
    let accounts = registries.at(&"https://atcr.io".parse().unwrap());
    accounts.log_out(&"a.example".parse().unwrap());
    let account = accounts.active().unwrap().clone();
    accounts.log_in(Account { secret: SecretLocation::Inline(Secret::new("atcr_device_new")), ..account });
    document.apply(&registries);
    let written = String::from_utf8(document.to_bytes()).unwrap();
    for kept in [
        "\"future\"",
        "\"colour\": \"blue\"",
        "\"since\": 12345678901234567890",
        "\"did\": \"did:plc:b\"",
        "atcr_device_new",
    ] {
        assert!(written.contains(kept), "{kept} in {written}");
    }
    assert!(!written.contains("atcr_device_a") && !written.contains("atcr_device_b"));
}

fn stored_in(name: &str) -> SecretLocation {
    SecretLocation::Store(name.parse().unwrap())
}

/// The file after a.example's secret, and nobody else's, was moved into a store.
fn with_one_in_a_store() -> String {
    let mut document = Document::parse(TWO_ACCOUNTS.as_bytes()).unwrap();
    let mut registries = document.registries().clone();
    let accounts = registries.at(&"https://atcr.io".parse().unwrap());
    let account = accounts.find(&"a.example".parse().unwrap()).unwrap().clone();
    accounts.log_in(Account { secret: stored_in("pass"), ..account });
    document.apply(&registries);
    String::from_utf8(document.to_bytes()).unwrap()
}

#[test]
fn an_account_names_its_credential_store() {
    let written = with_one_in_a_store();
    assert!(written.contains("\"a.example\",\n          \"credential_store\": \"pass\"\n"), "{written}");
    assert!(!written.contains("atcr_device_a") && written.contains("atcr_device_b"), "{written}");
    let registries = parse(&written).unwrap();
    assert_eq!(registries.stores(), [&"pass".parse::<StoreName>().unwrap()]);
    let mut document = Document::parse(written.as_bytes()).unwrap();
    document.apply(&parse(TWO_ACCOUNTS).unwrap());
    let back = serde_json::from_slice::<Value>(&document.to_bytes()).unwrap();
    assert_eq!(back, serde_json::from_str::<Value>(TWO_ACCOUNTS).unwrap());
}

#[test]
fn a_store_of_version_0_1_0_becomes_that_of_each_account() {
    let old = TWO_ACCOUNTS.replacen("2,", "2, \"credential_store\": \"pass\",", 1);
    let old = old.replace(",\n          \"device_secret\": \"atcr_device_a\"", "");
    let mut document = Document::parse(old.as_bytes()).unwrap();
    let registries = document.registries().clone();
    let accounts = registries.get(&"https://atcr.io".parse().unwrap()).unwrap();
    let secrets: Vec<_> = accounts.iter().map(|account| account.secret.clone()).collect();
    assert_eq!(secrets, [SecretLocation::Inline(Secret::new("atcr_device_b")), stored_in("pass")]);
    document.apply(&registries);
    assert_eq!(document.to_bytes(), with_active_b(&with_one_in_a_store()).as_bytes());
    for none in ["null", "\"\"", "\"file\""] {
        assert!(parse(&old.replace("\"pass\"", none)).unwrap_err().to_string().ends_with("is not there"));
    }
}

fn with_active_b(written: &str) -> String {
    written.replace("\"active\": \"a.example\"", "\"active\": \"b.example\"")
}

#[test]
fn only_wanted_registries_are_read() {
    let other = TWO_ACCOUNTS.replace(
        "\"registries\": {",
        "\"registries\": {\"https://atcr.io.example\": 7, \"://\": [[{\"a\": \"\\ud800\"}]],",
    );
    let atcr = "https://atcr.io".parse().unwrap();
    let registries = read(other.as_bytes(), Wanted::Only(std::slice::from_ref(&atcr))).unwrap().unwrap();
    assert_eq!(registries, parse(TWO_ACCOUNTS).unwrap());
    assert!(parse(&other).is_err());
    let broken = other.replace("\"a.example\": {", "\"a.example\": {,");
    for (broken, line) in [(&other[..other.len() - 3], 21), (&*broken, 15)] {
        let error = read(broken.as_bytes(), Wanted::Only(std::slice::from_ref(&atcr))).unwrap_err();
        assert!(matches!(error, FormatError::NotJson { line: found, .. } if found == line), "{error}");
    }
    let escaped = TWO_ACCOUNTS.replace("https://atcr.io", "https:\\/\\/atcr.\\u0069o");
    assert_eq!(parse(&escaped), parse(TWO_ACCOUNTS));
    assert_eq!(read(escaped.as_bytes(), Wanted::Only(&[atcr])).unwrap(), parse(TWO_ACCOUNTS).ok());
}

#[test]
fn of_two_values_with_one_key_the_last_counts_and_neither_is_written_away() {
    let read = |text: &str| read(text.as_bytes(), Wanted::All).map(Option::unwrap_or_default);
    let there_twice = |text: &str| {
        assert_eq!(read(text), parse(TWO_ACCOUNTS), "{text}");
        parse(text).unwrap_err().to_string()
    };
    let secret = "\"device_secret\": \"atcr_device_a\"";
    let registries = r#""registries": {"#;
    let account = r#""a.example": {"#;
    for (last, first, place) in [
        (
            secret,
            "\"device_secret\": 7",
            r#""registries" > "https://atcr.io" > "accounts" > "a.example" > "device_secret""#,
        ),
        (
            account,
            r#""a.example": {"device_secret": "1"}"#,
            r#""registries" > "https://atcr.io" > "accounts" > "a.example""#,
        ),
        (
            account,
            r#""a.example": {"handle": "c.example"}"#,
            r#""registries" > "https://atcr.io" > "accounts" > "a.example""#,
        ),
        (r#""active": "b"#, r#""active": "a.example""#, r#""registries" > "https://atcr.io" > "active""#),
        (r#""accounts": {"#, r#""accounts": {}"#, r#""registries" > "https://atcr.io" > "accounts""#),
        (registries, r#""registries": {"https://b.example": {}}"#, r#""registries""#),
        (registries, r#""version": 2"#, r#""version""#),
        (r#""future": ["#, r#""future": 1"#, r#""future""#),
    ] {
        let twice = TWO_ACCOUNTS.replace(last, &format!("{first}, {last}"));
        assert_eq!(there_twice(&twice), format!("{place} is there twice"));
    }
}

#[test]
fn an_entry_that_is_no_account_keeps_the_files_store() {
    let accounts = json!({"a.example": {"handle": "b.example"}, "b.example": {"device_secret": null}});
    let file = json!({
        "version": 2, "credential_store": "pass", "registries": {"https://atcr.io": {"accounts": accounts}}
    });
    let mut document = Document::parse(file.to_string().as_bytes()).unwrap();
    let before = document.registries().clone();
    document.apply(&before);
    assert_eq!(Document::parse(&document.to_bytes()).unwrap().registries(), &before);
}

#[test]
fn a_registry_without_accounts_leaves_the_file() {
    let mut document = Document::default();
    let mut registries = Registries::default();
    let url = "https://atcr.io".parse().unwrap();
    let handle: Handle = "a.example".parse().unwrap();
    registries.at(&url).log_in(Account { handle, did: None, secret: SecretLocation::Inline(Secret::new("s")) });
    document.apply(&registries);
    registries.at(&url).log_out_active();
    document.apply(&registries);
    assert_eq!(document.to_bytes(), b"{\n  \"version\": 2,\n  \"registries\": {}\n}\n");
}

#[test]
fn errors_tell_the_place_and_never_the_value() {
    for (text, expected) in [
        ("", "not valid JSON (line 1, column 0)"),
        ("{\"version\": 2,\n \"x\": HIDDEN}", "not valid JSON (line 2, column 7)"),
        (r#"["HIDDEN"]"#, "the content is not an object"),
        (r#"{"version": 3}"#, "unsupported version 3 (expected 2)"),
        (r#"{"version": 3, "registries": []}"#, "unsupported version 3 (expected 2)"),
        (r#"{"version": "HIDDEN"}"#, r#""version" is not a valid version"#),
        (r#"{"version": 1}"#, r#""version" is not a valid version"#),
        (r#"{"registries": {}}"#, r#""version" is not there"#),
        (r#"{"version": 2, "registries": "HIDDEN"}"#, r#""registries" is not an object"#),
        (r#"{"version": 2, "credential_store": "../HIDDEN"}"#, NO_STORE),
        (r#"{"version": 2, "credential_store": 1}"#, NO_STORE),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text}");
    }
    for (registries, expected) in [
        (r#"{"://": {}}"#, r#""://" is not the URL of a registry"#),
        (r#"{"": {}}"#, r#""" is not the URL of a registry"#),
        (r#"{"https://h": {}, "https://H:443": {}}"#, r#""https://H:443" is not the only entry of its registry"#),
        (r#"{"https://h": {}, "https://h": {}}"#, r#""https://h" is not the only entry of its registry"#),
        (r#"{"https://h": "HIDDEN"}"#, r#""https://h" is not an object"#),
        (r#"{"https://h": {"accounts": "HIDDEN"}}"#, r#""https://h" > "accounts" is not an object"#),
    ] {
        let text = format!(r#"{{"version": 2, "registries": {registries}}}"#);
        assert_eq!(parse(&text).unwrap_err().to_string(), format!("\"registries\" > {expected}"));
    }
    for (account, expected) in [
        (r#""a.example": "HIDDEN""#, r#""a.example" is not an object"#),
        (r#""a.example": {"device_secret": ""}"#, r#""a.example" > "device_secret" is not there"#),
        (r#""a.example": {"device_secret": 7}"#, r#""a.example" > "device_secret" is not a text"#),
        (r#""alice": {"device_secret": "HIDDEN"}"#, r#""alice" > "handle" is not a handle"#),
        (r#""a.example": {"credential_store": 1}"#, &format!("\"a.example\" > {NO_STORE}")),
    ] {
        let text = format!(r#"{{"version": 2, "registries": {{"https://h": {{"accounts": {{{account}}}}}}}}}"#);
        let expected = format!(r#""registries" > "https://h" > "accounts" > {expected}"#);
        assert_eq!(parse(&text).unwrap_err().to_string(), expected);
    }
    let deep = "[".repeat(10_000);
    assert_eq!(parse(&deep).unwrap_err().to_string(), "the content is not an object");
    let deep = parse(&format!("{{\"version\": 2, \"x\": {deep}"));
    assert_eq!(deep.unwrap_err().to_string(), "not valid JSON (line 1, column 10020)");
}
