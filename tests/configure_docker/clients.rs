//! The real clients, after the command.

use std::fs;

use super::{configure, shown};
use crate::support::{Home, MICHELLE, Run, skip, two_accounts};

#[test]
fn docker_finds_the_helper() {
    let Some(docker) = installed("docker", "Docker version") else { return };
    let (appview, home) = two_accounts();
    configure(&home, &[]);
    let mut login = home.command(docker);
    login.args(["login", &appview.host()]).env("DOCKER_HOST", format!("unix://{}", shown(&home, "no-engine")));
    // Without an engine some versions call the registry themselves and others fail, after they found a credential.
    let output = login.output().unwrap();
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(printed.contains("Authenticating with existing credentials"), "{printed}");
}

#[test]
fn skopeo_finds_the_helper_in_either_file() {
    let Some(skopeo) = installed("skopeo", "skopeo version") else { return };
    for (file, arguments) in [(".docker/config.json", &[][..]), (".config/containers/auth.json", &["--podman"])] {
        let (appview, home) = two_accounts();
        configure(&home, arguments);
        for other in [".docker/config.json", ".config/containers/auth.json"].into_iter().filter(|&name| name != file) {
            let _ = fs::remove_file(home.path(other));
        }
        let mut login = home.command(skopeo);
        login.args(["login", "--get-login", &appview.host()]).env_remove("DOCKER_CONFIG");
        Run::new(login).stdout(format!("{MICHELLE}\n")).check();
    }
}

/// A client, if it is on this machine: podman comes with a `docker` that is podman.
fn installed(name: &'static str, version: &str) -> Option<&'static str> {
    let output = Home::new().command(name).arg("--version").output();
    let is_there = output.is_ok_and(|output| output.stdout.starts_with(version.as_bytes()));
    if !is_there {
        skip(&format!("{name} is not installed"));
    }
    is_there.then_some(name)
}
