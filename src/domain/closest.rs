//! The name that another was probably meant to be.

use strsim::damerau_levenshtein;

use super::Handle;
use super::authority::Authority;
use super::copied::bare;

/// Of a handle or host: what is longer is like none.
const LONGEST: usize = 253;

/// `evan` and `evan.jarrett` are cut off, `evan.jarett.net` is mistyped, `evan.bsky.social` is perhaps an older handle of the
/// same person. `None`: the name is like no handle.
pub fn closest<'a>(name: &str, handles: &'a [Handle]) -> Option<&'a Handle> {
    let name = bare(name).to_ascii_lowercase();
    if name.starts_with("did:") {
        return None;
    }
    let distances = handles.iter().filter_map(|handle| Some((distance(&name, handle.as_str())?, handle)));
    distances.min_by_key(|(distance, _)| *distance).map(|(_, handle)| handle)
}

/// The same for hosts: `atcr`. An address and a port are numbers, and another number is no misspelling.
pub fn closest_host<'a>(name: &str, hosts: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    closest_word(name, hosts.into_iter().filter(|host| *host == name || !is_another_number(name, host)))
}

fn is_another_number(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (one.parse::<Authority>(), other.parse::<Authority>()) else { return false };
    let is_another_port = one.host == other.host && one.port.is_some() && other.port.is_some();
    is_another_port || one.ip().is_some() || other.ip().is_some()
}

/// The same for commands and topics: `statsu`, `env`.
pub fn closest_word<'a>(name: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let distances = words.into_iter().filter_map(|word| Some((distance(&name, word)?, word)));
    distances.min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// The less, the closer. `None`: too far.
fn distance(name: &str, known: &str) -> Option<usize> {
    const CUT_OFF: usize = 3;
    const SAME_FIRST_LABEL: usize = 4;
    const SHORTEST_START: usize = 3;
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let mistakes = damerau_levenshtein(name, known);
    let most = if name.len() < 8 { 1 } else { 2 };
    let first_label = |text: &str| text.split('.').next().map(str::to_owned);
    let is_start = known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.') || name.len() >= SHORTEST_START);
    if mistakes <= most {
        Some(mistakes)
    } else if is_start || is_mistyped_start(name, known, most) {
        Some(CUT_OFF)
    } else {
        (first_label(name) == first_label(known)).then_some(SAME_FIRST_LABEL)
    }
}

/// `michele` of `michelle.jarrett.net`, `confgure` of `configure-docker`
fn is_mistyped_start(name: &str, known: &str, most: usize) -> bool {
    const SHORTEST: usize = 4;
    let first_label = known.split_once(['.', '-']).map(|(first, _)| first);
    let is_label = name.len() >= SHORTEST && !name.contains('.');
    is_label && first_label.is_some_and(|first| damerau_levenshtein(name, first) <= most)
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
            ("michele", Some("michelle.jarrett.net")),
            ("evna", Some("evan.jarrett.net")),
            ("at://evan", Some("evan.jarrett.net")),
            ("\u{200b}@evan.jarret.net ", Some("evan.jarrett.net")),
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

    #[test]
    fn another_port_or_address_is_no_misspelling() {
        for (name, known, is_like) in [
            ("atcr.oi", "atcr.io", true),
            ("buoy.cr", "buoy.cr:8443", true),
            ("bouy.cr:8443", "buoy.cr:8443", true),
            ("buoy.cr:8443", "buoy.cr:8444", false),
            ("localhost:5001", "localhost:5000", false),
            ("127.0.0.1:5002", "127.0.0.1:5001", false),
            ("10.0.0.1", "10.0.0.2", false),
            ("[::1]:5000", "[::2]:5000", false),
            ("10.0.0.1:5000", "10.0.0.1:5000", true),
        ] {
            assert_eq!(closest_host(name, [known]).is_some(), is_like, "{name} {known}");
        }
    }

    #[test]
    fn a_word_is_taken_for_the_closest_one() {
        for (name, expected) in [
            ("statsu", Some("status")),
            ("confgure", Some("configure-docker")),
            ("ENVIRONMENTS", Some("environment")),
            ("env", Some("environment")),
            ("atcr", Some("atcr.io")),
            ("atcr.oi", Some("atcr.io")),
            ("atcr.com", Some("atcr.io")),
            ("en", None),
            ("buoy.cr", None),
            ("", None),
        ] {
            assert_eq!(
                closest_word(name, ["status", "environment", "configure-docker", "atcr.io"]),
                expected,
                "{name}"
            );
        }
    }
}
