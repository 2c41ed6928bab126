//! What a shell may complete a command line with. bash, zsh and fish ask the program at each Tab, because accounts and
//! registries come and go; for the other shells clap writes a script with the commands and flags.

use clap::{Arg, Command};

use super::help::command;
use crate::platform::executable::NAME;

pub const BASH: &str = include_str!("bash.sh");
pub const ZSH: &str = include_str!("zsh.zsh");
pub const FISH: &str = include_str!("fish.fish");

/// A word that may come next, with a line about it, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    pub word: String,
    pub about: String,
}

/// What may come next. Nothing hidden is among it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// These words, as far as they begin with what is there.
    Words(Vec<Candidate>),
    /// A value of this kind, with what stands before it in the same word (`--registry=`).
    Value { kind: ValueKind, before: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Account,
    Registry,
    Image,
    Store,
    Topic,
}

/// The commands and flags without those that are hidden, for scripts that name them all.
pub fn visible() -> Command {
    let root = command();
    let shown = root.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect::<Vec<_>>();
    let bare = clap::Command::new(NAME).bin_name(NAME);
    bare.args(root.get_arguments().cloned()).subcommands(shown).disable_help_subcommand(true)
}

/// What may stand in the place of the last of these words, which come after the program.
pub fn next(words: &[String]) -> Next {
    let mut root = command();
    root.build();
    let (current, earlier) = match words.split_last() {
        Some((current, earlier)) => (current.as_str(), earlier),
        None => ("", words),
    };
    let place = Place::after(&root, earlier);
    if let Some(flag) = place.open_flag {
        return value(flag, current, "");
    }
    if let Some((name, text)) = current.split_once('=')
        && let Some(flag) = place.flag(name)
    {
        return value(flag, text, &format!("{name}="));
    }
    if current.starts_with('-') && !place.is_escaped {
        return Next::Words(place.flags(current));
    }
    if place.is_root && place.positionals == 0 {
        return Next::Words(commands(place.command, current));
    }
    match place.positional() {
        Some(argument) => value(argument, current, ""),
        None => Next::Words(Vec::new()),
    }
}

/// Where the words before the current one lead.
struct Place<'a> {
    command: &'a Command,
    is_root: bool,
    /// How many of them are positional.
    positionals: usize,
    is_escaped: bool,
    /// A flag whose value comes next.
    open_flag: Option<&'a Arg>,
}

impl<'a> Place<'a> {
    fn after(root: &'a Command, words: &[String]) -> Self {
        let mut place = Self { command: root, is_root: true, positionals: 0, is_escaped: false, open_flag: None };
        for word in words {
            if place.open_flag.take().is_some() {
                continue;
            }
            if !place.is_escaped && word == "--" {
                place.is_escaped = true;
            } else if !place.is_escaped && word.starts_with('-') {
                place.open_flag = place.flag(word).filter(|flag| takes_value(flag));
            } else if let Some(command) = place.command.find_subcommand(word).filter(|_| place.is_root) {
                (place.command, place.is_root) = (command, false);
            } else {
                place.positionals += 1;
            }
        }
        place
    }

    fn flag(&self, word: &str) -> Option<&'a Arg> {
        let name = word.strip_prefix("--")?;
        let is = |flag: &&Arg| {
            flag.get_long() == Some(name) || flag.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
        };
        self.command.get_arguments().find(is)
    }

    fn flags(&self, start: &str) -> Vec<Candidate> {
        let shown = self.command.get_arguments().filter(|flag| !flag.is_hide_set());
        let named = shown.filter_map(|flag| {
            Some(Candidate { word: format!("--{}", flag.get_long()?), about: about(flag.get_help()) })
        });
        named.filter(|flag| flag.word.starts_with(start)).collect()
    }

    /// The next positional argument: the last one may be there several times.
    fn positional(&self) -> Option<&'a Arg> {
        let mut arguments = self.command.get_positionals();
        let last = self.command.get_positionals().last();
        let is_repeated = |argument: &&Arg| argument.get_num_args().is_some_and(|range| range.max_values() > 1);
        arguments.nth(self.positionals).or_else(|| last.filter(is_repeated))
    }
}

fn takes_value(flag: &Arg) -> bool {
    flag.get_num_args().is_some_and(|range| range.takes_values())
}

fn commands(root: &Command, start: &str) -> Vec<Candidate> {
    let shown = root.get_subcommands().filter(|command| !command.is_hide_set());
    let named = shown.map(|one| Candidate { word: one.get_name().to_owned(), about: about(one.get_about()) });
    named.filter(|command| command.word.starts_with(start)).collect()
}

fn about(text: Option<&clap::builder::StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

fn value(argument: &Arg, start: &str, before: &str) -> Next {
    let possible = argument.get_possible_values();
    if !possible.is_empty() && takes_value(argument) {
        let shown = possible.iter().filter(|value| !value.is_hide_set());
        let named =
            shown.map(|value| Candidate { word: format!("{before}{}", value.get_name()), about: String::new() });
        return Next::Words(named.filter(|value| value.word.starts_with(&format!("{before}{start}"))).collect());
    }
    match kind(argument.get_id().as_str()) {
        Some(kind) => Next::Value { kind, before: before.to_owned() },
        None => Next::Words(Vec::new()),
    }
}

/// By the argument's name in [`super::args`].
fn kind(id: &str) -> Option<ValueKind> {
    Some(match id {
        "account" | "handle" => ValueKind::Account,
        "registry" | "registry_flag" | "registries" | "registry_flags" => ValueKind::Registry,
        "image" | "images" | "repositories" => ValueKind::Image,
        "store" => ValueKind::Store,
        "topic" => ValueKind::Topic,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(line: &str) -> Next {
        next(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    fn words(line: &str) -> Vec<String> {
        let Next::Words(words) = after(line) else { panic!("{line}") };
        words.into_iter().map(|candidate| candidate.word).collect()
    }

    #[test]
    fn commands_and_flags_are_offered_and_nothing_hidden() {
        assert_eq!(words("s"), ["status", "switch"]);
        let commands = words("");
        assert!(commands.contains(&"login".to_owned()) && commands.len() > 10, "{commands:?}");
        for hidden in ["kubelet", "__complete", "get", "erase"] {
            assert!(!commands.contains(&hidden.to_owned()), "{hidden}");
        }
        assert_eq!(words("logout --a"), ["--account", "--all"]);
        assert_eq!(words("status --handle"), [""; 0]);
        assert_eq!(words("completion b"), ["bash"]);
        assert_eq!(words("login --configure-docker "), ["auto", "yes", "no"]);
        assert_eq!(words("login --configure-docker=y"), ["--configure-docker=yes"]);
    }

    #[test]
    fn values_are_of_the_kind_that_is_meant() {
        let value = |kind, before: &str| Next::Value { kind, before: before.to_owned() };
        for (line, expected) in [
            ("switch ", value(ValueKind::Account, "")),
            ("switch --registry ", value(ValueKind::Registry, "")),
            ("switch --registry=at", value(ValueKind::Registry, "--registry=")),
            ("logout --handle ev", value(ValueKind::Account, "")),
            ("logout atcr.io --account ", value(ValueKind::Account, "")),
            ("configure-docker a.example ", value(ValueKind::Registry, "")),
            ("configure-docker --repository ", value(ValueKind::Image, "")),
            ("which a/b ", value(ValueKind::Image, "")),
            ("login --store ", value(ValueKind::Store, "")),
            ("help e", value(ValueKind::Topic, "")),
        ] {
            assert_eq!(after(line), expected, "{line}");
        }
        for line in ["nothing s", "login --device-name ", "switch a.example ", "login atcr.io ", "version ", "nothing "]
        {
            assert_eq!(words(line), [""; 0], "{line}");
        }
    }
}
