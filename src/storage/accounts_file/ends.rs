//! Where a JSON value ends, without a look at what is in it. No crate looks for brackets: those that are quick at it first
//! ask the processor what it can do, which takes as long in a virtual machine as all the rest.

/// Finds the end of a text whose first quote is the first byte shown.
pub(super) fn text_end() -> impl FnMut(&[u8]) -> Option<usize> {
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
pub(super) struct Nesting {
    open: u8,
    close: u8,
    depth: usize,
    text: Text,
}

impl Nesting {
    pub(super) fn new(open: u8, close: u8) -> Self {
        Self { open, close, depth: 0, text: Text::default() }
    }

    /// Finds the end of what begins with the first byte shown.
    pub(super) fn end_in(&mut self, ahead: &[u8]) -> Option<usize> {
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
