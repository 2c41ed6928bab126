//! What a registry knows of secrets and repeats is neither shown nor stored, whatever it is asked and in whichever form.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::support::answers::{CHECK, DEVICE_CODE, POLL, VERSION};
use crate::support::{Answer, Answers, EVAN, Home, MICHELLE, Run};

const EVANS: &str = "atcr_device_marked_evans";
const MICHELLES: &str = "atcr_device_marked_michelles";
const APP_PASSWORD: &str = "mark-edap-pass-word";

/// Both are logged in at `registry`, Michelle last.
fn home_of_two(registry: &Answers) -> Home {
    let home = Home::new();
    let account = |secret: &str| json!({"device_secret": secret});
    let accounts = json!({EVAN: account(EVANS), MICHELLE: account(MICHELLES)});
    let registries = json!({registry.url(): {"active": MICHELLE, "accounts": accounts}});
    home.write_device_json(json!({"version": 2, "registries": registries}).to_string());
    home
}

/// As it is, encoded as in a URL, once and again, and as it was sent.
fn forms(handle: &str, secret: &str) -> [String; 5] {
    let header = BASE64_STANDARD.encode(format!("{handle}:{secret}"));
    let encoded: Vec<String> = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let encoded = encoded.concat();
    [secret.to_owned(), encoded.replace('%', "%25"), encoded, header.replace('=', "%3D"), header]
}

/// Nothing that a run prints or leaves has any of the forms, but what device.json held before.
#[track_caller]
fn hides(home: &Home, registry: &Answers, form: &str, run: Run) {
    let seen = run.env("ATCR_DEBUG", "1").any_end().check();
    let mut places = vec![("printed", seen.stdout + &seen.stderr)];
    for entry in std::fs::read_dir(home.path(".atcr/validated")).into_iter().flatten().flatten() {
        places.push(("in validated/", std::fs::read_to_string(entry.path()).unwrap()));
    }
    for (place, text) in places {
        let form = form.trim_end_matches("%3D").trim_end_matches('=');
        assert!(!text.contains(form), "{form} is {place} of {}: {text}", registry.url());
    }
}

#[test]
fn no_check_shows_or_stores_a_secret_that_is_repeated() {
    for (handle, secret) in [(EVAN, EVANS), (MICHELLE, MICHELLES), (EVAN, APP_PASSWORD)] {
        for form in forms(handle, secret) {
            let registry = Answers::start();
            let (host, home) = (registry.host(), home_of_two(&registry));
            let page = format!("{}/renew?h={form}", registry.url());
            let body = json!({"error": "oauth_session_expired", "message": page, "login_url": page, "more": [page]});
            registry.always(CHECK, Answer::json(401, body));
            let with_password = |run: Run| match secret {
                APP_PASSWORD => {
                    run.env("ATCR_HANDLE", EVAN).env("ATCR_APP_PASSWORD", APP_PASSWORD).env("ATCR_REGISTRY", &host)
                }
                _ => run,
            };
            let image = format!("{host}/{MICHELLE}/app");
            for words in
                [&["status"][..], &["status", "--json"], &["doctor"], &["token", &image], &["status", "--offline"]]
            {
                hides(&home, &registry, &form, with_password(home.run(words)));
            }
            hides(&home, &registry, &form, with_password(home.verb("get", &*host)));
        }
        for form in forms(handle, secret) {
            let registry = Answers::to_checks(Answer::json(200, json!({ "token": form })));
            let home = home_of_two(&registry);
            let run = home.run(&["token", &format!("{}/{MICHELLE}/app", registry.host())]);
            let run = if secret == APP_PASSWORD {
                run.env("ATCR_HANDLE", EVAN)
                    .env("ATCR_APP_PASSWORD", APP_PASSWORD)
                    .env("ATCR_REGISTRY", registry.host())
            } else {
                run
            };
            hides(&home, &registry, &form, run);
        }
    }
}

#[test]
fn no_login_shows_or_stores_a_secret_that_is_repeated() {
    for form in forms(EVAN, EVANS) {
        let registry = Answers::start();
        let (url, home) = (registry.url(), home_of_two(&registry));
        let login = || home.run(&["login", &registry.host(), "--no-browser", "--qr", "--configure-docker=no"]);
        registry.always(POLL, Answer::json(400, json!({ "error": form })));
        for change in [
            json!({"verification_uri_complete": format!("{url}/d?c={form}")}),
            json!({"verification_uri": format!("{url}/{form}"), "verification_uri_complete": null}),
            json!({"user_code": form}),
            json!({}),
        ] {
            let mut code = registry.device_code();
            for (key, value) in change.as_object().unwrap() {
                code[key] = value.clone();
            }
            registry.next(DEVICE_CODE, [Answer::json(200, code)]);
            hides(&home, &registry, &form, login());
        }
    }
    let parts = ["marked_new_and_long".to_owned()];
    for form in forms("carol.test", "atcr_device_marked_new_and_long").into_iter().chain(parts) {
        let registry = Answers::with_device_code();
        let approved = json!({"device_secret": "atcr_device_marked_new_and_long", "handle": "carol.test",
            "did": format!("did:web:{form}")});
        registry.always(POLL, Answer::json(200, approved));
        let home = Home::new();
        home.run(&["login", &registry.host(), "--no-browser", "--configure-docker=no"]).any_stderr().check();
        let known: Value = serde_json::from_str(&home.device_json()).unwrap();
        let account = &known["registries"][registry.url()]["accounts"]["carol.test"];
        assert_eq!(
            (&account["device_secret"], account.get("did")),
            (&json!("atcr_device_marked_new_and_long"), None),
            "{form}"
        );
    }
}

#[test]
fn no_update_shows_a_secret_that_is_repeated() {
    for form in forms(EVAN, EVANS) {
        let registry = Answers::start();
        let home = home_of_two(&registry);
        let release = |version: &str, notes: &str, page: &str| {
            json!({"latest": version, "release_notes": notes, "checksums": {}, "download_urls": {
                "linux_amd64": page, "linux_arm64": page}})
        };
        for body in [
            release("v9.9.9", &format!("hello {form}"), "https://x.example/x.tar.gz"),
            release(&format!("v9.9.9-{form}"), "", "https://x.example/x.tar.gz"),
            release("v9.9.9", "", &format!("https://x.example/{form}.tar.gz")),
        ] {
            for words in [&["update", "--check"][..], &["update", "--check", "--json"], &["update", "--yes"]] {
                registry.next(VERSION, [Answer::json(200, body.clone())]);
                hides(&home, &registry, &form, home.run(words).env("ATCR_UPDATE_URL", registry.url()));
            }
        }
    }
}

/// Without a handle, with too many secrets, or swapped.
#[test]
fn no_answer_brings_back_the_secret_of_half_a_credential() {
    for variables in [
        &[("ATCR_APP_PASSWORD", APP_PASSWORD)][..],
        &[("ATCR_APP_PASSWORD", APP_PASSWORD), ("ATCR_DEVICE_SECRET", EVANS), ("ATCR_HANDLE", EVAN)],
        &[("ATCR_HANDLE", APP_PASSWORD), ("ATCR_APP_PASSWORD", EVAN)],
    ] {
        let registry = Answers::start();
        let home = home_of_two(&registry);
        let page = format!("{}/renew?h={APP_PASSWORD}", registry.url());
        registry.always(CHECK, Answer::json(401, json!({"error": "oauth_session_expired", "login_url": page})));
        registry.always(DEVICE_CODE, Answer::json(200, registry.device_code()));
        registry.always(POLL, Answer::json(400, json!({ "error": APP_PASSWORD })));
        let host = registry.host();
        for words in [&["status"][..], &["doctor"], &["login", &host, "--no-browser"]] {
            let run = variables.iter().fold(home.run(words), |run, (name, value)| run.env(name, value));
            hides(&home, &registry, APP_PASSWORD, run);
        }
        let run = variables.iter().fold(home.verb("get", &*host), |run, (name, value)| run.env(name, value));
        hides(&home, &registry, APP_PASSWORD, run);
    }
}
