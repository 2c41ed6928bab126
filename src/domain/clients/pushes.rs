//! Whether a command pushes what it builds.

use super::command::{Command, is_true};
use super::tokens::Flag;

pub(super) fn pushes(command: &Command<'_>) -> bool {
    let mut pushes = command.tokens.pushes();
    let mut exports = false;
    for (flag, value) in &command.flags {
        match command.tokens.flag(flag) {
            Some(Flag::Pushes(on)) if is_true(value) => pushes = on,
            Some(Flag::Pushes(on)) => pushes = !on,
            Some(Flag::Value("output")) => exports |= is_export_to_registry(value),
            Some(Flag::Value("set")) => exports |= is_override_to_push(value),
            _ => {}
        }
    }
    pushes || exports
}

/// `buildx bake --set TARGET.output=type=registry`, and `TARGET.push=true`.
fn is_override_to_push(value: &str) -> bool {
    let (key, value) = value.split_once('=').unwrap_or((value, ""));
    match key.split('.').nth(1) {
        Some("output") => is_export_to_registry(value),
        Some("push") => is_true(value),
        _ => false,
    }
}

/// `type=registry`, and `type=image,push=true`.
fn is_export_to_registry(output: &str) -> bool {
    output.split(',').any(|field| matches!(field.trim_matches('"').trim(), "type=registry" | "push=true"))
}
