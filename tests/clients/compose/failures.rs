//! What compose shows on a terminal where a push or pull can't go on.

use super::{Compose, composes, shapes};
use crate::clients::scenarios::tells;
use crate::clients::shape::{Shape, logged_in};
use crate::support::{AppView, EVAN, Home, MICHELLE, two_accounts_none_active};

#[test]
fn several_owners_of_pushed_images_are_named() {
    for compose in composes() {
        let (appview, home) = logged_in(&[EVAN, MICHELLE]);
        home.write("project/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        home.write("project/compose.yaml", shapes::TWO_OWNERS.replace("REGISTRY", &appview.host()));
        for words in [&["push"][..], &["build", "--push"]] {
            let message = format!(
                "compose.yaml pushes images of {EVAN} and {MICHELLE}, and one command can push as one account only; name the \
                 services of one account, then those of the other: docker compose {} SERVICE",
                words.join(" ")
            );
            tells(1, &compose.command(&home, &shapes::INCLUDE, words), &message);
        }
    }
}

#[test]
fn without_an_account_named_or_active_the_switch_is_named() {
    for compose in composes() {
        let (appview, home) = two_accounts_none_active();
        home.configure_docker(&appview.host());
        let way = format!("run: docker-credential-atcr switch --registry {}", appview.host());
        each_verb_tells(&compose, &appview, &home, "stranger.example", &way);
    }
}

#[test]
fn an_expired_session_shows_where_to_renew_it() {
    for compose in composes() {
        let (appview, home) = logged_in(&[EVAN, MICHELLE]);
        appview.expire_session(EVAN);
        let url = format!("{}/auth/oauth/login?handle={EVAN}", appview.url());
        each_verb_tells(&compose, &appview, &home, EVAN, &url);
    }
}

#[test]
fn a_revoked_secret_shows_how_to_log_in_again() {
    for compose in composes() {
        let (appview, home) = logged_in(&[EVAN, MICHELLE]);
        appview.revoke(&home.secret(&appview, EVAN));
        let host = appview.host();
        let way = format!("{host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host}");
        each_verb_tells(&compose, &appview, &home, EVAN, &way);
    }
}

fn each_verb_tells(compose: &Compose, appview: &AppView, home: &Home, owner: &str, words: &str) {
    const SHAPE: &Shape = &shapes::OVERRIDE;
    SHAPE.write(home, appview, owner);
    // Not `up`, which goes on with an image that is there.
    for verb in [&["push"][..], &["build", "--push"]] {
        tells(1, &compose.command(home, SHAPE, verb), words);
    }
}
