//! What a registry token allows, if it is a JWT that says so: the claims of the Docker registry token specification.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// With or without padding.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The claims in the middle of a JWT. Its signature is for the registry to check.
pub(super) fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&BASE64_URL.decode(payload).ok()?).ok().filter(Value::is_object)
}

/// What the claims allow with `repository`, each action once. `None`: they don't say. An action is a word, or `*`: what else
/// stands there, such as a secret that was sent, is shown to nobody.
pub(super) fn granted(claims: &Value, repository: &str) -> Option<Vec<String>> {
    let mut granted: Vec<String> = Vec::new();
    for entry in claims.get("access")?.as_array()? {
        if !is_for(entry, repository) {
            continue;
        }
        for action in entry.get("actions").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if action != "*" && !action.bytes().all(|byte| byte.is_ascii_lowercase()) {
                continue;
            }
            let actions: &[&str] = if action == "*" { &["pull", "push"] } else { &[action] };
            granted.extend(actions.iter().map(ToString::to_string));
        }
    }
    granted.sort();
    granted.dedup();
    Some(granted)
}

fn is_for(entry: &Value, repository: &str) -> bool {
    let text = |key| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    text("type") == "repository" && is_same(text("name"), repository)
}

/// A registry may know the owner by the DID, which does not change.
fn is_same(name: &str, repository: &str) -> bool {
    match (name.split_once('/'), repository.split_once('/')) {
        _ if name.eq_ignore_ascii_case(repository) => true,
        (Some((did, of_name)), Some((owner, rest))) => {
            did.starts_with("did:") && !owner.starts_with("did:") && of_name == rest
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_jwt_says_what_it_allows() {
        let access = |name: &str, actions: Value| json!([{"type": "repository", "name": name, "actions": actions}]);
        let both: &[&str] = &["pull", "push"];
        for (claims, expected) in [
            (json!({"access": access("a.example/app", json!(["push", "pull"]))}), Some(both)),
            (json!({"access": access("A.Example/app", json!(["pull"]))}), Some(&["pull"][..])),
            (json!({"access": access("did:plc:a/app", json!(["pull", "pull"]))}), Some(&["pull"])),
            (json!({"access": access("a.example/app", json!(["*"]))}), Some(both)),
            (json!({"access": access("a.example/app", json!(["pull", 7, null]))}), Some(&["pull"])),
            (json!({"access": access("a.example/app", json!(null))}), Some(&[])),
            (json!({"access": access("a.example/other", json!(["pull"]))}), Some(&[])),
            (json!({"access": access("b.example/app", json!(["pull"]))}), Some(&[])),
            (json!({"access": [{"type": "registry", "name": "a.example/app", "actions": ["pull"]}, 1]}), Some(&[])),
            (json!({"access": []}), Some(&[])),
            (json!({"access": null}), None),
            (json!({"access": "all"}), None),
            (json!({}), None),
        ] {
            for encode in [BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD] {
                let token = format!("e30.{}.x", encode.encode(claims.to_string()));
                let found = super::claims(&token).and_then(|claims| granted(&claims, "a.example/app"));
                let expected: Option<Vec<String>> =
                    expected.map(|actions| actions.iter().map(ToString::to_string).collect());
                assert_eq!(found, expected, "{claims}");
            }
        }
    }

    #[test]
    fn what_is_no_jwt_has_no_claims() {
        for token in ["", "t", "a.b", "a.b.c", "e30.e30.x.y.z", "e30.W10.x", "e30.\u{e9}.x", "..", "e30..x"] {
            assert_eq!(claims(token), None, "{token}");
        }
        assert_eq!(claims("e30.e30.x"), Some(json!({})));
    }
}
