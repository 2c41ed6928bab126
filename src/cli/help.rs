//! The help: the tree of [`crate::cli`] with its commands in groups, examples, and topics of its own.

use std::fmt::Write as _;

use clap::builder::StyledStr;
use clap::{Command, CommandFactory, FromArgMatches};

use super::Cli;
use super::error::sanitize_error;

/// The commands by what a person is after. One that no group names is shown in the last.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Accounts", &["login", "logout", "status", "switch"]),
    ("Docker", &["which", "configure-docker", "doctor"]),
    ("Help", &["help", "completion", "update", "version"]),
];

/// What `help` knows besides commands: name, what it is, text.
const TOPICS: [(&str, &str, &str); 2] = [
    ("environment", "The environment variables that are obeyed", ENVIRONMENT),
    ("exit-codes", "What the exit codes mean", EXIT_CODES),
];

const ENVIRONMENT: &str = include_str!("help/environment.txt");
const EXIT_CODES: &str = include_str!("help/exit-codes.txt");

/// A comment and the command line it is about.
type Example = (&'static str, &'static str);

/// What each command's help says after its options: what to know, and examples. One that others keep with the command
/// itself is left alone.
const MORE: [(&str, &str, &[Example]); 10] = [
    (
        "login",
        "\
The account becomes the active one; those you logged in as before stay. Only its
device secret is kept, in ~/.atcr/device.json, for your eyes alone. --store NAME
hands all of them to docker-credential-NAME instead: osxkeychain (macOS), wincred
(Windows), secretservice or pass. Without a terminal the address is shown, and
nothing is asked.",
        &[
            ("Log in; and again, as somebody else", "docker-credential-atcr login"),
            ("Log in to another registry", "docker-credential-atcr login buoy.cr"),
            ("Over ssh: open the address on any device", "docker-credential-atcr login --no-browser"),
            ("Keep the device secrets in macOS' keychain", "docker-credential-atcr login --store osxkeychain"),
            (
                "Keep a device secret that you have",
                "docker-credential-atcr login --with-token --handle evan.jarrett.net < secret",
            ),
        ],
    ),
    (
        "logout",
        "\
Forgets the device secret on this machine. Where others are logged in, it says
which account is used from now on.",
        &[
            ("Log out; asks which account where there are several", "docker-credential-atcr logout"),
            ("Log out one of them", "docker-credential-atcr logout atcr.io --account evan.jarrett.net"),
            ("Forget everything, in a script", "docker-credential-atcr logout --all --yes"),
        ],
    ),
    (
        "status",
        "\
Asks each registry whether it accepts the account, all at the same time. Exits
with 1 where one can't be used.",
        &[
            ("Show every registry and account", "docker-credential-atcr status"),
            ("On a train", "docker-credential-atcr status --offline"),
            (
                "The active accounts, for a script",
                "docker-credential-atcr status --json | jq '.registries[].accounts[] | select(.active)'",
            ),
        ],
    ),
    (
        "switch",
        "\
The active account is used for images that name none of yours. Your own images
are pushed and pulled as who they belong to, whoever is active.",
        &[
            ("Of two accounts, take the other one", "docker-credential-atcr switch"),
            ("Take this account", "docker-credential-atcr switch evan.jarrett.net --registry atcr.io"),
        ],
    ),
    ("which", "", &[("As whom would this be pushed?", "docker-credential-atcr which atcr.io/evan.jarrett.net/app:1")]),
    (
        "configure-docker",
        "\
Puts \"credHelpers\": { HOST: \"atcr\" } into Docker's config.json, which podman,
buildah and skopeo read too, and changes nothing else in it. What it held before
is kept beside it.",
        &[
            ("Let Docker ask for every registry you are logged in to", "docker-credential-atcr configure-docker"),
            ("See what would change", "docker-credential-atcr configure-docker --dry-run"),
            ("In a Dockerfile or a pipeline", "docker-credential-atcr configure-docker --yes atcr.io"),
            ("Undo it", "docker-credential-atcr configure-docker --remove"),
        ],
    ),
    (
        "kubelet",
        "\
Reads a CredentialProviderRequest from stdin and answers it on stdout, as the
kubelet's image credential providers do.",
        &[(
            "Print what --image-credential-provider-config is to name",
            "docker-credential-atcr kubelet --print-config",
        )],
    ),
    (
        "doctor",
        "Exits with 1 where a push would fail.",
        &[("Find what is wrong, and what mends it", "docker-credential-atcr doctor")],
    ),
    (
        "update",
        "\
Downloads the release for this machine, verifies its checksum, runs it once, and
only then replaces this program, in one step. Asks first. A copy that a package
manager installed is left to it. The registry asked is $ATCR_REGISTRY, the only
one logged in to, or atcr.io.",
        &[
            ("Is there a newer version?", "docker-credential-atcr update --check"),
            ("Update, in a script", "docker-credential-atcr update --yes"),
        ],
    ),
    (
        "completion",
        "",
        &[
            ("bash, in ~/.bashrc", "source <(docker-credential-atcr completion bash)"),
            ("zsh, in a folder of $fpath", "docker-credential-atcr completion zsh > ~/.zfunc/_docker-credential-atcr"),
            ("fish, in config.fish", "docker-credential-atcr completion fish | source"),
            ("PowerShell, in $PROFILE", "docker-credential-atcr completion powershell | Out-String | iex"),
            ("elvish, in rc.elv", "eval (docker-credential-atcr completion elvish | slurp)"),
        ],
    ),
];

const OF_THE_WHOLE: [Example; 3] = [
    ("Log in to atcr.io in your browser", "docker-credential-atcr login"),
    ("Push: the image's name says as whom", "docker push atcr.io/evan.jarrett.net/app:1"),
    ("See as whom, and why", "docker-credential-atcr which atcr.io/evan.jarrett.net/app:1"),
];

/// Reads the process's command line. Shows help, version and usage errors itself, and ends the process then.
#[must_use]
pub fn parse() -> Cli {
    let understood = command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    understood.unwrap_or_else(|error| sanitize_error(error).exit())
}

/// The commands and all there is to say about them: what is parsed, shown, completed and made into man pages.
#[must_use]
pub fn command() -> Command {
    let root = Cli::command().mut_subcommands(with_more);
    let template = template(&root);
    let (heading, end) = heading();
    let mut more = examples(&OF_THE_WHOLE);
    // Writing to a StyledStr can't fail.
    let _ = write!(
        more,
        "\n\n{heading}Environment:{end}\n{ENVIRONMENT}\n{heading}Exit codes:{end}\n{}",
        EXIT_CODES.trim_end()
    );
    root.help_template(template)
        .after_help("See more with '--help', and of a command with 'help COMMAND'.")
        .after_long_help(more)
}

/// The text of a topic, if there is one of this name.
#[must_use]
pub fn topic(name: &str) -> Option<&'static str> {
    TOPICS.iter().find(|(topic, ..)| *topic == name).map(|(.., text)| *text)
}

fn with_more(command: Command) -> Command {
    match MORE.iter().find(|(name, ..)| *name == command.get_name()) {
        Some((_, text, of_command)) => {
            let mut more = StyledStr::new();
            let gap = if text.is_empty() { "" } else { "\n\n" };
            // Writing to a StyledStr can't fail.
            let _ = write!(more, "{text}{gap}{}", examples(of_command).ansi());
            command.after_help(more)
        }
        None => command,
    }
}

fn examples(examples: &[Example]) -> StyledStr {
    let (heading, end) = heading();
    let mut text = StyledStr::new();
    // Writing to a StyledStr can't fail.
    let _ = write!(text, "{heading}Examples:{end}");
    for (comment, line) in examples {
        let _ = write!(text, "\n  # {comment}\n  $ {line}");
    }
    text
}

/// The root's help with the commands in groups, which clap knows only for options.
fn template(root: &Command) -> StyledStr {
    let (heading, end) = heading();
    let mut text = StyledStr::new();
    let mut add_line = |line: &str| {
        // Writing to a StyledStr can't fail.
        let _ = writeln!(text, "{line}");
    };
    add_line("{about-with-newline}\n{usage-heading} {usage}");
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    for (place, (title, names)) in GROUPS.iter().enumerate() {
        let is_last = place + 1 == GROUPS.len();
        let in_order = names.iter().filter_map(|name| root.find_subcommand(name));
        let others = root.get_subcommands().filter(|command| is_last && !is_grouped(command) && !command.is_hide_set());
        add_line(&format!("\n{heading}{title}:{end}"));
        for command in in_order.chain(others) {
            add_line(&entry(command.get_name(), &about(command)));
        }
    }
    add_line(&format!("\n{heading}Topics, for 'help TOPIC':{end}"));
    for (name, about, _) in TOPICS {
        add_line(&entry(name, about));
    }
    add_line(&format!("\n{heading}Options:{end}\n{{options}}{{after-help}}"));
    text
}

fn is_grouped(command: &Command) -> bool {
    GROUPS.iter().any(|(_, names)| names.contains(&command.get_name()))
}

fn entry(name: &str, about: &str) -> String {
    let (literal, end) = literal();
    format!("  {literal}{name}{end}{:width$}  {about}", "", width = 16_usize.saturating_sub(name.len()))
}

fn heading() -> (clap::builder::styling::Style, clap::builder::styling::Reset) {
    (*clap::builder::Styles::styled().get_header(), clap::builder::styling::Reset)
}

fn literal() -> (clap::builder::styling::Style, clap::builder::styling::Reset) {
    (*clap::builder::Styles::styled().get_literal(), clap::builder::styling::Reset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_examples_or_no_arguments() {
        let root = command();
        let bare = root.get_subcommands().filter(|command| command.get_after_help().is_none());
        let bare: Vec<&str> =
            bare.filter(|command| command.get_arguments().count() > 0).map(Command::get_name).collect();
        assert_eq!(bare, ["help"]);
    }
}
