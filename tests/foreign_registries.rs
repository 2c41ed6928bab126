//! Registries of others, and servers that are none: no advice that leads nowhere.

use crate::support::answers::DEVICE_CODE;
use crate::support::{Answer, Answers, Home, program, two_accounts};

#[test]
fn no_command_advises_a_login_at_a_registry_of_others() {
    let (appview, home) = two_accounts();
    for host in ["ghcr.io", "docker.io", "123456789012.dkr.ecr.eu-central-1.amazonaws.com"] {
        for line in [
            &["status"][..],
            &["status", "--offline", "--account", "x.example"],
            &["logout"],
            &["logout", "--all", "--yes"],
            &["logout", "--account", "x.example"],
        ] {
            let error = format!("error: {host} is not an ATCR registry; nothing is logged in there\n");
            home.run(&[line, &[host]].concat()).status(1).stderr(error.clone()).check();
            home.run(&[line, &["--registry", host]].concat()).status(1).stderr(error.clone()).check();
            if line.len() == 1 {
                home.run(&["switch"]).env("ATCR_REGISTRY", host).status(1).stderr(error).check();
            }
        }
    }
    assert_eq!(appview.connections(), 0);
}

#[test]
fn a_registry_of_others_is_no_problem_of_doctors() {
    let (appview, home) = two_accounts();
    for host in ["ghcr.io", "docker.io", "123456789012.dkr.ecr.eu-central-1.amazonaws.com"] {
        let expected = format!(
            "✓ docker-credential-atcr is on PATH: PROGRAM\n\
             ! {host} is not an ATCR registry: pushing there needs no ATCR account\n\n\
             No problems found; one warning.\n"
        );
        for arguments in [&["doctor", &format!("{host}/a/b")][..], &["doctor", "--registry", host]] {
            for home in [&home, &Home::new()] {
                let run = home.run(arguments).env("PATH", program().parent().unwrap()).any_stdout();
                let seen = run.check().stdout;
                let found: String = seen.split_inclusive('\n').filter(|line| !line.contains("holds")).collect();
                assert_eq!(home.screen(&appview, &found), expected);
            }
        }
    }
}

/// As Docker's own registry, a web server and one behind a login page answer.
#[test]
fn a_server_that_is_no_atcr_registry_is_called_that() {
    let (registry, home) = (Answers::start(), Home::new());
    let host = registry.host();
    let expected = format!(
        "error: can't log in to {}: it does not seem to be an ATCR registry\n  check its spelling; to log in to a registry \
         of another kind, run: docker login {host}\n",
        registry.url()
    );
    for answer in [
        Answer::status(404),
        Answer::status(501),
        Answer::body(404, "application/json", r#"{"errors": [{"code": "NOT_FOUND"}]}"#),
        Answer::body(405, "text/plain", "Method Not Allowed"),
        Answer::body(200, "text/html", "<!doctype html><title>Welcome</title>"),
        Answer::body(200, "application/json", "<html>"),
        Answer::body(401, "text/html", "<h1>Log in</h1>"),
    ] {
        registry.next(DEVICE_CODE, [answer]);
        home.run(&["login", &host]).status(1).stderr(&*expected).check();
    }
    assert!(!home.path(".atcr/device.json").exists());
}

#[test]
fn a_registry_in_trouble_is_still_one() {
    let (registry, home) = (Answers::start(), Home::new());
    for status in [429, 500, 502, 503] {
        registry.next(DEVICE_CODE, [Answer::body(status, "text/html", "<h1>Sorry</h1>")]);
        let reason = format!("it returned {status} without a device code; try again later");
        let error = format!("error: can't log in to {}: {reason}\n", registry.url());
        home.run(&["login", &registry.host()]).status(1).stderr(error).check();
    }
}
