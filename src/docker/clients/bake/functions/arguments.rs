//! The arguments of a function, and the text that it makes.

use std::rc::Rc;

use crate::docker::clients::bake::value::Value;

/// Characters of one text.
const LONGEST: usize = 1 << 16;

pub(super) type Function = fn(&Arguments<'_>) -> Option<Value>;

pub(super) struct Arguments<'a>(pub(super) &'a [Value]);

impl Arguments<'_> {
    pub(super) fn get(&self, at: usize) -> Option<&Value> {
        self.0.get(at)
    }

    pub(super) fn text(&self, at: usize) -> Option<Rc<str>> {
        self.get(at)?.as_text()
    }

    pub(super) fn number(&self, at: usize) -> Option<f64> {
        self.get(at)?.as_number()
    }

    pub(super) fn bool(&self, at: usize) -> Option<bool> {
        self.get(at)?.as_bool()
    }

    pub(super) fn list(&self, at: usize) -> Option<&[Value]> {
        self.get(at)?.as_list()
    }

    pub(super) fn texts(&self, at: usize) -> Option<Vec<Rc<str>>> {
        self.list(at)?.iter().map(Value::as_text).collect()
    }

    /// A position in a list of this length: behind its end it begins again.
    pub(super) fn position(&self, at: usize, length: usize) -> Option<usize> {
        let number = self.number(at).filter(|number| number.fract() == 0.0 && length > 0)?;
        let length = f64::from(u32::try_from(length).ok()?);
        Value::Number(number.rem_euclid(length)).as_index()
    }
}

/// Text that may not become too long: a hostile file would double it with every line.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn push(&mut self, text: &str) -> Option<()> {
        if self.0.len() + text.len() > LONGEST {
            return None;
        }
        self.0.push_str(text);
        Some(())
    }

    pub(super) fn value(self) -> Value {
        Value::string(self.0)
    }
}
