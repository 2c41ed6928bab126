//! Any words of a command line: an identity is found only where a word names the registry's own host before it.
#![no_main]

use atcr::domain::{Identity, RegistryUrl, find_owners};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let words: Vec<&str> = text.split('\n').collect();
    for registry in ["https://atcr.io", "http://localhost:5000", "https://[2001:db8::1]:8443"] {
        let registry: RegistryUrl = registry.parse().expect("a registry");
        for mention in find_owners(&words, &registry).unwrap_or_default() {
            assert!(words.iter().any(|word| names(word, &registry, &mention.identity)), "{mention:?} in {words:?}");
        }
        // The same images at another registry have no owner here.
        let elsewhere: Vec<String> =
            words.iter().map(|word| plain(word).replace(&registry.host(), "elsewhere.example")).collect();
        assert_eq!(find_owners(&elsewhere, &registry), None, "{elsewhere:?}");
    }
});

/// Whether `HOST/IDENTITY` or `HOST:PORT/IDENTITY` stands in the word.
fn names(word: &str, registry: &RegistryUrl, identity: &Identity) -> bool {
    let (word, identity) = (plain(word), plain(&identity.to_string()));
    let default_port = if registry.is_https() { ":443" } else { ":80" };
    ["", default_port].iter().any(|port| {
        let image = format!("{}{port}/{identity}", registry.host());
        word.match_indices(&image).any(|(at, _)| {
            let after = word[at + image.len()..].chars().next();
            after.is_none_or(|next| "/:@?#,\"=".contains(next))
        })
    })
}

/// In lower case, and ports without zeros before them.
fn plain(word: &str) -> String {
    let mut word = word.to_ascii_lowercase();
    while word.contains(":0") {
        word = word.replace(":0", ":");
    }
    word
}
