//! The help, whole screens of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use atcr::cli::help::command;
use clap::Command;

use crate::support::{EVAN, Home, MICHELLE, Run, example, two_accounts};

const WHOLE: &str = r"Docker credential helper for ATCR, the container registry on the AT Protocol.

Log in once. docker, docker compose, podman, buildah and skopeo then push and
pull each image with the account in its name: atcr.io/HANDLE/IMAGE. With several
accounts there is no need to switch.

Usage: docker-credential-atcr [COMMAND]

Accounts:
  login             Log in to a registry in your browser
  logout            Log out of a registry
  status            Show your registries and accounts
  switch            Switch the active account

Docker:
  which             Show the account an image is pushed or pulled with, and why
  token             Print a registry token for an image, as Docker gets it
  configure-docker  Configure Docker to use this credential helper
  doctor            Diagnose what would make a push fail, and suggest fixes

Help:
  help              Show help for a command or topic
  completion        Generate a completion script for your shell
  update            Update this program to the latest version
  version           Show the version

Help topics:
  environment       Environment variables
  exit-codes        Exit codes

Options:
  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  # Log in to atcr.io in your browser
  $ docker-credential-atcr login
  # Push an image as the account in its name
  $ docker push atcr.io/evan.jarrett.net/app:1
  # Show which account is used, and why
  $ docker-credential-atcr which atcr.io/evan.jarrett.net/app:1

Environment:
  ATCR_HANDLE, ATCR_DEVICE_SECRET
      Credential for $ATCR_REGISTRY (default: atcr.io), for CI: no login there,
      only configure-docker --yes. login --device-name NAME saves the secret in
      ~/.atcr/device.json. Takes precedence over accounts that are logged in.
  ATCR_APP_PASSWORD
      An AT Protocol app password instead of the device secret.
  ATCR_DEVICE_SECRET_FILE
      A file that contains the device secret.
  ATCR_REGISTRY
      The default registry.
  ATCR_ACCOUNT
      The handle or DID of the account to use, whatever the image's name. Set it
      where a command names images of several accounts, or none.
  ATCR_CONFIG_DIR
      The folder for accounts, instead of ~/.atcr: an absolute path.
  ATCR_DEBUG
      Set to 1 to log decisions and their reasons on stderr, without secrets.
  ATCR_UPDATE_URL
      Where update looks for a new version, instead of https://atcr.io: a
      mirror, over https, or over http on this machine.
  ATCR_ACCESSIBLE
      Set to 1 for a screen reader: numbered prompts, words for symbols, nothing
      that moves. TERM=dumb does the same. Symbols are ASCII where the locale is
      not UTF-8.
  ATCR_NO_UPDATE_NOTIFIER, CI
      Set either to disable update notifications.
  DOCKER_CONFIG
      The folder of Docker's config.json, instead of ~/.docker.
  REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME
      Where podman, buildah and skopeo have their auth.json.
  CONTAINERS_REGISTRIES_CONF, REGISTRIES_CONFIG_PATH
      Their registries.conf, whose credential-helpers come before auth.json.
  DOCKER_CLI_HOOKS, DOCKER_CLI_HINTS
      Whether Docker says why a push was denied, once --plugin is set up.
  HELM_REGISTRY_CONFIG, DOCKER_AUTH_CONFIG
      Where helm and Docker may have passwords of their own, which doctor and
      status look for.
  BROWSER
      The browser to open URLs in: a list separated as in PATH, of which the
      first that starts is used. %s in its arguments is replaced by the URL.
  NO_COLOR, CLICOLOR, CLICOLOR_FORCE
      Set NO_COLOR, or CLICOLOR to 0, to disable colour, and CLICOLOR_FORCE to
      enable it without a terminal.
  FORCE_HYPERLINK
      Set to 1 to make addresses links on any terminal, or to 0 for none.
  HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR
      Standard proxy and certificate settings.
  SUDO_USER, SUDO_UID
      Set by sudo, and used to find files that belong to its user.

Exit codes:
    0  success
    1  failure: the error is on stderr, with what fixes it
    2  usage error, or input is required but there is no terminal to prompt on
  129  its terminal was closed (SIGHUP; Linux and macOS)
  130  cancelled by the user
  131  terminated by SIGQUIT (Linux and macOS)
  143  terminated by SIGTERM (Linux and macOS)

  The Docker commands get, store, erase and list exit with 0 or 1 only.
";

const DOCUMENTATION: &str = "Documentation: https://github.com/atcr-io/docker-credential-atcr\n";

#[test]
fn the_whole_help_is_on_stdout() {
    for arguments in [["--help"], ["help"]] {
        Home::new().run(&arguments).stdout(format!("{WHOLE}\n{DOCUMENTATION}")).check();
    }
}

#[test]
fn without_arguments_there_are_the_commands_and_the_state() {
    let head = WHOLE.split_once("Help topics:").unwrap().0;
    let head = head.replace(&WHOLE[WHOLE.find("Log in once.").unwrap()..WHOLE.find("Usage").unwrap()], "");
    let shows = |run: Run, state: &str| {
        let seen = run.stdout(format!("{head}{state}\n")).check().stdout;
        // The next prompt needs a line too.
        assert!(seen.lines().count() < 24 && seen.lines().all(|line| line.chars().count() <= 80), "{seen}");
    };
    let home = Home::new();
    shows(home.run(&[]), "Not logged in yet; run: docker-credential-atcr login");
    shows(home.run(&[]).env("ATCR_HANDLE", EVAN), "An account is set in part; run: docker-credential-atcr status");
    let set = home.run(&[]).env("ATCR_HANDLE", EVAN).env("ATCR_APP_PASSWORD", "hidden");
    shows(set, &format!("ATCR_HANDLE is set: {EVAN} is used for atcr.io."));
    home.write_device_json("{");
    shows(home.run(&[]), "The accounts can't be read; run: docker-credential-atcr doctor");
    let (appview, home) = two_accounts();
    let state = format!("Logged in to {} as {MICHELLE} (active) and one other.", appview.host());
    shows(home.run(&[]), &state);
}

#[test]
fn the_short_help_is_one_screen() {
    let head = WHOLE.split_once("Options:\n").unwrap().0;
    let head = head.replace(&WHOLE[WHOLE.find("Log in once.").unwrap()..WHOLE.find("Usage").unwrap()], "");
    let tail = r#"Options:
  -h, --help     Print help (see more with '--help')
  -V, --version  Print version

Use "docker-credential-atcr help COMMAND" for more about a command.
"#;
    Home::new().run(&["-h"]).stdout(head + tail + DOCUMENTATION).check();
}

#[test]
fn a_topic_is_its_part_of_the_help() {
    let part = |from: &str, to: &str| WHOLE.split_once(from).unwrap().1.split(to).next().unwrap().to_owned();
    Home::new().run(&["help", "environment"]).stdout(part("\nEnvironment:\n", "\nExit codes:")).check();
    Home::new().run(&["help", "exit-codes"]).stdout(part("\nExit codes:\n", "\0")).check();
}

#[test]
fn a_command_has_its_own_help_with_examples() {
    for arguments in [["login", "--help"], ["login", "-h"], ["help", "login"]] {
        Home::new().run(&arguments).stdout(LOGIN).check();
    }
}

const LOGIN: &str = r"Log in to a registry in your browser

Usage: docker-credential-atcr login [OPTIONS] [REGISTRY]

Arguments:
  [REGISTRY]  The registry [default: $ATCR_REGISTRY, the only one you are logged
              in to, or atcr.io]

Options:
      --registry <REGISTRY>      The same as REGISTRY
      --no-browser               Print the URL instead of opening a browser
      --qr                       Show the URL as a QR code, for a phone
      --clipboard                Copy the URL to the clipboard, also over ssh
      --account <HANDLE>         Accept no other account than this one
      --device-name <NAME>       Name of this device [default: the hostname]
      --with-token               Read the account's device secret from stdin
      --store <NAME>             Store the secret in docker-credential-NAME
      --configure-docker <WHEN>  Add it to Docker's config: yes, no, auto (ask)
  -h, --help                     Print help

The new account becomes the active account; other accounts stay logged in. The
device secret is saved to ~/.atcr/device.json, readable only by you. With
--store NAME it is saved by docker-credential-NAME instead: osxkeychain (macOS),
wincred (Windows), secretservice or pass. Without a terminal the URL is printed
and there are no prompts.

Examples:
  # Log in, and again to add another account
  $ docker-credential-atcr login
  # Log in to another registry
  $ docker-credential-atcr login buoy.cr
  # Log in over ssh and open the URL on any device
  $ docker-credential-atcr login --no-browser
  # Store device secrets in the macOS keychain
  $ docker-credential-atcr login --store osxkeychain
  # Log in with a device secret
  $ docker-credential-atcr login --with-token --account HANDLE < secret

Documentation: https://github.com/atcr-io/docker-credential-atcr
";

#[test]
fn every_line_of_the_help_fits_eighty_columns() {
    let home = Home::new();
    let root = command();
    let commands = root.get_subcommands().map(Command::get_name);
    let mut helps: Vec<Vec<&str>> =
        commands.chain(["environment", "exit-codes"]).map(|name| vec!["help", name]).collect();
    helps.extend([vec![], vec!["-h"], vec!["help"]]);
    for arguments in helps {
        let help = home.run(&arguments).any_stdout().check().stdout;
        let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{arguments:?}: {wide:?}");
        // An example that is broken can't be copied.
        let examples = help.split("\nExamples:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap();
        let broken: Vec<&str> =
            examples.lines().filter(|line| !line.starts_with("  # ") && !line.starts_with("  $ ")).collect();
        assert!(broken.is_empty(), "{arguments:?}: {broken:?}");
    }
}

#[test]
fn every_command_has_a_man_page_without_colour() {
    let home = Home::new();
    let mut man = home.command(example("man"));
    man.arg(home.path("man"));
    Run::new(man).check();
    for (page, part) in
        [("", "ATCR_DEVICE_SECRET_FILE"), ("-login", "with\\-token"), ("-switch", "Switch to an account")]
    {
        let page = fs::read_to_string(home.path(&format!("man/docker-credential-atcr{page}.1"))).unwrap();
        assert!(page.contains(part) && !page.contains('\u{1b}'), "{page}");
    }
}

#[test]
fn an_unknown_command_or_topic_is_a_usage_error() {
    let home = Home::new();
    home.run(&["statsu"])
        .status(2)
        .stderr("error: unknown command 'statsu'\n\n  tip: run: docker-credential-atcr status\n\nUsage: docker-credential-atcr [COMMAND]\n\nFor more information, try '--help'.\n")
        .check();
    home.run(&["st"]).status(2).stderr_has(&["unknown command 'st'\n\nUsage: "]).check();
    for words in [&["login", "--scopes", "x"][..], &["completion", "tcsh"], &["login", "--stor", "x"]] {
        let seen = home.run(words).status(2).stderr_has(&["error: "]).check().stderr;
        assert_eq!(seen.contains("a similar"), words.contains(&"--stor"), "{seen}");
    }
    home.run(&["help", "statsu\u{1b}"])
        .status(2)
        .stderr("error: unknown command or help topic \"statsu\u{fffd}\"\n  run: docker-credential-atcr help\n")
        .check();
}

#[test]
fn a_usage_line_shows_nothing_that_was_refused() {
    for (words, error) in [
        (&["--verbose", "status"][..], "unexpected argument '--verbose' found\n\n  tip: set ATCR_DEBUG=1"),
        (
            &["login", "--registry", "a.example", "b.example"],
            "the argument '--registry <REGISTRY>' cannot be used with '[REGISTRY]'",
        ),
        (&["status", "--json=accounts"], "unexpected value 'accounts' for '--json', which takes none"),
    ] {
        let expected = format!("error: {error}\n\nFor more information, try '--help'.\n");
        Home::new().run(words).status(2).stderr(expected).check();
    }
}

/// Variables that libraries read: anstream and reqwest.
const OF_LIBRARIES: [&str; 5] = ["CLICOLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "NO_COLOR", "NO_PROXY"];

/// Variables that describe the session, which nobody sets for this program.
const OF_THE_SESSION: [&str; 22] = [
    "BASH_COMPLETION_USER_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "DOMTERM",
    "GNUPGHOME",
    "KONSOLE_VERSION",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "PASSWORD_STORE_DIR",
    "PATH",
    "SHELL",
    "SSH_CONNECTION",
    "SSH_TTY",
    "TERM",
    "TERM_PROGRAM",
    "TMPDIR",
    "VTE_VERSION",
    "WAYLAND_DISPLAY",
    "WT_SESSION",
    "XDG_DATA_HOME",
    "ZDOTDIR",
];

fn variables<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let is_in_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let names = texts.flat_map(|text| text.split(move |c| !is_in_name(c)));
    names.filter(|name| name.len() > 1).map(str::to_owned).collect()
}

#[test]
fn the_help_and_the_reference_name_every_variable_read() {
    let read = |file: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let reference = read(".github/REFERENCE.md");
    let rows = reference.split("\n## Environment\n").nth(1).unwrap().split("\n## ").next().unwrap().lines();
    let first_column = rows.filter_map(|row| row.strip_prefix("| `")?.split(" | ").next());
    let in_reference = variables(first_column);
    let help = Home::new().run(&["help", "environment"]).any_stdout().check().stdout;
    let in_help = variables(help.lines().filter(|line| !line.starts_with("   ")));
    assert_eq!(in_help, in_reference);
    let files = ["credential", "of_others", "sudo", "terminal"].map(|name| format!("environment/{name}.rs"));
    let files = files.into_iter().chain(["environment.rs".to_owned()]);
    let source: Vec<String> = files.map(|file| read(&format!("src/platform/{file}"))).collect();
    let source = source.iter().map(|text| text.split("#[cfg(test)]\nmod ").next().unwrap()).collect::<String>();
    // The odd parts are in quotes.
    let names = source.split('"').skip(1).step_by(2).filter(|text| !text.contains([' ', '{']));
    let mut in_code = variables(names.filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_')));
    in_code.extend(OF_LIBRARIES.map(str::to_owned));
    let documented = in_help.into_iter().chain(OF_THE_SESSION.map(str::to_owned)).collect();
    assert_eq!(in_code, documented);
}
