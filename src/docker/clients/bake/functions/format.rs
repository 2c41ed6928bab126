//! `format` and `formatlist`.

use super::arguments::{Arguments, Function, Text};
use crate::docker::clients::bake::value::Value;

/// Blanks and zeros around a value.
const WIDEST: usize = 256;

pub(super) const ALL: &[(&str, Function)] = &[
    ("format", |all| {
        let (pattern, values) = all.0.split_first()?;
        format(&pattern.as_text()?, values)
    }),
    ("formatlist", format_list),
];

/// Of lists, the items one after the other; what is no list is the same in each.
fn format_list(all: &Arguments<'_>) -> Option<Value> {
    let (pattern, values) = all.0.split_first()?;
    let length = values.iter().filter_map(Value::as_list).map(<[Value]>::len).max().unwrap_or(1);
    let mut formatted = Vec::new();
    for at in 0..length {
        let item = |value: &Value| match value.as_list() {
            Some(list) => list.get(at).cloned(),
            None => Some(value.clone()),
        };
        let items: Option<Vec<Value>> = values.iter().map(item).collect();
        formatted.push(format(&pattern.as_text()?, &items?)?);
    }
    Value::list(formatted)
}

fn format(pattern: &str, values: &[Value]) -> Option<Value> {
    let mut text = Text::default();
    let mut rest = pattern;
    let mut next = 0;
    let mut is_complete = true;
    while let Some((before, after)) = rest.split_once('%') {
        text.push(before)?;
        let (verb, after) = Verb::parse(after)?;
        rest = after;
        if verb.letter == '%' {
            text.push("%")?;
            continue;
        }
        let at = match verb.position {
            Some(position) => {
                is_complete = false;
                position.checked_sub(1)?
            }
            None => next,
        };
        next = at + 1;
        text.push(&verb.write(values.get(at)?)?)?;
    }
    text.push(rest)?;
    // go-cty refuses a value that is not used, unless they are numbered.
    (next == values.len() || !is_complete).then(|| text.value())
}

/// `%[2]-08.3f`
struct Verb {
    flags: String,
    width: usize,
    precision: Option<usize>,
    position: Option<usize>,
    letter: char,
}

impl Verb {
    fn parse(text: &str) -> Option<(Self, &str)> {
        let rest = text.trim_start_matches(['-', '+', ' ', '#', '0']);
        let flags = text[..text.len() - rest.len()].to_owned();
        let (width, rest) = digits(rest);
        let (precision, rest) = match rest.strip_prefix('.') {
            Some(rest) => digits(rest),
            None => (None, rest),
        };
        let (position, rest) = match rest.strip_prefix('[') {
            Some(rest) => {
                let (position, rest) = rest.split_once(']')?;
                (Some(position.parse().ok()?), rest)
            }
            None => (None, rest),
        };
        let letter = rest.chars().next()?;
        let width = width.unwrap_or(0);
        let is_narrow = width <= WIDEST && precision.is_none_or(|precision| precision <= WIDEST);
        is_narrow.then(|| (Self { flags, width, precision, position, letter }, &rest[letter.len_utf8()..]))
    }

    fn write(&self, value: &Value) -> Option<String> {
        let text = match self.letter {
            'v' if value.as_text().is_none() => value.to_json().to_string(),
            's' | 'v' => self.cut(&value.as_text()?),
            'q' => serde_json::to_string(&*self.cut(&value.as_text()?)).ok()?,
            't' => value.as_bool()?.to_string(),
            'd' => value.as_number().filter(|number| number.fract() == 0.0)?.to_string(),
            'f' => format!("{:.*}", self.precision.unwrap_or(6), value.as_number()?),
            'b' => format!("{:b}", value.as_index()?),
            'o' => format!("{:o}", value.as_index()?),
            'x' => format!("{:x}", value.as_index()?),
            'X' => format!("{:X}", value.as_index()?),
            _ => return None,
        };
        let blanks = self.width.saturating_sub(text.chars().count());
        Some(match (self.flags.contains('-'), self.flags.contains('0') && value.as_number().is_some()) {
            (true, _) => text + &" ".repeat(blanks),
            (_, true) => "0".repeat(blanks) + &text,
            _ => " ".repeat(blanks) + &text,
        })
    }

    fn cut(&self, text: &str) -> String {
        text.chars().take(self.precision.unwrap_or(usize::MAX)).collect()
    }
}

fn digits(text: &str) -> (Option<usize>, &str) {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (text[..text.len() - rest.len()].parse().ok(), rest)
}
