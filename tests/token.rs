//! `token`: what is printed, and what a registry may answer.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::answers::CHECK;
use crate::support::{Answer, Answers, EVAN, Home, MICHELLE, home_of_evan, one_account_and, two_accounts};

/// A registry token that allows this with Evan's app.
pub fn jwt(actions: &[&str]) -> String {
    let access = json!([{"type": "repository", "name": format!("{EVAN}/app"), "actions": actions}]);
    format!("e30.{}.s3cret", BASE64_URL_SAFE_NO_PAD.encode(json!({ "access": access }).to_string()))
}

fn gives(actions: &[&str]) -> (Answers, Home, String) {
    let (registry, home) = one_account_and(Answer::json(200, json!({"token": jwt(actions), "expires_in": 300})));
    let image = format!("{}/{EVAN}/app", registry.host());
    (registry, home, image)
}

#[test]
fn the_token_alone_is_printed() {
    let (appview, home) = two_accounts();
    let image = format!("{}/{EVAN}/app:1", appview.host());
    let seen = home.run(&["token", &image]).any_stdout().check();
    assert!(seen.stdout.starts_with("atcr_test_token_") && seen.stdout.ends_with('\n'), "{}", seen.stdout);
    assert_eq!(seen.stdout.lines().count(), 1);
    assert_eq!(appview.checks(), 1);
}

#[test]
fn it_is_asked_for_as_docker_asks() {
    let (registry, home, image) = gives(&["pull", "push"]);
    for (arguments, actions) in [(&["token", &image][..], "pull,push"), (&["token", "--pull", &image], "pull")] {
        home.run(arguments).stdout(format!("{}\n", jwt(&["pull", "push"]))).check();
        let requests = registry.requests();
        let request = requests.last().unwrap();
        let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let scope = format!("repository:{EVAN}/app:{actions}");
        assert_eq!(query, [pair("service", "127.0.0.1"), pair("scope", &scope)]);
        assert!(request.headers["authorization"].to_str().unwrap().starts_with("Basic "));
    }
}

#[test]
fn json_has_the_expiry_and_what_is_granted() {
    let (registry, home, image) = gives(&["push", "pull"]);
    let seen = home.run(&["token", "--json", &image]).any_stdout().check();
    let mut found: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert!(found["expires_at"].take().as_str().unwrap().ends_with('Z'));
    assert!((290..=300).contains(&found["expires_in"].take().as_u64().unwrap()));
    assert_eq!(
        found,
        json!({"image": image, "registry": registry.url(), "handle": EVAN, "token": jwt(&["push", "pull"]),
            "expires_at": null, "expires_in": null, "granted": ["pull", "push"]})
    );
}

#[test]
fn what_is_no_jwt_grants_something_unknown() {
    let (registry, home) = one_account_and(Answer::token());
    let image = format!("{}/{EVAN}/app", registry.host());
    let seen = home.run(&["token", "--json", &image]).any_stdout().check();
    let found: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!((&found["granted"], &found["token"]), (&Value::Null, &json!("t")));
    assert!(found["expires_in"].as_u64().unwrap() <= 60);
}

#[test]
fn a_token_that_allows_less_is_printed_with_a_warning() {
    let (_registry, home, image) = gives(&["pull"]);
    home.run(&["token", &image])
        .stdout(format!("{}\n", jwt(&["pull"])))
        .stderr(format!(
            "! The token does not let {EVAN} push {image}.\n  run: docker-credential-atcr doctor {image}\n"
        ))
        .check();
    home.run(&["token", "--pull", &image]).any_stdout().check();
}

#[test]
fn a_refusal_with_a_good_credential_is_no_reason_to_log_in() {
    let registry = Answers::start();
    let home = home_of_evan(&registry);
    let image = format!("{}/{EVAN}/app", registry.host());
    registry.next(CHECK, [Answer::status(403), Answer::token()]);
    home.run(&["token", &image])
        .status(1)
        .stderr(format!(
            "error: {} does not let {EVAN} push {image}\n  run: docker-credential-atcr token --pull {image}\n",
            registry.host()
        ))
        .check();
}

#[test]
fn a_bad_credential_is_an_error() {
    let (appview, home) = two_accounts();
    let image = format!("{}/stranger.example/app", appview.host());
    appview.expire_session(MICHELLE);
    home.run(&["token", &image]).status(1).stderr_has(&["has expired", "renew it in a browser: "]).check();
    appview.renew_session(MICHELLE);
    appview.revoke(&home.secret(&appview, MICHELLE));
    home.run(&["token", &image])
        .status(1)
        .stderr(format!(
            "error: {0} rejected the credential of {MICHELLE}\n  run: docker-credential-atcr login {0} --account {MICHELLE}\n",
            appview.host()
        ))
        .check();
}

#[test]
fn no_answer_is_an_error() {
    for (answer, reason) in [
        (Answer::status(503), "it returned 503 without a token"),
        (Answer::json(200, json!({"token": "a b"})), "it returned a token that no client can send"),
        (Answer::dropped(), "it can't be reached"),
    ] {
        let (registry, home) = one_account_and(answer);
        let image = format!("{}/{EVAN}/app", registry.host());
        home.run(&["token", &image]).status(1).stderr_has(&["error: no token from ", reason]).check();
    }
}

#[test]
fn the_token_is_in_no_other_output() {
    let (_registry, home, image) = gives(&["pull"]);
    let seen = home.run(&["token", &image]).env("ATCR_DEBUG", "1").any_stdout().any_stderr().check();
    assert!(!seen.stderr.contains("s3cret"), "{}", seen.stderr);
    let seen = home.run(&["doctor", &image]).env("ATCR_DEBUG", "1").any_end().check();
    assert!(!seen.stderr.contains("s3cret") && !seen.stdout.contains("s3cret"), "{}", seen.stderr);
}

#[test]
fn what_names_no_repository_is_a_usage_error() {
    for image in ["ubuntu", "atcr.io", "atcr.io/", "atcr.io//app", "atcr.io/a.example/app x", "atcr.io/a.example/x;y"] {
        for command in ["token", "doctor"] {
            let stderr = &["is not an image with a registry, such as atcr.io/"];
            Home::new().run(&[command, image]).status(2).stderr_has(stderr).check();
        }
    }
}
