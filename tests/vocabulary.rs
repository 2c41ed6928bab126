//! One vocabulary: what names a registry and an account is the same in every command, however it was copied, and what was
//! meant is said where something else was given.

use crate::support::{EVAN, Home, MICHELLE, Run, appview, home_of_evan, two_accounts};

/// As Bluesky shows it, as its links have it, and with what pages and chats add.
const COPIED: [&str; 5] = [
    "@evan.jarrett.net",
    "at://evan.jarrett.net",
    " Evan.Jarrett.Net ",
    "\u{2068}@evan.\u{200b}jarrett.net\u{2069}\u{a0}",
    "\u{feff}at://evan.jarrett.net/\u{200f}",
];

fn copied(host: &str) -> [String; 4] {
    [
        format!(" {host} "),
        format!("\u{feff}{host}\u{a0}"),
        format!("\u{2066}{host}\u{2069}"),
        host.replacen('.', ".\u{200b}", 1),
    ]
}

fn words(line: &str, host: &str) -> Vec<String> {
    line.split(' ').map(|word| word.replace("HOST", host)).collect()
}

fn run(home: &Home, words: &[String]) -> Run {
    home.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).named(&format!("{words:?}"))
}

#[test]
fn a_copied_handle_is_taken_by_every_command() {
    let appview = appview();
    let host = appview.host();
    for handle in COPIED {
        for line in [
            "switch HANDLE",
            "switch --account HANDLE",
            "switch --handle HANDLE --registry HOST",
            "logout --account HANDLE",
            "logout --handle HANDLE --registry HOST",
            "status --account HANDLE",
            "status HOST --handle HANDLE --json",
            "which HOST/x.example/app --account HANDLE",
            "token HOST/x.example/app --account HANDLE",
            "configure-docker --account HANDLE",
        ] {
            let home = Home::new();
            home.log_in(&appview, &[EVAN, MICHELLE]);
            let words: Vec<String> = words(line, &host).iter().map(|word| word.replace("HANDLE", handle)).collect();
            let seen = run(&home, &words).any_stdout().any_stderr().check();
            let printed = seen.stdout + &seen.stderr;
            assert!(
                line.starts_with("token") || line.starts_with("conf") || printed.contains(EVAN),
                "{line}: {printed}"
            );
            assert!(!printed.contains(['@', '\u{fffd}', '\u{200b}']), "{line}: {printed}");
        }
    }
}

#[test]
fn a_copied_registry_is_taken_by_every_command() {
    let appview = appview();
    let host = appview.host();
    for registry in copied(&host) {
        for line in [
            "switch evan.jarrett.net --registry HOST",
            "logout HOST --account evan.jarrett.net",
            "logout --registry HOST --account evan.jarrett.net",
            "status HOST",
            "status --registry HOST",
            "configure-docker HOST",
            "configure-docker --registry HOST",
            "which evan.jarrett.net/app --registry HOST",
            "token evan.jarrett.net/app --registry HOST",
            "login HOST --with-token --handle @evan.jarrett.net",
            "login --registry HOST --with-token --handle at://evan.jarrett.net",
        ] {
            let home = Home::new();
            home.log_in(&appview, &[EVAN, MICHELLE]);
            let secret = format!("\u{feff}{}\u{a0}\n", appview.device_secret(EVAN));
            run(&home, &words(line, &registry)).stdin(secret).any_stdout().any_stderr().check();
        }
    }
}

#[test]
fn copied_variables_and_files_are_taken_too() {
    let (appview, home) = two_accounts();
    let (host, image) = (appview.host(), format!("{}/x.example/app", appview.host()));
    let secret = appview.device_secret(EVAN);
    home.write("secret", format!("\u{feff}{secret}\u{a0}\r\n"));
    #[cfg(unix)]
    home.set_mode("secret", 0o600);
    for handle in COPIED {
        home.verb("get", &*host).env("ATCR_ACCOUNT", handle).stdout(home.credential(&appview, EVAN, &host)).check();
        for (name, value) in [
            ("ATCR_DEVICE_SECRET", format!("\u{200b}{secret}\u{a0}")),
            ("ATCR_DEVICE_SECRET_FILE", home.path("secret").display().to_string()),
        ] {
            home.verb("get", &*host)
                .env("ATCR_REGISTRY", &copied(&host)[1])
                .env("ATCR_HANDLE", handle)
                .env(name, value)
                .stdout(crate::support::credential(&host, EVAN, &secret))
                .check();
        }
        let other = home_of_evan(&appview);
        other.write_device_json(with_handle(&other.device_json(), handle));
        other.configure_docker(&host);
        other.run(&["which", &image]).stdout_has(&["pulls as evan.jarrett.net"]).check();
    }
}

fn with_handle(device_json: &str, handle: &str) -> String {
    device_json.replace("\"handle\": \"evan.jarrett.net\"", &format!("\"handle\": {}", serde_json::json!(handle)))
}

/// Docker would look elsewhere for such a host, or refuse it.
#[test]
fn docker_names_its_server_exactly() {
    let (appview, home) = two_accounts();
    let host = appview.host().replacen('.', ".\u{200d}", 1);
    home.verb("get", &*host).status(1).any_stdout().any_stderr().check();
    home.verb("erase", &*host).status(1).any_stdout().any_stderr().check();
}

#[test]
fn a_handle_that_is_no_registry_may_be_ones_own() {
    Home::new()
        .run(&["login", "evan.invalid"])
        .status(1)
        .stderr(
            "error: can't log in to https://evan.invalid: it can't be reached: there is no address for evan.invalid (DNS)\n  \
             if evan.invalid is your handle, log in with --account evan.invalid; otherwise check the registry's name, \
             and that this machine is online\n",
        )
        .check();
}

#[test]
fn an_account_is_never_taken_for_a_registry() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let before = home.device_json();
    for (line, fix) in [
        ("logout evan.jarrett.net", "logout --account evan.jarrett.net"),
        ("logout --registry @evan.jarrett.net", "logout --account evan.jarrett.net"),
        ("logout at://stranger.example --all", "logout --account stranger.example"),
        ("logout did:plc:evan", "logout --account did:plc:evan"),
        ("status evan.jarrett.net", "status --account evan.jarrett.net"),
        ("switch --registry evan.jarrett.net", "switch --account evan.jarrett.net"),
        ("configure-docker evan.jarrett.net", "configure-docker --account evan.jarrett.net"),
        ("doctor --registry evan.jarrett.net", "doctor --account evan.jarrett.net"),
        ("login evan.jarrett.net", "login --account evan.jarrett.net"),
        ("login --registry @stranger.example", "login --account stranger.example"),
        ("which @stranger.example/app", &format!("which {host}/stranger.example/app")),
        ("token at://evan.jarrett.net/app", &format!("token {host}/evan.jarrett.net/app")),
        ("which evan.jarrett.net/app:1", &format!("which {host}/evan.jarrett.net/app:1")),
        ("token evan.jarrett.net/app", &format!("token {host}/evan.jarrett.net/app")),
    ] {
        run(&home, &words(line, ""))
            .status(2)
            .stderr_has(&[" is an account, not a registry\n", &format!("  run: docker-credential-atcr {fix}\n")])
            .check();
    }
    assert_eq!((home.device_json(), appview.connections()), (before, 0));
}

#[test]
fn a_word_that_is_no_registry_is_not_connected_to() {
    let (appview, home) = two_accounts();
    for (line, fix) in [
        ("login help", "  run: docker-credential-atcr help login\n"),
        ("login status", "  run: docker-credential-atcr help status\n"),
        ("logout evan", "  run: docker-credential-atcr logout --account evan.jarrett.net\n"),
        ("login atcr", "  run: docker-credential-atcr login atcr.io\n"),
        ("status xyz", ""),
    ] {
        let word = line.split(' ').next_back().unwrap();
        run(&home, &words(line, ""))
            .status(2)
            .stderr(format!("error: \"{word}\" is not the name of a registry (HOST, HOST:PORT or https://HOST)\n{fix}"))
            .check();
    }
    home.run(&["login", "ghcr.io"])
        .status(2)
        .stderr("error: ghcr.io is not an ATCR registry\n  run: docker login ghcr.io\n")
        .check();
    assert_eq!(appview.connections(), 0);
}

#[test]
fn what_was_probably_meant_is_asked() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let not_logged_in =
        |handle: &str| format!("error: {handle} is not logged in to {host} (logged in: {EVAN}, {MICHELLE})\n");
    let no_handle = |name: &str| format!("error: {name} is not a handle (a domain name such as evan.jarrett.net)\n");
    for (line, status, error) in [
        ("switch evan", 2, no_handle("\"evan\"")),
        ("logout --account @evan", 2, no_handle("--account \"@evan\"")),
        ("status --account evan", 2, no_handle("--account \"evan\"")),
        ("switch evan.jarett.net", 1, not_logged_in("evan.jarett.net")),
        ("logout --account evan.bsky.social", 1, not_logged_in("evan.bsky.social")),
        ("status --account evna.jarrett.net", 1, not_logged_in("evna.jarrett.net")),
        ("doctor --account evna.jarrett.net", 1, not_logged_in("evna.jarrett.net")),
    ] {
        run(&home, &words(line, "")).status(status).stderr(format!("{error}  did you mean {EVAN}?\n")).check();
    }
    let otherwise = "otherwise, run: docker-credential-atcr login atcr.oi";
    for line in ["status atcr.oi", "switch --registry atcr.oi"] {
        run(&home, &words(line, ""))
            .status(1)
            .stderr(format!("error: not logged in to atcr.oi\n  did you mean atcr.io? {otherwise}\n"))
            .check();
    }
    home.run(&["which", "atcr.oi/a.example/app"])
        .status(1)
        .stderr(format!("error: not logged in to atcr.oi\n  did you mean atcr.io/a.example/app? {otherwise}\n"))
        .check();
    let doctor = home.run(&["doctor", "--registry", "atcr.oi"]).status(1).any_stderr();
    doctor.stdout_has(&[&format!("✗ not logged in to atcr.oi\n    did you mean atcr.io? {otherwise}\n")]).check();
}

#[test]
fn words_of_other_programs_name_our_commands() {
    for (line, command) in [
        ("auth login", "login"),
        ("whoami", "status"),
        ("ls", "status"),
        ("list-accounts", "status"),
        ("use x", "switch"),
        ("auth status", "status"),
        ("auth switch --user x", "switch"),
        ("auth logout", "logout"),
        ("auth token", "token IMAGE"),
        ("auth configure-docker", "configure-docker"),
        ("auth setup-git", "configure-docker"),
        ("auth stauts", "status"),
        ("auth --hostname atcr.io", "login"),
        ("auth", "login"),
        ("registry login", "login"),
        ("docker-credential-atcr status", "status"),
        ("setup", "login"),
        ("init", "login"),
        ("install", "login"),
        ("LOGIN", "login"),
        ("logn", "login"),
        ("logou", "logout"),
        ("up", "update"),
        ("explain", "which IMAGE"),
        ("completions", "help completion"),
        ("enviroment", "help environment"),
        ("ci", "help environment"),
        ("env", "help environment"),
        ("exit-codes", "help exit-codes"),
    ] {
        let word = line.split(' ').next().unwrap();
        run(&Home::new(), &words(line, ""))
            .status(2)
            .stderr_has(&[&format!(
                "error: unknown command '{word}'\n\n  tip: run: docker-credential-atcr {command}\n"
            )])
            .check();
    }
    // No guess is better than a far one.
    let seen = Home::new().run(&["open"]).status(2).any_stderr().check();
    assert!(!seen.stderr.contains("tip:"), "{}", seen.stderr);
}

#[test]
fn a_flag_that_is_not_there_gets_no_noise() {
    let seen = Home::new().run(&["login", "--web"]).status(2).any_stderr().check();
    assert!(!seen.stderr.contains("as a value"), "{}", seen.stderr);
    for (words, tip) in [
        (["status", "--hostname", "h"], "the flag is --registry"),
        (["token", "--user", "x"], "the flag is --account"),
        (["status", "--jq", "."], "pipe --json into jq"),
        (["login", "--force", "atcr.io"], "a login replaces the previous one without asking"),
        (["configure-docker", "--force", "atcr.io"], "the flag is --yes"),
        (["logout", "-a", "atcr.io"], "the flag is --account, or for all accounts --all"),
        (["switch", "-a", "evan.example"], "the flag is --account"),
        (["logout", "--all-accounts", "atcr.io"], "the flag is --all"),
        (["status", "-j", "atcr.io"], "the flag is --json"),
        (
            ["login", "--password-stdin", "atcr.io"],
            "pipe the device secret into: docker-credential-atcr login --with-token --account HANDLE",
        ),
    ] {
        let seen = Home::new().run(&words).status(2).stderr_has(&[&format!("\n  tip: {tip}\n")]).check();
        assert!(!seen.stderr.contains("similar"), "{}", seen.stderr);
    }
    let seen = Home::new().run(&["update", "--hostname", "h"]).status(2).any_stderr().check();
    assert!(!seen.stderr.contains("tip:"), "{}", seen.stderr);
    Home::new()
        .run(&["logout", "--acount", "x"])
        .status(2)
        .stderr_has(&["tip: a similar argument exists: '--account'"])
        .check();
}

#[test]
fn doctor_says_how_a_registry_or_account_is_named() {
    for named in ["atcr.io", "https://buoy.cr", "127.0.0.1:5000"] {
        let host = named.trim_start_matches("https://");
        let hint = format!("\n  run: docker-credential-atcr doctor --registry {host}\n");
        Home::new().run(&["doctor", named]).status(2).stderr_has(&["is not an image with a registry", &hint]).check();
    }
    let (_appview, home) = two_accounts();
    for named in [EVAN, "@stranger.example", "did:plc:evan"] {
        let account = named.trim_start_matches('@');
        let hint = format!("\n  run: docker-credential-atcr doctor --account {account}\n");
        home.run(&["doctor", named]).status(2).stderr_has(&["is not an image with a registry", &hint]).check();
    }
    let seen = Home::new().run(&["doctor", "ubuntu"]).status(2).any_stderr().check();
    assert!(!seen.stderr.contains("run: "), "{}", seen.stderr);
}

#[test]
fn help_explains_the_protocols_and_near_topics() {
    let home = Home::new();
    for verb in ["get", "store", "erase", "list"] {
        let part = format!("docker-credential-atcr {verb} is part of Docker's credential helper protocol");
        home.run(&["help", verb]).stdout_has(&[&part]).check();
    }
    home.run(&["help", "kubelet"]).stdout_has(&["Act as a kubelet image credential provider"]).check();
    for (topic, meant) in [("env", "environment"), ("logn", "login"), ("whoami", "status"), ("exit", "exit-codes")] {
        home.run(&["help", topic])
            .status(2)
            .stderr(format!(
                "error: unknown command or help topic \"{topic}\"\n  run: docker-credential-atcr help {meant}\n"
            ))
            .check();
    }
}

#[test]
fn the_account_flag_decides_whatever_the_image() {
    let (appview, home) = two_accounts();
    let (host, url) = (appview.host(), appview.url());
    home.configure_docker(&host);
    let image = format!("{host}/{EVAN}/app");
    home.run(&["which", &image, "--account", MICHELLE])
        .stdout(format!("{image}: pulls as {MICHELLE} (--account); pushing needs {EVAN}\n"))
        .check();
    home.run(&["which", &image, "--account", "c.example"])
        .status(1)
        .stderr_has(&["--account names c.example, which is not logged in to "])
        .check();
    home.run(&["which", "docker.io/a/b", "--registry", &host])
        .status(2)
        .stderr(format!("error: docker.io/a/b is not an image at {host}\n"))
        .check();
    assert!(url.ends_with(&host) && appview.connections() == 0);
}

#[test]
fn status_and_doctor_show_one_account() {
    let (appview, home) = two_accounts();
    home.configure_docker(&appview.host());
    for command in ["status", "doctor"] {
        let seen = home.run(&[command, "--account", EVAN]).any_end().check();
        assert!(seen.stdout.contains(EVAN) && !seen.stdout.contains(MICHELLE), "{}", seen.stdout);
    }
}

#[test]
fn the_owner_of_an_image_may_be_copied_too() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    home.configure_docker(&host);
    for image in
        ["@evan.jarrett.net/app", "at://evan.jarrett.net/app", "evan.jarrett.net/app", "\u{200b}@evan.jarrett.net/app"]
    {
        let expected = format!("{image}: {EVAN} (named by the image)\n");
        home.run(&["which", "--registry", &host, image]).named(image).stdout_has(&[&expected[image.len()..]]).check();
    }
    let expected = format!("{MICHELLE} (active); pushing needs stranger.example\n");
    home.run(&["which", "--registry", &host, "@stranger.example/app"])
        .stdout_has(&[&expected[MICHELLE.len()..]])
        .check();
}
