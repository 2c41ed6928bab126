//! What buildx shows on a terminal where a push can't go on.

use super::{bake, shapes};
use crate::clients::scenarios::{image, tells};
use crate::clients::shape::{Docker, logged_in};
use crate::support::{AppView, EVAN, Home, MICHELLE, two_accounts_none_active};

#[test]
fn several_owners_of_pushed_images_are_named() {
    let Some(docker) = Docker::new() else { return };
    let (appview, home) = logged_in(&[EVAN, MICHELLE]);
    home.write("project/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    let [evans, michelles] = [EVAN, MICHELLE].map(|owner| image(&appview, owner));
    home.write("project/docker-bake.hcl", format!("target \"default\" {{ tags = [\"{evans}\", \"{michelles}\"] }}\n"));
    let build = ["build", "--push", "--tag", &evans, "--tag", &michelles, "."];
    for (words, way) in [
        (
            &["bake", "--push"][..],
            "name the targets of one account, then those of the other: docker buildx bake --push TARGET",
        ),
        (&build, "push them one account at a time: docker buildx build --push ..."),
    ] {
        let command = docker.command(&home, &[&["buildx"], words]);
        for words in [EVAN, MICHELLE, way] {
            tells(1, &command, words);
        }
    }
}

#[test]
fn without_an_account_named_or_active_the_switch_is_named() {
    let Some(docker) = Docker::new() else { return };
    let (appview, home) = two_accounts_none_active();
    home.configure_docker(&appview.host());
    let way = format!("run: docker-credential-atcr switch --registry {}", appview.host());
    bake_tells(&docker, &appview, &home, "stranger.example", &way);
}

#[test]
fn an_expired_session_shows_where_to_renew_it() {
    let Some(docker) = Docker::new() else { return };
    let (appview, home) = logged_in(&[EVAN, MICHELLE]);
    appview.expire_session(EVAN);
    let url = format!("{}/auth/oauth/login?handle={EVAN}", appview.url());
    bake_tells(&docker, &appview, &home, EVAN, &url);
}

#[test]
fn a_revoked_secret_shows_how_to_log_in_again() {
    let Some(docker) = Docker::new() else { return };
    let (appview, home) = logged_in(&[EVAN, MICHELLE]);
    appview.revoke(&home.secret(&appview, EVAN));
    let host = appview.host();
    let way = format!("{host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host}");
    bake_tells(&docker, &appview, &home, EVAN, &way);
}

fn bake_tells(docker: &Docker, appview: &AppView, home: &Home, owner: &str, words: &str) {
    shapes::VARIABLES.write(home, appview, owner);
    tells(1, &bake(docker, home, &shapes::VARIABLES, &["--push"]), words);
}
