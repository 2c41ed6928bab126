//! A Docker that can't say why a push was denied, or is told not to.
#![cfg(unix)]

use crate::support::executable::script;
use crate::support::{AppView, EVAN, Home, Run, one_account};

const OLD: &str = "echo 'Docker version 24.0.7, build afdd53b'";
const NEW: &str = "echo 'Docker version 26.0.0, build 2ae903e'";

const TOO_OLD: &str = "! Docker 24.0.7 can't say why a push was denied (26 or newer can)";

fn with_docker(home: &Home, docker: &str, arguments: &[&str]) -> Run {
    script(home.path("bin/docker"), docker);
    home.run(arguments).env("PATH", home.path("bin"))
}

fn approving() -> (AppView, Home) {
    let appview = crate::support::appview();
    appview.approve_devices_as(EVAN);
    (appview, Home::new())
}

#[test]
fn a_login_recommends_no_plugin_that_would_say_nothing() {
    for (docker, hints, expected) in [(OLD, "true", false), (NEW, "false", false), (NEW, "true", true)] {
        let (appview, home) = approving();
        let login = with_docker(&home, docker, &["login", &appview.host(), "--configure-docker=yes"]);
        let seen = login.env("DOCKER_CLI_HINTS", hints).any_stderr().check().stderr;
        assert_eq!(seen.contains("configure-docker --plugin"), expected, "{docker} {hints} {seen}");
    }
}

#[test]
fn configure_docker_warns_instead_of_promising() {
    let promise = "says why a push or pull was denied";
    for arguments in [&["configure-docker", "--plugin"][..], &["configure-docker", "--plugin", "--dry-run"]] {
        let home = Home::new();
        let seen = with_docker(&home, OLD, arguments).any_stdout().any_stderr().check().stderr;
        assert!(seen.contains(TOO_OLD) && !seen.contains(promise), "{seen}");
        for (name, value, is_off) in [
            ("DOCKER_CLI_HINTS", "false", true),
            ("DOCKER_CLI_HOOKS", "0", true),
            ("DOCKER_CLI_HOOKS", "no", true),
            ("DOCKER_CLI_HINTS", "1", false),
        ] {
            let run = with_docker(&home, NEW, arguments).env(name, value);
            let seen = run.any_stdout().any_stderr().check().stderr;
            let warning =
                format!("! Docker can't say why a push was denied: {name} turns that off.\n  run: unset {name}\n");
            assert_eq!(seen.contains(&warning), is_off, "{name}={value} {seen}");
            assert!(!is_off || !seen.contains(promise), "{seen}");
        }
    }
}

#[test]
fn doctor_warns_instead_of_promising() {
    let (appview, home) = one_account();
    home.run(&["configure-docker", "--plugin", &appview.host()]).any_stderr().check();
    let seen = |docker: &str, hints: &str| {
        let run = with_docker(&home, docker, &["doctor"]).env("DOCKER_CLI_HINTS", hints);
        run.any_end().check().stdout
    };
    let promise = "✓ Docker says why a push was denied";
    let old = seen(OLD, "true");
    assert!(old.contains(TOO_OLD) && !old.contains(promise), "{old}");
    let off = seen(NEW, "false");
    assert!(off.contains("DOCKER_CLI_HINTS turns that off\n    run: unset") && !off.contains(promise), "{off}");
    assert!(seen(NEW, "true").contains(promise));
}
