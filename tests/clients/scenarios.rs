//! What every client must get right with two accounts, without switching between them.

use std::process::Command;
use std::thread;

use super::client::Client;
use crate::support::terminal::Terminal;
use crate::support::{AppView, EVAN, Home, MICHELLE, Run, appview, two_accounts, two_accounts_none_active};

pub fn consecutive_pushes_use_the_account_in_the_image_name<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts());
    let accounts = home.device_json();
    for owner in [EVAN, MICHELLE] {
        client.make(&home, &image(&appview, owner));
    }
    for owner in [EVAN, MICHELLE, EVAN] {
        succeeds(client.push(&home, &image(&appview, owner)));
        assert_eq!(last_written(&appview, owner), (Some(owner.to_owned()), 201));
    }
    for owner in [EVAN, MICHELLE] {
        assert_eq!(pusher(&appview, owner).as_deref(), Some(owner));
    }
    assert_eq!(home.device_json(), accounts);
}

pub fn concurrent_pushes_use_the_account_in_the_image_name<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts());
    let pushes = [EVAN, MICHELLE].map(|owner| {
        client.make(&home, &image(&appview, owner));
        client.push(&home, &image(&appview, owner))
    });
    thread::scope(|scope| {
        for push in pushes {
            scope.spawn(|| succeeds(push));
        }
    });
    for owner in [EVAN, MICHELLE] {
        assert_eq!(pusher(&appview, owner).as_deref(), Some(owner));
    }
}

pub fn pulls_use_the_account_in_the_image_name<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts());
    for owner in [EVAN, MICHELLE] {
        publish(client, &home, &image(&appview, owner));
    }
    for owner in [EVAN, MICHELLE, EVAN] {
        succeeds(client.pull(&home, &image(&appview, owner)));
        assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
    }
}

pub fn an_image_that_names_an_account_needs_no_active_one<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts_none_active());
    for owner in [EVAN, MICHELLE] {
        publish(client, &home, &image(&appview, owner));
        succeeds(client.pull(&home, &image(&appview, owner)));
        assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
    }
}

pub fn a_push_as_the_other_account_is_refused<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts());
    for (owner, other) in [(EVAN, MICHELLE), (MICHELLE, EVAN)] {
        let image = image(&appview, owner);
        client.make(&home, &image);
        is_refused::<C>(acting_as(other, client.push(&home, &image)));
        assert_eq!(pusher(&appview, owner), None);
        assert_eq!(last_asker(&appview).as_deref(), Some(other));
    }
}

pub fn a_pull_as_the_other_account_is_refused<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts());
    for (owner, other) in [(EVAN, MICHELLE), (MICHELLE, EVAN)] {
        let image = image(&appview, owner);
        publish(client, &home, &image);
        is_refused::<C>(acting_as(other, client.pull(&home, &image)));
        assert_eq!(last_asker(&appview).as_deref(), Some(other));
    }
}

pub fn a_public_image_is_pulled_without_a_login<C: Client>(client: &C) {
    let (appview, stranger, image) = evans_image_and_a_stranger(client);
    appview.make_public(&format!("{EVAN}/app"));
    succeeds(client.pull(&stranger, &image));
    assert_eq!(last_read(&appview, EVAN), (None, 200));
}

pub fn a_private_image_without_a_login_fails_with_a_hint<C: Client>(client: &C) {
    let (appview, stranger, image) = evans_image_and_a_stranger(client);
    let host = appview.host();
    let way = format!("not logged in to {host}; run: docker-credential-atcr login {host}");
    tells(C::FAILURE, &client.pull(&stranger, &image), &way);
    assert_eq!(last_asker(&appview), None);
}

pub fn an_expired_session_shows_where_to_renew_it<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts());
    appview.expire_session(EVAN);
    let url = format!("{}/auth/oauth/login?handle={EVAN}", appview.url());
    push_and_pull_tell(client, &home, &image(&appview, EVAN), &url);
}

pub fn a_revoked_secret_shows_how_to_log_in_again<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts());
    appview.revoke(&home.secret(&appview, EVAN));
    let host = appview.host();
    let way = format!("{host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host}");
    push_and_pull_tell(client, &home, &image(&appview, EVAN), &way);
}

/// Another person's image does not tell which account to use.
pub fn an_ambiguous_account_fails_with_a_hint<C: Client>(client: &C) {
    let (appview, home) = configured(client, two_accounts_none_active());
    let way = format!("run: docker-credential-atcr switch --registry {}", appview.host());
    push_and_pull_tell(client, &home, &image(&appview, "stranger.example"), &way);
}

pub fn a_pipeline_needs_its_environment_and_no_file<C: Client>(client: &C) {
    let (appview, home) = configured(client, (appview(), Home::new()));
    appview.app_password(EVAN, "pass-word");
    let secret = appview.device_secret(MICHELLE);
    for (owner, variable, value) in
        [(EVAN, "ATCR_APP_PASSWORD", "pass-word"), (MICHELLE, "ATCR_DEVICE_SECRET", &*secret)]
    {
        client.make(&home, &image(&appview, owner));
        let mut push = client.push(&home, &image(&appview, owner));
        push.envs([("ATCR_REGISTRY", &*appview.host()), ("ATCR_HANDLE", owner), (variable, value)]);
        succeeds(push);
        assert_eq!(pusher(&appview, owner).as_deref(), Some(owner));
    }
    assert!(!home.path(".atcr/device.json").exists());
}

/// A registry with an image of Evan's, a home with no account, and the image's name.
fn evans_image_and_a_stranger<C: Client>(client: &C) -> (AppView, Home, String) {
    let (appview, home) = configured(client, two_accounts());
    let image = image(&appview, EVAN);
    publish(client, &home, &image);
    let (appview, stranger) = configured(client, (appview, Home::new()));
    (appview, stranger, image)
}

/// With the client configured for the registry, and for the program by Docker's config.json.
pub fn configured<C: Client>(client: &C, (appview, home): (AppView, Home)) -> (AppView, Home) {
    home.configure_docker(&appview.host());
    client.configure(&home, &appview.host());
    (appview, home)
}

/// The one image that most scenarios have for each owner.
pub fn image(appview: &AppView, owner: &str) -> String {
    format!("{}/{owner}/app:1", appview.host())
}

/// Makes and pushes an image.
pub fn publish<C: Client>(client: &C, home: &Home, image: &str) {
    client.make(home, image);
    succeeds(client.push(home, image));
}

/// Runs a command that must succeed, whatever it prints.
pub fn succeeds(command: Command) {
    Run::new(command).any_stdout().any_stderr().check();
}

/// Runs a command that the registry must refuse.
pub fn is_refused<C: Client>(command: Command) {
    let seen = Run::new(command).status(C::FAILURE).any_stdout().any_stderr().check();
    // The latter where the client only looked (HEAD), because then there is no other reason.
    let is_refusal = |words: &&str| seen.stderr.contains(words);
    assert!(["denied", "401 Unauthorized", "401: Unauthorized"].iter().any(is_refusal), "{}", seen.stderr);
}

/// The command with another account than the one in its image.
pub fn acting_as(handle: &str, mut command: Command) -> Command {
    command.env("ATCR_ACCOUNT", handle);
    command
}

fn push_and_pull_tell<C: Client>(client: &C, home: &Home, image: &str, words: &str) {
    client.make(home, image);
    tells(C::FAILURE, &client.push(home, image), words);
    tells(C::FAILURE, &client.pull(home, image), words);
}

/// Runs a command that must fail with this exit code, and these words on the terminal.
pub fn tells(failure: i32, command: &Command, words: &str) {
    // Wide enough that no line is broken.
    let (code, screen) = Terminal::start_of(command, 24, 500).ends();
    assert!(screen.contains(words), "{words:?} is not in\n{screen}");
    assert_eq!(code, failure, "{screen}");
}

/// The account that pushed this owner's image.
fn pusher(appview: &AppView, owner: &str) -> Option<String> {
    appview.pushed(&format!("{owner}/app"), "1").map(|pushed| pushed.by)
}

/// The account that last read a manifest of this owner's image, and the status.
pub fn last_read(appview: &AppView, owner: &str) -> (Option<String>, u16) {
    // containerd and dockerd only look (HEAD) where they have the manifest already.
    last(appview, &["GET", "HEAD"], owner)
}

/// The account that last wrote a manifest of this owner's image, and the status.
pub fn last_written(appview: &AppView, owner: &str) -> (Option<String>, u16) {
    last(appview, &["PUT"], owner)
}

fn last(appview: &AppView, methods: &[&str], owner: &str) -> (Option<String>, u16) {
    let manifests = format!("/v2/{owner}/app/manifests/");
    let log = appview.log();
    let entry = log.iter().rfind(|entry| entry.path.starts_with(&manifests) && methods.contains(&&*entry.method));
    let entry = entry.unwrap_or_else(|| panic!("no request for {manifests} among {log:#?}"));
    (entry.identity.clone(), entry.status)
}

/// The account of the last token request.
fn last_asker(appview: &AppView) -> Option<String> {
    let log = appview.log();
    log.iter().rfind(|entry| entry.path == "/auth/token")?.identity.clone()
}
