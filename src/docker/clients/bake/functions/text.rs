//! Functions of text.

use std::rc::Rc;

use super::arguments::{Arguments, Function, Text};
use crate::docker::clients::bake::value::Value;

pub(super) const ALL: &[(&str, Function)] = &[
    ("basename", |all| Some(Value::string(basename(&all.text(0)?)))),
    ("chomp", |all| Some(Value::string(all.text(0)?.trim_end_matches(['\r', '\n'])))),
    ("dirname", |all| Some(Value::string(dirname(&all.text(0)?)))),
    ("indent", |all| {
        let blanks = " ".repeat(all.get(0)?.as_index().filter(|&count| count < 1000)?);
        replaced(&all.text(1)?, "\n", &format!("\n{blanks}"))
    }),
    ("join", join),
    ("jsonencode", |all| {
        let mut text = Text::default();
        text.push(&all.get(0)?.to_json().to_string())?;
        Some(text.value())
    }),
    ("lower", |all| Some(Value::string(all.text(0)?.to_lowercase()))),
    ("replace", |all| replaced(&all.text(0)?, &all.text(1)?, &all.text(2)?)),
    ("reverse", |all| Some(Value::string(all.text(0)?.chars().rev().collect::<String>()))),
    ("sanitize", |all| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        Some(Value::string(all.text(0)?.replace(|c| !is_plain(c), "_")))
    }),
    ("split", |all| {
        let (separator, text) = (all.text(0)?, all.text(1)?);
        if separator.is_empty() {
            return Value::strings(text.chars().map(String::from));
        }
        Value::strings(text.split(&*separator))
    }),
    ("strlen", |all| count(all.text(0)?.chars().count())),
    ("substr", substr),
    ("title", title),
    ("trim", |all| {
        let unwanted = all.text(1)?;
        Some(Value::string(all.text(0)?.trim_matches(|c| unwanted.contains(c))))
    }),
    ("trimprefix", |all| {
        let text = all.text(0)?;
        Some(Value::string(text.strip_prefix(&*all.text(1)?).unwrap_or(&text)))
    }),
    ("trimspace", |all| Some(Value::string(all.text(0)?.trim()))),
    ("trimsuffix", |all| {
        let text = all.text(0)?;
        Some(Value::string(text.strip_suffix(&*all.text(1)?).unwrap_or(&text)))
    }),
    ("upper", |all| Some(Value::string(all.text(0)?.to_uppercase()))),
];

pub(super) fn count(number: usize) -> Option<Value> {
    Some(Value::Number(f64::from(u32::try_from(number).ok()?)))
}

fn join(all: &Arguments<'_>) -> Option<Value> {
    let separator = all.text(0)?;
    let mut text = Text::default();
    let lists: Option<Vec<Vec<Rc<str>>>> = (1..all.0.len()).map(|at| all.texts(at)).collect();
    for (at, part) in lists?.concat().iter().enumerate() {
        if at > 0 {
            text.push(&separator)?;
        }
        text.push(part)?;
    }
    Some(text.value())
}

fn replaced(text: &str, old: &str, new: &str) -> Option<Value> {
    let mut made = Text::default();
    let mut end = 0;
    for (at, found) in text.match_indices(old) {
        made.push(&text[end..at])?;
        made.push(new)?;
        end = at + found.len();
    }
    made.push(&text[end..])?;
    Some(made.value())
}

fn substr(all: &Arguments<'_>) -> Option<Value> {
    let text = all.text(0)?;
    let length = text.chars().count();
    let begin = match all.get(1)?.as_index() {
        Some(begin) => begin,
        None => length.saturating_sub(Value::Number(-all.number(1)?).as_index()?),
    };
    // A negative length is the rest.
    let count = if all.number(2)? < 0.0 { length } else { all.get(2)?.as_index()? };
    Some(Value::string(text.chars().skip(begin).take(count).collect::<String>()))
}

fn title(all: &Arguments<'_>) -> Option<Value> {
    let mut titled = String::new();
    let mut is_begin = true;
    for character in all.text(0)?.chars() {
        if is_begin {
            titled.extend(character.to_uppercase());
        } else {
            titled.push(character);
        }
        is_begin = !character.is_alphanumeric() && character != '_' && character != '\'';
    }
    Some(Value::string(titled))
}

/// As Go's `path.Base` has it.
fn basename(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        path => path.rsplit('/').next().unwrap_or(path),
    }
}

/// As Go's `path.Dir` has it, for paths without `.` and `..` in them.
fn dirname(path: &str) -> &str {
    match path.rsplit_once('/') {
        None => ".",
        Some((folder, _)) => match folder.trim_end_matches('/') {
            "" => "/",
            folder => folder,
        },
    }
}
