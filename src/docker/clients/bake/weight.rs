//! How long the parser of a bake file takes for a text.
//!
//! It can't be asked in between, so what it will do is estimated: it builds something of each word and sign, and compares
//! each key of an object with those before it.

/// Steps of about a nanosecond.
const BYTE: usize = 40;
const BYTE_OF_COMMENT: usize = 7;
const WORD: usize = 500;
const KEY: usize = 4;

/// The steps that parsing takes; if these are more than `most`, any number above that.
pub(super) fn steps(text: &str, most: usize) -> usize {
    let mut reader = Reader { steps: 0, open: Vec::new(), before: b'\n', is_in_word: false };
    for line in text.lines() {
        let begin = line.trim_start();
        if begin.starts_with('#') || begin.starts_with("//") {
            reader.steps += line.len() * BYTE_OF_COMMENT;
        } else {
            for byte in begin.bytes() {
                if reader.steps > most {
                    return reader.steps;
                }
                reader.read(byte);
            }
            reader.is_in_word = false;
        }
    }
    reader.steps
}

struct Reader {
    steps: usize,
    /// For each brace that is open, the keys of its object; None for a block.
    open: Vec<Option<usize>>,
    /// The last one that is no blank.
    before: u8,
    is_in_word: bool,
}

impl Reader {
    fn read(&mut self, byte: u8) {
        self.steps += BYTE;
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        let is_sign = !is_word && !byte.is_ascii_whitespace();
        if is_sign || (is_word && !self.is_in_word) {
            self.steps += WORD;
        }
        self.is_in_word = is_word;
        match byte {
            // What stands before a block's is a name.
            b'{' => self.open.push(b"=([,:?{\n".contains(&self.before).then_some(0)),
            b'}' => drop(self.open.pop()),
            b'=' | b':' => self.key(),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            self.before = byte;
        }
    }

    fn key(&mut self) {
        if let Some(Some(keys)) = self.open.last_mut() {
            *keys += 1;
            self.steps += *keys * KEY;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_signs_take_the_time() {
        for (text, expected) in [
            ("", 0),
            ("# a = b\n  // c\n", 7 * BYTE_OF_COMMENT + 6 * BYTE_OF_COMMENT),
            ("abc", WORD + 3 * BYTE),
            ("a = \"b c\"\n", 6 * WORD + 9 * BYTE),
            ("a\nb\n", 2 * WORD + 2 * BYTE),
        ] {
            assert_eq!(steps(text, usize::MAX), expected, "{text}");
        }
    }

    #[test]
    fn keys_of_an_object_are_compared() {
        let keys = "a = 1\n".repeat(1000);
        let of = |begin: &str| steps(&format!("{begin} {{\n{keys}}}"), usize::MAX);
        let (block, object) = (of("b \"x\""), of("b ="));
        assert!(object - block > 1_900_000, "{block} {object}");
    }

    #[test]
    fn a_text_that_takes_too_long_is_not_read_to_its_end() {
        assert!((1000..3000).contains(&steps(&"a b\n".repeat(1000), 1000)));
        assert!((1000..3000).contains(&steps(&"a b ".repeat(1000), 1000)));
    }
}
