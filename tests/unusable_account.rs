//! What a client is told where no account can be used: an image of the user's own fails, as every push does, and any other
//! is pulled anonymously.

use crate::support::{AppView, EVAN, Home, MICHELLE, one_account, two_accounts, two_accounts_none_active};

/// `get` below a client with these words; `H` is the registry.
fn get(appview: &AppView, home: &Home, line: &str) -> crate::support::Run {
    let host = appview.host();
    let line = line.replace("H/", &format!("{host}/"));
    let words: Vec<&str> = line.split(' ').collect();
    home.verb("get", &*host).under(&[&words])
}

/// Clients go on anonymously, and the reason is seen on stderr.
#[track_caller]
fn goes_on(appview: &AppView, home: &Home, line: &str, reason: &str) {
    let run = get(appview, home, line).status(1).stdout("credentials not found in native keychain\n");
    run.stderr(format!("{reason}\n")).check();
}

#[track_caller]
fn stops(appview: &AppView, home: &Home, line: &str, reason: &str) {
    get(appview, home, line).fails_with(reason).check();
}

/// Command lines that name no image of Evan or Michelle.
const OTHERS: [&str; 6] = [
    "docker pull H/stranger.example/app",
    "podman-remote push docker.io/me/app",
    "podman --remote pull quay.io/x/app",
    "docker build .",
    "docker buildx build -t ghcr.io/me/app --push .",
    "tool pull H/stranger.example/app",
];

fn rejected(appview: &AppView, handle: &str) -> String {
    let host = appview.host();
    format!("{host} rejected the credential of {handle}; run: docker-credential-atcr login {host} --account {handle}")
}

#[test]
fn with_a_rejected_account_images_of_others_are_still_pulled() {
    let (appview, home) = two_accounts();
    appview.revoke(&home.secret(&appview, MICHELLE));
    for line in OTHERS {
        goes_on(&appview, &home, line, &rejected(&appview, MICHELLE));
    }
    stops(&appview, &home, &format!("docker push H/{MICHELLE}/app"), &rejected(&appview, MICHELLE));
    stops(&appview, &home, &format!("podman build --from H/{MICHELLE}/app ."), &rejected(&appview, MICHELLE));
}

#[test]
fn with_an_expired_session_images_of_others_are_still_pulled() {
    let (appview, home) = two_accounts();
    appview.expire_session(MICHELLE);
    let (host, url) = (appview.host(), appview.url());
    let reason = format!(
        "the login of {MICHELLE} at {host} has expired; renew it in a browser: {url}/auth/oauth/login?handle={MICHELLE}"
    );
    for line in OTHERS {
        goes_on(&appview, &home, line, &reason);
    }
    stops(&appview, &home, &format!("docker pull H/{MICHELLE}/app"), &reason);
}

/// As over ssh, without the keychain of the desktop.
#[test]
fn with_a_secret_that_cant_be_read_images_of_others_are_still_pulled() {
    let (appview, home) = two_accounts();
    let stored = serde_json::json!({"active": MICHELLE, "accounts": {MICHELLE: {"credential_store": "gone"}}});
    home.write_device_json(serde_json::json!({"version": 2, "registries": {appview.url(): stored}}).to_string());
    for line in OTHERS {
        let run = get(&appview, &home, line).status(1).stdout("credentials not found in native keychain\n");
        run.stderr_has(&["docker-credential-gone"]).check();
    }
    let own = get(&appview, &home, &format!("podman pull H/{MICHELLE}/app")).status(1).any_stderr();
    own.stdout_has(&["docker-credential-gone"]).check();
}

#[test]
fn with_no_active_account_images_of_others_are_still_pulled() {
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    let reason = format!(
        "several accounts for {host} ({EVAN}, {MICHELLE}), none of them active; \
         run: docker-credential-atcr switch --registry {host}"
    );
    for line in OTHERS {
        goes_on(&appview, &home, line, &reason);
    }
    stops(&appview, &home, &format!("podman pull H/{EVAN}/a H/{MICHELLE}/b"), &reason);
}

/// Nobody pushes anonymously, and buildx draws its progress over what is on stderr alone.
#[test]
fn a_push_to_others_stops_with_the_reason() {
    let (appview, home) = one_account();
    appview.revoke(&home.secret(&appview, EVAN));
    for line in [
        "docker push H/stranger.example/app",
        "docker-buildx buildx build --push -t H/stranger.example/app .",
        "skopeo copy docker://ghcr.io/a/b docker://H/stranger.example/app",
    ] {
        stops(&appview, &home, line, &rejected(&appview, EVAN));
    }
}

/// The files are found although the check has given up the right to look at other processes.
#[cfg(unix)]
#[test]
fn files_tell_whether_the_only_account_is_needed() {
    let (appview, home) = one_account();
    appview.revoke(&home.secret(&appview, EVAN));
    home.write("Dockerfile", "FROM scratch\n");
    let reason = rejected(&appview, EVAN);
    let compose_file = |owner: &str| {
        let file = format!("services:\n  app:\n    image: {}/{owner}/app\n    build: .\n", appview.host());
        home.write("compose.yaml", file);
    };
    compose_file("stranger.example");
    stops(&appview, &home, "docker-compose compose push", &reason);
    goes_on(&appview, &home, "docker-compose compose pull", &reason);
    compose_file(EVAN);
    stops(&appview, &home, "docker-compose compose push", &reason);
    stops(&appview, &home, "docker-compose compose pull", &reason);
}

#[test]
fn the_only_account_stops_its_own_images_alone() {
    let (appview, home) = one_account();
    appview.revoke(&home.secret(&appview, EVAN));
    for line in OTHERS {
        goes_on(&appview, &home, line, &rejected(&appview, EVAN));
    }
    stops(&appview, &home, &format!("docker push H/{EVAN}/app"), &rejected(&appview, EVAN));
    stops(&appview, &home, "docker push H/did:plc:evan/app", &rejected(&appview, EVAN));
}

#[test]
fn the_servers_own_path_tells_whose_image_it_is() {
    let (appview, home) = one_account();
    appview.revoke(&home.secret(&appview, EVAN));
    let host = appview.host();
    let reason = rejected(&appview, EVAN);
    home.verb("get", format!("{host}/{EVAN}/app")).fails_with(&reason).check();
    home.verb("get", format!("{host}/stranger.example/app"))
        .status(1)
        .stdout("credentials not found in native keychain\n")
        .stderr(format!("{reason}\n"))
        .check();
}

#[test]
fn the_environments_account_stops_its_own_images_alone() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let in_ci = |line: &str| {
        let run = get(&appview, &home, line).env("ATCR_REGISTRY", &host);
        run.env("ATCR_HANDLE", EVAN).env("ATCR_DEVICE_SECRET", "atcr_device_wrong")
    };
    let reason = format!("{host} rejected the credential of {EVAN}; check ATCR_HANDLE and the secret set with it");
    in_ci(&format!("docker push H/{EVAN}/app")).fails_with(&reason).check();
    in_ci("docker pull H/stranger.example/app")
        .status(1)
        .stdout("credentials not found in native keychain\n")
        .stderr(format!("{reason}\n"))
        .check();
}

#[test]
fn where_nothing_tells_what_the_client_does_the_failure_stays() {
    let (appview, home) = one_account();
    appview.revoke(&home.secret(&appview, EVAN));
    for line in ["docker login 127.0.0.1", "code --type=x", "dockerd"] {
        stops(&appview, &home, line, &rejected(&appview, EVAN));
    }
}

#[test]
fn other_failures_stay_whatever_the_image_is() {
    let (appview, home) = two_accounts();
    get(&appview, &home, "docker pull H/stranger.example/app")
        .env("ATCR_ACCOUNT", "c.example")
        .status(1)
        .stdout_has(&["ATCR_ACCOUNT names c.example"])
        .any_stderr()
        .check();
    home.write_device_json("{");
    get(&appview, &home, "docker pull H/stranger.example/app")
        .status(1)
        .stdout_has(&["device.json: not valid JSON"])
        .any_stderr()
        .check();
}
