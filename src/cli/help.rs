//! The help: commands in groups, notes and examples, and topics.

mod more;

use std::ffi::OsStr;

use clap::builder::{StyledStr, Styles};
use clap::{Command, CommandFactory};

use self::more::{Example, MORE, ROOT_EXAMPLES};
use super::Cli;
use super::near::near;
use crate::docker::protocol::Verb;
use crate::domain::closest_word;
use crate::platform::executable::NAME;
use crate::terminal::{is_plugin, width};
use crate::text::{AS_PLUGIN, fill, unbroken};

/// Of every terminal, and of a page in an editor.
const WIDTH: usize = 80;

/// The end of every page.
const DOCUMENTATION: &str = concat!("Documentation: ", env!("CARGO_PKG_REPOSITORY"));

/// Stands for a blank where clap must not break a line: an example is copied.
const NO_BREAK: &str = "\u{a0}";

/// A command in no group is shown in the last one.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Accounts", &["login", "logout", "status", "switch"]),
    ("Docker", &["which", "token", "configure-docker", "doctor"]),
    ("Help", &["help", "completion", "update", "version"]),
];

/// Name, title and text.
const TOPICS: [(&str, &str, &str); 2] =
    [("environment", "Environment variables", ENVIRONMENT), ("exit-codes", "Exit codes", EXIT_CODES)];

const ENVIRONMENT: &str = include_str!("help/environment.txt");
const EXIT_CODES: &str = include_str!("help/exit-codes.txt");

/// With its colours.
pub fn rendered(text: &StyledStr) -> String {
    text.ansi().to_string().replace(NO_BREAK, " ")
}

/// The command line, with the program's name as it was started.
fn root() -> Command {
    Cli::command().bin_name(if is_plugin() { AS_PLUGIN } else { NAME })
}

/// Text that is written in lines of 80 columns, for the terminal.
pub fn in_width(text: &str) -> String {
    if width() < WIDTH { unbroken(text, WIDTH) } else { text.to_owned() }
}

/// The commands with their full help, for parsing, completions and man pages.
pub fn command() -> Command {
    let root = root().mut_subcommands(with_more).term_width(width());
    let template = template(&root);
    let more = [
        examples(&ROOT_EXAMPLES) + "\n",
        heading("Environment"),
        in_width(ENVIRONMENT),
        heading("Exit codes"),
        in_width(EXIT_CODES),
        DOCUMENTATION.to_owned(),
    ];
    root.help_template(template)
        .after_help(format!("Use \"{NAME} help COMMAND\" for more about a command.\n{DOCUMENTATION}"))
        .after_long_help(more.join("\n"))
}

/// What `help` knows.
pub fn is_command_or_topic(name: &str) -> bool {
    topic(name).is_some() || Verb::named(OsStr::new(name)).is_some() || command().find_subcommand(name).is_some()
}

/// The command or topic that was probably meant.
pub fn closest_topic(name: &str) -> Option<String> {
    let root = command();
    let commands = root.get_subcommands().filter(|command| !command.is_hide_set()).map(Command::get_name);
    near(name).or_else(|| closest_word(name, commands.chain(TOPICS.map(|(topic, ..)| topic)))).map(str::to_owned)
}

/// What to run for a command or topic that was meant.
pub(super) fn line_of(name: &str) -> String {
    match name {
        "which" | "token" => format!("{NAME} {name} IMAGE"),
        "completion" => format!("{NAME} help {name}"),
        _ if topic(name).is_some() => format!("{NAME} help {name}"),
        _ => format!("{NAME} {name}"),
    }
}

/// What `help` is offered for, each with a line about it.
pub fn topics() -> Vec<(String, String)> {
    let root = command();
    let shown = root.get_subcommands().filter(|command| !command.is_hide_set());
    let commands = shown.map(|command| (command.get_name().to_owned(), about(command)));
    commands.chain(TOPICS.map(|(name, title, _)| (name.to_owned(), title.to_owned()))).collect()
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// What fits a terminal of 80 columns and 24 lines, with the state line and the next prompt under it.
pub fn overview() -> StyledStr {
    let root = root();
    let template = format!("{}{}", HEAD, groups(&root).join("\n"));
    root.help_template(template).render_help()
}

pub fn topic(name: &str) -> Option<&'static str> {
    TOPICS.iter().find(|(topic, ..)| *topic == name).map(|(.., text)| *text)
}

fn with_more(command: Command) -> Command {
    let more = MORE.iter().find(|(name, ..)| *name == command.get_name());
    let Some((_, notes, of_command)) = more else { return command.after_help(DOCUMENTATION) };
    let gap = if notes.is_empty() { "" } else { "\n\n" };
    let notes: Vec<String> = notes.split("\n\n").map(|notes| fill(notes, width()).join("\n")).collect();
    command.after_help(format!("{}{gap}{}\n\n{DOCUMENTATION}", notes.join("\n\n"), examples(of_command)))
}

fn examples(examples: &[Example]) -> String {
    let mut lines = vec![heading("Examples")];
    for (comment, line) in examples {
        let line = format!("  $ {line}");
        let line = if width() < WIDTH { line.replace(' ', NO_BREAK) } else { line };
        lines.push(format!("  # {comment}\n{line}"));
    }
    lines.join("\n")
}

const HEAD: &str = "{about-with-newline}\n{usage-heading} {usage}\n\n";

/// Groups of commands, which clap has for options only.
fn template(root: &Command) -> String {
    let mut lines = groups(root);
    lines.push(heading("Help topics"));
    for (name, about, _) in TOPICS {
        lines.push(entry(name, about));
    }
    lines.push(format!("\n{}\n{{options}}{{after-help}}\n", heading("Options")));
    format!("{HEAD}{}", lines.join("\n"))
}

/// In lines, an empty one after each.
fn groups(root: &Command) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, (title, names)) in GROUPS.iter().enumerate() {
        let is_last = index + 1 == GROUPS.len();
        let in_order = names.iter().filter_map(|name| root.find_subcommand(name));
        let others = root.get_subcommands().filter(|command| is_last && !is_grouped(command) && !command.is_hide_set());
        lines.push(heading(title));
        for command in in_order.chain(others) {
            lines.push(entry(command.get_name(), &about(command)));
        }
        lines.push(String::new());
    }
    lines
}

fn is_grouped(command: &Command) -> bool {
    GROUPS.iter().any(|(_, names)| names.contains(&command.get_name()))
}

fn entry(name: &str, about: &str) -> String {
    let styles = Styles::styled();
    let literal = styles.get_literal();
    format!("  {literal}{name}{literal:#}{:width$}  {about}", "", width = 16_usize.saturating_sub(name.len()))
}

fn heading(title: &str) -> String {
    let styles = Styles::styled();
    let header = styles.get_header();
    format!("{header}{title}:{header:#}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::COMMANDS;

    #[test]
    fn the_command_definitions_are_valid() {
        command().debug_assert();
    }

    #[test]
    fn every_command_is_known_in_text() {
        let root = command();
        let names: Vec<&str> =
            root.get_subcommands().map(Command::get_name).filter(|name| !name.starts_with('_')).collect();
        assert_eq!(names, COMMANDS);
    }

    #[test]
    fn every_command_has_examples_or_no_arguments() {
        let root = command();
        let shown = root.get_subcommands().filter(|command| !command.is_hide_set());
        let has_examples =
            |command: &&Command| command.get_after_help().is_some_and(|text| text.to_string().contains("Examples"));
        let bare = shown.filter(|command| !has_examples(command));
        let bare: Vec<&str> =
            bare.filter(|command| command.get_arguments().count() > 0).map(Command::get_name).collect();
        assert_eq!(bare, ["help"]);
    }
}
