//! Lines on a terminal: broken between words, coloured as clap's, with addresses to be clicked.

use crate::support::terminal::Terminal;
use crate::support::{EVAN, Home, MICHELLE, PROGRAM, appview, two_accounts, two_accounts_none_active};

fn start(home: &Home, arguments: &[&str], variables: &[(&str, &str)], columns: u16) -> Terminal {
    let mut command = home.command(*PROGRAM);
    command.args(arguments).envs(variables.iter().copied());
    Terminal::start_of(&command, 100, columns)
}

/// The lines that the program wrote, without colours and links, however the terminal then broke them.
fn written(home: &Home, arguments: &[&str], variables: &[(&str, &str)], columns: u16) -> Vec<String> {
    let mut terminal = start(home, arguments, variables, columns);
    terminal.waits_for("the program's end", |text| text.replace('\n', "").contains("as it was]"));
    let printed = anstream::adapter::strip_str(&terminal.printed()).to_string();
    let printed = printed.split("[ended with").next().unwrap().replace('\r', "");
    printed.lines().map(str::to_owned).collect()
}

fn is_command(line: &str) -> bool {
    let line = line.trim_start();
    ["run: ", "$ ", "docker ", "docker-credential-atcr "].iter().any(|start| line.starts_with(start))
}

#[test]
fn lines_fit_the_terminal_and_commands_stay_whole() {
    let (appview, home) = two_accounts_none_active();
    let image = format!("{}/{EVAN}/app", appview.host());
    for columns in [40, 60] {
        for arguments in [
            &["--help"][..],
            &["-h"],
            &[],
            &["help", "environment"],
            &["help", "exit-codes"],
            &["help", "login"],
            &["configure-docker", "--help"],
            &["status", "--offline"],
            &["status", "ghcr.io"],
            &["logout", "--account", "stranger.example"],
            &["which", "ubuntu"],
            &["which", &image],
            &["doctor"],
            &["configure-docker", "--plugin"],
            &["login", "--no-brwser"],
        ] {
            for line in written(&home, arguments, &[], columns) {
                let is_long = line.chars().count() > columns.into();
                // A path, a URL or a command is not broken.
                let is_one = line.split_whitespace().count() == 1;
                assert!(!is_long || is_one || is_command(&line), "{arguments:?}, {columns} columns: {line:?}");
            }
        }
    }
}

#[test]
fn a_long_line_goes_on_where_its_words_began() {
    let (_appview, home) = two_accounts();
    let lines = |arguments: &[&str]| written(&home, arguments, &[], 40).join("\n");
    assert_eq!(lines(&["status", "ghcr.io"]), "error: ghcr.io is not an ATCR registry;\nnothing is logged in there");
    assert_eq!(
        lines(&["login", "--account", "bob"]),
        "error: --account \"bob\" is not a handle\n(a domain name such as evan.jarrett.net)\n  did you mean \
         bob.bsky.social?"
    );
    let whole = lines(&["help"]);
    let login = lines(&["login", "--help"]);
    let example = "  $ docker-credential-atcr login --with-token --account HANDLE < secret";
    assert!(login.contains(&format!("{example}\n\nDocumentation:")), "{login}");
    for part in [
        "  which             Show the account an\n                    image is pushed or\n                    pulled with, and why",
        "  ATCR_ACCOUNT\n      The handle or DID of the account\n      to use, whatever the image's",
        "  $ docker-credential-atcr which atcr.io/evan.jarrett.net/app:1",
    ] {
        assert!(whole.contains(part), "{whole}");
    }
}

#[test]
fn a_command_in_a_sentence_has_a_line_of_its_own() {
    let (appview, home) = (appview(), Home::new());
    appview.approve_devices_as(EVAN);
    home.configure_docker(&appview.host());
    let (host, variables) = (appview.host(), [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x"), ("SSH_TTY", "/dev/pts/0")]);
    let lines = written(&home, &["login", &host, "--configure-docker=no"], &variables, 40).join("\n");
    let keychain = format!("keychain,\nrun:\ndocker-credential-atcr login {host} --store secretservice\n");
    assert!(lines.contains(&keychain), "{lines}");
    assert!(
        lines.contains(&format!("Next, build and push an image:\n  docker build -t {host}/{EVAN}/app .\n")),
        "{lines}"
    );
}

#[test]
fn our_errors_have_the_colours_of_claps() {
    let home = Home::new();
    let start_of = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut terminal = start(&home, arguments, variables, 100);
        let printed = terminal.shows("error:").waits_for("the end", |text| text.contains("as it was]")).printed();
        let printed = printed.split("error:").collect::<Vec<_>>();
        let after: String = printed[1].chars().take_while(|c| *c != ' ').collect();
        (printed[0].to_owned(), after)
    };
    let claps = start_of(&["login", "--nothing"], &[]);
    assert!(claps.0.contains("\u{1b}[31m"), "{claps:?}");
    assert_eq!(start_of(&["status"], &[]), claps);
    for variables in [[("NO_COLOR", "1")], [("TERM", "dumb")], [("CLICOLOR", "0")]] {
        assert_eq!(start_of(&["status"], &variables), (String::new(), String::new()), "{variables:?}");
    }
    let forced = home.run(&["status"]).env("CLICOLOR_FORCE", "1").status(1);
    forced.stderr_has(&[&format!("{}error:{}", claps.0, claps.1), "\u{1b}[32mrun:\u{1b}[0m docker-"]).check();
}

#[test]
fn every_address_is_a_link_where_the_terminal_has_them() {
    let (appview, home) = two_accounts();
    let (url, page) = (appview.url(), env!("CARGO_PKG_REPOSITORY"));
    let linked = |url: &str| format!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\");
    for (variables, has_links) in [
        (&[("TERM_PROGRAM", "WezTerm")][..], true),
        (&[("TERM_PROGRAM", "WezTerm"), ("NO_COLOR", "1")], true),
        (&[("FORCE_HYPERLINK", "1")], true),
        (&[("TERM_PROGRAM", "WezTerm"), ("FORCE_HYPERLINK", "0")], false),
        (&[("FORCE_HYPERLINK", "1"), ("TERM", "dumb")], false),
        (&[], false),
    ] {
        for (arguments, url) in [(&["--help"][..], page), (&["help"], page), (&["logout", "--account", MICHELLE], &url)]
        {
            home.log_in(&appview, &[EVAN, MICHELLE]);
            let mut terminal = start(&home, arguments, variables, 100);
            let printed = terminal.waits_for("the end", |text| text.contains("as it was]")).printed();
            assert_eq!(printed.contains(&linked(url)), has_links, "{arguments:?} {variables:?}: {printed:?}");
        }
    }
    home.run(&["help"])
        .env("FORCE_HYPERLINK", "1")
        .any_stdout()
        .stdout_has(&[&format!("Documentation: {page}\n")])
        .check();
}
