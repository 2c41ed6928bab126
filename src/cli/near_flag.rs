//! What the flags of other programs are here.

use clap::Command;

use crate::platform::executable::NAME;

const ANY: &str = "";
const WITH_TOKEN: &str = "pipe the device secret into: docker-credential-atcr login --with-token --account HANDLE";

/// Command, flags of other programs, and the tip. The first that fits is given.
const TIPS: [(&str, &[&str], &str); 19] = [
    (ANY, &["--hostname", "--host", "--server", "--url", "--endpoint"], "the flag is --registry"),
    (ANY, &["-u", "--user", "--username", "--profile", "--as"], "the flag is --account"),
    (ANY, &["-a"], "the flag is --account, or for all accounts --all"),
    (ANY, &["-a"], "the flag is --account"),
    (ANY, &["--all-accounts"], "the flag is --all"),
    (ANY, &["--jq", "--template", "--query"], "pipe --json into jq"),
    (ANY, &["-j", "-o", "--output", "--format"], "the flag is --json"),
    ("status", &["--active"], "run: docker-credential-atcr status --json | jq '.. | select(.active?)'"),
    ("status", &["--show-token", "--token", "-t"], "run: docker-credential-atcr token IMAGE"),
    (ANY, &["--verbose", "-v", "--debug", "-d", "--trace"], "set ATCR_DEBUG=1"),
    (ANY, &["-q", "--quiet"], "redirect the output: the exit code says whether it worked"),
    (ANY, &["--authfile"], "set REGISTRY_AUTH_FILE"),
    (
        ANY,
        &["--tls-verify", "--insecure", "--insecure-skip-tls-verify", "--plain-http"],
        "certificates are always verified; for http, see insecure-registries in Docker's daemon.json",
    ),
    ("login", &["--force"], "a login replaces the previous one without asking"),
    (ANY, &["--force"], "the flag is --yes"),
    ("login", &["--web", "-w", "--browser"], "login uses the browser by default"),
    ("login", &["--insecure-storage"], "the flag is --store file"),
    ("login", &["-p"], WITH_TOKEN),
    (ANY, &["--token", "--password", "--password-stdin", "--secret"], WITH_TOKEN),
];

/// The tip for a flag that the command does not have.
pub(super) fn near_flag(flag: &str, command: &Command) -> Option<&'static str> {
    let is_of = |name: &str| name == ANY || name == command.get_name();
    let mut tips = TIPS.iter().filter(|(name, flags, _)| is_of(name) && flags.contains(&flag)).map(|(.., tip)| *tip);
    tips.find(|tip| flags_in(tip).all(|flag| has(command, flag)))
}

/// The flags that a tip names for the command at hand; those after the program's name are part of another command line.
fn flags_in(tip: &str) -> impl Iterator<Item = &str> {
    let own = tip.split(NAME).next().unwrap_or_default();
    own.split([' ', ',']).filter_map(|word| word.strip_prefix("--"))
}

fn has(command: &Command, flag: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(flag))
}

#[cfg(test)]
mod tests {
    use clap::error::{ContextKind, ContextValue, ErrorKind};

    use super::super::Cli;
    use super::super::error::explained;
    use super::super::help::command;
    use super::*;

    fn parsed(words: &[&str]) -> Result<clap::ArgMatches, clap::Error> {
        command().try_get_matches_from([NAME].iter().chain(words))
    }

    /// What the command line gets as a tip.
    fn tip(words: &[&str]) -> Option<String> {
        let error = parsed(words).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownArgument, "{words:?}");
        let words: Vec<_> = words.iter().map(Into::into).collect();
        match explained(error, &words).get(ContextKind::Suggested) {
            Some(ContextValue::StyledStrs(tips)) => tips.first().map(ToString::to_string),
            _ => None,
        }
    }

    /// Each flag with each command, and with none.
    fn tips() -> Vec<(Vec<String>, String)> {
        let names: Vec<String> = command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let mut tips = Vec::new();
        for flag in TIPS.iter().flat_map(|(_, flags, _)| *flags) {
            for before in names.iter().map(|name| vec![name.clone()]).chain([Vec::new()]) {
                let words: Vec<&str> = before.iter().map(String::as_str).chain([*flag]).collect();
                if let Some(tip) = tip(&words) {
                    tips.push((before, tip));
                }
            }
        }
        tips
    }

    #[test]
    fn a_tip_names_flags_that_the_command_has() {
        for (before, tip) in tips() {
            for flag in flags_in(&tip).map(|flag| format!("--{flag}")) {
                let words: Vec<&str> = before.iter().map(String::as_str).chain([&*flag]).collect();
                let kind = parsed(&words).err().map(|error| error.kind());
                assert_ne!(kind, Some(ErrorKind::UnknownArgument), "{before:?}: {tip}");
            }
        }
    }

    #[test]
    fn a_command_line_in_a_tip_is_understood() {
        for (before, tip) in tips() {
            let Some((_, line)) = tip.split_once(NAME) else { continue };
            let words = line.split(" | ").next().unwrap().split_whitespace().map(Into::into);
            assert!(Cli::of_words([NAME.into()].into_iter().chain(words)).is_some(), "{before:?}: {tip}");
        }
    }

    #[test]
    fn every_tip_is_given() {
        let given: Vec<String> = tips().into_iter().map(|(_, tip)| tip).collect();
        for (.., tip) in TIPS {
            assert!(given.iter().any(|given| given == tip), "{tip}");
        }
    }
}
