//! Command lines that a person can paste.

use std::path::Path;

use super::sanitize_name;

/// As one word of a shell's command line.
pub fn shell_quote(path: &Path) -> String {
    shell_word(&path.to_string_lossy())
}

/// The same for any text, such as a host that is an IPv6 address: zsh takes brackets for a pattern. On Windows no name has a
/// double quote.
pub fn shell_word(text: &str) -> String {
    let text = sanitize_name(text);
    let is_plain = |c: char| c.is_alphanumeric() || "/._-~+:@%".contains(c) || cfg!(windows) && c == '\\';
    match text.chars().all(is_plain) {
        true => text,
        false if cfg!(windows) => format!("\"{text}\""),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// The words of a command line whose words were made by [`shell_word`].
pub fn shell_words(command: &str) -> Vec<String> {
    let quote = if cfg!(windows) { '"' } else { '\'' };
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut rest = command.trim().chars();
    while let Some(c) = rest.next() {
        match c {
            _ if c == quote => is_quoted = !is_quoted,
            '\\' if !is_quoted && !cfg!(windows) => word.extend(rest.next()),
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}
