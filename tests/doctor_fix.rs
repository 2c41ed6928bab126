//! `doctor --fix`, and that the command of each finding does what it says.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};

use crate::support::evans_home::{EVANS, EvansHome};
use crate::support::terminal::Terminal;
use crate::support::{AppView, EVAN, Home, Run, appview, executable, one_account, program};

const CONFIG: &str = ".docker/config.json";

/// Something that is wrong, what breaks it, and the check that finds it.
type Row = (&'static str, fn(&Home, &AppView), &'static str);

const ROWS: [Row; 12] = [
    ("an open file", |home, _| home.set_mode(".atcr/device.json", 0o644), "device_json"),
    ("an open folder", |home, _| home.set_mode(".atcr", 0o755), "device_json"),
    (
        "an open cache",
        |home, _| {
            let _ = fs::create_dir(home.path(".atcr/validated"));
            home.set_mode(".atcr/validated", 0o755);
        },
        "device_json",
    ),
    ("no entry", |home, _| home.write(CONFIG, "{}"), "docker"),
    ("another helper", |home, appview| helper(home, appview, "pass"), "docker"),
    (
        "a password",
        |home, appview| {
            let host = appview.host();
            home.write(CONFIG, json!({"auths": {&host: {"auth": "YTpi"}}, "credHelpers": {&host: "atcr"}}).to_string());
        },
        "docker",
    ),
    (
        "a byte order mark",
        |home, appview| {
            let text = json!({"credHelpers": {appview.host(): "atcr"}, "x": 1}).to_string();
            home.write(CONFIG, format!("\u{feff}{text}"));
        },
        "docker",
    ),
    (
        "podman's password",
        |home, appview| {
            home.write(
                ".config/containers/auth.json",
                json!({"auths": {appview.host(): {"auth": "YTpi"}}}).to_string(),
            );
        },
        "podman",
    ),
    (
        "no link of the plugin",
        |home, _| fs::remove_file(home.path(".docker/cli-plugins/docker-atcr")).unwrap(),
        "plugin",
    ),
    (
        "hooks that are off",
        |home, _| {
            let text = fs::read_to_string(home.path(CONFIG)).unwrap();
            home.write(CONFIG, text.replace("\"true\"", "\"false\""));
        },
        "plugin",
    ),
    (
        "no program on PATH",
        |home, _| fs::remove_file(home.path(".local/bin/docker-credential-atcr")).unwrap(),
        "program",
    ),
    (
        "a broken program on PATH",
        |home, _| {
            fs::remove_file(home.path(".local/bin/docker-credential-atcr")).unwrap();
            executable::script(home.path(".local/bin/docker-credential-atcr"), "exit 1");
        },
        "program",
    ),
];

fn helper(home: &Home, appview: &AppView, name: &str) {
    home.write(CONFIG, json!({"credHelpers": {appview.host(): name}}).to_string());
}

/// A home in which nothing is wrong: the program is on `PATH`, Docker is configured, and the plugin too.
fn good() -> (AppView, Home) {
    let (appview, home) = one_account();
    fs::create_dir_all(home.path(".local/bin")).unwrap();
    symlink(program(), home.path(".local/bin/docker-credential-atcr")).unwrap();
    on_path(&home, &["configure-docker", "--plugin", &appview.host()]).any_stderr().check();
    let seen = on_path(&home, &["doctor"]).any_stdout().check().stdout;
    assert!(!seen.contains(['!', '✗']), "{seen}");
    (appview, home)
}

fn on_path(home: &Home, arguments: &[&str]) -> Run {
    home.run(arguments).env("PATH", home.path(".local/bin"))
}

/// The findings of this check that are not good.
fn found(home: &Home, check: &str) -> Vec<Value> {
    let (_, (_, stdout, _)) = on_path(home, &["doctor", "--json"]).timed();
    let findings: Vec<Value> = serde_json::from_str(&stdout).unwrap();
    findings.into_iter().filter(|finding| finding["check"] == check && finding["state"] != "ok").collect()
}

#[test]
fn each_fix_leaves_nothing_to_find() {
    for (name, breaks, check) in ROWS {
        let (appview, home) = good();
        breaks(&home, &appview);
        assert!(!found(&home, check).is_empty(), "{name}");
        let run = on_path(&home, &["doctor", "--fix", "--yes"]).named(name);
        let seen = run.any_stdout().any_stderr().check();
        assert!(seen.stdout.contains("\nNo problems found.\n"), "{name}: {}{}", seen.stdout, seen.stderr);
        assert_eq!(found(&home, check), [Value::Null; 0], "{name}: {}", seen.stderr);
    }
}

#[test]
fn everything_is_fixed_at_once() {
    let (appview, home) = good();
    for (name, breaks, _) in ROWS.into_iter().filter(|(name, ..)| !name.contains("no program")) {
        if name != "no link of the plugin" || home.path(".docker/cli-plugins/docker-atcr").exists() {
            breaks(&home, &appview);
        }
    }
    on_path(&home, &["doctor", "--fix", "--yes"]).any_stdout().any_stderr().check();
    for (name, _, check) in ROWS {
        assert_eq!(found(&home, check), [Value::Null; 0], "{name}");
    }
}

/// Typed into a shell, where `sudo` is there and the program is too.
#[test]
fn the_command_of_each_finding_does_what_it_says() {
    for (name, breaks, check) in ROWS {
        let (appview, home) = good();
        executable::script(home.path("tools/sudo"), "exec \"$@\"");
        breaks(&home, &appview);
        for finding in found(&home, check) {
            let Some(command) = finding["command"].as_str() else { panic!("{name}: {finding}") };
            let mut shell = home.command("/bin/sh");
            let tools = std::env::join_paths([
                home.path("tools"),
                program().parent().unwrap().to_owned(),
                "/usr/bin".into(),
                "/bin".into(),
            ]);
            shell.args(["-c", command]).env("PATH", tools.unwrap()).env("XDG_RUNTIME_DIR", home.path("run"));
            Run::new(shell).named(command).any_stdout().any_stderr().check();
        }
        assert_eq!(found(&home, check), [Value::Null; 0], "{name}");
    }
}

#[test]
fn what_had_the_programs_name_is_kept() {
    let (_appview, home) = good();
    fs::remove_file(home.path(".local/bin/docker-credential-atcr")).unwrap();
    executable::script(home.path(".local/bin/docker-credential-atcr"), "exit 1");
    let run = on_path(&home, &["doctor", "--fix", "--yes"]).any_stdout();
    run.stderr_has(&["leads to this program now, and what was there is ", "docker-credential-atcr.old.\n"]).check();
    let old = fs::read_to_string(home.path(".local/bin/docker-credential-atcr.old")).unwrap();
    assert!(old.contains("exit 1"), "{old}");
}

#[test]
fn what_was_kept_before_is_not_written_over() {
    let (_appview, home) = good();
    let (program, old) =
        (home.path(".local/bin/docker-credential-atcr"), home.path(".local/bin/docker-credential-atcr.old"));
    fs::remove_file(&program).unwrap();
    executable::script(&program, "exit 1");
    fs::write(&old, "mine").unwrap();
    let before = fs::read(&program).unwrap();
    let run = on_path(&home, &["doctor", "--fix", "--yes"]).any_stdout();
    run.stderr_has(&["what was there is ", "docker-credential-atcr.old-2.\n"]).check();
    let second = old.with_extension("old-2");
    assert_eq!((fs::read(&second).unwrap(), fs::read(&old).unwrap()), (before, b"mine".to_vec()));
}

#[test]
fn root_renames_nothing_of_its_own_through_a_persons_link() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    let program = elsewhere.path().join("docker-credential-atcr");
    executable::script(&program, "exit 1");
    symlink(elsewhere.path(), evans.home.path("bin")).unwrap();
    lchown(evans.home.path("bin"), Some(EVANS), Some(EVANS)).unwrap();
    evans.sudo(&["doctor", "--fix", "--yes"]).env("PATH", evans.home.path("bin")).any_stdout().any_stderr().timed();
    assert!(!program.is_symlink() && program.exists());
    assert!(!elsewhere.path().join("docker-credential-atcr.old").exists());
}

/// What has the program's name, and how it is made.
type Thing = (&'static str, fn(&Path));

/// Docker finds no program.
#[test]
fn what_is_no_program_is_not_set_aside() {
    let things: [Thing; 5] = [
        ("an older copy", |path| fs::write(path, "a copy of docker-credential-atcr is known by this text").unwrap()),
        ("a file", |path| fs::write(path, "mine").unwrap()),
        ("a folder", |path| fs::create_dir(path).unwrap()),
        ("a link to nothing", |path| symlink("elsewhere", path).unwrap()),
        ("a FIFO", |path| mknodat(CWD, path, FileType::Fifo, Mode::RUSR, 0).unwrap()),
    ];
    for (name, make) in things {
        let (_appview, home) = good();
        let place = home.path(".local/bin/docker-credential-atcr");
        fs::remove_file(&place).unwrap();
        make(&place);
        let before = fs::symlink_metadata(&place).unwrap().ino();
        let run = on_path(&home, &["doctor", "--fix", "--yes"]).named(name).status(1).any_stdout();
        run.stderr_has(&["docker-credential-atcr is there already\n  run: mv -n "]).check();
        assert_eq!(fs::symlink_metadata(&place).unwrap().ino(), before, "{name}");
        assert!(!home.path(".local/bin/docker-credential-atcr.old").is_symlink(), "{name}");
    }
}

#[test]
fn what_anybody_could_write_is_not_closed_unseen() {
    for (path, mode) in [(".atcr/device.json", 0o666), (".atcr/device.json", 0o602), (".atcr", 0o777)] {
        let (_appview, home) = good();
        home.set_mode(path, mode);
        let run = on_path(&home, &["doctor", "--fix", "--yes"]).status(1).any_stderr();
        run.stdout_has(&["if its content is yours, run: chmod "]).check();
        assert_eq!(fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777, mode, "{path}");
    }
}

#[test]
fn without_a_folder_on_path_the_line_for_it_is_named() {
    let (_appview, home) = good();
    let run = home.run(&["doctor", "--fix", "--yes"]).env("PATH", home.path("nowhere"));
    let program = program();
    let folder = program.parent().unwrap();
    let line =
        format!("add this line to ~/.profile, and start a new session: export PATH=\"$PATH\":{}\n", folder.display());
    for (shell, expected) in [
        ("/bin/bash", line.clone()),
        ("/bin/zsh", line.replace(".profile", ".zshrc")),
        ("/usr/bin/fish", format!("run: fish_add_path {}\n", folder.display())),
        ("tcsh", line.replace(".profile", ".cshrc").replace("export PATH=", "setenv PATH ")),
    ] {
        let run = home.run(&["doctor"]).env("PATH", home.path("nowhere")).env("SHELL", shell);
        run.status(1).any_stderr().stdout_has(&[&expected]).check();
    }
    let own = home.path("z");
    let zsh = home.run(&["doctor"]).env("PATH", home.path("nowhere")).env("SHELL", "zsh").env("ZDOTDIR", &own);
    let expected = line.replace('~', own.to_str().unwrap()).replace(".profile", ".zshrc");
    zsh.status(1).any_stderr().stdout_has(&[&expected]).check();
    let seen = run.status(1).any_stderr().stdout_has(&["✗ docker-credential-atcr is not on PATH", &line]).check();
    assert!(seen.stderr.ends_with("error: one problem would make a push fail\n"), "{}", seen.stderr);
}

#[test]
fn findings_with_one_fix_are_shown_once_and_it_is_asked_for_once() {
    let (appview, home) = good();
    let host = appview.host();
    home.write(CONFIG, json!({"auths": {&host: {"auth": "YTpi"}}, "credHelpers": {&host: "pass"}}).to_string());
    let findings = found(&home, "docker");
    assert_eq!(findings.len(), 2, "{findings:?}");
    let seen = home.run(&["doctor"]).any_end().check().stdout;
    assert_eq!(seen.matches(&format!("configure-docker {host} --yes\n")).count(), 1, "{seen}");
    let mut command = home.command(*crate::support::PROGRAM);
    command.args(["doctor", "--fix"]).env("PATH", home.path(".local/bin")).env("XDG_RUNTIME_DIR", home.path("run"));
    let mut terminal = Terminal::start(&command);
    terminal.shows("Run docker-credential-atcr configure-docker").answers("n");
    let (status, screen) = terminal.ends();
    let one_line: String = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    for finding in findings {
        let message = finding["message"].as_str().unwrap();
        assert_eq!(one_line.matches(message).count(), 1, "{message}: {screen}");
    }
    assert_eq!(one_line.matches(&format!("Run docker-credential-atcr configure-docker {host}? · no")).count(), 1);
    assert!(status == 1 && !screen.contains("nothing"), "{screen}");
}

#[test]
fn without_a_terminal_nothing_is_asked_or_done() {
    let (appview, home) = good();
    helper(&home, &appview, "pass");
    let before = fs::read(home.path(CONFIG)).unwrap();
    on_path(&home, &["doctor", "--fix"])
        .status(2)
        .stderr("error: refusing to fix anything without confirmation\n  pass --yes to confirm\n")
        .check();
    assert_eq!(fs::read(home.path(CONFIG)).unwrap(), before);
    on_path(&home, &["doctor", "--yes"]).status(2).stderr_has(&["--fix"]).check();
    on_path(&home, &["doctor", "--fix", "--json"]).status(2).stderr_has(&["--json"]).check();
}

#[test]
fn a_healthy_machine_has_nothing_to_fix() {
    let (_appview, home) = good();
    let run = on_path(&home, &["doctor", "--fix", "--yes"]).any_stdout();
    run.stderr("There is nothing that this command can fix.\n").check();
}

#[test]
fn on_a_terminal_each_fix_is_asked_for() {
    let (appview, home) = good();
    home.set_mode(".atcr/device.json", 0o644);
    helper(&home, &appview, "pass");
    let mut command = home.command(*crate::support::PROGRAM);
    command.args(["doctor", "--fix"]).env("PATH", home.path(".local/bin")).env("XDG_RUNTIME_DIR", home.path("run"));
    let mut terminal = Terminal::start(&command);
    terminal.shows("configure-docker").shows("(y/n)").answers("n");
    terminal.shows("· no").shows("to other users?").shows("(y/n)").answers("y");
    let (status, screen) = terminal.ends();
    assert!(status == 1 && screen.contains("is closed to other users now (mode 0600)."), "{screen}");
    // What remains is shown again, and what was good is not.
    assert_eq!(screen.matches("✓ docker-credential-atcr is on PATH").count(), 1, "{screen}");
    assert_eq!(screen.matches("✗ Docker uses docker-credential-pass").count(), 2, "{screen}");
    assert_eq!(screen.matches("is open to other users").count(), 1, "{screen}");
    let mode = fs::metadata(home.path(".atcr/device.json")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(fs::read_to_string(home.path(CONFIG)).unwrap().contains("pass"));
    assert!(found(&home, "account").is_empty(), "{EVAN}");
}

/// Enter alone takes nobody's helper.
#[test]
fn on_a_terminal_what_is_replaced_is_a_question_of_its_own() {
    for (keys, is_kept) in [("\r", true), ("y", false)] {
        let (appview, home) = good();
        helper(&home, &appview, "pass");
        let mut command = home.command(*crate::support::PROGRAM);
        command.args(["doctor", "--fix"]).env("PATH", home.path(".local/bin")).env("XDG_RUNTIME_DIR", home.path("run"));
        let mut terminal = Terminal::start(&command);
        terminal.shows("configure-docker").shows("(y/n)").answers("\r");
        terminal.shows("· yes").shows("instead? (y/n)").answers(keys);
        let (status, screen) = terminal.ends();
        let config = fs::read_to_string(home.path(CONFIG)).unwrap();
        assert_eq!((status == 1, config.contains("pass")), (is_kept, is_kept), "{keys:?} {screen}");
    }
}

#[test]
fn root_closes_nothing_of_its_own_through_a_persons_link() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    fs::set_permissions(elsewhere.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(evans.home.path(".atcr"), evans.home.path("old")).unwrap();
    symlink(elsewhere.path(), evans.home.path(".atcr")).unwrap();
    lchown(evans.home.path(".atcr"), Some(EVANS), Some(EVANS)).unwrap();
    evans.sudo(&["doctor", "--fix", "--yes"]).any_stdout().any_stderr().any_end().check();
    assert_eq!(fs::metadata(elsewhere.path()).unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn a_folder_with_other_things_stays_open() {
    let (_appview, home) = good();
    home.write("shared/other", "x");
    home.write("file", "x");
    for (name, mode) in [("shared", 0o755), ("file", 0o644)] {
        home.set_mode(name, mode);
        let run = on_path(&home, &["doctor", "--fix", "--yes"]).env("ATCR_CONFIG_DIR", home.path(name));
        let seen = run.named(name).any_stdout().any_stderr().any_end().check();
        assert!(!seen.stdout.contains("chmod"), "{}", seen.stdout);
        assert_eq!(fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
}

#[test]
fn no_advice_gives_away_what_a_link_leads_to() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("shadow"), "{}").unwrap();
    for name in [".docker/config.json", ".atcr/device.json"] {
        let link = evans.home.path(name);
        let _ = fs::remove_file(&link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        lchown(link.parent().unwrap(), Some(EVANS), Some(EVANS)).unwrap();
        symlink(elsewhere.path().join("shadow"), &link).unwrap();
        lchown(&link, Some(EVANS), Some(EVANS)).unwrap();
    }
    let seen = evans.sudo(&["doctor"]).any_stdout().any_stderr().any_end().check();
    assert!(!seen.stdout.contains("chown") && !seen.stdout.contains("chmod"), "{}", seen.stdout);
    assert!(seen.stdout.contains("shadow: look at that first"), "{}", seen.stdout);
}

/// Root would run, and with it everybody, what the owner of that home puts there.
#[test]
fn root_makes_no_link_to_a_program_that_somebody_else_could_replace() {
    let Some(evans) = EvansHome::new() else { return };
    let roots = Home::new();
    fs::create_dir_all(roots.path(".local/bin")).unwrap();
    let doctor = || {
        let mut command = roots.command(&evans.program);
        command.args(["doctor", "--fix", "--yes"]).env("PATH", roots.path(".local/bin"));
        Run::new(command).any_stdout().any_end().check().stderr
    };
    let link = roots.path(".local/bin/docker-credential-atcr");
    let folder = link.parent().unwrap().display();
    let refusal = format!("others than the owner of {folder} could replace {}\n", evans.program.display());
    let said = doctor();
    assert!(said.contains(&refusal) && !link.is_symlink(), "{said}");
    // Nor in the place of a program that does not work.
    executable::script(&link, "exit 1");
    let said = doctor();
    assert!(
        said.contains(&refusal) && !link.is_symlink() && !roots.path(".local/bin/docker-credential-atcr.old").exists()
    );
    fs::remove_file(&link).unwrap();
    chown(evans.home.path(""), Some(0), Some(0)).unwrap();
    assert!(doctor().contains("leads to this program now.") && link.is_symlink());
}
