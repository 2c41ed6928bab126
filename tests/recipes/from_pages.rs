//! The recipes that need no Docker engine: their scripts, run as the page has them.

use std::fs;
use std::process::Command;

use super::page::{recipes, runs, scripts};
use super::workplace::{EXAMPLE_SHA256, Workplace, has};
use crate::support::{EVAN, MICHELLE, Run, executable};

/// A new one needs a test, or a reason here why it has none.
#[test]
fn every_recipe_is_known_to_the_tests() {
    let only_for_clients_that_are_not_to_be_had = ["kaniko"];
    let tested = [
        "Install a pinned version",
        "GitHub Actions",
        "GitLab CI",
        "Tangled spindle",
        "Woodpecker",
        "A Dockerfile's build stage",
        "A runner of your own",
        "Without a home folder",
        "k3s and other kubelets",
        "containerd and nerdctl",
        "Nomad",
        "Packer",
        "Testcontainers",
        "Dev containers",
        "Rootless podman on a server",
        "docker compose",
    ];
    let mut known: Vec<&str> = tested.into_iter().chain(only_for_clients_that_are_not_to_be_had).collect();
    let mut found = recipes();
    known.sort_unstable();
    found.sort();
    assert_eq!(found, known);
}

#[test]
fn a_pinned_version_is_installed_and_another_checksum_stops_it() {
    if !has(&["curl"]) {
        return;
    }
    let workplace = Workplace::new();
    let [script] = &scripts("Install a pinned version")[..] else { panic!() };
    let forged = script.replace("5f70bf18", "00000000");
    workplace.shell(&forged).status(1).check();
    assert!(!workplace.home.path("bin/docker-credential-atcr").exists());
    workplace.shell(script).check();
    workplace.shell("docker-credential-atcr version").stdout_has(&["docker-credential-atcr v"]).check();
}

#[test]
fn a_spindle_pushes_with_skopeo() {
    if !has(&["skopeo", "curl"]) {
        return;
    }
    let workplace = Workplace::new();
    workplace.make_layout();
    let [install, push] = &scripts("Tangled spindle")[..] else { panic!() };
    let sha256 = workplace.here(EXAMPLE_SHA256);
    workplace.shell(install).env("ATCR_HELPER_VERSION", "0.1.0").env("ATCR_HELPER_SHA256", sha256).check();
    let push = || workplace.shell(push).env("ATCR_REGISTRY", workplace.appview.host()).env("ATCR_HANDLE", EVAN);
    push().env("ATCR_DEVICE_SECRET", &workplace.secret).check();
    assert_eq!(workplace.pusher("latest").as_deref(), Some(EVAN));
    push()
        .env("ATCR_DEVICE_SECRET", "atcr_device_hidden")
        .status(1)
        .stderr_has(&["rejected the credential of evan.jarrett.net; check ATCR_HANDLE"])
        .check();
}

#[test]
fn a_build_stage_copies_a_private_image_with_a_secret() {
    if !has(&["skopeo"]) {
        return;
    }
    let workplace = Workplace::with_program();
    workplace.publish("model:1");
    let [install, _packages, copy] = &runs("A Dockerfile's build stage")[..] else { panic!() };
    let (_, configure) = install.split_once(" && ").unwrap();
    workplace.shell(configure).check();
    let copy = copy.replace("dir:/model", "dir:model");
    workplace.shell(&copy).env("ATCR_REGISTRY", workplace.appview.host()).check();
    assert!(workplace.home.path("model/manifest.json").exists());
}

#[test]
fn nerdctl_finds_the_program_in_dockers_file() {
    let workplace = Workplace::with_program();
    let [script] = &scripts("containerd and nerdctl")[..] else { panic!() };
    workplace.shell(script).check();
    let config = fs::read_to_string(workplace.home.path(".docker/config.json")).unwrap();
    let entry = format!("\"{}\": \"atcr\"", workplace.appview.host());
    assert!(config.contains(&entry), "{config}");
}

#[test]
fn a_kubelet_with_the_printed_config_gets_credentials() {
    let workplace = Workplace::with_program();
    let [login, environment] = &scripts("k3s and other kubelets")[..] else { panic!() };
    let host = workplace.appview.host();
    workplace.shell(login).check();
    assert!(workplace.home.path("etc-atcr/device.json").exists());
    answers(&workplace);
    // The same node without a login.
    fs::remove_dir_all(workplace.home.path("etc-atcr")).unwrap();
    workplace.home.write("etc-atcr/secret", &workplace.secret);
    workplace.shell(environment).env("ATCR_REGISTRY", &host).check();
    answers(&workplace);
}

/// Does what a kubelet does: reads the file, and starts the program in that folder, with that environment alone.
fn answers(workplace: &Workplace) {
    let config = fs::read_to_string(workplace.home.path("rancher/config.yaml")).unwrap();
    let host = workplace.appview.host();
    assert!(config.contains(&format!("matchImages:\n      - \"{host}\"\n")), "{config}");
    let (_, environment) = config.split_once("    env:\n").unwrap();
    let lines: Vec<&str> = environment.lines().map(str::trim).collect();
    let mut command = Command::new(workplace.home.path("rancher/bin/docker-credential-atcr"));
    // Without HOME it would be the home folder of the user who runs the tests.
    command.arg("kubelet").env_clear().current_dir("/").env("HOME", workplace.home.path(""));
    for pair in lines.chunks(2) {
        let value: String = serde_json::from_str(pair[1].strip_prefix("value: ").unwrap()).unwrap();
        command.env(pair[0].strip_prefix("- name: ").unwrap(), value);
    }
    let (secret, image) = (&workplace.secret, format!("{host}/{EVAN}/app"));
    Run::new(command)
        .stdin(format!(
            "{{\"kind\":\"CredentialProviderRequest\",\
             \"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\"image\":\"{image}\"}}"
        ))
        .stdout_has(&[&format!("\"auth\":{{\"{image}\":{{\"username\":\"{EVAN}\",\"password\":\"{secret}\"}}}}")])
        .check();
}

#[test]
fn compose_pushes_the_services_of_each_account() {
    let [script] = &scripts("docker compose")[..] else { panic!() };
    let workplace = Workplace::with_program();
    let host = workplace.appview.host();
    workplace.home.log_in(&workplace.appview, &[EVAN, MICHELLE]);
    let service = |name, handle| format!("  {name}: {{build: ., image: {host}/{handle}/app}}\n");
    let file = format!("services:\n{}{}", service("web", EVAN), service("worker", MICHELLE));
    workplace.home.write("compose.yaml", file);
    // Any program of this name that asks for a credential.
    executable::script(
        workplace.home.path("bin/docker"),
        &format!("#!/bin/sh\necho {host} | docker-credential-atcr get\n"),
    );
    let seen = workplace.shell(script).check();
    let users: Vec<_> = seen.stdout.lines().map(|line| line.contains(&format!("\"Username\":\"{EVAN}\""))).collect();
    assert_eq!(users, [true, false], "{}", seen.stdout);
}
