//! Prompts for who has them read aloud, and for terminals whose cursor can't be moved: lines, answered with a line.

use std::io::{self, BufRead};

use crate::terminal::print_status;
use crate::text::{sanitize, wrap};

/// The items with numbers. The answer is one of those, or a name.
pub(super) fn select(question: &str, items: &[String], default: usize) -> io::Result<Option<usize>> {
    print_status(question);
    for (at, item) in items.iter().enumerate() {
        print_status(format!("  {}. {item}", at + 1));
    }
    loop {
        let Some(line) = read_line(&format!("Number or name [{}]:", default + 1))? else { return Ok(None) };
        match choice(&line, items, default) {
            Ok(choice) => return Ok(Some(choice)),
            Err(problem) => print_status(problem),
        }
    }
}

pub(super) fn confirm(question: &str, default: bool) -> io::Result<Option<bool>> {
    let default_word = if default { "yes" } else { "no" };
    loop {
        let prompt = format!("{question} Type yes or no [{default_word}]:");
        let Some(line) = read_line(&prompt)? else { return Ok(None) };
        match &*line.to_ascii_lowercase() {
            "" => return Ok(Some(default)),
            "y" | "yes" => return Ok(Some(true)),
            "n" | "no" => return Ok(Some(false)),
            _ => {}
        }
    }
}

pub(super) fn text(question: &str) -> io::Result<Option<String>> {
    loop {
        match read_line(&format!("{question}:"))? {
            Some(line) if line.is_empty() => {}
            line => return Ok(line),
        }
    }
}

/// The place of what a line means: a number, an item or its first word.
fn choice(line: &str, items: &[String], default: usize) -> Result<usize, String> {
    if line.is_empty() {
        return Ok(default);
    }
    if let Ok(number) = line.parse::<usize>() {
        let at = number.checked_sub(1).filter(|&at| at < items.len());
        return at.ok_or_else(|| format!("There is no number {number}; the last is {}.", items.len()));
    }
    let name = line.to_lowercase();
    let is_named = |item: &&String| {
        let item = item.to_lowercase();
        item == name || item.split(' ').next() == Some(name.trim_start_matches('@'))
    };
    let named: Vec<usize> = (0..items.len()).filter(|&at| is_named(&&items[at])).collect();
    match named[..] {
        [only] => Ok(only),
        [] => Err(format!("{:?} is not one of these.", sanitize(line))),
        _ => Err(format!("{:?} is several of these; type a number.", sanitize(line))),
    }
}

/// The answer, without what surrounds it. None: the input has ended.
#[expect(clippy::disallowed_methods, reason = "the terminal holds the real stream")]
fn read_line(prompt: &str) -> io::Result<Option<String>> {
    let terminal = console::Term::stderr();
    let width = usize::from(terminal.size().1).saturating_sub(1);
    terminal.write_str(&format!("{} ", wrap(prompt, width).join("\n")))?;
    let mut line = Vec::new();
    if io::stdin().lock().read_until(b'\n', &mut line)? == 0 {
        print_status("");
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_name_is_a_choice() {
        let items = ["a.example at x", "b.example at x (active)", "b.example at y", "another registry"];
        let items = items.map(str::to_owned);
        for (line, expected) in [
            ("", Ok(1)),
            ("1", Ok(0)),
            ("4", Ok(3)),
            ("a.example", Ok(0)),
            ("@A.example", Ok(0)),
            ("Another Registry", Ok(3)),
            ("0", Err("There is no number 0; the last is 4.")),
            ("5", Err("There is no number 5; the last is 4.")),
            ("c\u{1b}", Err("\"c\u{fffd}\" is not one of these.")),
            ("b.example", Err("\"b.example\" is several of these; type a number.")),
        ] {
            assert_eq!(choice(line, &items, 1), expected.map_err(str::to_owned), "{line}");
        }
    }
}
