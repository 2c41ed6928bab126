use serde_json::{Value, json};

use crate::support::{EVAN, Home, MICHELLE, two_accounts, two_accounts_in_docker, two_accounts_none_active};

#[test]
fn the_account_and_the_reason_are_shown_for_each_image() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    let (own, other) = (format!("{host}/{EVAN}/app:1"), format!("docker://{host}/stranger.example/app"));
    home.run(&["which", &own, &other])
        .stdout(format!("{own}: {EVAN} (named by the image)\n{other}: pulls as {MICHELLE} (active); pushing needs stranger.example\n"))
        .check();
    assert_eq!(appview.connections(), 0);
}

#[test]
fn an_account_in_the_registrys_place_is_at_its_own_registry() {
    let (appview, home) = two_accounts();
    let hint = format!("  run: docker-credential-atcr which {}/{EVAN}/app\n", appview.host());
    home.run(&["which", &format!("{EVAN}/app")]).status(2).stderr_has(&[&hint]).check();
}

#[test]
fn the_variables_are_reasons_too() {
    let (appview, home) = two_accounts_in_docker();
    let (host, image) = (appview.host(), format!("{}/{EVAN}/app", appview.host()));
    home.run(&["which", &image])
        .env("ATCR_ACCOUNT", MICHELLE)
        .stdout(format!("{image}: pulls as {MICHELLE} (ATCR_ACCOUNT); pushing needs {EVAN}\n"))
        .check();
    home.run(&["which", &image.replace(EVAN, MICHELLE)])
        .env("ATCR_ACCOUNT", MICHELLE)
        .stdout(format!("{}: {MICHELLE} (ATCR_ACCOUNT)\n", image.replace(EVAN, MICHELLE)))
        .check();
    home.run(&["which", &image])
        .env("ATCR_HANDLE", "c.example")
        .env("ATCR_APP_PASSWORD", "abcd")
        .env("ATCR_REGISTRY", host)
        .stdout(format!("{image}: pulls as c.example (ATCR_HANDLE); pushing needs {EVAN}\n"))
        .check();
}

#[test]
fn the_only_account_is_a_reason() {
    let home = Home::new();
    home.configure_docker("atcr.io");
    home.write_device_json(
        r#"{"version": 2, "registries": {"https://atcr.io": {"accounts": {"a.example": {"device_secret": "s"}}}}}"#,
    );
    home.run(&["which", "atcr.io/stranger.org/app"])
        .stdout("atcr.io/stranger.org/app: pulls as a.example (only account); pushing needs stranger.org\n")
        .check();
}

#[test]
fn errors_are_those_of_get() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    home.run(&["which", &format!("{host}/stranger.example/app")])
        .status(1)
        .stderr(format!(
            "error: several accounts for {host} ({EVAN}, {MICHELLE}), none of them active\n  \
             run: docker-credential-atcr switch --registry {host}\n"
        ))
        .check();
    home.run(&["which", "atcr.io/a.example/app"])
        .status(1)
        .stderr("error: not logged in to atcr.io\n  run: docker-credential-atcr login atcr.io\n")
        .check();
}

#[test]
fn a_registry_of_others_is_refused_without_a_login() {
    let (_appview, home) = two_accounts();
    for image in [
        "ghcr.io/a/b",
        "docker.io/library/alpine:3",
        "us-docker.pkg.dev/p/r/i",
        "123.dkr.ecr.us-east-1.amazonaws.com/x",
    ] {
        let host = image.split('/').next().unwrap();
        home.run(&["which", image]).status(1).stderr(format!("error: {host} is not an ATCR registry\n")).check();
        home.run(&["token", image]).status(1).stderr(format!("error: {host} is not an ATCR registry\n")).check();
    }
}

#[test]
fn what_names_no_registry_is_a_usage_error() {
    let no_repository = ["atcr.io/", "atcr.io//app", "atcr.io/a.example/../app", "atcr.io/ a", "atcr.io/a atcr.io/b"];
    for image in ["ubuntu", "library/ubuntu", "", "/app", "a b.example/app"].into_iter().chain(no_repository) {
        Home::new()
            .run(&["which", image])
            .status(2)
            .stderr_has(&["is not an image with a registry, such as atcr.io/"])
            .check();
    }
}

#[test]
fn an_image_that_fails_does_not_hide_the_others() {
    let (appview, home) = two_accounts_in_docker();
    let own = format!("{}/{EVAN}/app", appview.host());
    home.run(&["which", "buoy.cr/a.example/app", &own, "atcr.io/a.example/app"])
        .status(1)
        .stdout(format!("{own}: {EVAN} (named by the image)\n"))
        .stderr(
            "error: buoy.cr/a.example/app: not logged in to buoy.cr\n  run: docker-credential-atcr login buoy.cr\n\
             error: atcr.io/a.example/app: not logged in to atcr.io\n  run: docker-credential-atcr login atcr.io\n",
        )
        .check();
    home.run(&["which", "ubuntu", &own, "buoy.cr/a.example/app"])
        .status(2)
        .stdout_has(&[EVAN])
        .stderr_has(&["not logged in to buoy.cr\n", "\"ubuntu\" is not an image with a registry"])
        .check();
}

#[test]
fn json_is_an_array_with_an_entry_for_each_image() {
    let (appview, home) = two_accounts_in_docker();
    let (host, url) = (appview.host(), appview.url());
    let (own, other) = (format!("{host}/{EVAN}/app:1"), format!("docker://{host}/stranger.example/app"));
    let seen = home
        .run(&["which", "--json", &own, &other, "buoy.cr/a.example/app"])
        .status(1)
        .any_stdout()
        .stderr_has(&["error: buoy.cr/a.example/app: not logged in to buoy.cr"])
        .check();
    assert_eq!(
        serde_json::from_str::<Value>(&seen.stdout).unwrap(),
        json!([
            {"image": own, "registry": url, "handle": EVAN, "did": "did:plc:evan", "why": "named by the image"},
            {"image": other, "registry": url, "handle": MICHELLE, "did": "did:plc:michelle", "why": "active",
             "pushing_needs": "stranger.example"},
            {"image": "buoy.cr/a.example/app", "registry": null, "handle": null, "did": null, "why": null,
             "error": "not logged in to buoy.cr", "hint": "run: docker-credential-atcr login buoy.cr"},
        ])
    );
}

#[test]
fn an_owner_that_can_be_no_account_is_named_too() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    let (cut_off, without) = (format!("{host}/evan/app"), format!("{host}/app"));
    home.run(&["which", &cut_off, &without])
        .stdout(format!(
            "{cut_off}: pulls as {MICHELLE} (active); pushing needs evan: did you mean {host}/{EVAN}/app?\n\
             {without}: {MICHELLE} (active)\n"
        ))
        .stderr(format!("! {without} can't be pushed: the name has no owner; did you mean {host}/{MICHELLE}/app?\n"))
        .check();
}

#[test]
fn a_name_that_no_image_can_have_is_said_to_be_one() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    for (image, account, warning) in [
        (
            format!("{host}/app:1"),
            format!("{MICHELLE} (active)"),
            format!("owner; did you mean {host}/{MICHELLE}/app:1?"),
        ),
        (
            format!("docker://{host}/{EVAN}:1"),
            format!("{EVAN} (named by the image)"),
            format!("repository; name one, such as {host}/{EVAN}/app:1"),
        ),
        (
            format!("{host}/did:plc:evan"),
            format!("{EVAN} (named by the image)"),
            format!("repository; name one, such as {host}/did:plc:evan/app"),
        ),
    ] {
        let reference = image.trim_start_matches("docker://");
        home.run(&["which", &image])
            .stdout(format!("{image}: {account}\n"))
            .stderr(format!("! {reference} can't be pushed: the name has no {warning}\n"))
            .check();
    }
}

#[test]
fn an_image_of_nobodys_needs_its_owner_in_ci_too() {
    let home = Home::new();
    home.configure_docker("atcr.io");
    let run = home.run(&["which", "atcr.io/stranger.org/app"]);
    run.env("ATCR_HANDLE", "c.example")
        .env("ATCR_APP_PASSWORD", "abcd")
        .stdout("atcr.io/stranger.org/app: pulls as c.example (ATCR_HANDLE); pushing needs stranger.org\n")
        .check();
}

#[test]
fn the_default_registry_is_that_of_images_without_one() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    for image in ["evan.jarrett.net/app", "@evan.jarrett.net/app:1", "at://evan.jarrett.net/app"] {
        let rest = &image[image.find("/app").unwrap()..];
        let run = home.run(&["which", image]).env("ATCR_REGISTRY", &host);
        run.stdout(format!("{host}/{EVAN}{rest}: {EVAN} (named by the image)\n")).check();
    }
    let full = format!("{host}/{EVAN}/app");
    let run = home.run(&["which", &full]).env("ATCR_REGISTRY", &host);
    run.stdout(format!("{full}: {EVAN} (named by the image)\n")).check();
    // One with a registry of its own keeps it.
    let error = "error: not logged in to buoy.cr\n  run: docker-credential-atcr login buoy.cr\n";
    home.run(&["which", "buoy.cr/evan.jarrett.net/app"]).env("ATCR_REGISTRY", &host).status(1).stderr(error).check();
}

#[test]
fn a_registry_for_which_docker_uses_another_helper_is_noted_once() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let (own, other) = (format!("{host}/{EVAN}/app"), format!("{host}/{MICHELLE}/app"));
    for (config, problem) in [
        ("{}", format!("Docker does not use docker-credential-atcr for {host}")),
        (r#"{"credsStore": "desktop"}"#, format!("Docker uses docker-credential-desktop (credsStore) for {host}")),
    ] {
        home.write(".docker/config.json", config);
        home.run(&["which", &own, &other])
            .stdout(format!("{own}: {EVAN} (named by the image)\n{other}: {MICHELLE} (named by the image)\n"))
            .stderr(format!("! {problem}.\n  run: docker-credential-atcr configure-docker {host}\n"))
            .check();
    }
    home.configure_docker(&host);
    home.run(&["which", &own]).stdout(format!("{own}: {EVAN} (named by the image)\n")).check();
}

#[test]
#[cfg(unix)]
fn a_program_that_is_not_on_path_is_noted_once() {
    let (appview, home) = two_accounts_in_docker();
    home.verb("store", r#"{"ServerURL": "buoy.cr", "Username": "a.example", "Secret": "atcr_device_1"}"#).check();
    home.run(&["configure-docker"]).any_stderr().check();
    let images = [format!("{}/{EVAN}/app", appview.host()), "buoy.cr/a.example/app".to_owned()];
    std::fs::create_dir(home.path("tools")).unwrap();
    let run = home.run(&["which", &images[0], &images[1]]).env("PATH", home.path("tools")).any_stdout();
    let expected = "! docker-credential-atcr is not on PATH, so Docker can't run it.\n  run: ln -s PROGRAM \
                    HOME/tools/docker-credential-atcr\n";
    assert_eq!(home.screen(&appview, &run.any_stderr().check().stderr), expected);
}

#[test]
fn a_docker_config_that_cant_be_read_is_noted() {
    let (appview, home) = two_accounts();
    let image = format!("{}/{EVAN}/app", appview.host());
    for (config, note) in [("{", "invalid JSON"), ("\u{feff}{}", "starts with a UTF-8 byte order mark")] {
        home.write(".docker/config.json", config);
        home.run(&["which", &image])
            .stdout(format!("{image}: {EVAN} (named by the image)\n"))
            .stderr_has(&["config.json", note, "\n  "])
            .check();
    }
}

#[test]
fn examples_and_hints_are_at_a_registry_that_is_logged_in_to() {
    let home = Home::new();
    home.write_device_json(
        r#"{"version": 2, "registries": {"https://buoy.cr": {"accounts": {"a.example": {"device_secret": "s"}}},
            "https://buoy.example": {"accounts": {"a.example": {"device_secret": "s"}}}}}"#,
    );
    for image in ["ubuntu", "a/app"] {
        let error = format!("error: \"{image}\" is not an image with a registry, such as buoy.cr/a.example/app\n");
        for command in ["which", "token", "doctor"] {
            home.run(&[command, image]).status(2).stderr(&*error).check();
        }
    }
    home.run(&["which", "a.example/app"])
        .status(2)
        .stderr(
            "error: a.example is an account, not a registry\n  run: docker-credential-atcr which buoy.cr/a.example/app\n",
        )
        .check();
}
