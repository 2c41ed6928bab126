//! The program as Docker's CLI plugin `docker-atcr`, and as its hook after a push or pull.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{AppView, EVAN, Home, MICHELLE, PROGRAM, Run, two_accounts, two_accounts_in_docker};

pub const DENIED: &str = "denied: requested access to the resource is denied";

fn plugin(home: &Home) -> Command {
    let path = home.path(".docker/cli-plugins/docker-atcr");
    if !path.exists() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(*PROGRAM, &path).unwrap();
    }
    home.command(path)
}

/// The hook after `docker VERB IMAGE` ended with this error.
pub fn hook(home: &Home, verb: &str, image: &str, error: &str) -> Run {
    hook_with(home, verb, image, error, &[])
}

/// The same, with these variables.
pub fn hook_with(home: &Home, verb: &str, image: &str, error: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = plugin(home);
    let ended = json!({"RootCmd": verb, "Flags": {}, "CommandError": error}).to_string();
    command.args(["atcr", "docker-cli-plugin-hooks", &ended]).envs(variables.iter().copied());
    Run::new(command).under(&[&["docker", verb, image]])
}

#[track_caller]
pub fn says(run: Run, lines: &[String]) {
    let seen = run.any_stdout().check();
    let answer: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(answer, json!({"Type": 0, "Template": lines.join("\n")}));
}

pub fn went(appview: &AppView, verb: &str, who: &str) -> String {
    format!("docker {verb} used {who} at {}", appview.host())
}

#[test]
fn docker_is_told_what_the_plugin_is() {
    let home = Home::new();
    let mut command = plugin(&home);
    command.arg("docker-cli-plugin-metadata");
    let seen = Run::new(command).any_stdout().check();
    let found: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!((&found["SchemaVersion"], &found["Vendor"]), (&json!("0.1.0"), &json!("ATCR")));
    assert!(found["Version"].is_string() && found["ShortDescription"].is_string());
}

#[test]
fn the_commands_are_those_of_the_program() {
    let (appview, home) = two_accounts();
    home.configure_docker(&appview.host());
    let image = format!("{}/{EVAN}/app", appview.host());
    let mut command = plugin(&home);
    command.args(["atcr", "which", &image]);
    Run::new(command).stdout(format!("{image}: {EVAN} (named by the image)\n")).check();
}

/// Docker's completion starts the plugin with the words so far.
#[test]
fn a_completion_runs_nothing() {
    let (appview, home) = two_accounts();
    let (before, host) = (home.device_json(), appview.host());
    for (words, expected) in [
        (
            &["__complete", "atcr", "logout", "--all", "--yes"][..],
            "--yes\tSkip the confirmation prompt\n:4\n".to_owned(),
        ),
        (&["__complete", "atcr", "switch", ""], format!("{EVAN}\t{host}\n{MICHELLE}\t{host}\n:4\n")),
        (&["__completeNoDesc", "atcr", "switch", "mi"], format!("{MICHELLE}\n:4\n")),
        (&["__complete", "--context", "x", "atcr", "logout", &host], format!("{host}\t{EVAN}\n:4\n")),
        (&["__complete", "atcr", "configure-docker", "--remove", "x"], ":4\n".to_owned()),
        (&["__complete", "atcr"], String::new()),
        (&["__anything", "atcr", "switch"], String::new()),
    ] {
        let mut command = plugin(&home);
        command.args(words);
        let run = Run::new(command).named(&format!("{words:?}"));
        let seen = run.any_stdout().check();
        assert!(seen.stdout.ends_with(":4\n"), "{words:?}: {}", seen.stdout);
        if !expected.is_empty() {
            assert_eq!(seen.stdout, expected, "{words:?}");
        }
    }
    assert_eq!((home.device_json(), appview.connections()), (before, 0));
}

#[test]
fn a_denied_push_to_a_mistyped_owner_names_the_image_meant() {
    let (appview, home) = two_accounts_in_docker();
    let (image, meant) = (format!("{}/evan/app:1", appview.host()), format!("{}/{EVAN}/app:1", appview.host()));
    let lines = [
        went(&appview, "push", &format!("{MICHELLE} (active)")),
        format!("the image belongs to evan; none of your accounts is named evan: did you mean {meant}?"),
        format!("run: docker tag {image} {meant} && docker push {meant}"),
    ];
    says(hook(&home, "push", &image, DENIED), &lines);
    assert_eq!(appview.connections(), 0);
}

#[test]
fn the_hook_looks_at_the_config_that_docker_was_told() {
    let (appview, home) = two_accounts_in_docker();
    let image = format!("{}/evan/app:1", appview.host());
    std::fs::create_dir(home.path("other")).unwrap();
    std::fs::rename(home.path(".docker/config.json"), home.path("other/config.json")).unwrap();
    let run = hook(&home, "push", &image, DENIED).under(&[&["docker", "--config", "other", "push", &image]]);
    let answer = run.any_stdout().check().stdout;
    assert!(answer.contains(&went(&appview, "push", &format!("{MICHELLE} (active)"))), "{answer}");
}

#[test]
fn an_owner_with_a_typo_is_nobody_who_could_log_in() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    let (image, meant) = (format!("{host}/michele/app:1"), format!("{host}/{MICHELLE}/app:1"));
    let lines = [
        went(&appview, "push", &format!("{MICHELLE} (active)")),
        format!("the image belongs to michele; none of your accounts is named michele: did you mean {meant}?"),
        format!("run: docker tag {image} {meant} && docker push {meant}"),
    ];
    says(hook(&home, "push", &image, DENIED), &lines);
    let lines = [
        went(&appview, "push", &format!("{MICHELLE} (active)")),
        "the image belongs to other; none of your accounts is named other".to_owned(),
        "a handle is a domain name, such as other.bsky.social".to_owned(),
    ];
    says(hook(&home, "push", &format!("{host}/other/app"), DENIED), &lines);
}

#[test]
fn a_denied_push_to_somebody_elses_name_offers_an_own_one_and_the_login() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    for (owner, login) in [("other.dev", "--account other.dev".to_owned()), ("did:plc:other", String::new())] {
        let (image, own) = (format!("{host}/{owner}/app:1"), format!("{host}/{MICHELLE}/app:1"));
        let login = format!("if you are {owner}, run: docker atcr login {host} {login}");
        let lines = [
            went(&appview, "push", &format!("{MICHELLE} (active)")),
            format!("the image belongs to {owner}, and only its owner can push it"),
            format!("to push it as {MICHELLE}, run: docker tag {image} {own} && docker push {own}"),
            login.trim_end().to_owned(),
        ];
        says(hook(&home, "push", &image, DENIED), &lines);
    }
}

/// Of all tags, `docker tag` would need each.
#[test]
fn a_denied_push_of_all_tags_is_advised_as_one() {
    let (appview, home) = two_accounts_in_docker();
    let (image, meant) = (format!("{}/evan/app", appview.host()), format!("{}/{EVAN}/app", appview.host()));
    let run = hook(&home, "push", &image, DENIED).under(&[&["docker", "push", "-a", &image]]);
    let seen = run.any_stdout().check().stdout;
    assert!(
        seen.contains(&format!("tag each of its images as {meant}:TAG, then run: docker push -a {meant}")),
        "{seen}"
    );
}

#[test]
fn a_denied_image_without_an_owner_is_named_with_one() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    for (image, part, meant) in [
        (format!("{host}/app:1"), "owner; did you mean", format!("{host}/{MICHELLE}/app:1")),
        (format!("{host}/{EVAN}:1"), "repository; name one, such as", format!("{host}/{EVAN}/app:1")),
    ] {
        let who = if part.starts_with("owner") {
            format!("{MICHELLE} (active)")
        } else {
            format!("{EVAN} (named by the image)")
        };
        let mark = if part.starts_with("owner") { "?" } else { "" };
        let lines = [
            went(&appview, "push", &who),
            format!("{image} can't be pushed: the name has no {part} {meant}{mark}"),
            format!("run: docker tag {image} {meant} && docker push {meant}"),
        ];
        says(hook(&home, "push", &image, DENIED), &lines);
    }
}

#[test]
fn a_denied_push_of_an_own_image_leads_to_doctor() {
    let (appview, home) = two_accounts_in_docker();
    let (host, image) = (appview.host(), format!("{}/{EVAN}/app", appview.host()));
    let doctor = format!("run: docker atcr doctor {image}");
    let lines = [
        went(&appview, "push", &format!("{EVAN} (named by the image)")),
        format!("{host} does not let this account push the image"),
        doctor.clone(),
    ];
    says(hook(&home, "push", &image, DENIED), &lines);
    let forced = [
        went(&appview, "push", &format!("{MICHELLE} (ATCR_ACCOUNT)")),
        format!("ATCR_ACCOUNT decides, whatever the image is called, and only {EVAN} can push this one"),
        "run: unset ATCR_ACCOUNT".to_owned(),
    ];
    says(hook_with(&home, "push", &image, DENIED, &[("ATCR_ACCOUNT", MICHELLE)]), &forced);
}

#[test]
fn a_denied_pull_says_whose_image_it_is() {
    let (appview, home) = two_accounts_in_docker();
    let image = format!("{}/stranger.example/app", appview.host());
    let lines = [
        went(&appview, "pull", &format!("{MICHELLE} (active)")),
        "the image belongs to stranger.example; none of your accounts is named stranger.example".to_owned(),
        format!("run: docker atcr doctor {image}"),
    ];
    says(hook(&home, "pull", &image, "pull access denied for it"), &lines);
}

#[test]
fn without_a_login_the_hook_names_the_login() {
    let home = Home::new();
    let lines = ["not logged in to atcr.io", "run: docker atcr login atcr.io"].map(str::to_owned);
    says(hook(&home, "push", "atcr.io/a.example/app", DENIED), &lines);
}

#[test]
fn the_hook_is_silent_where_it_knows_nothing() {
    let (appview, home) = two_accounts_in_docker();
    let own = format!("{}/{EVAN}/app", appview.host());
    for (image, error) in [
        (own.as_str(), ""),
        (&own, "dial tcp: lookup: no such host"),
        ("ghcr.io/evan/app", DENIED),
        ("evan/app", DENIED),
        ("", DENIED),
    ] {
        hook(&home, "push", image, error).check();
    }
    for ended in ["", "{", "{}", "null", "{\"RootCmd\":\"push\"}"] {
        let mut command = plugin(&home);
        command.args(["atcr", "docker-cli-plugin-hooks", ended]);
        Run::new(command).under(&[&["docker", "push", &own]]).check();
    }
}

#[test]
fn a_damaged_device_json_is_the_reason() {
    let home = Home::new();
    home.write_device_json("{");
    let run = hook(&home, "push", "atcr.io/a.example/app", DENIED);
    assert!(run.any_stdout().check().stdout.contains("device.json"));
}

#[test]
fn the_folder_that_docker_is_told_is_the_plugins_too() {
    let home = Home::new();
    let mut command = plugin(&home);
    command.args(["--config", "other", "atcr", "configure-docker", "a.example"]);
    Run::new(command).stderr_has(&["now uses", "other/config.json"]).check();
    assert!(home.path("other/config.json").exists() && !home.path(".docker/config.json").exists());
}

#[test]
fn the_plugin_calls_itself_as_docker_does() {
    let home = Home::new();
    let run = |words: &[&str]| {
        let mut command = plugin(&home);
        command.arg("atcr").args(words);
        Run::new(command).any_stdout().any_stderr().any_end().check()
    };
    for words in [
        &["--help"][..],
        &["-h"],
        &[],
        &["help"],
        &["login", "--help"],
        &["help", "login"],
        &["configure-docker", "-h"],
        &["status"],
        &["switch"],
        &["which", "atcr.io/a.example/app"],
        &["login", "status"],
        &["help", "x"],
        &["whoami"],
        &["login", "--nothing"],
        &["doctor"],
    ] {
        let seen = run(words);
        let printed = seen.stdout + &seen.stderr;
        assert!(printed.contains("docker atcr "), "{words:?}: {printed}");
        for command in atcr::cli::help::command().get_subcommands() {
            let other = format!("docker-credential-atcr {}", command.get_name());
            assert!(!printed.contains(&other), "{words:?}: {printed}");
        }
        assert!(!printed.contains("Usage: docker-credential-atcr"), "{words:?}: {printed}");
    }
    assert!(run(&["--help"]).stdout.contains("Usage: docker atcr [COMMAND]\n"));
    assert!(run(&["help", "login"]).stdout.contains("Usage: docker atcr login [OPTIONS] [REGISTRY]\n"));
    let json = run(&["doctor", "--json"]).stdout;
    assert!(json.contains("docker-credential-atcr login") && !json.contains("docker atcr"), "{json}");
}
