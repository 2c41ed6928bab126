//! Every command in the source and in the program's output is one that the program understands.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use atcr::cli::help;
use atcr::docker::protocol::Verb;
use atcr::text::shell_words;

use crate::pages::pages;
use crate::support::{Answer, Answers, EVAN, Home, MICHELLE, appview, two_accounts_none_active};

const NAME: &str = "docker-credential-atcr";

/// Words after the name in a sentence about the program: no command.
const PROSE: [&str; 27] = [
    "and", "as", "at", "by", "can't", "did", "does", "for", "from", "has", "in", "instead", "into", "is", "itself",
    "not", "of", "on", "one", "or", "that", "to", "was", "which", "who", "will", "with",
];

/// What ends a command in a line: the end of a string, a pipe or redirection, or the rest of a sentence.
const ENDS: [&str; 11] = ["\"", "`", ")", "(", ";", ",", " | ", " < ", " > ", "\\n", " to "];

/// The commands in a line of source or output, without the program's name.
fn commands(line: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for (start, _) in line.match_indices(NAME) {
        let is_part_of_a_name = line[..start].ends_with(|c: char| c.is_alphanumeric() || "/\\._-".contains(c));
        let Some(rest) = line[start + NAME.len()..].strip_prefix(' ').filter(|_| !is_part_of_a_name) else { continue };
        let end = ENDS.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        let command = rest[..end].trim().trim_end_matches(['.', ':']);
        // clap's usage line: `Usage: docker-credential-atcr [COMMAND]`.
        if !is_prose(command) && !line.starts_with("Usage: ") {
            commands.push(command.to_owned());
        }
    }
    commands
}

fn is_prose(command: &str) -> bool {
    let first = command.split(' ').next().unwrap_or_default().trim_end_matches('?');
    let is_version = |word: &str| word.strip_prefix('v').is_some_and(|number| !number.starts_with(char::is_alphabetic));
    PROSE.contains(&first) || is_version(first)
}

#[track_caller]
fn parses(command: &str, place: &str) {
    let words = shell_words(command);
    if words.len() == 1 && Verb::named(words[0].as_ref()).is_some() {
        return;
    }
    let parsed = help::command().try_get_matches_from([NAME.to_owned()].into_iter().chain(words));
    assert!(parsed.is_ok(), "{place}: {NAME} {command}\n{}", parsed.unwrap_err());
}

/// A line of source with values for what is filled in. A placeholder that is glued to a word stands for more flags.
fn filled_in(line: &str) -> String {
    let mut filled = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}') else { break };
        let placeholder = &rest[start..=start + end];
        if placeholder == "{NAME}" {
            filled.push_str(NAME);
        } else if filled.ends_with([' ', '=']) {
            filled.push_str("HOST");
        }
        rest = &rest[start + end + 1..];
    }
    filled + rest
}

/// The lines of a file before its tests, without comments. A string that goes on in the next line is one line.
fn code(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let mut lines: Vec<String> = Vec::new();
    let mut continues = false;
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        if continues {
            let last = lines.last_mut().unwrap();
            last.push_str(line.trim_start());
        } else {
            lines.push(line.to_owned());
        }
        continues = line.ends_with('\\');
        if continues {
            lines.last_mut().unwrap().pop();
        }
    }
    lines
}

/// The source files under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_command_in_the_source_is_understood() {
    let mut count = 0;
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for line in code(&file) {
            for command in commands(&filled_in(&line)) {
                // The whole command is filled in: real outputs show it.
                if command.starts_with("HOST") {
                    continue;
                }
                parses(&command, &file.display().to_string());
                count += 1;
            }
        }
    }
    assert!(count > 40, "{count} commands are too few: are they still found?");
}

/// Who copies the line from there on has the command, and nothing else.
#[test]
fn nothing_follows_a_command_that_is_to_be_run() {
    let mut count = 0;
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for line in code(&file) {
            let Some((_, rest)) = line.split_once("run: ").filter(|(start, _)| start.contains('"')) else { continue };
            let command = rest.split("\\n").next().unwrap();
            let has_prose = [", ", "; ", " or ", "run: "].iter().any(|prose| command.contains(prose));
            let is_format = command.contains("\", ") || command.contains("\"), ");
            assert!(!has_prose || is_format, "{}: {line}", file.display());
            count += 1;
        }
    }
    assert!(count > 20, "{count} commands are too few: are they still found?");
}

/// The pieces of a page's line that somebody would type here, without a comment; other programs have its name as a word.
fn typed(line: &str) -> Vec<&str> {
    let starts = line.match_indices(NAME).map(|(start, _)| start);
    let is_typed = |start: &usize| {
        let before = &line[..*start];
        before.is_empty() || ["$ ", "> ", "`", "run: ", "&& "].iter().any(|end| before.ends_with(end))
    };
    starts.filter(is_typed).map(|start| line[start..].split("  #").next().unwrap()).collect()
}

#[test]
fn every_command_in_the_pages_is_understood() {
    let mut count = 0;
    for (name, page) in pages() {
        for line in page.lines().flat_map(typed) {
            for command in commands(line).iter().take(1) {
                parses(command, &name);
                count += 1;
            }
        }
    }
    assert!(count > 30, "{count} commands are too few: are they still found?");
}

/// What runs print, each a line of arguments.
fn outputs(home: &Home, variables: &[(&str, &str)], lines: &[&str]) -> String {
    let mut printed = String::new();
    for line in lines {
        let mut run = home.run(&line.split_whitespace().collect::<Vec<_>>());
        for (name, value) in variables {
            run = run.env(name, value);
        }
        let (_, (_, stdout, stderr)) = run.timed();
        printed += &(stdout + &stderr);
    }
    printed
}

/// Words of other programs, and typing errors.
const MISTAKEN: [&str; 12] = [
    "auth",
    "auth token",
    "signout",
    "whoami",
    "use",
    "explain",
    "jwt",
    "setup-git",
    "completions",
    "env",
    "exit-codes",
    "logn",
];

fn with_no_accounts() -> String {
    let (home, appview) = (Home::new(), appview());
    let host = appview.host();
    let lines = [
        "",
        "get x",
        "status",
        "logout",
        "switch",
        &format!("which {host}/{EVAN}/app"),
        "doctor",
        "configure-docker",
        "kubelet --print-config",
        "help x",
        "update",
        &format!("login --with-token --handle {EVAN}"),
    ];
    outputs(&home, &[("ATCR_REGISTRY", &host)], &lines) + &outputs(&home, &[], &MISTAKEN)
}

fn with_two_accounts() -> String {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    let which = format!("which {host}/c.example/app");
    let lines = ["status", "logout", "logout --all", "switch", "switch c.example", &which, "doctor"];
    let mut printed = outputs(&home, &[], &lines);
    printed += &outputs(&home, &[], &["configure-docker --dry-run"]);
    printed += &outputs(&home, &[("ATCR_ACCOUNT", "c.example")], &[&which, "doctor"]);
    printed += &home.verb("get", &*host).timed().1.2;
    printed += &home.verb("erase", &*host).timed().1.2;
    home.write(".docker/config.json", r#"{"credHelpers": "#);
    printed += &outputs(&home, &[], &["doctor", "status"]);
    home.write(".docker/config.json", format!(r#"{{"credHelpers": {{"{host}": "other"}}}}"#));
    printed += &outputs(&home, &[], &["doctor", "status", "configure-docker"]);
    let entries = format!(r#"{{"{host}": "atcr-c.example", "{host}/{EVAN}/app": "atcr"}}"#);
    let config = format!(
        r#"{{"credHelpers": {entries}, "features": {{"hooks": "0"}}, "plugins": {{"atcr": {{"hooks": "push"}}}}}}"#
    );
    home.write(".docker/config.json", config);
    let repositories = [
        format!("configure-docker --repository {host}/{EVAN}/app"),
        format!("configure-docker --dry-run --repository {host}/evan/app"),
    ];
    let lines = ["doctor", "status", "configure-docker --plugin", &repositories[0], &repositories[1]];
    printed + &outputs(&home, &[], &lines)
}

fn with_rejected_accounts() -> String {
    let (registry, home) = (Answers::to_checks(Answer::status(401)), Home::new());
    home.log_in(&registry, &[EVAN, MICHELLE]);
    let which = format!("which {}/{EVAN}/app", registry.host());
    let mut printed = outputs(&home, &[], &["status", "doctor", &which, "logout"]);
    printed += &home.verb("get", registry.host()).timed().1.2;
    home.write_device_json("{");
    printed + &outputs(&home, &[], &["status", "doctor", "switch"])
}

#[test]
fn every_command_in_an_output_is_understood() {
    let printed = with_no_accounts() + &with_two_accounts() + &with_rejected_accounts();
    let commands: BTreeSet<String> = printed.lines().flat_map(commands).collect();
    for command in &commands {
        parses(command, "an output");
    }
    for command in ["login", "switch", "configure-docker", "help"] {
        assert!(commands.iter().any(|printed| printed.starts_with(command)), "{command} is not among {commands:?}");
    }
}

/// An account at a registry on an IPv6 address, which zsh would take for a pattern and fish for an index.
#[cfg(unix)]
fn with_an_ipv6_host(host: &str) -> String {
    let home = Home::new();
    let secret = |handle: &str| format!("\"{handle}\": {{\"device_secret\": \"atcr_device_x\"}}");
    let accounts = format!("{}, {}", secret(EVAN), secret(MICHELLE));
    home.write_device_json(format!(
        "{{\"version\": 2, \"registries\": {{\"http://{host}\": {{\"accounts\": {{{accounts}}}}}}}}}"
    ));
    home.write(
        ".docker/config.json",
        format!("{{\"auths\": {{\"{host}\": {{\"auth\": \"YTpi\"}}}}, \"credHelpers\": {{\"{host}\": \"pass\"}}}}"),
    );
    let image = format!("{host}/evan/app");
    let lines = [
        "status",
        "doctor",
        "switch",
        "logout",
        &format!("logout {host} --account {EVAN}"),
        &format!("login {host} --store missing --with-token --account {EVAN}"),
        &format!("login {host}"),
        &format!("token {image}"),
        &format!("which {image}"),
        &format!("configure-docker {host}"),
        &format!("configure-docker --repository {image}"),
        &format!("configure-docker --repository {host}/c.example/app"),
        &format!("logout {host}"),
        "doctor",
    ];
    let mut printed = String::new();
    for verb in ["get", "erase"] {
        let (_, (_, stdout, stderr)) = home.verb(verb, host).timed();
        printed += &(stdout + &stderr);
    }
    printed + &outputs(&home, &[], &lines)
}

#[test]
#[cfg(unix)] // Elsewhere the quotes are those that end a string of source.
fn a_host_that_shells_take_for_a_pattern_is_quoted() {
    for host in ["[::1]:1", "[::1]"] {
        let printed = with_an_ipv6_host(host);
        for run in printed.lines().filter_map(|line| line.split_once("run: ")) {
            assert!(!unquoted(run.1).contains(['[', ']']), "{}", run.1);
        }
        let mut count = 0;
        for command in printed.lines().flat_map(commands).filter(|command| command.contains("::1")) {
            assert!(!unquoted(&command).contains(['[', ']']), "{command} in\n{printed}");
            parses(&command, "an output");
            count += 1;
        }
        assert!(count > 5, "{count} commands are too few:\n{printed}");
    }
}

/// What is outside of quotes.
#[cfg(unix)]
fn unquoted(command: &str) -> String {
    command.split('\'').step_by(2).collect()
}
