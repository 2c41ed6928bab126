//! The functions that bake has: those of go-cty, and some of its own.

mod arguments;
mod collections;
mod format;
mod numbers;
mod patterns;
mod text;

use super::value::Value;
use arguments::{Arguments, Function};

/// What depends on the clock, on chance, or on what we do not compute: text that is in no account's name.
const OPAQUE: [&str; 20] = [
    "base64decode",
    "base64encode",
    "bcrypt",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "formatdate",
    "formattimestamp",
    "homedir",
    "md5",
    "rsadecrypt",
    "sha1",
    "sha256",
    "sha512",
    "timeadd",
    "timestamp",
    "urlencode",
    "uuidv4",
    "uuidv5",
    "unixtimestampparse",
];

/// Forms that see expressions, and functions whose value is unknown here and no text.
const OTHERS: [&str; 9] =
    ["byteslen", "bytesslice", "can", "cidrsubnets", "convert", "csvdecode", "semvercmp", "setproduct", "try"];

pub(super) fn exists(name: &str) -> bool {
    find(name).is_some() || OPAQUE.contains(&name) || OTHERS.contains(&name)
}

/// None for what go-cty refuses, and for what is not known here.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    match find(name) {
        Some(function) => function(&Arguments(arguments)),
        None => OPAQUE.contains(&name).then(Value::opaque),
    }
}

fn find(name: &str) -> Option<Function> {
    let mut all = [text::ALL, format::ALL, patterns::ALL, collections::ALL, numbers::ALL].into_iter().flatten();
    all.find(|(known, _)| *known == name).map(|(_, function)| *function)
}
