//! The helper under real parent processes whose command lines name images.

use crate::support::{AppView, EVAN, Home, MICHELLE, two_accounts, two_accounts_none_active};

/// Checks the account that `get` returns under ancestors with these command lines. `H` is the registry, `A` is Evan's
/// handle and `B` is Michelle's.
#[track_caller]
fn answers(appview: &AppView, home: &Home, ancestors: &[&str], handle: &str) {
    let host = appview.host();
    let lines: Vec<Vec<String>> =
        ancestors.iter().map(|line| line.split(' ').map(|word| fill_in(word, &host)).collect()).collect();
    let words: Vec<Vec<&str>> = lines.iter().map(|line| line.iter().map(String::as_str).collect()).collect();
    let words: Vec<&[&str]> = words.iter().map(Vec::as_slice).collect();
    let expected = home.credential(appview, handle, &host);
    home.verb("get", &*host).under(&words).stdout(expected).check();
}

fn fill_in(word: &str, host: &str) -> String {
    word.replace("H/", &format!("{host}/"))
        .replace("H.", &format!("{host}."))
        .replace("H:", &format!("{}:", host.split(':').next().unwrap()))
        .replace("/A", &format!("/{EVAN}"))
        .replace("/B", &format!("/{MICHELLE}"))
}

#[test]
fn every_notation_of_an_image_selects_its_account() {
    // Michelle is active: only the command line selects Evan.
    let (appview, home) = two_accounts();
    for word in [
        "H/A",
        "H/A/app",
        "H/A/app:tag",
        "H/A/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "H/A/nested/app:1",
        "H/EVAN.Jarrett.net/app",
        "H/did:plc:evan/app",
        "docker://H/A/app",
        "oci://H/A",
        "oci://H/A/charts",
        "http://H/A/app",
        "containers-storage:H/A/app",
        "-tH/A/app",
        "--tag=H/A/app",
        "--destination=H/A/app",
        "--build-arg=BASE=H/A/app",
        "type=registry,ref=H/A/cache",
        "type=image,name=H/A/app,push=true",
        "*.tags=H/A/app",
    ] {
        answers(&appview, &home, &[&format!("client verb {word}")], EVAN);
    }
}

#[test]
fn what_only_resembles_an_image_selects_the_active_account() {
    let (appview, home) = two_accounts();
    for word in
        ["notH/A/app", "H.evil.example/A/app", "x.H/A/app", "H:1/A/app", "path/H/A/app", "H/stranger.example/app"]
    {
        answers(&appview, &home, &[&format!("client verb {word}")], MICHELLE);
    }
}

#[test]
fn a_written_image_wins_over_a_read_one() {
    let (appview, home) = two_accounts_none_active();
    for line in [
        "docker build --push -t H/B/app --cache-from type=registry,ref=H/A/c .",
        "skopeo copy docker://H/A/x docker://H/B/y",
        "docker-buildx buildx imagetools create -t H/B/y H/A/x",
        "docker-buildx buildx build -o type=image,name=H/B/app,push=true --build-arg BASE=H/A/base .",
        "podman push H/A/local docker://H/B/app",
    ] {
        answers(&appview, &home, &[line], MICHELLE);
    }
}

#[test]
fn two_own_images_alike_use_the_active_account_or_fail() {
    let (appview, home) = two_accounts();
    answers(&appview, &home, &["podman pull H/A/x H/B/y"], MICHELLE);
    let (appview, home) = two_accounts_none_active();
    let host = appview.host();
    let images = [&*format!("{host}/{EVAN}/x"), &*format!("{host}/{MICHELLE}/y")];
    home.verb("get", &*host)
        .under(&[&images])
        .status(1)
        .stdout_has(&["several accounts"])
        .stderr_has(&["switch"])
        .check();
}

#[test]
fn one_command_can_not_push_as_two_accounts() {
    for (appview, home) in [two_accounts(), two_accounts_none_active()] {
        let host = appview.host();
        for (line, hint) in [
            (
                "docker buildx build --push -t H/A/x -t H/B/x .",
                "push them one account at a time: docker buildx build --push ...",
            ),
            (
                "docker-buildx buildx bake --push --set a.tags=H/A/x --set b.tags=H/B/x",
                "name the targets of one account, then those of the other: docker buildx bake --push TARGET",
            ),
        ] {
            let words: Vec<String> = line.split(' ').map(|word| fill_in(word, &host)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            home.verb("get", &*host)
                .under(&[&words])
                .fails_with(&format!(
                    "the command pushes images of {EVAN} and {MICHELLE}, and one command can push as one account only; \
                     {hint}"
                ))
                .check();
        }
    }
}

#[test]
fn the_nearest_ancestor_that_names_an_image_wins() {
    let (appview, home) = two_accounts_none_active();
    answers(&appview, &home, &["docker push H/A/app", "make push IMAGE=H/B/app"], EVAN);
    answers(&appview, &home, &["docker-compose push", "timeout 60 sh", "make IMAGE=H/B/app"], MICHELLE);
    answers(&appview, &home, &["docker push elsewhere.example/A/app", "make IMAGE=H/B/app"], MICHELLE);
}

#[test]
fn an_image_of_somebody_else_ends_the_search() {
    let (appview, home) = two_accounts();
    answers(&appview, &home, &["docker pull H/stranger.example/app", "make IMAGE=H/A/app"], MICHELLE);
}

#[test]
fn the_variable_outranks_the_path_and_that_the_command_line() {
    let (appview, home) = two_accounts_none_active();
    let image = |handle: &str| format!("{}/{handle}/app", appview.host());
    let (server, other) = (image(EVAN), image(MICHELLE));
    let get = || home.verb("get", &*server).under(&[&["crane", "push", &other]]);
    get().stdout(home.credential(&appview, EVAN, &server)).check();
    get().env("ATCR_ACCOUNT", MICHELLE).stdout(home.credential(&appview, MICHELLE, &server)).check();
}

// A command line of Windows has 32 KiB at most.
#[test]
#[cfg(unix)]
fn very_long_command_lines_are_searched() {
    let (appview, home) = two_accounts();
    answers(&appview, &home, &[&format!("client {} H/A/app", "x".repeat(20_000))], EVAN);
    answers(&appview, &home, &[&format!("client {}", "H/A/app ".repeat(500).trim_end())], EVAN);
    let files = " a-file-with-a-rather-long-name-of-fifty-characters".repeat(6_000);
    answers(&appview, &home, &[&format!("oras push H/A/app:1{files}")], EVAN);
    let arguments = format!(" --build-arg X={}", "x".repeat(1_000)).repeat(300);
    answers(&appview, &home, &[&format!("docker buildx build --push{arguments} -t H/A/app .")], EVAN);
}

// A command line of Windows has 32 KiB at most.
#[test]
#[cfg(unix)]
fn many_names_of_clients_and_of_keys_take_no_time() {
    let (appview, home) = two_accounts();
    answers(&appview, &home, &[&format!("sh{} H/A/app", " docker".repeat(60_000))], EVAN);
    let arguments: Vec<String> = (0..30_000).map(|at| format!(" --build-arg X{at}=y")).collect();
    let arguments = arguments.concat();
    answers(&appview, &home, &[&format!("docker buildx build --push{arguments} -t H/A/app .")], EVAN);
}
