//! The screens of `doctor`, whole, with HOST, HOME, PROGRAM and REASON for what is different in each run.

use serde_json::{Value, json};

use crate::support::answers::CHECK;
use crate::support::{
    Answer, Answers, EVAN, Home, MICHELLE, Run, appview, home_of_evan, https_appview, one_account_and, program,
    two_accounts, two_accounts_in_docker,
};
use crate::token::jwt;

/// Without what else is installed here, such as docker.
fn doctor(home: &Home, arguments: &[&str]) -> Run {
    home.run(&[&["doctor"], arguments].concat()).env("PATH", program().parent().unwrap())
}

#[test]
fn without_problems_every_check_is_listed() {
    let (appview, home) = two_accounts_in_docker();
    let expected = "\
✓ docker-credential-atcr is on PATH: PROGRAM
✓ Docker uses docker-credential-atcr for HOST (HOME/.docker/config.json)
✓ HOME/.atcr/device.json holds 2 accounts
✓ http://HOST answers
✓ the clock agrees with HOST
✓ http://HOST is on loopback, so it needs no encryption
✓ evan.jarrett.net at HOST: valid (checked just now)
✓ michelle.jarrett.net at HOST: valid (checked just now)

No problems found.
If the push of an image is denied, run: docker-credential-atcr doctor IMAGE
";
    home.shows(&appview, doctor(&home, &[]), expected);
}

#[test]
fn each_problem_has_the_command_that_fixes_it() {
    let (appview, home) = two_accounts();
    let mut file: Value = serde_json::from_str(&home.device_json()).unwrap();
    file["registries"]["http://127.0.0.1:1"] = json!({"accounts": {"a.example": {"device_secret": "atcr_device_2"}}});
    home.write_device_json(file.to_string());
    let config = json!({
        "auths": {appview.host(): {"auth": "hidden"}, "ghcr.io": {"auth": "hidden"}},
        "credsStore": "desktop",
        "credHelpers": {"127.0.0.1:1": "pass"},
    });
    home.write(".docker/config.json", config.to_string());
    home.write("auth.json", json!({"auths": {format!("{}/{EVAN}", appview.host()): {"auth": "hidden"}}}).to_string());
    appview.revoke(&home.secret(&appview, EVAN));
    let expected = "\
✓ docker-credential-atcr is on PATH: PROGRAM
✗ Docker uses docker-credential-desktop (credsStore) for HOST (HOME/.docker/config.json)
    run: docker-credential-atcr configure-docker HOST --yes
! HOME/.docker/config.json contains a plain-text password for HOST that Docker may use instead (auths: \"HOST\")
✗ Docker uses docker-credential-pass for 127.0.0.1:1 (HOME/.docker/config.json)
    run: docker-credential-atcr configure-docker 127.0.0.1:1 --yes
! HOME/auth.json contains a plain-text password for HOST that podman may use instead (auths: \"HOST/evan.jarrett.net\")
    run: docker-credential-atcr configure-docker HOST --podman --yes
✓ HOME/.atcr/device.json holds 3 accounts
✓ http://HOST answers
✓ the clock agrees with HOST
✗ http://127.0.0.1:1: it can't be reached: REASON
    run: curl -v http://127.0.0.1:1/v2/
✓ http://HOST is on loopback, so it needs no encryption
✓ http://127.0.0.1:1 is on loopback, so it needs no encryption
✗ evan.jarrett.net at HOST: rejected (checked just now)
    run: docker-credential-atcr login HOST --account evan.jarrett.net
✓ michelle.jarrett.net at HOST: valid (checked just now)
! a.example at 127.0.0.1:1: not checked
    its registry can't be reached
";
    home.shows(
        &appview,
        doctor(&home, &[])
            .env("REGISTRY_AUTH_FILE", home.path("auth.json"))
            .status(1)
            .stderr("error: 4 problems would make a push fail\n"),
        expected,
    );
}

#[test]
fn without_accounts_sudo_is_a_likely_reason() {
    let (appview, home) = (appview(), Home::new());
    let run = || doctor(&home, &[]).status(1).stderr("error: one problem would make a push fail\n");
    let expected = "\
✓ docker-credential-atcr is on PATH: PROGRAM
! run with sudo: accounts are read from HOME/.atcr, not from evan's home
    to let evan run Docker without sudo, run: sudo usermod -aG docker evan
✗ nobody is logged in
    run: docker-credential-atcr login
";
    home.shows(&appview, run().env("SUDO_USER", "evan"), expected);
    // The registry to log in to is checked all the same.
    run().env("ATCR_REGISTRY", appview.host()).stdout_has(&[&format!("✓ {} answers\n", appview.url())]).check();
}

/// macOS' sudo keeps HOME, and so does `sudo -E`.
#[test]
#[cfg(unix)]
fn sudo_with_the_persons_own_home_is_no_reason() {
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    let home = Home::new();
    let owner = fs::metadata(home.path("")).unwrap().uid();
    let said = |id: u32| {
        let run = home.run(&["doctor"]).env("SUDO_USER", "evan").env("SUDO_UID", id.to_string());
        run.any_end().check().stdout.contains("run with sudo: ")
    };
    for folder in ["", ".atcr"] {
        fs::create_dir_all(home.path(folder)).unwrap();
        assert_eq!((said(owner), said(owner + 1)), (false, true), "{folder}");
    }
}

#[test]
fn an_account_of_the_environment_needs_no_file() {
    let (appview, home) = (appview(), Home::new());
    home.configure_docker(&appview.host());
    let run = || {
        let secret = appview.device_secret(EVAN);
        doctor(&home, &[]).env("ATCR_REGISTRY", appview.host()).env("ATCR_DEVICE_SECRET", secret)
    };
    let whole = "\
✓ docker-credential-atcr is on PATH: PROGRAM
✓ Docker uses docker-credential-atcr for HOST (HOME/.docker/config.json)
✓ the account comes from the environment
✓ http://HOST answers
✓ the clock agrees with HOST
✓ http://HOST is on loopback, so it needs no encryption
✓ evan.jarrett.net (ATCR_HANDLE) at HOST: valid (checked just now)

No problems found.
If the push of an image is denied, run: docker-credential-atcr doctor IMAGE
";
    home.shows(&appview, run().env("ATCR_HANDLE", EVAN), whole);
    let half = "\
✓ docker-credential-atcr is on PATH: PROGRAM
✓ Docker uses docker-credential-atcr for HOST (HOME/.docker/config.json)
✓ http://HOST answers
✓ the clock agrees with HOST
✓ http://HOST is on loopback, so it needs no encryption
✗ ATCR_HANDLE at HOST: incomplete
    ATCR_DEVICE_SECRET is set, but ATCR_HANDLE is not
";
    home.shows(&appview, run().status(1).stderr("error: one problem would make a push fail\n"), half);
}

/// What renames a file in a person's shell.
const MOVE: &str = if cfg!(windows) { "move" } else { "mv -n" };

#[test]
fn invalid_files_are_problems_that_name_the_place() {
    let (appview, home) = two_accounts_in_docker();
    home.write(".docker/config.json", "{\n  // mine\n}");
    doctor(&home, &[])
        .status(1)
        .stdout_has(&[
            &format!("config.json: invalid JSON: key must be a string at line 2 column 3\n    run: {MOVE} "),
            "config.json.broken && docker-credential-atcr configure-docker\n",
        ])
        .stderr_has(&["one problem"])
        .check();
    home.configure_docker(&appview.host());
    for (content, message, hint) in [
        ("{", "not valid JSON (line 1, column 1)", ".broken && docker-credential-atcr login\n"),
        (r#"{"version": 3}"#, "unsupported version 3 (expected 2)", "install the newest docker-credential-atcr"),
    ] {
        home.write_device_json(content);
        doctor(&home, &[]).status(1).stdout_has(&["device.json: ", message, hint]).stderr_has(&["one problem"]).check();
    }
}

/// Behind them could be a link that is not looked at.
#[test]
#[cfg(unix)]
fn docker_is_not_run_with_more_contexts_than_are_looked_at() {
    let (_appview, home) = two_accounts_in_docker();
    std::fs::create_dir_all(home.path("bin")).unwrap();
    let ran = home.path("ran");
    crate::support::executable::script(home.path("bin/docker"), &format!("echo 28.1.0; : > '{}'", ran.display()));
    for number in 0..1000 {
        home.write(&format!(".docker/contexts/meta/{number}"), "");
    }
    let run = doctor(&home, &[]).env("PATH", home.path("bin")).any_stderr().status(1);
    run.stdout_has(&["/bin/docker was not run: ", "there are too many files"]).check();
    assert!(!ran.exists());
}

/// As Go's decoder, which adds a later object to a map.
#[test]
fn a_key_that_is_there_twice_is_a_problem_where_docker_asks_another() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    for (content, is_problem) in [
        (r#"{"credHelpers": {"HOST": "atcr"}, "credHelpers": {}}"#, false),
        (r#"{"credHelpers": {}, "CredHelpers": {"HOST": "atcr"}}"#, false),
        (r#"{"credHelpers": {"HOST": "pass"}, "credHelpers": {"HOST": "atcr"}}"#, false),
        (r#"{"credHelpers": {"HOST": "pass", "HOST": "atcr"}}"#, false),
        (r#"{"auths": {}, "credHelpers": {"HOST": "atcr"}, "auths": {}}"#, false),
        (r#"{"credsStore": "pass", "credsStore": "atcr"}"#, false),
        (r#"{"credHelpers": {"ghcr.io": "gh"}, "credHelpers": {}}"#, true),
        (r#"{"credHelpers": {"HOST": "atcr"}, "credHelpers": {"HOST": "pass"}}"#, true),
        (r#"{"credHelpers": {"HOST": "atcr"}, "credHelpers": null}"#, true),
        (r#"{"credsStore": "atcr", "credsStore": "pass"}"#, true),
        (r#"{"auths": {}, "auths": {}}"#, true),
    ] {
        home.write(".docker/config.json", content.replace("HOST", &host));
        let run = doctor(&home, &[]).named(content).status(i32::from(is_problem)).any_stderr();
        let mark = if is_problem { "✗ " } else { "! " };
        let seen = run.any_stdout().check();
        assert!(
            seen.stdout.lines().any(|line| line.starts_with(mark) && line.contains("duplicate key")),
            "{content} {}",
            seen.stdout
        );
    }
}

#[test]
fn a_program_that_docker_does_not_find_is_a_problem() {
    let (appview, home) = two_accounts_in_docker();
    let seen = doctor(&home, &[]).env("PATH", home.path("nothing")).status(1).any_stdout().any_stderr().check();
    let screen = home.screen(&appview, &seen.stdout);
    assert!(screen.starts_with("✗ docker-credential-atcr is not on PATH, so Docker can't run it\n    "), "{screen}");
}

#[test]
#[cfg(unix)]
fn another_program_of_that_name_is_a_warning() {
    let (appview, home) = two_accounts_in_docker();
    crate::support::executable::script(home.path("other/docker-credential-atcr"), "echo docker-credential-atcr 0.0.1");
    let seen = doctor(&home, &[]).env("PATH", home.path("other")).any_stdout().check();
    assert_eq!(
        home.screen(&appview, &seen.stdout).lines().take(2).collect::<Vec<_>>(),
        [
            "! Docker runs HOME/other/docker-credential-atcr, which is not this program, PROGRAM",
            "    run: mv -n HOME/other/docker-credential-atcr HOME/other/docker-credential-atcr.old && ln -s PROGRAM \
             HOME/other/docker-credential-atcr",
        ]
    );
    std::fs::create_dir(home.path("links")).unwrap();
    std::os::unix::fs::symlink(*crate::support::PROGRAM, home.path("links/docker-credential-atcr")).unwrap();
    let linked = doctor(&home, &[]).env("PATH", home.path("links"));
    linked.stdout_has(&["✓ docker-credential-atcr is on PATH"]).check();
}

#[test]
#[cfg(unix)]
fn a_program_that_docker_would_run_in_vain_is_a_problem() {
    let (appview, home) = two_accounts_in_docker();
    for (script, reason) in [
        ("", "is not docker-credential-atcr"),
        ("echo docker-credential-pass 0.6.4", "is not docker-credential-atcr"),
        ("echo 1>&2 libx.so: not found; exit 127", "does not work: it says: libx.so: not found"),
        ("exit 3", "does not work: it failed (exit status: 3)"),
    ] {
        crate::support::executable::script(home.path("other/docker-credential-atcr"), script);
        let run = doctor(&home, &[]).env("PATH", home.path("other")).status(1).any_stdout();
        let seen = run.stderr("error: one problem would make a push fail\n").check();
        let expected = format!("✗ Docker runs HOME/other/docker-credential-atcr, which {reason}\n    run: mv -n ");
        let screen = home.screen(&appview, &seen.stdout);
        assert!(screen.starts_with(&expected), "{screen}");
    }
    home.write("other/docker-credential-atcr", b"\x7fELF of another machine");
    home.set_mode("other/docker-credential-atcr", 0o755);
    let run = doctor(&home, &[]).env("PATH", home.path("other")).status(1).any_stderr();
    run.stdout_has(&["which does not work: "]).check();
}

#[test]
fn a_token_endpoint_that_gives_none_is_a_problem() {
    for answer in [Answer::status(500), Answer::dropped(), Answer::json(200, json!({}))] {
        let (registry, home) = one_account_and(answer);
        home.configure_docker(&registry.host());
        doctor(&home, &[])
            .status(1)
            .stdout_has(&[&format!("✗ {EVAN} at {}: ", registry.host())])
            .stderr("error: one problem would make a push fail\n")
            .check();
    }
}

#[test]
#[cfg(unix)]
fn docker_and_its_daemon_are_looked_at() {
    let (appview, home) = two_accounts_in_docker();
    std::fs::create_dir_all(home.path("bin")).unwrap();
    std::os::unix::fs::symlink(program(), home.path("bin/docker-credential-atcr")).unwrap();
    let stopped = "echo 1>&2 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?'; exit 1";
    for (script, status, line) in [
        (
            r#"test "$*" = 'version --format {{.Server.Version}}' && echo 28.1.0"#,
            0,
            "✓ HOME/bin/docker reaches its daemon (version 28.1.0)\n",
        ),
        (
            stopped,
            1,
            "✗ HOME/bin/docker can't reach its daemon: it says: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?\n    start ",
        ),
        ("exit 3", 1, "✗ HOME/bin/docker does not work: it failed (exit status: 3)\n"),
    ] {
        crate::support::executable::script(home.path("bin/docker"), script);
        let run = doctor(&home, &[]).env("PATH", home.path("bin")).status(status);
        let seen = run.any_stdout().any_stderr().check();
        let screen = home.screen(&appview, &seen.stdout);
        assert!(screen.contains(line), "{screen}");
    }
    // Where podman pushes, the daemon may not matter.
    crate::support::executable::script(home.path("bin/podman"), "");
    crate::support::executable::script(home.path("bin/docker"), stopped);
    doctor(&home, &[]).env("PATH", home.path("bin")).stdout_has(&["! ", "can't reach its daemon"]).check();
}

/// Its config.json and its contexts say whom it asks, and which program it runs for that.
#[test]
#[cfg(unix)]
fn docker_is_not_run_on_what_others_could_have_written() {
    let meta = ".docker/contexts/meta/0";
    for (open, mode) in [
        (".docker", 0o777),
        (".docker/config.json", 0o666),
        (".docker/contexts", 0o777),
        (".docker/contexts/meta", 0o777),
        (meta, 0o777),
        (".docker/contexts/meta/0/meta.json", 0o666),
        (meta, 0o755),
    ] {
        let (_appview, home) = two_accounts_in_docker();
        std::fs::create_dir_all(home.path("bin")).unwrap();
        home.write(&format!("{meta}/meta.json"), "{}");
        let ran = home.path("ran");
        crate::support::executable::script(home.path("bin/docker"), &format!("echo 28.1.0; : > '{}'", ran.display()));
        home.set_mode(open, mode);
        let seen = doctor(&home, &[]).env("PATH", home.path("bin")).any_stdout().any_stderr().any_end().check();
        assert_eq!(ran.exists(), mode == 0o755, "{open} {}", seen.stdout);
        assert_eq!(seen.stdout.contains("/bin/docker was not run: refusing to use "), mode != 0o755, "{}", seen.stdout);
    }
}

/// See containers-registries.conf(5).
#[test]
fn what_registries_conf_says_of_helpers_counts() {
    let (appview, home) = two_accounts_in_docker();
    let (host, conf) = (appview.host(), ".config/containers/registries.conf");
    home.run(&["configure-docker", &host, "--podman"]).any_stderr().check();
    let seen = || doctor(&home, &[]).any_end().check().stdout;
    let (of_files, of_list) = ("podman uses docker-credential-atcr for", "podman uses docker-credential-atcr (cred");
    let none = "podman reads neither auth.json nor config.json (credential-helpers in ";
    for (list, expected) in [
        ("", [true, false, false]),
        ("credential-helpers = []", [true, false, false]),
        ("credential-helpers = [\"containers-auth.json\", \"pass\"]", [true, false, false]),
        ("credential-helpers = [\"pass\"]", [false, false, true]),
        ("credential-helpers = [\"pass\", \"atcr\"]", [false, true, false]),
    ] {
        home.write(conf, list);
        let seen = seen();
        assert_eq!([of_files, of_list, none].map(|line| seen.contains(line)), expected, "{list}: {seen}");
        let warned = home.run(&["configure-docker", &host, "--podman"]).any_stderr().check().stderr.contains(none);
        assert_eq!(warned, expected[2], "{list}");
    }
    home.write(conf, "credential-helpers = [\"pass\", \"containers-auth.json\"]");
    assert!(seen().contains("! podman asks docker-credential-pass first (credential-helpers in "));
    // A file beside it comes later.
    home.write(".config/containers/registries.conf.d/1.conf", "credential-helpers = [\"pass\"]");
    assert!(seen().contains(none));
    let with_variable = doctor(&home, &[]).env("CONTAINERS_REGISTRIES_CONF", "/dev/null").any_end().check().stdout;
    assert!(with_variable.contains(none));
}

/// podman and the like then fail before they ask anybody.
#[test]
#[cfg(unix)]
fn a_registries_conf_that_podman_cant_read_is_found() {
    let (appview, home) = two_accounts_in_docker();
    let conf = ".config/containers/registries.conf";
    let seen = || doctor(&home, &[]).any_stdout().any_stderr().any_end().check().stdout;
    let set_up = || home.run(&["configure-docker", &appview.host(), "--podman"]).any_stderr().check().stderr;
    for list in ["credential-helpers = [", "credential-helpers = \"pass\"", "'credential-helpers' = [ # ]\n"] {
        home.write(conf, list);
        let seen = seen();
        assert!(seen.contains("registries.conf: credential-helpers is not a list\n    write "), "{list}: {seen}");
        let set_up = set_up();
        assert!(set_up.contains("registries.conf: credential-helpers is not a list.\n  write "), "{list}: {set_up}");
    }
    home.write(conf, "# credential-helpers = [\n[x]\ncredential-helpers = 1\n");
    assert!(!seen().contains("not a list") && !set_up().contains("not a list"));
    std::fs::remove_file(home.path(conf)).unwrap();
    std::fs::create_dir(home.path(conf)).unwrap();
    let folder = seen();
    assert!(folder.contains("podman can't read ") && folder.contains("registries.conf: "), "{folder}");
}

#[test]
#[cfg(unix)]
fn accounts_open_to_others_are_a_warning() {
    let (appview, home) = two_accounts_in_docker();
    home.set_mode(".atcr/device.json", 0o644);
    let seen = doctor(&home, &[]).any_stdout().check();
    let screen = home.screen(&appview, &seen.stdout);
    let open =
        "! HOME/.atcr/device.json is open to other users (mode 0644)\n    run: chmod 600 HOME/.atcr/device.json\n";
    assert!(screen.contains(open), "{screen}");
}

#[test]
fn a_name_that_is_no_users_is_in_no_command() {
    let home = Home::new();
    let said = |user: &str| home.run(&["doctor"]).env("SUDO_USER", user).any_end().check().stdout;
    for user in ["evan", "_evan", "e.jarrett-2", "evan@corp.example"] {
        assert!(said(user).contains(&format!("sudo usermod -aG docker {user}\n")), "{user}");
    }
    for user in ["$(id)", "-rf", "a;b", "a b", "`id`", "a\nb", "evan'", "..", "é", "@", "~"] {
        let said = said(user);
        assert!(!said.contains("usermod -aG docker "), "{user}: {said}");
    }
}

#[test]
#[cfg(unix)]
fn accounts_in_a_world_writable_folder_are_not_used() {
    let (appview, home) = two_accounts_in_docker();
    std::fs::create_dir(home.path("shared")).unwrap();
    home.set_mode("shared", 0o777);
    std::fs::rename(home.path(".atcr/device.json"), home.path("shared/device.json")).unwrap();
    std::os::unix::fs::symlink(home.path("shared/device.json"), home.path(".atcr/device.json")).unwrap();
    let seen = doctor(&home, &[]).status(1).any_stdout().stderr_has(&["a push fail"]).check();
    let screen = home.screen(&appview, &seen.stdout);
    let expected = "✗ refusing to use HOME/shared: the directory is writable by other users\n    a link leads to HOME/shared: \
                    look at that first\n";
    assert!(screen.contains(expected), "{screen}");
}

#[test]
#[cfg(unix)]
fn accounts_of_another_user_are_not_used() {
    let (_appview, home) = two_accounts_in_docker();
    if std::os::unix::fs::chown(home.path(".atcr/device.json"), Some(12345), None).is_err() {
        return crate::support::skip("only root can give a file away");
    }
    doctor(&home, &[])
        .status(1)
        .stdout_has(&["device.json: it belongs to user 12345, not to user 0\n    if it is yours, run: sudo chown 0 "])
        .stderr_has(&["a push fail"])
        .check();
}

#[test]
fn an_untrusted_certificate_is_a_problem() {
    let (appview, home) = (https_appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    home.configure_docker(&appview.host());
    home.write("ca.pem", appview.ca_pem());
    doctor(&home, &[])
        .status(1)
        .stdout_has(&["certificate", "    trust the certificate authority of your network: export SSL_CERT_FILE="])
        .stderr_has(&["one problem"])
        .check();
    doctor(&home, &[])
        .env("SSL_CERT_FILE", home.path("ca.pem"))
        .stdout_has(&["answers, and its certificate is trusted\n", "valid (checked just now)"])
        .check();
}

#[test]
fn a_proxy_is_named_without_its_credentials() {
    let home = Home::new();
    let proxied = |no_proxy: &str| {
        doctor(&home, &[])
            .env("ATCR_REGISTRY", "registry.invalid")
            .env("HTTPS_PROXY", "http://user:hidden@127.0.0.1:1")
            .env("NO_PROXY", no_proxy)
            .status(1)
            .stdout_has(&["✗ https://registry.invalid: it can't be reached: "])
            .any_stderr()
            .check()
            .stdout
    };
    let through = proxied("");
    assert!(through.contains("through the proxy http://127.0.0.1:1: connection refused\n"), "{through}");
    assert!(!through.contains("is reached through"), "{through}");
    assert!(through.contains("NO_PROXY=registry.invalid"), "{through}");
    assert!(!through.contains("hidden"), "{through}");
    assert!(!proxied("registry.invalid").contains("proxy"));
}

/// As every request would go.
#[test]
fn a_proxy_that_counts_as_none_is_a_warning() {
    let home = Home::new();
    let warning = "! HTTPS_PROXY is not the address of a proxy, and counts as none\n    set it to http://HOST:PORT\n";
    for (name, value, is_broken) in [
        ("HTTPS_PROXY", "htp!://proxy.example:3128", true),
        ("HTTPS_PROXY", "http://proxy example:3128", true),
        ("HTTPS_PROXY", "https//u:hidden@proxy.example/ x", true),
        ("https_proxy", "http://:3128:", true),
        ("HTTPS_PROXY", "", false),
        ("HTTPS_PROXY", "proxy.example:3128", false),
        ("HTTPS_PROXY", "http://u:p@proxy.example:3128/", false),
        ("https_proxy", "socks5h://proxy.example", false),
    ] {
        let said = doctor(&home, &[]).env(name, value).any_end().any_stderr().check().stdout;
        assert_eq!(said.contains(warning), is_broken, "{value}: {said}");
        assert!(!said.contains("hidden"));
    }
}

/// No push of it goes elsewhere.
#[test]
fn of_what_is_named_only_its_own_registry_is_asked() {
    let (appview, home) = two_accounts_in_docker();
    let image = format!("{}/{EVAN}/app", appview.host());
    let run = |arguments: &[&str]| doctor(&home, arguments).env("ATCR_REGISTRY", "registry.invalid");
    for arguments in [&[&*image][..], &["--registry", &appview.host()], &["--account", EVAN]] {
        let said = run(arguments).any_stdout().any_end().any_stderr().check().stdout;
        assert!(!said.contains("registry.invalid"), "{said}");
    }
    run(&[]).status(1).stdout_has(&["https://registry.invalid: it can't be reached"]).any_stderr().check();
}

/// It is used all the same.
#[test]
fn an_account_of_the_environment_is_used_beside_a_broken_file() {
    let (appview, home) = (appview(), Home::new());
    home.configure_docker(&appview.host());
    home.write_device_json("{");
    let secret = appview.device_secret(EVAN);
    let with = |run: Run| {
        run.env("ATCR_HANDLE", EVAN).env("ATCR_DEVICE_SECRET", &*secret).env("ATCR_REGISTRY", appview.host())
    };
    let image = format!("{}/{EVAN}/app", appview.host());
    with(home.run(&["which", &image])).stdout(format!("{image}: {EVAN} (ATCR_HANDLE)\n")).any_stderr().check();
    for arguments in [&[][..], &[&*image]] {
        let said = with(doctor(&home, arguments)).any_end().any_stderr().check().stdout;
        assert!(said.contains("! ") && said.contains("device.json: ") && !said.contains('✗'), "{said}");
    }
    doctor(&home, &[]).status(1).stdout_has(&["✗ ", "device.json: "]).any_stderr().check();
    let said = with(home.run(&["status"])).any_stdout().any_stderr().check().stdout;
    assert!(said.contains(EVAN) && said.contains("device.json: "), "{said}");
    with(home.run(&["kubelet", "--print-config"])).stdout_has(&["ATCR_HANDLE"]).any_stderr().check();
    with(home.run(&["configure-docker", "--yes"])).stderr_has(&[&*appview.host()]).check();
    home.run(&["status"]).status(1).stderr_has(&["device.json: "]).check();
}

#[test]
fn a_default_registry_that_is_none_is_a_warning() {
    let (appview, home) = two_accounts_in_docker();
    for value in ["a b", "a.example:x"] {
        let line = "! ATCR_REGISTRY is not the name of a registry";
        doctor(&home, &[]).env("ATCR_REGISTRY", value).stdout_has(&[line, "No problems found; one warning."]).check();
    }
    drop(appview);
}

#[test]
fn json_is_a_list_of_findings() {
    let (appview, home) = two_accounts_in_docker();
    appview.revoke(&home.secret(&appview, EVAN));
    let seen =
        doctor(&home, &["--json"]).status(1).any_stdout().stderr("error: one problem would make a push fail\n").check();
    let findings: Value = serde_json::from_str(&home.screen(&appview, &seen.stdout)).unwrap();
    let ok = |check: &str, message: &str| json!({"check": check, "state": "ok", "message": message, "hint": null, "command": null});
    assert_eq!(
        findings,
        json!([
            ok("program", "docker-credential-atcr is on PATH: PROGRAM"),
            ok("docker", "Docker uses docker-credential-atcr for HOST (HOME/.docker/config.json)"),
            ok("device_json", "HOME/.atcr/device.json holds 2 accounts"),
            ok("registry", "http://HOST answers"),
            ok("clock", "the clock agrees with HOST"),
            ok("cleartext", "http://HOST is on loopback, so it needs no encryption"),
            {"check": "account", "state": "problem", "message": format!("{EVAN} at HOST: rejected (checked just now)"),
             "hint": "run: docker-credential-atcr login HOST --account evan.jarrett.net", "command": "docker-credential-atcr login HOST --account evan.jarrett.net"},
            ok("account", &format!("{MICHELLE} at HOST: valid (checked just now)")),
        ])
    );
}

/// The last findings, those of the image, as lines.
fn of_image(home: &Home, image: &str, status: i32) -> String {
    let seen = doctor(home, &[image]).status(status).any_stdout().any_stderr().check();
    let start = seen.stdout.find("rejected (").or_else(|| seen.stdout.rfind("checked just now)")).unwrap();
    let lines = seen.stdout[start..].split_inclusive('\n').skip(1).take_while(|line| *line != "\n");
    lines.collect()
}

/// Evan's home with Docker configured, at a registry that gives this token.
fn with_token(token: &str) -> (Answers, Home, String) {
    let (registry, home) = one_account_and(Answer::json(200, json!({"token": token})));
    home.configure_docker(&registry.host());
    let image = format!("{}/{EVAN}/app", registry.host());
    (registry, home, image)
}

#[test]
fn an_image_that_may_be_pushed_is_good() {
    for (token, expected) in [
        (jwt(&["pull", "push"]), format!("✓ HOST lets {EVAN} (named by the image) pull and push {EVAN}/app\n")),
        (
            "t".to_owned(),
            format!("✓ HOST gives {EVAN} (named by the image) a token for {EVAN}/app, without what it allows\n"),
        ),
    ] {
        let (registry, home, image) = with_token(&token);
        assert_eq!(home.screen(&registry, &of_image(&home, &image, 0)), expected);
    }
}

#[test]
fn an_own_image_that_may_not_be_pushed_is_the_holds_business() {
    let reason = format!(
        "    the login is good, but the hold that stores the image may admit its crew only: ask its owner to add {EVAN}\n"
    );
    let who = format!("✗ HOST lets {EVAN} (named by the image)");
    for (actions, expected) in [
        (&["pull"][..], format!("{who} pull {EVAN}/app, but not push it\n{reason}")),
        (&[], format!("{who} neither pull nor push {EVAN}/app\n{reason}")),
    ] {
        let (registry, home, image) = with_token(&jwt(actions));
        assert_eq!(home.screen(&registry, &of_image(&home, &image, 1)), expected);
    }
}

#[test]
fn an_image_of_another_account_of_ones_own_is_pushed_by_that_one() {
    let (registry, home, image) = with_token(&jwt(&["pull"]));
    home.write_device_json(home.device_json().replace(
        &format!("\"{EVAN}\": {{"),
        &format!("\"{MICHELLE}\": {{\"device_secret\": \"atcr_device_m\"}}, \"{EVAN}\": {{"),
    ));
    let seen = home.run(&["doctor", &image, "--account", MICHELLE]).status(1).any_stdout().any_stderr().check();
    let hint = format!(
        "✗ HOST lets {MICHELLE} (--account) pull {EVAN}/app, but not push it\n    the image is {EVAN}'s, and only the owner may push it\n"
    );
    assert!(home.screen(&registry, &seen.stdout).contains(&hint), "{}", seen.stdout);
}

#[test]
fn a_token_that_is_refused_for_both_may_be_given_to_pull() {
    let registry = Answers::start();
    let home = home_of_evan(&registry);
    home.configure_docker(&registry.host());
    registry.next(CHECK, [Answer::token(), Answer::status(403), Answer::token(), Answer::token()]);
    let image = format!("{}/stranger.example/app", registry.host());
    let expected = format!(
        "! none of your accounts is named stranger.example\n\
         ✗ HOST lets {EVAN} (active) pull stranger.example/app, but not push it\n    \
         the image is stranger.example's, and only the owner may push it; stranger.example decides who may pull it\n"
    );
    assert_eq!(home.screen(&registry, &of_image(&home, &image, 1)), expected);
}

#[test]
fn an_image_of_nobodys_may_be_a_mistake() {
    let (appview, home) = two_accounts_in_docker();
    for (owner, meant) in [("evan", true), ("evan.jarett.net", true), ("stranger.example", false)] {
        let image = format!("{}/{owner}/app:1", appview.host());
        let question = if meant { format!(": did you mean HOST/{EVAN}/app:1?") } else { String::new() };
        let seen = home.screen(&appview, &of_image(&home, &image, 0));
        assert!(seen.starts_with(&format!("! none of your accounts is named {owner}{question}\n")), "{seen}");
        assert!(!seen.contains(" login"), "{seen}");
    }
}

/// What keeps an account from working keeps it from pushing an image, too.
#[test]
fn a_problem_of_the_account_is_no_second_one_of_its_image() {
    for (answer, expected) in [
        (
            Answer::status(401),
            "✗ evan.jarrett.net at HOST: rejected (checked just now)\n    \
             run: docker-credential-atcr login HOST --account evan.jarrett.net\n",
        ),
        (Answer::status(500), "✗ evan.jarrett.net at HOST: check failed\n    it returned 500 without a token\n"),
    ] {
        let (registry, home) = one_account_and(answer);
        home.configure_docker(&registry.host());
        let image = format!("{}/{EVAN}/app", registry.host());
        let run = doctor(&home, &[&image]).status(1).any_stdout();
        let seen = run.stderr("error: one problem would make a push fail\n").check();
        let screen = home.screen(&registry, &seen.stdout);
        assert!(screen.ends_with(expected), "{screen}");
    }
}

#[test]
fn a_registry_that_fails_is_one_problem() {
    let home = Home::new();
    home.write_device_json(
        json!({"version": 2, "registries": {"http://127.0.0.1:1": {"accounts": {"a.example": {"device_secret": "s"}}}}})
            .to_string(),
    );
    home.configure_docker("127.0.0.1:1");
    let run = doctor(&home, &["127.0.0.1:1/a.example/app"]).status(1).any_stdout();
    let seen = run.stderr("error: one problem would make a push fail\n").check();
    let end = "! a.example at 127.0.0.1:1: not checked\n    its registry can't be reached\n";
    assert!(seen.stdout.ends_with(end), "{}", seen.stdout);

    let registry = Answers::start();
    for endpoint in [("GET", "/v2/"), CHECK] {
        registry.always(endpoint, Answer::status(500));
    }
    let home = home_of_evan(&registry);
    home.configure_docker(&registry.host());
    for arguments in [&[][..], &[&*format!("{}/{EVAN}/app", registry.host())]] {
        let run = doctor(&home, arguments).status(1).any_stdout();
        let seen = run.stderr("error: one problem would make a push fail\n").check();
        let screen = home.screen(&registry, &seen.stdout);
        assert!(screen.contains("✗ http://HOST returned 500\n"), "{screen}");
        let end = "! evan.jarrett.net at HOST: check failed\n    it returned 500 without a token\n";
        assert!(screen.ends_with(end), "{screen}");
    }
}

#[test]
fn variables_that_name_no_account_are_one_problem() {
    let (appview, home) = two_accounts_in_docker();
    let image = format!("{}/{EVAN}/app", appview.host());
    for (variable, value) in [("ATCR_ACCOUNT", "nobody.example"), ("ATCR_HANDLE", EVAN)] {
        let run = doctor(&home, &[&image]).env(variable, value).env("ATCR_REGISTRY", appview.host()).status(1);
        run.any_stdout().stderr("error: one problem would make a push fail\n").check();
    }
}

#[test]
fn an_image_without_an_owner_is_a_problem() {
    let (appview, home) = two_accounts_in_docker();
    let host = appview.host();
    for (image, part, hint) in [
        (format!("{host}/app:1"), "owner", format!("did you mean HOST/{MICHELLE}/app:1?")),
        (format!("{host}/{EVAN}"), "repository", format!("name one, such as HOST/{EVAN}/app")),
    ] {
        let seen = home.screen(&appview, &of_image(&home, &image, 1));
        let image = image.replace(&host, "HOST");
        assert_eq!(seen, format!("✗ {image} can't be pushed: the name has no {part}\n    {hint}\n"));
    }
}

#[test]
fn an_image_in_upper_case_is_a_problem() {
    let (appview, home) = two_accounts();
    let (image, meant) =
        (format!("{}/Evan.Jarrett.net/App:1.0-RC", appview.host()), format!("{}/{EVAN}/app:1.0-RC", appview.host()));
    let expected = format!("✗ {image} can't be pushed: the name has upper-case letters\n    did you mean {meant}?\n");
    let seen = of_image(&home, &image, 1);
    assert!(seen.contains(&expected), "{seen}");
    let warning = format!("! {image} can't be pushed: the name has upper-case letters; did you mean {meant}?");
    home.run(&["which", &image]).any_stdout().stderr_has(&[&warning]).check();
}

#[test]
fn another_account_is_no_problem_of_an_image() {
    let (appview, home) = two_accounts_in_docker();
    appview.revoke(&home.secret(&appview, MICHELLE));
    let of = |owner: &str| {
        let image = format!("{}/{owner}/app", appview.host());
        doctor(&home, &[&image]).status(i32::from(owner == MICHELLE)).any_stdout().any_stderr().check().stdout
    };
    let rejected = format!("{MICHELLE} at {}: rejected (checked just now)", appview.host());
    assert!(of(EVAN).contains(&format!("! {rejected}")));
    assert!(of(MICHELLE).contains(&format!("✗ {rejected}")));
}

#[test]
fn an_image_is_no_question_of_other_registries() {
    let (appview, home) = two_accounts_in_docker();
    let mut file: Value = serde_json::from_str(&home.device_json()).unwrap();
    file["registries"]["http://127.0.0.1:1"] = json!({"accounts": {"a.example": {"device_secret": "atcr_device_2"}}});
    home.write_device_json(file.to_string());
    doctor(&home, &[]).status(1).any_stdout().stderr_has(&["problems would make a push fail"]).check();
    let own = format!("{}/{EVAN}/app", appview.host());
    let seen = doctor(&home, &[&own]).any_stdout().check();
    assert!(!seen.stdout.contains("127.0.0.1:1 ") && !seen.stdout.contains("doctor IMAGE"), "{}", seen.stdout);
    let elsewhere = doctor(&home, &["buoy.cr/a.example/app"]).status(1);
    let seen = elsewhere.any_stdout().stderr("error: one problem would make a push fail\n").check();
    assert!(seen.stdout.contains("✗ not logged in to buoy.cr\n"), "{}", seen.stdout);
}

#[test]
fn the_image_has_its_findings_in_json() {
    let (_registry, home, image) = with_token(&jwt(&["pull"]));
    let seen = doctor(&home, &["--json", &image]).status(1).any_stdout().any_stderr().check();
    let found: Value = serde_json::from_str(&seen.stdout).unwrap();
    let last = found.as_array().unwrap().last().unwrap();
    assert_eq!((&last["check"], &last["state"]), (&json!("image"), &json!("problem")));
}

#[test]
#[cfg(unix)]
fn a_plugin_that_was_set_up_is_checked() {
    let (_appview, home) = two_accounts_in_docker();
    home.run(&["configure-docker", "--plugin"]).any_stderr().check();
    let (config, link) = (home.path(".docker/config.json"), home.path(".docker/cli-plugins/docker-atcr"));
    let (config, shown) = (config.display().to_string(), link.display().to_string());
    let finds = |line: &str| {
        doctor(&home, &[]).stdout_has(&[line, "No problems found"]).check();
    };
    let fix = "    run: docker-credential-atcr configure-docker --plugin";
    finds(&format!("✓ Docker says why a push was denied ({config})\n"));
    let on = std::fs::read_to_string(&config).unwrap();
    home.write(".docker/config.json", on.replace("true", "false"));
    finds(&format!("! features.hooks is off in {config}\n{fix} --yes\n"));
    home.write(".docker/config.json", on.replace("\"features\"", "\"others\""));
    finds(&format!("! features.hooks is not set in {config}\n{fix}\n"));
    std::fs::remove_file(&link).unwrap();
    finds(&format!("! {config} names the plugin {shown}, which is not this program\n{fix}\n"));
    std::os::unix::fs::symlink("/nowhere/docker-credential-atcr", &link).unwrap();
    finds(&format!("! {shown} leads to another program\n{fix}\n"));
    home.run(&["configure-docker", "--plugin"]).any_stderr().check();
    finds(&format!("✓ Docker says why a push was denied ({config})\n"));
}
