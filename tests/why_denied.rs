//! What Docker prints after a push that went to the registry otherwise than its owner meant it to.
#![cfg(unix)]

use serde_json::json;

use crate::plugin::{DENIED, hook, hook_with, says, went};
use crate::support::{AppView, EVAN, Home, MICHELLE, Run, two_accounts, two_accounts_in_docker};

fn own_image(appview: &AppView) -> String {
    format!("{}/{EVAN}/app", appview.host())
}

fn pushed(home: &Home, appview: &AppView) -> Run {
    hook(home, "push", &own_image(appview), DENIED)
}

fn pushed_with(home: &Home, appview: &AppView, name: &str, value: &str) -> Run {
    hook_with(home, "push", &own_image(appview), DENIED, &[(name, value)])
}

fn anonymous(appview: &AppView, why: &str) -> String {
    format!("docker push went to {} without an account: {why}", appview.host())
}

fn configure(appview: &AppView, flag: &str) -> String {
    format!("run: docker atcr configure-docker {}{flag}", appview.host())
}

/// `get`, as Docker asks in a push.
fn get(home: &Home, appview: &AppView) -> Run {
    let image = own_image(appview);
    home.verb("get", appview.host()).under(&[&["docker", "push", &image]])
}

#[test]
fn a_docker_that_is_not_configured_asked_nobody() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let none = anonymous(&appview, &format!("Docker does not use docker-credential-atcr for {host}"));
    says(pushed(&home, &appview), &[none.clone(), configure(&appview, "")]);
    home.configure_docker(&host);
    home.run(&["configure-docker", "--remove", &host]).any_stderr().check();
    says(pushed(&home, &appview), &[none, configure(&appview, "")]);
    assert_eq!(appview.connections(), 0);
}

#[test]
fn a_docker_with_another_helper_asked_that_one() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let other = |name: &str| format!("Docker used docker-credential-{name} for {host}, not this program");
    for (config, line, flag) in [
        (json!({"credHelpers": {&host: "pass"}}), other("pass"), " --yes"),
        (json!({"credsStore": "desktop"}), other("desktop"), ""),
        (
            json!({"credHelpers": {&host: ""}}),
            anonymous(&appview, &format!("Docker uses no helper for {host}")),
            " --yes",
        ),
        (
            json!({"auths": {&host: {"auth": "aGlkZGVuOmhpZGRlbg=="}}}),
            format!("Docker used the password for {host} in {}", home.path(".docker/config.json").display()),
            " --yes",
        ),
    ] {
        home.write(".docker/config.json", config.to_string());
        says(pushed(&home, &appview), &[line, configure(&appview, flag)]);
    }
}

#[test]
fn a_password_in_the_environment_was_used_instead() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    let lines = [
        format!("DOCKER_AUTH_CONFIG contains a password for {host} that Docker (from 28.3 on) uses instead"),
        "run: unset DOCKER_AUTH_CONFIG".to_owned(),
    ];
    let variable = json!({"auths": {&host: {"auth": "aGlkZGVuOmhpZGRlbg=="}}}).to_string();
    says(pushed_with(&home, &appview, "DOCKER_AUTH_CONFIG", &variable), &lines);
}

#[test]
fn a_program_that_docker_does_not_find_was_not_asked() {
    let (appview, home) = two_accounts_in_docker();
    let why = "docker-credential-atcr is not on PATH, so Docker could not run it";
    let doctor = "run: docker atcr doctor".to_owned();
    let run = pushed_with(&home, &appview, "PATH", home.path("nothing").to_str().unwrap());
    says(run, &[anonymous(&appview, why), doctor.clone()]);
    crate::support::executable::script(home.path("other/docker-credential-atcr"), "exit 3");
    let shown = home.path("other/docker-credential-atcr");
    let why = format!("Docker runs {}, which does not work: it failed (exit status: 3)", shown.display());
    let run = pushed_with(&home, &appview, "PATH", home.path("other").to_str().unwrap());
    says(run, &[anonymous(&appview, &why), doctor]);
}

#[test]
fn a_secret_that_was_rejected_was_not_handed_out() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    appview.revoke(&home.secret(&appview, EVAN));
    get(&home, &appview).any_end().check();
    let checks = appview.checks();
    let lines = [
        anonymous(&appview, &format!("{host} rejected the credential of {EVAN}")),
        format!("run: docker atcr login {host} --account {EVAN}"),
    ];
    says(pushed(&home, &appview), &lines);
    assert_eq!(appview.checks(), checks, "the last check is known");
}

#[test]
fn a_secret_that_is_rejected_since_was_handed_out() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    get(&home, &appview).any_stdout().check();
    appview.revoke(&home.secret(&appview, EVAN));
    let lines = [
        went(&appview, "push", &format!("{EVAN} (named by the image)")),
        format!("{host} rejected the credential of {EVAN}"),
        format!("run: docker atcr login {host} --account {EVAN}"),
    ];
    says(pushed(&home, &appview), &lines);
}

#[test]
fn an_expired_session_has_the_address_that_renews_it() {
    let (appview, home) = two_accounts_in_docker();
    appview.expire_session(EVAN);
    get(&home, &appview).any_end().check();
    let seen = pushed(&home, &appview).any_stdout().check().stdout;
    let why = anonymous(&appview, &format!("the login of {EVAN} at {} has expired", appview.host()));
    assert!(seen.contains(&format!("{why}\\nrenew it in a browser: {}", appview.url())), "{seen}");
}

#[test]
fn a_wrong_secret_of_the_environment_is_named_by_its_variable() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    let lines = [
        anonymous(&appview, &format!("{host} rejected the secret set with ATCR_HANDLE")),
        "check ATCR_HANDLE and the secret set with it".to_owned(),
    ];
    let image = own_image(&appview);
    let secret = format!("atcr_device_{}", "0".repeat(64));
    let variables = [("ATCR_HANDLE", EVAN), ("ATCR_DEVICE_SECRET", &secret), ("ATCR_REGISTRY", &host)];
    let with = |run: Run| variables.iter().fold(run, |run, (name, value)| run.env(name, value));
    with(home.verb("get", host.clone())).under(&[&["docker", "push", &image]]).any_end().check();
    says(hook_with(&home, "push", &image, DENIED, &variables), &lines);
}

#[test]
fn a_helper_for_one_account_decides() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    home.write(".docker/config.json", json!({"credHelpers": {&host: format!("atcr-{MICHELLE}")}}).to_string());
    let program = home.path(&format!("bin/docker-credential-atcr-{MICHELLE}"));
    std::fs::create_dir_all(home.path("bin")).unwrap();
    std::os::unix::fs::symlink(*crate::support::PROGRAM, program).unwrap();
    let run = pushed_with(&home, &appview, "PATH", home.path("bin").to_str().unwrap());
    let seen = run.any_stdout().check().stdout;
    assert!(seen.contains(&went(&appview, "push", &format!("{MICHELLE} (named by the helper)"))), "{seen}");
}
