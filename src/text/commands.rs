//! Commands in text for a person: they are named as the program was started, and never broken.

const PROGRAM: &str = "docker-credential-atcr";

/// The program as Docker runs its plugin.
pub const AS_PLUGIN: &str = "docker atcr";

/// What follows the program's name in a command, and not in a sentence about it.
pub const COMMANDS: [&str; 13] = [
    "login",
    "logout",
    "status",
    "switch",
    "which",
    "token",
    "configure-docker",
    "doctor",
    "update",
    "help",
    "completion",
    "version",
    "kubelet",
];

/// The same text, with the commands in it as Docker's plugin has them.
pub fn as_plugin(text: &str) -> String {
    let (mut renamed, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(PROGRAM) {
        let (before, found) = rest.split_at(at);
        let after = &found[PROGRAM.len()..];
        let is_part_of_a_name = before.ends_with(|c: char| c.is_alphanumeric() || "/\\._-".contains(c));
        let is_command = after.strip_prefix(' ').is_some_and(|words| is_command(words.split_whitespace().next()));
        renamed += before;
        renamed += if is_command && !is_part_of_a_name { AS_PLUGIN } else { PROGRAM };
        rest = after;
    }
    renamed + rest
}

fn is_command(word: Option<&str>) -> bool {
    word.is_some_and(|word| COMMANDS.contains(&word.trim_end_matches(|c: char| !c.is_alphanumeric())))
}

/// A whole line that is to be copied, without the blanks before it.
pub(super) fn is_command_line(line: &str, is_indented: bool) -> bool {
    let words: Vec<&str> = line.split_whitespace().take(3).collect();
    // In a table it is explained beside it.
    let is_alone = !line.contains("  ");
    let is_named = ["run: ", "$ "].iter().any(|start| line.starts_with(start));
    let is_piped = || is_own(&words) || line.contains(&format!("| {PROGRAM} "));
    is_named || is_alone && is_piped() || is_indented && line.starts_with("docker ")
}

/// Whether the words begin with a command of this program.
fn is_own(words: &[&str]) -> bool {
    let first = words.first().map(|word| word.trim_start_matches(['"', '`', '(']));
    match first {
        Some(PROGRAM) => is_command(words.get(1).copied()),
        Some("docker") => words.get(1) == Some(&"atcr") && is_command(words.get(2).copied()),
        _ => false,
    }
}

/// The parts of a text between which it may be broken: words, and commands as a whole. In a hint whatever follows a colon is
/// one.
pub(super) fn parts(text: &str, is_hint: bool) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (mut parts, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let before = at.checked_sub(1).map_or("", |before| words[before]);
        let is_advised = is_hint && before.ends_with(':') && !before.starts_with('(');
        let is_start = before.ends_with("run:") || is_advised || is_own(&words[at..]);
        let length = if is_start { command_length(&words[at..]) } else { 1 };
        parts.push(words[at..at + length].join(" "));
        at += length;
    }
    parts
}

/// In words, up to the next part of a sentence.
fn command_length(words: &[&str]) -> usize {
    let is_last = |word: &&str| word.ends_with([',', ';']) || words[0].starts_with('"') && word.ends_with('"');
    words.iter().position(is_last).map_or(words.len(), |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_are_renamed() {
        for (text, expected) in [
            ("run: docker-credential-atcr login h", "run: docker atcr login h"),
            ("a && docker-credential-atcr login", "a && docker atcr login"),
            ("with: docker-credential-atcr status. x", "with: docker atcr status. x"),
            ("Use \"docker-credential-atcr help COMMAND\"", "Use \"docker atcr help COMMAND\""),
            ("Docker now uses docker-credential-atcr for h", "Docker now uses docker-credential-atcr for h"),
            ("/bin/docker-credential-atcr login", "/bin/docker-credential-atcr login"),
            ("docker-credential-atcr-evan login", "docker-credential-atcr-evan login"),
            ("docker-credential-atcr", "docker-credential-atcr"),
        ] {
            assert_eq!(as_plugin(text), expected);
        }
    }

    #[test]
    fn a_command_is_one_part() {
        for (text, is_hint, expected) in [
            ("one two", false, &["one", "two"][..]),
            ("do it, run: docker push h/a", false, &["do", "it,", "run:", "docker push h/a"]),
            ("x with: docker-credential-atcr switch h", false, &["x", "with:", "docker-credential-atcr switch h"]),
            ("uses docker-credential-atcr for h", false, &["uses", "docker-credential-atcr", "for", "h"]),
            ("run: docker atcr login h, or not", true, &["run:", "docker atcr login h,", "or", "not"]),
            ("unset it: unset A B", true, &["unset", "it:", "unset A B"]),
            ("a (default: b) c", true, &["a", "(default:", "b)", "c"]),
            ("it failed: no such file", false, &["it", "failed:", "no", "such", "file"]),
            ("\"docker atcr help X\" for more", false, &["\"docker atcr help X\"", "for", "more"]),
            ("", true, &[]),
        ] {
            assert_eq!(parts(text, is_hint), expected);
        }
    }
}
