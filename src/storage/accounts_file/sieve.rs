//! What of a large `device.json` is needed for a few registries, without the rest in memory.
//!
//! `get` is started for every docker operation and wants one registry. Parsing a megabyte for it would take longer than
//! starting the program, and so would the page faults of holding that megabyte; looking for braces does not.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

use zeroize::Zeroizing;

use super::ends::{Nesting, text_end};

/// StagedSecrets a JSON object, without those registries whose key, as it stands between its quotes, `wanted` refuses; it is also
/// told the place of that key's first quote. What is left out is not parsed, only looked over for its end; whatever is wrong
/// in the rest is copied, for the parser to tell of. `start` is how the object begins, and the room for the pieces in which
/// the rest of it is read from `input`.
///
/// `None` says that the content is not so plain that this is certain to be right: a backslash in a key, or something
/// else than JSON. It is for the parser then, as a whole. Only a line break inside a text, which JSON does not allow, goes
/// unseen: what is skipped then may end too early or too late.
///
/// # Errors
/// When `input` can't be read.
pub(super) fn sieve(
    start: Zeroizing<Vec<u8>>,
    input: impl Read,
    mut wanted: impl FnMut(&[u8], u64) -> bool,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut sieve = Sieve::new(start, input);
    let done = sieve.root(|sieve, _| sieve.look_through(&mut wanted));
    sieve.result(done)
}

/// The same where it is known at which `places` the keys of all wanted registries begin, as [`sieve`] told them. `input` is
/// the file from its first byte on. `None` also where another key is there, or the version is not known before them.
///
/// # Errors
/// When `input` can't be read.
pub(super) fn pick(
    start: Zeroizing<Vec<u8>>,
    input: impl Read + Seek,
    places: &[u64],
    wanted: impl Fn(&[u8]) -> bool,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut sieve = Sieve::new(start, input);
    let done = sieve.root(
        |sieve, is_versioned| {
            if is_versioned { sieve.look_at(places, &wanted) } else { Err(Stop::NotPlain) }
        },
    );
    sieve.result(done)
}

struct Sieve<R> {
    input: R,
    buffer: Zeroizing<Vec<u8>>,
    /// What of the buffer was read and not yet taken.
    ahead: Range<usize>,
    /// The place of what comes after that, in bytes from the start.
    place: u64,
    kept: Zeroizing<Vec<u8>>,
}

enum Stop {
    Enough,
    NotPlain,
    Unreadable(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl<R: Read> Sieve<R> {
    fn new(start: Zeroizing<Vec<u8>>, input: R) -> Self {
        let ahead = 0..start.len();
        Self { input, place: start.len() as u64, buffer: start, ahead, kept: Zeroizing::default() }
    }

    fn result(mut self, done: Result<(), Stop>) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        match done {
            Err(Stop::Enough) => {
                self.kept.extend_from_slice(b"}}");
                Ok(Some(self.kept))
            }
            Ok(()) => Ok(Some(self.kept)),
            Err(Stop::NotPlain) => Ok(None),
            Err(Stop::Unreadable(error)) => Err(error),
        }
    }

    /// Walks over the outermost object, and has `registries` take those, told whether the version came before them.
    fn root(&mut self, mut registries: impl FnMut(&mut Self, bool) -> Result<(), Stop>) -> Result<(), Stop> {
        let mut is_versioned = false;
        self.members(|sieve, key, _| {
            is_versioned |= key == b"version";
            sieve.keep_key(key);
            let is_registries = key == b"registries" && sieve.next()? == b'{';
            if is_registries { registries(sieve, is_versioned) } else { sieve.value(true) }
        })?;
        self.rest()
    }

    fn look_through(&mut self, mut wanted: impl FnMut(&[u8], u64) -> bool) -> Result<(), Stop> {
        self.members(|sieve, key, place| {
            let is_wanted = wanted(key, place);
            if is_wanted {
                sieve.keep_key(key);
            }
            sieve.value(is_wanted)
        })
    }

    /// Walks over an object, and has `member` take each value, and its key and the key's place.
    fn members(&mut self, mut member: impl FnMut(&mut Self, &[u8], u64) -> Result<(), Stop>) -> Result<(), Stop> {
        self.expect(b'{')?;
        self.kept.push(b'{');
        let mut is_first = true;
        let mut key = Vec::new();
        while self.next()? != b'}' {
            if !is_first {
                self.expect(b',')?;
                self.next()?;
            }
            is_first = false;
            let place = self.place - self.ahead.len() as u64;
            self.key(&mut key)?;
            member(self, &key, place)?;
        }
        self.expect(b'}')?;
        self.kept.push(b'}');
        Ok(())
    }

    fn keep_key(&mut self, key: &[u8]) {
        if self.kept.last() != Some(&b'{') {
            self.kept.push(b',');
        }
        for part in [b"\"", key, b"\":"] {
            self.kept.extend_from_slice(part);
        }
    }

    /// The next byte that is no white space, which stays where it is.
    fn next(&mut self) -> Result<u8, Stop> {
        loop {
            let ahead = self.ahead()?;
            if let Some(blank) = ahead.iter().position(|byte| !byte.is_ascii_whitespace()) {
                let next = ahead[blank];
                self.ahead.start += blank;
                return Ok(next);
            }
            self.ahead = 0..0;
        }
    }

    fn expect(&mut self, expected: u8) -> Result<(), Stop> {
        if self.next()? != expected {
            return Err(Stop::NotPlain);
        }
        self.ahead.start += 1;
        Ok(())
    }

    /// A member's key, and the colon after it.
    fn key(&mut self, key: &mut Vec<u8>) -> Result<(), Stop> {
        self.expect(b'"')?;
        key.clear();
        self.take(Some(key), |ahead| ahead.iter().position(|&byte| byte == b'"'))?;
        self.expect(b'"')?;
        self.expect(b':')?;
        if key.contains(&b'\\') { Err(Stop::NotPlain) } else { Ok(()) }
    }

    fn value(&mut self, is_kept: bool) -> Result<(), Stop> {
        let mut kept = std::mem::take(&mut self.kept);
        let into = is_kept.then_some(&mut *kept);
        let taken = match self.next()? {
            b'{' => self.nested(into, Nesting::new(b'{', b'}')),
            b'[' => self.nested(into, Nesting::new(b'[', b']')),
            b'"' => self.take(into, text_end()),
            _ => self.take(into, |ahead| ahead.iter().position(|byte| b",}]".contains(byte))),
        };
        self.kept = kept;
        taken
    }

    fn nested(&mut self, into: Option<&mut Vec<u8>>, mut nesting: Nesting) -> Result<(), Stop> {
        self.take(into, |ahead| nesting.end_in(ahead))
    }

    /// Takes what follows up to the place that `end` finds in one of the chunks it is shown.
    fn take(
        &mut self,
        mut into: Option<&mut Vec<u8>>,
        mut end: impl FnMut(&[u8]) -> Option<usize>,
    ) -> Result<(), Stop> {
        loop {
            self.ahead()?;
            let ahead = &self.buffer[self.ahead.clone()];
            let found = end(ahead);
            let taken = &ahead[..found.unwrap_or(ahead.len())];
            if let Some(into) = &mut into {
                into.extend_from_slice(taken);
            }
            self.ahead.start += taken.len();
            if found.is_some() {
                return Ok(());
            }
        }
    }

    /// What was read and not yet taken; never nothing.
    fn ahead(&mut self) -> Result<&[u8], Stop> {
        while self.ahead.is_empty() {
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Err(Stop::NotPlain),
                Ok(read) => {
                    self.ahead = 0..read;
                    self.place += read as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(&self.buffer[self.ahead.clone()])
    }

    /// What stands behind the object is no business of ours, but the parser's.
    fn rest(&mut self) -> Result<(), Stop> {
        self.kept.extend_from_slice(&self.buffer[self.ahead.clone()]);
        self.input.read_to_end(&mut self.kept)?;
        Ok(())
    }
}

impl<R: Read + Seek> Sieve<R> {
    fn look_at(&mut self, places: &[u64], wanted: impl Fn(&[u8]) -> bool) -> Result<(), Stop> {
        self.kept.push(b'{');
        let mut key = Vec::new();
        for &place in places {
            // A place that no file has is an error too.
            self.input.seek(SeekFrom::Start(place)).map_err(|_| Stop::NotPlain)?;
            self.ahead = 0..0;
            self.key(&mut key)?;
            if !wanted(&key) {
                return Err(Stop::NotPlain);
            }
            self.keep_key(&key);
            self.value(true)?;
        }
        Err(Stop::Enough)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// Keys and where they begin.
    type Places = Vec<(Vec<u8>, u64)>;

    fn is_wanted(key: &[u8]) -> bool {
        key == b"https://b"
    }

    /// The first bytes of a file, and the file from there on.
    fn opened(content: &[u8], chunk: usize) -> (Zeroizing<Vec<u8>>, Cursor<&[u8]>) {
        let start = chunk.min(content.len());
        let mut rest = Cursor::new(content);
        rest.set_position(start as u64);
        (Zeroizing::new(content[..start].to_vec()), rest)
    }

    /// What the sieve keeps, and the places of the keys that it was asked about.
    fn sieved_in(content: &[u8], chunk: usize) -> (Option<Vec<u8>>, Places) {
        let (start, rest) = opened(content, chunk);
        let mut keys = Vec::new();
        let kept = sieve(start, rest, |key, place| {
            keys.push((key.to_vec(), place));
            is_wanted(key)
        });
        (kept.unwrap().map(|kept| kept.to_vec()), keys)
    }

    /// Every size of chunk puts the ends of chunks elsewhere.
    fn sieved(content: &str) -> Option<String> {
        let all: Vec<_> = (1..40).map(|chunk| sieved_in(content.as_bytes(), chunk)).collect();
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{content}");
        let (kept, keys) = all[0].clone();
        for (key, place) in keys {
            let there = &content[usize::try_from(place).unwrap()..];
            assert_eq!(there.as_bytes().get(1..=key.len()), Some(&key[..]), "{content}");
        }
        kept.map(|kept| String::from_utf8(kept).unwrap())
    }

    fn picked(content: &[u8], chunk: usize, places: &[u64]) -> Option<String> {
        let (start, rest) = opened(content, chunk);
        let kept = pick(start, rest, places, is_wanted).unwrap();
        kept.map(|kept| String::from_utf8(kept.to_vec()).unwrap())
    }

    #[test]
    fn what_is_wanted_stays_to_the_letter() {
        for (content, kept) in [
            ("{}", "{}"),
            (" { } ", "{} "),
            (r#"{"version": 2, "registries": {}}"#, r#"{"version":2,"registries":{}}"#),
            (r#"{"registries": null, "x": [1, {"y": "]}"}]}"#, r#"{"registries":null,"x":[1, {"y": "]}"}]}"#),
            (
                r#"{"registries": {"https://a": {"x\\": "{\"\\"}, "https://b": {"\"}": "\\\\"}, "https://c": "\"}"}}"#,
                r#"{"registries":{"https://b":{"\"}": "\\\\"}}}"#,
            ),
            // Another object of that name is not the one that is meant.
            (
                r#"{"x": {"registries": {"https://a": {}}}, "registries": {"x": {"https://b": 1}}}"#,
                r#"{"x":{"registries": {"https://a": {}}},"registries":{}}"#,
            ),
            // Of two the parser takes the last, whatever it is.
            (
                r#"{"registries": {"https://b": 1}, "registries": {"https://b": 2, "https://b": 3}}"#,
                r#"{"registries":{"https://b":1},"registries":{"https://b":2,"https://b":3}}"#,
            ),
            (r#"{"registries": {}} and more"#, r#"{"registries":{}} and more"#),
        ] {
            assert_eq!(sieved(content).as_deref(), Some(kept), "{content}");
        }
    }

    #[test]
    fn at_a_known_place_only_the_registry_there_is_read() {
        let content = r#"{"version": 2, "registries": {nonsense "https://b" : {"x": 1}, nonsense"#;
        let place = content.find("\"https://b").unwrap() as u64;
        for chunk in 30..content.len() {
            let found = picked(content.as_bytes(), chunk, &[place]);
            assert_eq!(found.as_deref(), Some(r#"{"version":2,"registries":{"https://b":{"x": 1}}}"#));
        }
    }

    #[test]
    fn a_place_where_the_registry_is_not_says_nothing() {
        let content = r#"{"version": 2, "registries": {"https://a": {"https://b": "#;
        for place in (0..90).filter(|place| !content.get(*place..).is_some_and(|at| at.starts_with("\"https://b"))) {
            assert_eq!(picked(content.as_bytes(), 30, &[place as u64]), None, "{place}");
        }
        let unversioned = r#"{"registries": {"https://b": {}}, "version": 2}"#;
        assert_eq!(picked(unversioned.as_bytes(), 10, &[16]), None);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for content in [
            "",
            " ",
            "[]",
            "\u{feff}{}",
            "{",
            r#"{"registries"#,
            r#"{"registries": {"https://a": {"#,
            r#"{"registries": {"https://a": {"x": "}"#,
            r#"{"registries": {"https://a": {}"#,
            r#"{"registries": {"https://a": {} "https://b": {}}}"#,
            r#"{"registries": {"https://a" {}}}"#,
            r#"{"registries": {"https:\u002f/b": {}}}"#,
            r#"{"registr\u0069es": {}}"#,
            "{registries: {}}",
        ] {
            assert_eq!(sieved(content), None, "{content}");
        }
    }

    #[test]
    fn a_parser_finds_in_what_stays_what_it_would_find_in_all() {
        let account =
            |name: &str| json!({"handle": name, "device_secret": "\"\\{}[]\u{1f600}", "more": [[{"}": "{"}]]});
        let registry = |name: &str| json!({"active": name, "accounts": {name: account(name), "other": account("x")}});
        let all = json!({
            "version": 2,
            "before": {"a": [1.5, null, true, "https://b"]},
            "registries": {"https://a": registry("a"), "https://b": registry("b"), "https://c": registry("c")},
            "after": "}",
        });
        let mut expected = all.clone();
        expected["registries"] = json!({"https://b": registry("b")});
        for content in [all.to_string(), format!("{all:#}")] {
            assert_eq!(serde_json::from_str::<Value>(&sieved(&content).unwrap()).unwrap(), expected);
        }
    }

    /// Any JSON, with many of the bytes that the sieve looks for.
    fn any_value() -> impl Strategy<Value = Value> {
        let text = || r#"[a{}\[\]"\\,: é]{0,6}"#;
        let leaf = prop_oneof![Just(Value::Null), any::<i32>().prop_map(Value::from), text().prop_map(Value::from)];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((text(), inner), 0..4).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_surrounds_a_registry_it_is_found_as_the_parser_finds_it(
            around in prop::array::uniform5(any_value()), chunk in 1..64_usize, is_pretty: bool
        ) {
            let [before, first, wanted, last, after] = around;
            let registries = json!({"https://a": first, "https://b": wanted, "https://c": last});
            let all = json!({"before": before, "version": 2, "registries": registries, "after": after});
            let content = if is_pretty { format!("{all:#}") } else { all.to_string() }.into_bytes();
            let (kept, keys) = sieved_in(&content, chunk);
            let mut expected = all;
            expected["registries"] = json!({"https://b": wanted});
            prop_assert_eq!(&serde_json::from_slice::<Value>(&kept.unwrap()).unwrap(), &expected);
            let (_, place) = keys[1];
            let picked = picked(&content, chunk, &[place]).unwrap();
            expected.as_object_mut().unwrap().remove("after");
            prop_assert_eq!(serde_json::from_str::<Value>(&picked).unwrap(), expected);
        }
    }
}
