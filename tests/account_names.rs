//! Names that are no account's: what was probably meant, and where a handle is shown.

use crate::support::{EVAN, Home, MICHELLE, one_account, two_accounts};

#[test]
fn a_word_for_a_handle_leads_to_one() {
    let (appview, home) = two_accounts();
    let known = format!("logged in: {EVAN}, {MICHELLE}");
    let bluesky = "your profile on Bluesky shows your handle";
    let evan = format!("did you mean {EVAN}?");
    let michelle = format!("did you mean {MICHELLE}?");
    let bob = "did you mean bob.bsky.social?";
    for (name, of_new, of_known) in [
        ("evan", &*evan, &*evan),
        ("Mich", &michelle, &michelle),
        ("bob", bob, &known),
        ("Bob", bob, &known),
        ("@bob", bob, &known),
        ("b_b", bluesky, &known),
        ("-", bluesky, &known),
        ("bob@example.com", bluesky, &known),
    ] {
        for command in ["login", "logout", "status", "doctor", "configure-docker"] {
            let flag = format!("--account={name}");
            let seen = home
                .run(&[command, &flag])
                .status(2)
                .stderr_has(&["error: --account \"", "\" is not a handle"])
                .check();
            let hint = if command == "login" { of_new } else { of_known };
            assert!(seen.stderr.ends_with(&format!("\n  {hint}\n")), "{command} {name}: {}", seen.stderr);
        }
    }
    assert_eq!(appview.connections(), 0);
}

#[test]
fn the_account_variable_may_be_mistyped() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let no_handle = "ATCR_ACCOUNT is neither a handle nor a DID";
    let absent = |name: &str| {
        format!("ATCR_ACCOUNT names {name}, which is not logged in to {host} (logged in: {EVAN}, {MICHELLE})")
    };
    for (name, error) in [("evan", no_handle.to_owned()), ("evan.jarret.net", absent("evan.jarret.net"))] {
        let meant = format!("did you mean {EVAN}?");
        home.verb("get", &*host).env("ATCR_ACCOUNT", name).fails_with(&format!("{error}; {meant}")).check();
        let image = format!("{host}/{MICHELLE}/app");
        for words in [&["which", &*image][..], &["token", &image]] {
            home.run(words).env("ATCR_ACCOUNT", name).status(1).stderr(format!("error: {error}\n  {meant}\n")).check();
        }
        let status = home.run(&["status", "--offline"]).env("ATCR_ACCOUNT", name);
        status.status(1).any_stdout().stderr(format!("error: {error}\n  {meant}\n")).check();
    }
    let switched = home.run(&["switch", EVAN]).env("ATCR_ACCOUNT", "michelle");
    switched.status(1).stderr_has(&[&format!("error: {no_handle}\n  did you mean {MICHELLE}?\n")]).check();
}

#[test]
fn an_account_that_is_not_there_may_be_mistyped() {
    let (appview, home) = two_accounts();
    let (host, image) = (appview.host(), format!("{}/{MICHELLE}/app", appview.host()));
    let error = format!(
        "error: --account names evan.jarret.net, which is not logged in to {host} (logged in: {EVAN}, {MICHELLE})\n"
    );
    for command in ["which", "token"] {
        let run = home.run(&[command, &image, "--account", "evan.jarret.net"]);
        run.status(1).stderr(format!("{error}  did you mean {EVAN}?\n")).check();
    }
    let stranger = home.run(&["which", &image, "--account", "stranger.example"]).status(1);
    stranger
        .stderr_has(&[&format!("\n  run: docker-credential-atcr login {host} --account stranger.example\n")])
        .check();
}

#[test]
fn a_login_takes_the_did_of_an_account_that_it_knows() {
    let (appview, home) = one_account();
    let file: serde_json::Value = serde_json::from_str(&home.device_json()).unwrap();
    let did = file["registries"][appview.url()]["accounts"][EVAN]["did"].as_str().unwrap().to_owned();
    let known = home.run(&["login", &appview.host(), "--account", &did, "--with-token"]);
    known.stdin(home.secret(&appview, EVAN)).stderr_has(&[&format!(" as {EVAN}.\n")]).check();
    home.run(&["login", &appview.host(), "--account", "did:plc:stranger", "--with-token"])
        .status(2)
        .stderr(format!(
            "error: did:plc:stranger is not logged in to {}\n  name the account by its handle, which your profile on Bluesky shows\n",
            appview.host()
        ))
        .check();
}

#[test]
fn without_accounts_a_word_is_like_no_handle() {
    let hint = "  did you mean evan.bsky.social?\n";
    let error = "error: --account \"evan\" is not a handle (a domain name such as evan.jarrett.net)\n";
    Home::new().run(&["login", "--account", "evan"]).status(2).stderr(format!("{error}{hint}")).check();
}
