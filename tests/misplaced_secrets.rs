//! A secret in the place of a name: it is refused, not printed, and no server or file is asked for it.

use serde_json::json;

use crate::support::{EVAN, Home, Run, appview, home_of_evan};

const SECRET: &str = "atcr_device_misplaced";
const APP_PASSWORD: &str = "abcd-efgh-ijkl-mnop";

#[track_caller]
fn hides(name: &str, run: Run) -> String {
    let seen = run.env("ATCR_DEBUG", "1").env("RUST_BACKTRACE", "1").named(name).any_end().check();
    let printed = seen.stdout + &seen.stderr;
    for part in ["misplaced", APP_PASSWORD] {
        assert!(!printed.contains(part), "{name}: {printed}");
    }
    printed
}

#[test]
fn a_secret_on_the_command_line_is_not_printed() {
    let appview = appview();
    let host = appview.host();
    for line in [
        "login SECRET",
        "login https://SECRET",
        "login http://SECRET/",
        "login evan.jarrett.net:SECRET@HOST",
        "login HOST --device-name SECRET",
        "login HOST --store SECRET",
        "login HOST SECRET",
        "login HOST --configure-docker=SECRET",
        "login HOST --with-token --handle SECRET",
        "login HOST --with-token=SECRET",
        "logout SECRET",
        "logout HOST --account SECRET",
        "switch SECRET",
        "switch evan.jarrett.net --registry SECRET",
        "status SECRET",
        "which SECRET",
        "which SECRET/evan.jarrett.net/app",
        "which SECRET/evan.jarrett.net/app --json",
        "which HOST/SECRET/app",
        "which HOST/SECRET/app --json",
        "which HOST/evan.jarrett.net/SECRET",
        "which HOST/evan.jarrett.net/app:SECRET",
        "doctor HOST/evan.jarrett.net/SECRET/app",
        "token HOST/evan.jarrett.net/SECRET",
        "configure-docker --repository HOST/evan.jarrett.net/SECRET",
        "configure-docker --repository HOST/evan.jarrett.net/app:SECRET",
        "configure-docker SECRET",
        "configure-docker --remove SECRET",
        "configure-docker --dry-run SECRET",
        "help SECRET",
        "completion SECRET",
        "SECRET",
        "--SECRET",
        "get SECRET",
    ] {
        for secret in [SECRET, "ATCR_DEVICE_misplaced", APP_PASSWORD] {
            // An option could be called so, and a repository or a tag.
            if secret == APP_PASSWORD && (line == "--SECRET" || line.contains("HOST/evan.jarrett.net/")) {
                continue;
            }
            let line = line.replace("HOST", &host).replace("SECRET", secret);
            let words: Vec<&str> = line.split(' ').collect();
            let home = home_of_evan(&appview);
            hides(&line, home.run(&words));
            assert!(!home.path(".docker/config.json").exists(), "{line}");
        }
    }
    let copied = format!("@{APP_PASSWORD}");
    let (url, link) = (format!("https://{APP_PASSWORD}:443/"), format!("at://{APP_PASSWORD}"));
    for words in [
        &["login", APP_PASSWORD][..],
        &["login", &url],
        &["logout", &host, "--account", APP_PASSWORD],
        &["logout", &copied],
        &["switch", APP_PASSWORD],
        &["switch", &copied],
        &["status", "--account", &link],
        &["configure-docker", "--account", &copied],
        &["which", "a/b", "--registry", &url],
    ] {
        hides(&format!("{words:?}"), home_of_evan(&appview).run(words));
    }
    assert_eq!(appview.log().iter().filter(|entry| entry.path.starts_with("/auth/device")).count(), 0);
}

/// It need not look like one.
#[test]
fn the_value_of_a_flag_that_takes_none_because_it_is_a_secret_is_not_printed() {
    for value in ["misplaced", "u:misplaced", " misplaced ", "", "misplaced=="] {
        let word = format!("--with-token={value}");
        let printed = hides(&word, Home::new().run(&["login", "atcr.io", &word, "--account", EVAN]));
        assert!(printed.contains("'***' for '--with-token', which takes none"), "{printed}");
    }
}

/// As in a URL, with which a password is starred wherever it is; as a file of variables for docker leaves it; and with what a
/// client sends beside it.
#[test]
fn what_holds_a_password_is_not_printed() {
    let appview = appview();
    let host = appview.host();
    for given in [
        "user:misplaced@HOST",
        "user:misplaced@HOST/x",
        "u:mis/misplaced@HOST",
        "u:a@misplaced@HOST",
        ":misplaced@x",
        "\"abcd-efgh-ijkl-mnop\"",
        "'abcd-efgh-ijkl-mnop'",
        "HOST abcd-efgh-ijkl-mnop",
        "evan.jarrett.net,abcd-efgh-ijkl-mnop",
        "{\"ServerURL\": \"HOST\", \"Username\": \"u\", \"Secret\": \"misplaced\"}",
        "[{'Secret':'misplaced'}]",
    ] {
        let given = given.replace("HOST", &host);
        for words in [
            &["login", &given][..],
            &["login", &host, "--account", &given],
            &["login", &host, "--store", &given],
            &["login", &host, "--configure-docker", &given],
            &["logout", &given],
            &["logout", "--account", &given],
            &["status", &given],
            &["status", "--registry", &given],
            &["switch", &given],
            &["which", &given],
            &["which", &given, "--json"],
            &["token", &given],
            &["doctor", &given],
            &["configure-docker", &given],
            &["configure-docker", "--repository", &given],
            &["configure-docker", "--remove", &given],
            &["help", &given],
            &["completion", &given],
            &[&given],
        ] {
            hides(&format!("{words:?}"), home_of_evan(&appview).run(words));
        }
        let home = home_of_evan(&appview);
        for verb in ["get", "erase"] {
            hides(&format!("{verb} {given}"), home.verb(verb, &*given));
        }
        for request in [
            json!({"ServerURL": given, "Username": EVAN, "Secret": "s"}),
            json!({"ServerURL": host, "Username": given, "Secret": "atcr_device_x"}),
        ] {
            hides(&format!("store {request}"), home.verb("store", request.to_string()));
        }
        for name in
            ["ATCR_REGISTRY", "ATCR_ACCOUNT", "ATCR_HANDLE", "ATCR_UPDATE_URL", "ATCR_CONFIG_DIR", "HTTPS_PROXY"]
        {
            let run = |words: &[&str]| home.run(words).env(name, &given).env("ATCR_APP_PASSWORD", "x");
            for words in [&["status", "--offline"][..], &["doctor"], &["switch"], &["update", "--check"]] {
                hides(&format!("{name}: {words:?}"), run(words));
            }
        }
    }
    let line = "\"***@atcr.io\" is not the name of a registry";
    Home::new().verb("get", "u:hunter2@atcr.io").status(1).stdout_has(&[line]).any_stderr().check();
}

#[test]
fn a_secret_with_what_cant_be_seen_is_not_printed() {
    let appview = appview();
    let host = appview.host();
    let (secret, image) = ("atcr_\u{200b}device_misplaced", format!("{host}/atcr_dev\u{ad}ice_misplaced/app"));
    for words in [
        &["login", secret][..],
        &["logout", "--account", secret],
        &["switch", &format!("\u{2068}@{secret}")],
        &["status", "--registry", secret],
        &["which", &image],
        &["which", &image, "--json"],
        &["token", &image, "--account", secret],
        &["help", secret],
        &[secret],
        &["login", &format!("--{secret}")],
    ] {
        hides(&format!("{words:?}"), home_of_evan(&appview).run(words));
    }
    for name in ["ATCR_HANDLE", "ATCR_ACCOUNT", "ATCR_REGISTRY"] {
        let home = home_of_evan(&appview);
        hides(name, home.run(&["status", "--offline"]).env(name, secret).env("ATCR_APP_PASSWORD", "x"));
    }
}

#[test]
fn a_secret_in_the_registrys_variable_alone_is_not_printed() {
    let home = Home::new();
    for secret in [SECRET, APP_PASSWORD] {
        for words in [
            &["login"][..],
            &["logout"],
            &["status"],
            &["status", "--json"],
            &["status", "--offline"],
            &["switch"],
            &["which", "evan.jarrett.net/app"],
            &["token", "evan.jarrett.net/app"],
            &["configure-docker", "--dry-run"],
        ] {
            let run = home.run(words).env("ATCR_REGISTRY", secret);
            let printed = hides(&format!("{words:?}"), run);
            assert!(printed.contains("ATCR_REGISTRY is a secret, not the name of a registry"), "{words:?}: {printed}");
        }
        let printed = hides("doctor", home.run(&["doctor"]).env("ATCR_REGISTRY", secret));
        assert!(printed.contains("! ATCR_REGISTRY is a secret, not the name of a registry"), "{printed}");
        hides("no command", home.run(&[]).env("ATCR_REGISTRY", secret));
    }
}

#[test]
fn a_secret_in_place_of_a_registry_says_what_was_meant() {
    let hint = "  a secret belongs in ATCR_DEVICE_SECRET or ATCR_APP_PASSWORD, beside ATCR_HANDLE; or pipe it into: \
                docker-credential-atcr login --with-token --account HANDLE\n";
    for secret in [SECRET, APP_PASSWORD] {
        let error = "error: what was given is a secret, not the name of a registry\n";
        Home::new().run(&["login", secret]).status(2).stderr(format!("{error}{hint}")).check();
    }
}

#[test]
fn swapped_variables_are_refused_and_not_printed() {
    let appview = appview();
    for secret in [SECRET, APP_PASSWORD, "atcr_device_misplaced.example"] {
        for (variables, named) in [
            (&[("ATCR_HANDLE", secret), ("ATCR_DEVICE_SECRET", EVAN)][..], "ATCR_HANDLE is a secret"),
            (&[("ATCR_HANDLE", secret), ("ATCR_APP_PASSWORD", EVAN)], "ATCR_HANDLE is a secret"),
            (
                &[("ATCR_HANDLE", EVAN), ("ATCR_DEVICE_SECRET", "s"), ("ATCR_REGISTRY", secret)],
                "ATCR_REGISTRY is a secret",
            ),
            (&[("ATCR_HANDLE", EVAN), ("ATCR_DEVICE_SECRET_FILE", secret)], "ATCR_DEVICE_SECRET_FILE is a secret"),
            (&[("ATCR_ACCOUNT", secret)], "ATCR_ACCOUNT is a secret"),
        ] {
            let home = home_of_evan(&appview);
            let with = |mut run: Run| {
                for (name, value) in variables {
                    run = run.env(name, value);
                }
                run
            };
            let is_default = !variables.iter().any(|(name, _)| *name == "ATCR_ACCOUNT");
            let server = if is_default { "atcr.io".to_owned() } else { appview.host() };
            let printed = hides(named, with(home.verb("get", &*server)));
            assert!(printed.contains(named), "{printed}");
            for words in [
                &["status", "--offline"][..],
                &["status", "--offline", "--json"],
                &["kubelet", "--print-config"],
                &["logout", "--yes"],
            ] {
                hides(named, with(home.run(words)));
            }
            hides(named, with(home.verb("list", "")));
        }
    }
}

#[test]
#[cfg(unix)]
fn a_secret_in_place_of_a_proxy_is_not_printed() {
    for secret in [SECRET, APP_PASSWORD] {
        for proxy in [secret.to_owned(), format!("http://{secret}:8080"), format!("socks5h://{secret}")] {
            for variable in ["HTTPS_PROXY", "all_proxy"] {
                let home = Home::new();
                let login = home.run(&["login", "registry.invalid"]).env(variable, &proxy);
                let seen = login.status(1).stderr_has(&["***"]).check();
                assert!(!seen.stderr.contains(&secret[12..]), "{}", seen.stderr);
            }
        }
    }
}

#[test]
fn a_secret_that_docker_sends_as_a_name_is_not_printed() {
    let home = home_of_evan(&appview());
    let request = |server: &str, user: &str| json!({"ServerURL": server, "Username": user, "Secret": EVAN}).to_string();
    for (verb, input) in [
        ("get", SECRET.to_owned()),
        ("get", format!("https://{SECRET}")),
        ("get", format!("https://{EVAN}:{SECRET}@atcr.io")),
        ("get", APP_PASSWORD.to_owned()),
        ("erase", SECRET.to_owned()),
        ("store", request(SECRET, EVAN)),
        ("store", request("atcr.io", SECRET)),
        ("store", request("atcr.io", APP_PASSWORD)),
    ] {
        let printed = hides(&format!("{verb} {input}"), home.verb(verb, input));
        assert!(!printed.is_empty());
    }
}

/// As a person pastes it into a file by hand.
#[test]
fn a_password_before_a_host_in_a_file_is_not_printed() {
    let appview = appview();
    let host = appview.host();
    for named in ["user:misplaced@HOST", "u:mis/misplaced@HOST", "u:a@misplaced@HOST", "u:mis misplaced@HOST"] {
        let named = named.replace("HOST", &host);
        let home = home_of_evan(&appview);
        let registries = |registries: serde_json::Value| json!({"version": 2, "registries": registries}).to_string();
        let other = format!("\"{named}\": {{}}, \"{named}\": {{}}");
        for device_json in [
            registries(json!({&named: {"active": null, "accounts": {}}})),
            registries(json!({&named: 1})),
            registries(json!({appview.url(): {"active": named, "accounts": {&named: {}}}})),
            format!("{{\"version\": 2, {other}}}"),
            format!("{{\"version\": 2, \"registries\": {{{other}}}}}"),
        ] {
            home.write(".atcr/device.json", device_json);
            for words in
                [&["status", "--offline"][..], &["doctor"], &["doctor", "--json"], &["logout", "--all", "--yes"]]
            {
                hides(&format!("{words:?}"), home.run(words));
            }
            hides("get", home.verb("get", &*host));
        }
        let home = home_of_evan(&appview);
        for config in [
            json!({"auths": {&named: {"auth": "dTpw"}}, "credHelpers": {&named: "atcr"}}),
            json!({"auths": {format!("https://{named}"): {}}, "credHelpers": {&named: format!("atcr-{EVAN}")}}),
            json!({"credHelpers": {&named: &named, &host: &named}, "credsStore": &named}),
            json!({"credHelpers": {&named: format!("atcr-{named}"), &host: 1}, "credsStore": 2}),
        ] {
            home.write(".docker/config.json", config.to_string());
            for words in [
                &["doctor"][..],
                &["doctor", "--json"],
                &["configure-docker", &host, "--dry-run"],
                &["configure-docker", &host, "--yes"],
                &["configure-docker", "--remove", "--dry-run"],
                &["configure-docker", "--remove", "--yes"],
            ] {
                hides(&format!("{words:?}"), home.run(words));
            }
        }
    }
}

/// A relative path is what somebody gave, with nothing before it. Windows has no such names of files.
#[test]
#[cfg(unix)]
fn a_password_in_the_name_of_a_file_is_not_printed() {
    let appview = appview();
    let host = appview.host();
    for given in [
        "u:mis,misplaced@h",
        "u:mis misplaced@h",
        "https://u:mis (misplaced@h/x",
        "u:mis='misplaced@h",
        "a b:misplaced@h",
    ] {
        for content in [None, Some("{\"credHelpers\""), Some("{}")] {
            let home = home_of_evan(&appview);
            if let Some(content) = content {
                home.write(&format!("{given}/config.json"), content);
                home.write(&format!("{given}/.docker/config.json"), content);
                home.write(&format!("{given}/containers/auth.json"), content);
            } else {
                home.write(given, "");
            }
            for variable in
                ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "ATCR_DEVICE_SECRET_FILE", "XDG_CONFIG_HOME", "HOME"]
            {
                for words in [
                    &["get"][..],
                    &["status"],
                    &["doctor"],
                    &["doctor", "--json"],
                    &["configure-docker", &host, "--podman", "--dry-run"],
                    &["configure-docker", &host, "--podman", "--yes"],
                ] {
                    let run = home.run(words).env("ATCR_CONFIG_DIR", home.path(".atcr")).env("ATCR_HANDLE", EVAN);
                    hides(&format!("{variable}: {words:?}"), run.env(variable, given).stdin(&*host));
                }
            }
        }
    }
}
