//! `docker login` and `docker logout`, without an engine where the CLI needs none.

use std::path::PathBuf;
use std::sync::Arc;

use super::engine::{self, Engine};
use super::installed;
use crate::support::{EVAN, Home, MICHELLE, Run, appview, two_accounts};

#[test]
fn docker_logout_removes_exactly_one_of_two_accounts() {
    for docker in dockers() {
        let (appview, home) = two_accounts();
        let host = appview.host();
        home.configure_docker(&host);
        let removing = format!("Removing login credentials for {host}\n");
        run(&docker, &home, &["logout", &host]).stdout(&*removing).stderr_has(&[EVAN]).check();
        let left = home.device_json();
        assert!(left.contains(EVAN) && !left.contains(MICHELLE), "{left}");
        home.age_device_json();
        run(&docker, &home, &["logout", &host]).stdout(&*removing).check();
        assert!(!home.device_json().contains(EVAN));
    }
}

#[test]
fn docker_logout_of_an_image_removes_its_owner() {
    for docker in dockers() {
        let (appview, home) = two_accounts();
        home.configure_docker(&appview.host());
        let image = format!("{}/{EVAN}/app", appview.host());
        run(&docker, &home, &["logout", &image]).any_stdout().any_stderr().check();
        let left = home.device_json();
        assert!(!left.contains(EVAN) && left.contains(MICHELLE), "{left}");
    }
}

#[test]
fn docker_logout_of_the_only_account_leaves_none() {
    for docker in dockers() {
        let (appview, home) = (appview(), Home::new());
        home.log_in(&appview, &[EVAN]);
        home.configure_docker(&appview.host());
        let removing = format!("Removing login credentials for {}\n", appview.host());
        run(&docker, &home, &["logout", &appview.host()]).stdout(removing).check();
        assert!(!home.device_json().contains(EVAN));
    }
}

#[test]
fn a_device_secret_that_logs_in_is_kept_and_nowhere_else() {
    for docker in dockers() {
        let (appview, home) = (appview(), Home::new());
        home.configure_docker(&appview.host());
        for owner in [EVAN, MICHELLE] {
            let secret = appview.device_secret(owner);
            login(&docker, &home, &appview.host(), owner, &secret).stdout("Login Succeeded\n").check();
            assert_eq!(home.secret(&appview, owner), secret);
        }
        let config = std::fs::read_to_string(home.path(".docker/config.json")).unwrap();
        assert!(!config.contains("\"auth\""), "{config}");
    }
}

/// What most recipes for CI do.
#[test]
fn docker_login_with_a_password_keeps_the_device_secret() {
    for docker in dockers() {
        let (appview, home) = two_accounts();
        home.configure_docker(&appview.host());
        appview.app_password(EVAN, "pass-word");
        let secret = home.secret(&appview, EVAN);
        login(&docker, &home, &appview.host(), EVAN, "pass-word")
            .stdout("Login Succeeded\n")
            .stderr_has(&[&format!("{EVAN} is logged in to {} with a device secret", appview.host())])
            .check();
        assert_eq!(home.secret(&appview, EVAN), secret);
    }
}

#[test]
fn docker_login_with_a_password_alone_fails_with_a_hint() {
    for docker in dockers() {
        let (appview, home) = (appview(), Home::new());
        home.configure_docker(&appview.host());
        appview.app_password(EVAN, "pass-word");
        let way = format!("docker-credential-atcr login {}", appview.host());
        login(&docker, &home, &appview.host(), EVAN, "pass-word")
            .status(1)
            .stderr_has(&["only device secrets (atcr_device_...) can be stored", &way, "ATCR_APP_PASSWORD"])
            .check();
        assert!(!home.path(".atcr/device.json").exists());
    }
}

struct Docker {
    program: PathBuf,
    engine: Option<Arc<Engine>>,
}

/// Without an engine the CLI checks the login itself; the newer one then knows no http.
fn dockers() -> Vec<Docker> {
    let mut dockers = Vec::new();
    for program in installed::speaking("docker", "Docker version") {
        let engine = if installed::is_fetched(&program) { engine::fetched() } else { None };
        dockers.push(Docker { program, engine });
    }
    dockers
}

fn login(docker: &Docker, home: &Home, host: &str, user: &str, secret: &str) -> Run {
    // Docker tells on stderr that https failed, too.
    run(docker, home, &["login", "--username", user, "--password-stdin", host]).stdin(secret).any_stderr()
}

fn run(docker: &Docker, home: &Home, arguments: &[&str]) -> Run {
    let mut command = home.command(&docker.program);
    command.args(arguments);
    let engine = docker.engine.as_ref();
    let host = engine.map_or_else(|| format!("unix://{}", home.path("no-engine").display()), |engine| engine.host());
    Run::new(command).env("DOCKER_HOST", host)
}
