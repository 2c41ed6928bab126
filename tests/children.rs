//! The programs that this one starts: found in absolute folders alone, and started without secrets.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// Every other way to start a program in the source would be one that passes on the environment's secrets.
#[test]
fn one_place_makes_every_command() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut places = Vec::new();
    for path in sources(&source) {
        let text = fs::read_to_string(&path).unwrap();
        // clap's commands are words.
        let text = text.split("\nmod tests {").next().unwrap().replace("clap::Command::new(", "");
        let starts = ["Command::new(", "open::that", "open::with", "process::Command as", "CommandBuilder", ".exec()"];
        if starts.iter().any(|start| text.contains(start)) {
            places.push(path.strip_prefix(&source).unwrap().display().to_string().replace('\\', "/"));
        }
    }
    assert_eq!(places, ["platform/child/mod.rs"]);
}

#[cfg(target_os = "linux")]
mod started {
    use std::fs;

    use crate::support::answers::DEVICE_CODE;
    use crate::support::terminal::Terminal;
    use crate::support::{Answer, Answers, EVAN, Home, PROGRAM, executable};
    use crate::update::Installed;

    /// What stands for a secret, leads to one, or holds one, whatever it is called.
    const SECRETS: [(&str, &str); 6] = [
        ("ATCR_HANDLE", EVAN),
        ("ATCR_DEVICE_SECRET", "hidden"),
        ("ATCR_APP_PASSWORD", "hidden"),
        ("ATCR_DEVICE_SECRET_FILE", "/hidden"),
        ("DOCKER_AUTH_CONFIG", "{}"),
        ("MY_TOKEN", "atcr_device_hidden"),
    ];

    /// Writes down its environment, and does as it is told.
    fn recorder(home: &Home, path: &str, then: &str) {
        let file = home.path("environment").display().to_string();
        executable::script(
            home.path(path),
            &format!("/usr/bin/env > {file}.part && /bin/mv {file}.part {file}\n{then}"),
        );
    }

    #[track_caller]
    fn saw_no_secret(home: &Home) {
        let seen = fs::read_to_string(home.path("environment")).unwrap();
        assert!(seen.contains("\nKEPT=kept\n") || seen.starts_with("KEPT=kept\n"), "{seen}");
        for (name, value) in SECRETS {
            assert!(!seen.contains(&format!("{name}=")) && !seen.contains("hidden"), "{name} {value}: {seen}");
        }
        let path = seen.lines().find_map(|line| line.strip_prefix("PATH=")).unwrap();
        assert!(path.split(':').all(|folder| folder.starts_with('/')), "{path}");
        fs::remove_file(home.path("environment")).unwrap();
    }

    /// A terminal on which a login waits for Enter.
    fn login(home: &Home, registry: &Answers, variables: &[(&str, &str)], path: &str) -> Terminal {
        let mut command = home.command(*PROGRAM);
        command.args(["login", &registry.host(), "--configure-docker=no"]).env("ATCR_REGISTRY", "other.example");
        command.envs(SECRETS).env_remove("ATCR_APP_PASSWORD").env_remove("ATCR_DEVICE_SECRET_FILE");
        command.env("KEPT", "kept").env("PATH", path).envs(variables.iter().copied());
        let mut terminal = Terminal::start(&command);
        terminal.shows("Press Enter to open your browser").answers("\r");
        terminal
    }

    fn registry() -> Answers {
        let registry = Answers::start();
        let code = serde_json::json!({"device_code": "d", "user_code": "A-B", "verification_uri_complete": registry.url(), "interval": 1});
        registry.always(DEVICE_CODE, Answer::json(200, code));
        registry
    }

    #[test]
    fn browsers_inherit_no_secret() {
        let (home, registry) = (Home::new(), registry());
        recorder(&home, "bin/xdg-open", "");
        recorder(&home, "bin/surfer", "");
        let path = format!(".:{}:/usr/bin:/bin:", home.path("bin").display());
        for variables in [&[("DISPLAY", ":0")][..], &[("BROWSER", "surfer --new")]] {
            let _terminal = login(&home, &registry, variables, &path);
            home.wait_for("environment");
            saw_no_secret(&home);
        }
    }

    #[test]
    fn no_browser_of_the_current_folder_is_started() {
        for variables in [
            &[("DISPLAY", ":0")][..],
            &[("BROWSER", "surfer")],
            &[("BROWSER", "./surfer")],
            &[("BROWSER", "sub/surfer")],
        ] {
            let (home, registry) = (Home::new(), registry());
            for name in ["xdg-open", "gio", "surfer", "sub/surfer", "sub/xdg-open"] {
                recorder(&home, name, "");
            }
            let mut terminal = login(&home, &registry, variables, ".::sub:./sub");
            terminal.shows("Could not open a browser");
            assert!(!home.path("environment").exists(), "{variables:?}");
        }
    }

    #[test]
    fn a_browser_that_fails_at_once_is_not_the_last() {
        let (home, registry) = (Home::new(), registry());
        executable::script(home.path("bin/xdg-open"), "exit 3");
        recorder(&home, "bin/gio", "");
        let path = format!("{}:/usr/bin:/bin", home.path("bin").display());
        let _terminal = login(&home, &registry, &[("DISPLAY", ":0")], &path);
        home.wait_for("environment");
    }

    #[test]
    fn package_managers_and_new_versions_inherit_no_secret() {
        let installed = Installed::new();
        let home = &installed.home;
        recorder(home, "managers/dpkg-query", "exit 1");
        let file = home.path("environment").display().to_string();
        let newer = format!("#!/bin/sh\nenv > {file}\necho docker-credential-atcr v99.1.2\n");
        installed.offer("a.tar.gz", &crate::update::tar_gz(&[("docker-credential-atcr", newer.as_bytes())]));
        let path = format!(".:{}:/usr/bin:/bin", home.path("managers").display());
        let run = |words: &[&str]| {
            let mut run = installed.run(words).env("PATH", &path).env("KEPT", "kept");
            for (name, value) in SECRETS {
                run = run.env(name, value);
            }
            run
        };
        run(&["update", "--check"]).any_stderr().check();
        saw_no_secret(home);
        run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
        saw_no_secret(home);
    }

    #[test]
    fn no_package_manager_of_the_current_folder_is_asked() {
        let installed = Installed::new();
        let home = &installed.home;
        installed.offer("a.tar.gz", &crate::update::tar_gz(&[]));
        for name in ["dpkg-query", "rpm", "pacman", "sub/dpkg-query"] {
            recorder(home, name, "exit 1");
        }
        for path in [".", "", ":", "sub", "./sub", ".:/nonexistent", "/nonexistent::"] {
            installed.run(&["update", "--check"]).env("PATH", path).any_stderr().check();
            assert!(!home.path("environment").exists(), "{path}");
        }
    }

    #[test]
    fn credential_stores_inherit_no_secret() {
        let home = Home::new();
        recorder(&home, "bin/docker-credential-fake", "echo credentials not found in native keychain; exit 1");
        let account = serde_json::json!({"handle": EVAN, "credential_store": "fake"});
        let registry = serde_json::json!({"active": EVAN, "accounts": {EVAN: account}});
        let file = serde_json::json!({"version": 2, "registries": {"https://atcr.io": registry}});
        home.write_device_json(file.to_string());
        let path = format!(".:{}:/usr/bin:/bin", home.path("bin").display());
        let mut run =
            home.verb("get", "atcr.io").env("PATH", &path).env("KEPT", "kept").env("ATCR_REGISTRY", "buoy.cr");
        for (name, value) in
            SECRETS.iter().filter(|(name, _)| !matches!(*name, "ATCR_APP_PASSWORD" | "ATCR_DEVICE_SECRET_FILE"))
        {
            run = run.env(name, value);
        }
        run.status(1).any_stdout().any_stderr().check();
        saw_no_secret(&home);
        fs::rename(home.path("bin/docker-credential-fake"), home.path("docker-credential-fake")).unwrap();
        let run = home.verb("get", "atcr.io").env("PATH", ".:");
        run.status(1).stdout_has(&["it is not on PATH"]).any_stderr().check();
        assert!(!home.path("environment").exists());
    }

    #[test]
    fn docker_in_the_current_folder_is_not_found() {
        let home = Home::new();
        executable::script(home.path("podman"), "");
        executable::script(home.path("docker-credential-atcr"), "");
        let run = home.run(&["doctor"]).env("PATH", ".").status(1).any_stderr();
        run.stdout_has(&["docker-credential-atcr is not on PATH"]).check();
    }
}
