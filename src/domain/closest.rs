//! The handle that a name was probably meant to be.

use strsim::damerau_levenshtein;

use super::Handle;

/// `evan` and `evan.jarrett` are cut off, `evan.jarett.net` is mistyped, `evan.bsky.social` is perhaps an older handle of the
/// same person. `None`: the name is like no handle.
pub fn closest<'a>(name: &str, handles: &'a [Handle]) -> Option<&'a Handle> {
    let name = name.trim_start_matches('@').to_ascii_lowercase();
    if name.is_empty() || name.len() > LONGEST || name.starts_with("did:") {
        return None;
    }
    let distances = handles.iter().filter_map(|handle| Some((distance(&name, handle.as_str())?, handle)));
    distances.min_by_key(|(distance, _)| *distance).map(|(_, handle)| handle)
}

/// Of a handle.
const LONGEST: usize = 253;

/// The less, the closer. `None`: too far.
fn distance(name: &str, handle: &str) -> Option<usize> {
    const CUT_OFF: usize = 3;
    const SAME_FIRST_LABEL: usize = 4;
    let mistakes = damerau_levenshtein(name, handle);
    let most = if name.len() < 8 { 1 } else { 2 };
    let first_label = |text: &str| text.split('.').next().map(str::to_owned);
    if mistakes <= most {
        Some(mistakes)
    } else if handle.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')) {
        Some(CUT_OFF)
    } else {
        (first_label(name) == first_label(handle)).then_some(SAME_FIRST_LABEL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_for_the_closest_handle() {
        let handles: Vec<Handle> =
            ["michelle.jarrett.net", "evan.jarrett.net", "evan.example"].map(|handle| handle.parse().unwrap()).into();
        for (name, expected) in [
            ("evan.jarrett", Some("evan.jarrett.net")),
            ("Evan.Jarett.net", Some("evan.jarrett.net")),
            ("@evan.jarrett.net", Some("evan.jarrett.net")),
            ("evan-jarrett-net", Some("evan.jarrett.net")),
            ("evna.example", Some("evan.example")),
            ("michelle", Some("michelle.jarrett.net")),
            ("michelle.bsky.social", Some("michelle.jarrett.net")),
            ("evan", Some("evan.jarrett.net")),
            ("bob.jarrett.net", None),
            ("stranger.example", None),
            ("did:plc:evan", None),
            ("net", None),
            ("", None),
            (&"a".repeat(100_000), None),
        ] {
            assert_eq!(closest(name, &handles).map(Handle::as_str), expected, "{name:.40}");
        }
    }
}
