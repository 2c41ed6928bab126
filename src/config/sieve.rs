//! What of a large `device.json` is needed for a few registries, without the rest in memory.
//!
//! `get` is started for every docker operation and wants one registry. Parsing a megabyte for it would take longer than
//! starting the program, and so would the page faults of holding that megabyte; looking for braces does not. No crate
//! looks for them: those that are quick at it first ask the processor what it can do, which takes as long in a virtual
//! machine as all the rest.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use zeroize::Zeroizing;

/// Copies a JSON object, without those registries whose key, as it stands between its quotes, `wanted` refuses. It ends
/// after `most` registries, if it knows the version by then. What is left out is not parsed, only looked over for its end;
/// whatever is wrong in the rest is copied, for the parser to tell of. `start` is how the object begins, and the room for
/// the pieces in which the rest of it is read from `input`.
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
    most: usize,
    wanted: impl Fn(&[u8]) -> bool,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let ahead = 0..start.len();
    let mut sieve = Sieve { input, buffer: start, ahead, kept: Zeroizing::default() };
    match sieve.root(most, wanted) {
        Err(Stop::Enough) => {
            sieve.kept.extend_from_slice(b"}}");
            Ok(Some(sieve.kept))
        }
        Ok(()) => Ok(Some(sieve.kept)),
        Err(Stop::NotPlain) => Ok(None),
        Err(Stop::Unreadable(error)) => Err(error),
    }
}

struct Sieve<R> {
    input: R,
    buffer: Zeroizing<Vec<u8>>,
    /// What of the buffer was read and not yet taken.
    ahead: Range<usize>,
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
    fn root(&mut self, most: usize, wanted: impl Fn(&[u8]) -> bool) -> Result<(), Stop> {
        let mut left = usize::MAX;
        self.members(|sieve, key| {
            if key == b"version" {
                left = most;
            }
            sieve.keep_key(key);
            let is_registries = key == b"registries" && sieve.next()? == b'{';
            if is_registries { sieve.registries(left, &wanted) } else { sieve.value(true) }
        })?;
        self.rest()
    }

    fn registries(&mut self, mut left: usize, wanted: impl Fn(&[u8]) -> bool) -> Result<(), Stop> {
        self.members(|sieve, key| {
            if !wanted(key) {
                return sieve.value(false);
            }
            sieve.keep_key(key);
            sieve.value(true)?;
            left -= 1;
            if left == 0 { Err(Stop::Enough) } else { Ok(()) }
        })
    }

    /// Walks over an object, and has `member` take each value, and its key if it is to stay.
    fn members(&mut self, mut member: impl FnMut(&mut Self, &[u8]) -> Result<(), Stop>) -> Result<(), Stop> {
        self.expect(b'{')?;
        self.kept.push(b'{');
        let mut is_first = true;
        while self.next()? != b'}' {
            if !is_first {
                self.expect(b',')?;
            }
            is_first = false;
            let key = self.key()?;
            self.expect(b':')?;
            member(self, &key)?;
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

    fn key(&mut self) -> Result<Vec<u8>, Stop> {
        self.expect(b'"')?;
        let mut key = Vec::new();
        self.take(Some(&mut key), |ahead| ahead.iter().position(|&byte| byte == b'"'))?;
        self.expect(b'"')?;
        if key.contains(&b'\\') { Err(Stop::NotPlain) } else { Ok(key) }
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
                Ok(read) => self.ahead = 0..read,
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

/// Finds the end of a text whose first quote is the first byte shown.
fn text_end() -> impl FnMut(&[u8]) -> Option<usize> {
    let mut text = Text::default();
    move |ahead| ahead.iter().position(|&byte| text.is_left_at(byte)).map(|at| at + 1)
}

/// Where we are with respect to the quotes of texts.
#[derive(Default)]
struct Text {
    is_inside: bool,
    is_escaped: bool,
}

impl Text {
    /// Goes on by one byte. Whether that is the end of a text, or outside of any.
    fn is_left_at(&mut self, byte: u8) -> bool {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = self.is_inside,
            b'"' => self.is_inside = !self.is_inside,
            _ => {}
        }
        !self.is_inside
    }

    /// Goes on by all of `bytes`. A text has no line break in it, so that only the last line counts.
    fn pass(&mut self, bytes: &[u8]) {
        let line = bytes.iter().rposition(|&byte| byte == b'\n').map(|end| end + 1);
        if line.is_some() {
            *self = Self::default();
        }
        for &byte in &bytes[line.unwrap_or(0)..] {
            self.is_left_at(byte);
        }
    }
}

/// How deep in objects, or in arrays, we are. In JSON the two are properly nested: to find the end of one, its own
/// kind of bracket is all there is to count.
struct Nesting {
    open: u8,
    close: u8,
    depth: usize,
    text: Text,
}

impl Nesting {
    fn new(open: u8, close: u8) -> Self {
        Self { open, close, depth: 0, text: Text::default() }
    }

    /// Finds the end of what begins with the first byte shown.
    fn end_in(&mut self, ahead: &[u8]) -> Option<usize> {
        let mut passed = 0;
        while let Some(at) = self.bracket(&ahead[passed..]).map(|at| passed + at) {
            // At the end of a line, where nearly all are in a file that we wrote, it is in no text.
            if matches!(ahead[at + 1..], [b'\n', ..] | [b',', b'\n', ..]) {
                self.text = Text::default();
            } else {
                self.text.pass(&ahead[passed..at]);
            }
            if !self.text.is_inside && self.is_closed_by(ahead[at]) {
                return Some(at + 1);
            }
            // Escaped or not, a bracket is the end of that.
            self.text.is_escaped = false;
            passed = at + 1;
        }
        self.text.pass(&ahead[passed..]);
        None
    }

    /// The place of the next bracket, whether it is in a text or not. Sixteen bytes at a time, which the compiler has the
    /// processor compare at once.
    fn bracket(&self, ahead: &[u8]) -> Option<usize> {
        let is_bracket = |byte: u8| byte == self.open || byte == self.close;
        let (blocks, _) = ahead.as_chunks::<16>();
        let has_one = |block: &[u8; 16]| block.iter().fold(false, |has, &byte| has | is_bracket(byte));
        let before = 16 * blocks.iter().position(has_one).unwrap_or(blocks.len());
        ahead[before..].iter().position(|&byte| is_bracket(byte)).map(|at| before + at)
    }

    fn is_closed_by(&mut self, bracket: u8) -> bool {
        if bracket == self.open {
            self.depth += 1;
        } else {
            self.depth -= 1;
        }
        self.depth == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// Every size of chunk puts the ends of chunks elsewhere.
    fn sieved(content: &str) -> Option<String> {
        let of = |chunk: usize| {
            let (start, rest) = content.as_bytes().split_at(chunk.min(content.len()));
            let kept = sieve(Zeroizing::new(start.to_vec()), rest, 2, |key| key == b"https://b").unwrap();
            kept.map(|kept| kept.to_vec())
        };
        let all: Vec<Option<Vec<u8>>> = (1..40).map(of).collect();
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{content}");
        all[0].clone().map(|kept| String::from_utf8(kept).unwrap())
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
    fn nothing_is_read_after_all_that_is_wanted_once_the_version_is_known() {
        for (content, kept) in [
            (
                r#"{"version": 2, "registries": {"https://b": {}, "https://c": {}, "https://b": 1, nonsense"#,
                Some(r#"{"version":2,"registries":{"https://b":{},"https://b":1}}"#),
            ),
            (r#"{"registries": {"https://b": {}, "https://b": {}, nonsense"#, None),
        ] {
            assert_eq!(sieved(content).as_deref(), kept, "{content}");
        }
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
            let all = json!({"before": before, "registries": registries, "after": after});
            let content = if is_pretty { format!("{all:#}") } else { all.to_string() }.into_bytes();
            let (start, rest) = content.split_at(chunk.min(content.len()));
            let kept = sieve(Zeroizing::new(start.to_vec()), rest, 1, |key| key == b"https://b").unwrap().unwrap();
            let mut expected = all;
            expected["registries"] = json!({"https://b": wanted});
            prop_assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap(), expected);
        }
    }
}
