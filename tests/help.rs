//! The help, whole screens of it.

use std::fs;

use crate::support::{Home, Run, example};

const WHOLE: &str = r"Docker credential helper for ATCR, the container registry on the AT Protocol.

Log in once. After that docker push and pull, compose, podman, buildah and
skopeo get the credential of the account that the image's name holds:
atcr.io/HANDLE/IMAGE. Several accounts need no switching.

Usage: docker-credential-atcr [COMMAND]

Accounts:
  login             Log in to a registry in your browser
  logout            Log out of a registry
  status            Show your registries and accounts
  switch            Choose the account that is used where the image does not say

Docker:
  which             Show the account an image is pushed or pulled with, and why
  configure-docker  Have Docker ask this program for the registries you are logged in to
  doctor            Find what would make a push fail, and the command that mends it

Help:
  help              Show the help of a command or topic
  completion        Print completions for your shell
  update            Replace this program with its newest version
  version           Show the version

Topics, for 'help TOPIC':
  environment       The environment variables that are obeyed
  exit-codes        What the exit codes mean

Options:
  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Examples:
  # Log in to atcr.io in your browser
  $ docker-credential-atcr login
  # Push: the image's name says as whom
  $ docker push atcr.io/evan.jarrett.net/app:1
  # See as whom, and why
  $ docker-credential-atcr which atcr.io/evan.jarrett.net/app:1

Environment:
  ATCR_HANDLE, ATCR_DEVICE_SECRET
      The credential for $ATCR_REGISTRY (default atcr.io) without any file, as
      in CI. Used instead of any account you are logged in as.
  ATCR_APP_PASSWORD
      An ATProto app password, instead of the device secret.
  ATCR_DEVICE_SECRET_FILE
      A file that holds the device secret.
  ATCR_REGISTRY
      The default registry.
  ATCR_ACCOUNT
      The handle or DID to use, whatever the image says: for docker compose,
      whose command line names no image.
  ATCR_CONFIG_DIR
      Where the accounts are kept, instead of ~/.atcr.
  ATCR_DEBUG
      1: tell on stderr what was decided and why; never a secret.
  ATCR_NO_UPDATE_NOTIFIER, CI
      Either: no word of newer versions, and no look for them.
  DOCKER_CONFIG
      The folder of Docker's config.json, instead of ~/.docker.
  BROWSER
      The program that opens web pages; several are tried in turn. %s in its
      arguments stands for the address.
  NO_COLOR, CLICOLOR_FORCE
      No colour; colour even where it goes to no terminal.
  HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR
      As everywhere.

Exit codes:
    0  done
    1  failed; the reason is on stderr, with the command that mends it
    2  the command line can't be understood, or lacks something that nobody
       can be asked for without a terminal
  130  you cancelled it

  get, store, erase and list, which Docker calls, know 0 and 1 alone.
";

#[test]
fn no_arguments_at_all_show_the_help_on_stdout() {
    for arguments in [&[][..], &["--help"], &["help"]] {
        Home::new().run(arguments).stdout(WHOLE).check();
    }
}

#[test]
fn the_short_help_is_one_screen() {
    let head = WHOLE.split_once("Options:\n").unwrap().0;
    let head = head.replace(&WHOLE[WHOLE.find("Log in once.").unwrap()..WHOLE.find("Usage").unwrap()], "");
    let tail = "Options:
  -h, --help     Print help (see more with '--help')
  -V, --version  Print version

See more with '--help', and of a command with 'help COMMAND'.
";
    Home::new().run(&["-h"]).stdout(head + tail).check();
}

#[test]
fn a_topic_is_the_part_of_the_help_that_is_about_it() {
    let part = |from: &str, to: &str| WHOLE.split_once(from).unwrap().1.split(to).next().unwrap().to_owned();
    Home::new().run(&["help", "environment"]).stdout(part("\nEnvironment:\n", "\nExit codes:")).check();
    Home::new().run(&["help", "exit-codes"]).stdout(part("\nExit codes:\n", "\0")).check();
}

#[test]
fn a_command_says_what_it_does_and_gives_examples() {
    for (command, help) in [("login", LOGIN), ("logout", LOGOUT), ("switch", SWITCH), ("update", UPDATE)] {
        for arguments in [[command, "--help"], [command, "-h"], ["help", command]] {
            Home::new().run(&arguments).stdout(help).check();
        }
    }
}

const LOGIN: &str = r"Log in to a registry in your browser

Usage: docker-credential-atcr login [OPTIONS] [REGISTRY]

Arguments:
  [REGISTRY]  The registry [default: $ATCR_REGISTRY, the only one logged in to, or atcr.io]

Options:
      --no-browser               Show the address to open, and start no browser
      --device-name <NAME>       This device's name at the registry [default: the machine's]
      --with-token               Read a device secret (atcr_device_...) from stdin instead
      --handle <HANDLE>          Whose device secret it is
      --store <NAME>             Keep all device secrets in this credential store; file: in ours
      --configure-docker <WHEN>  Let Docker ask for it: yes, no, or auto, which asks [default: auto]
  -h, --help                     Print help

The account becomes the active one; those you logged in as before stay. Only its
device secret is kept, in ~/.atcr/device.json, for your eyes alone. --store NAME
hands all of them to docker-credential-NAME instead: osxkeychain (macOS), wincred
(Windows), secretservice or pass. Without a terminal the address is shown, and
nothing is asked.

Examples:
  # Log in; and again, as somebody else
  $ docker-credential-atcr login
  # Log in to another registry
  $ docker-credential-atcr login buoy.cr
  # Over ssh: open the address on any device
  $ docker-credential-atcr login --no-browser
  # Keep the device secrets in macOS' keychain
  $ docker-credential-atcr login --store osxkeychain
  # Keep a device secret that you have
  $ docker-credential-atcr login --with-token --handle evan.jarrett.net < secret
";

const LOGOUT: &str = r"Log out of a registry

Usage: docker-credential-atcr logout [OPTIONS] [REGISTRY]

Arguments:
  [REGISTRY]  The registry [default: $ATCR_REGISTRY, the only one logged in to, or atcr.io]

Options:
      --account <HANDLE>  The account, where there are several
      --all               Every account of the registry, or of all registries where none is named
  -y, --yes               Don't ask whether --all is meant
  -h, --help              Print help

Forgets the device secret on this machine. Where others are logged in, it says
which account is used from now on.

Examples:
  # Log out; asks which account where there are several
  $ docker-credential-atcr logout
  # Log out one of them
  $ docker-credential-atcr logout atcr.io --account evan.jarrett.net
  # Forget everything, in a script
  $ docker-credential-atcr logout --all --yes
";

const SWITCH: &str = r"Choose the account that is used where the image does not say

Usage: docker-credential-atcr switch [OPTIONS] [HANDLE]

Arguments:
  [HANDLE]  The account [default: the other one of two]

Options:
      --registry <REGISTRY>  Its registry [default: $ATCR_REGISTRY, the only one, or atcr.io]
  -h, --help                 Print help

The active account is used for images that name none of yours. Your own images
are pushed and pulled as who they belong to, whoever is active.

Examples:
  # Of two accounts, take the other one
  $ docker-credential-atcr switch
  # Take this account
  $ docker-credential-atcr switch evan.jarrett.net --registry atcr.io
";

const UPDATE: &str = r"Replace this program with its newest version

Usage: docker-credential-atcr update [OPTIONS]

Options:
      --check  Only look whether there is a newer version
  -y, --yes    Don't ask
  -h, --help   Print help

Downloads the release for this machine, verifies its checksum, runs it once, and
only then replaces this program, in one step. Asks first. A copy that a package
manager installed is left to it. The registry asked is $ATCR_REGISTRY, the only
one logged in to, or atcr.io.

Examples:
  # Is there a newer version?
  $ docker-credential-atcr update --check
  # Update, in a script
  $ docker-credential-atcr update --yes
";

#[test]
fn nothing_in_the_help_is_wider_than_a_hundred_columns() {
    let home = Home::new();
    let commands = ["login", "logout", "status", "switch", "which", "help", "completion", "update", "version"];
    for topic in commands.iter().chain(&["environment", "exit-codes"]) {
        let help = home.run(&["help", topic]).any_stdout().check().stdout;
        let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(wide.is_empty(), "{topic}: {wide:?}");
    }
}

#[test]
fn help_on_what_there_is_not_is_a_usage_error() {
    Home::new()
        .run(&["help", "statsu\u{1b}"])
        .status(2)
        .stderr(
            "error: \"statsu\u{fffd}\" is neither a command nor a topic\n  see them all: docker-credential-atcr help\n",
        )
        .check();
}

#[test]
fn every_command_has_a_man_page_without_colour() {
    let home = Home::new();
    let mut man = home.command(example("man"));
    man.arg(home.path("man"));
    Run::new(man).check();
    for (page, part) in [("", "ATCR_DEVICE_SECRET_FILE"), ("-login", "with\\-token"), ("-switch", "Take this account")]
    {
        let page = fs::read_to_string(home.path(&format!("man/docker-credential-atcr{page}.1"))).unwrap();
        assert!(page.contains(part) && !page.contains('\u{1b}'), "{page}");
    }
}

#[test]
fn dockers_verbs_are_hidden_from_the_help() {
    let home = Home::new();
    let help = home.run(&["--help"]).stdout_has(&["Accounts:"]).check().stdout;
    for verb in ["get", "store", "erase", "list"] {
        let is_command = |line: &str| line.strip_prefix("  ").is_some_and(|line| line.split(' ').next() == Some(verb));
        assert!(!help.lines().any(is_command), "{verb} in {help}");
    }
}

#[test]
fn an_unknown_command_is_a_usage_error_with_a_suggestion() {
    Home::new().run(&["statsu"]).status(2).stderr_has(&["unrecognized subcommand 'statsu'", "'status'"]).check();
}
