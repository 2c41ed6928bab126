#[cfg(unix)]
use std::fmt::Write as _;
use std::fs;
#[cfg(unix)]
use std::process::Command;

#[cfg(unix)]
use crate::support::terminal::Terminal;
#[cfg(unix)]
use crate::support::{AppView, program, skip};
use crate::support::{EVAN, Home, MICHELLE, Run, two_accounts};

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

#[test]
fn a_script_that_names_the_commands_has_none_that_is_hidden() {
    for shell in ["powershell", "elvish"] {
        let script = Home::new().run(&["completion", shell]).stdout_has(&["logout", "with-token"]).check().stdout;
        for hidden in ["erase", "kubelet", "__complete"] {
            assert!(!script.contains(hidden), "{shell}: {hidden}");
        }
    }
}

#[test]
fn an_unknown_shell_is_a_usage_error_that_lists_the_shells() {
    Home::new().run(&["completion", "cmd"]).status(2).stderr_has(&SHELLS).check();
}

/// What is offered for a command line, whose last word is not complete.
fn offered(home: &Home, line: &str) -> Run {
    let words = ["__complete", "bash", "--"].into_iter().chain(line.split(' '));
    home.run(&words.collect::<Vec<_>>()).named(line)
}

#[test]
fn values_are_offered_without_asking_anybody() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let both = format!("{EVAN}\n{MICHELLE}\n");
    let images = format!("{host}/{EVAN}/\n{host}/{MICHELLE}/\n");
    for (line, expected) in [
        ("switch ", &*both),
        ("switch ev", &format!("{EVAN}\n")),
        ("logout --account ", &both),
        ("status --account=ev", &format!("--account={EVAN}\n")),
        ("status ", &format!("{host}\natcr.io\n")),
        ("login at", "atcr.io\n"),
        ("configure-docker --registry ", &format!("{host}\natcr.io\n")),
        ("which ", &images),
        ("token ", &images),
        ("doctor ", &images),
        ("configure-docker --repository ", &images),
        ("help env", "environment\n"),
        ("completion z", "zsh\n"),
        ("update ", ""),
        ("login --device-name ", ""),
        ("kub", ""),
        ("no-such-command ", ""),
    ] {
        offered(&home, line).stdout(expected).check();
    }
    assert_eq!(appview.connections(), 0);
}

#[test]
fn a_broken_file_is_no_error_at_the_tab() {
    let home = Home::new();
    home.write_device_json("{");
    offered(&home, "switch ").check();
    offered(&home, "status ").stdout("atcr.io\n").check();
}

#[test]
fn stores_on_path_are_offered_but_not_this_program() {
    let home = Home::new();
    home.install_credential_store("fake");
    let seen = home.run_with_stores("", &["__complete", "bash", "--", "login", "--store", ""]).any_stdout().check();
    assert!(seen.stdout.contains("fake\n") && seen.stdout.ends_with("file\n"), "{}", seen.stdout);
    assert!(!seen.stdout.contains("atcr"), "{}", seen.stdout);
}

/// A shell that has loaded the script, in Evan's and Michelle's home. None: there is no such shell here.
#[cfg(unix)]
fn shell(name: &str, arguments: &[&str], home: &Home) -> Option<Command> {
    let path = format!("/usr/bin/{name}");
    if !std::path::Path::new(&path).exists() {
        skip(&format!("there is no {name}"));
        return None;
    }
    let script = home.run(&["completion", name]).any_stdout().check().stdout;
    home.write("script", script);
    fs::create_dir(home.path("tools")).unwrap();
    std::os::unix::fs::symlink(program(), home.path("tools/docker-credential-atcr")).unwrap();
    // A file that no completion may offer.
    home.write("evan-is-a-file", "");
    let mut shell = home.command(path);
    shell.args(arguments).env("HISTFILE", "").env("INPUTRC", "/dev/null").env("PROGRAM", program());
    Some(shell)
}

/// Types a line with Tab in it, and waits until the shell shows this.
#[cfg(unix)]
fn completes(shell: &Command, set_up: &str, rows: &[(&str, String)]) {
    let mut terminal = Terminal::start_of(shell, 24, 100);
    terminal.types(set_up).shows("ready>");
    for (typed, expected) in rows {
        terminal.types(typed).types("\t").shows(expected);
        // Each line is typed on an empty screen.
        terminal.types("\x15\x0c").waits_for("an empty line", |screen| screen.trim() == "ready>");
    }
}

#[cfg(unix)]
fn rows(appview: &AppView) -> Vec<(&'static str, String)> {
    let host = appview.host();
    let line = |words: &str| format!("ready> docker-credential-atcr {words}");
    vec![
        ("docker-credential-atcr switch ev", line(&format!("switch {EVAN}"))),
        ("docker-credential-atcr sw", line("switch")),
        ("docker-credential-atcr status 127", line(&format!("status {host}"))),
        ("docker-credential-atcr status --registry=127", line(&format!("status --registry={host}"))),
        ("docker-credential-atcr which 127", line(&format!("which {host}/"))),
        ("docker-credential-atcr help env", line("help environment")),
        ("docker-credential-atcr logout --acc", line("logout --account")),
        ("~/tools/docker-credential-atcr switch ev", format!("ready> ~/tools/docker-credential-atcr switch {EVAN}")),
    ]
}

#[test]
#[cfg(unix)]
fn bash_completes_at_the_tab() {
    let (appview, home) = two_accounts();
    let Some(bash) = shell("bash", &["--norc", "--noprofile", "-i"], &home) else { return };
    completes(&bash, "PS1='ready> '; clear; . ./script\n", &rows(&appview));
}

#[test]
#[cfg(unix)]
fn zsh_completes_at_the_tab() {
    let (appview, home) = two_accounts();
    let Some(zsh) = shell("zsh", &["-f", "-i"], &home) else { return };
    let set_up = "PROMPT='ready> '; unsetopt prompt_sp; autoload -Uz compinit; compinit -u -D; . ./script; clear\n";
    completes(&zsh, set_up, &rows(&appview));
}

#[test]
#[cfg(unix)]
fn fish_completes_the_same() {
    let (appview, home) = two_accounts();
    let Some(mut fish) = shell("fish", &["--no-config"], &home) else { return };
    let host = appview.host();
    let mut script = "source ./script\n".to_owned();
    let mut expected = String::new();
    for (line, words) in [
        ("switch ev", &*format!("{EVAN}\t{host}\n")),
        ("status 127", &format!("{host}\t{EVAN}\n")),
        ("status --registry=127", &format!("--registry={host}\t{EVAN}\n")),
        ("which 127", &format!("{host}/{EVAN}/\n{host}/{MICHELLE}/\n")),
        ("help env", "environment\tEnvironment variables\n"),
        ("login --device-name ev", ""),
        ("sw", "switch\tSwitch the active account\n"),
    ] {
        let _ = writeln!(script, "complete -C 'docker-credential-atcr {line}'");
        expected += words;
    }
    let _ = writeln!(script, "complete -C '~/tools/docker-credential-atcr switch ev'");
    let _ = writeln!(expected, "{EVAN}\t{host}");
    fish.args(["-c", &script]);
    Run::new(fish).stdout(expected).check();
}

#[test]
fn install_writes_where_the_shell_looks() {
    for (shell, file, next) in [
        ("bash", ".local/share/bash-completion/completions/docker-credential-atcr", "bash-completion"),
        ("zsh", ".zfunc/_docker-credential-atcr", "fpath+=("),
        ("fish", ".config/fish/completions/docker-credential-atcr.fish", "Open a new shell."),
    ] {
        let home = Home::new();
        let script = home.run(&["completion", shell]).any_stdout().check().stdout;
        for _ in 0..2 {
            let seen = home.run(&["completion", shell, "--install"]).stderr_has(&[next]).check();
            let path = home.path(file);
            let first = format!("✓ The completion for {shell} is in {}.\n", path.display());
            // Windows takes both, and shows what is joined to what.
            let slashes = |text: &str| text.replace('\\', "/");
            assert!(slashes(&seen.stderr).starts_with(&slashes(&first)), "{}", seen.stderr);
            assert_eq!(fs::read_to_string(path).unwrap(), script);
        }
    }
    let home = Home::new();
    home.run(&["completion", "bash", "--install"]).env("XDG_DATA_HOME", home.path("data")).any_stderr().check();
    assert!(home.path("data/bash-completion/completions/docker-credential-atcr").exists());
    // bash-completion 2.12 takes several, as in PATH.
    let own = std::env::join_paths([home.path("own"), home.path("other")]).unwrap();
    home.run(&["completion", "bash", "--install"]).env("BASH_COMPLETION_USER_DIR", own).any_stderr().check();
    assert!(home.path("own/completions/docker-credential-atcr").exists());
    home.run(&["completion", "powershell", "--install"])
        .status(2)
        .stderr(
            "error: powershell has no folder for completions\n  add this line to $PROFILE: \
             docker-credential-atcr completion powershell | Out-String | iex\n",
        )
        .check();
}

#[test]
#[cfg(unix)]
fn an_installed_script_is_found_by_the_shell() {
    let (_appview, home) = two_accounts();
    let Some(mut fish) = shell("fish", &[], &home) else { return };
    home.run(&["completion", "fish", "--install"]).any_stderr().check();
    fish.args(["-c", "complete -C 'docker-credential-atcr switch mi'"]);
    Run::new(fish).stdout_has(&[MICHELLE]).any_stderr().check();
}

/// zsh would take it for a script of its own.
#[test]
fn what_a_killed_install_leaves_is_removed_by_the_next() {
    let home = Home::new();
    home.write(".zfunc/_docker-credential-atcr.atcr-new-4194305", "half");
    home.write(".zfunc/_docker-credential-atcr.atcr-new-mine", "mine");
    home.run(&["completion", "zsh", "--install"]).any_stderr().check();
    let mut left: Vec<_> = fs::read_dir(home.path(".zfunc")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["_docker-credential-atcr", "_docker-credential-atcr.atcr-new-mine"]);
}

#[test]
#[cfg(unix)]
fn the_line_for_zsh_is_all_that_it_needs() {
    for own in [None, Some("z")] {
        let home = Home::new();
        let Some(mut zsh) = shell("zsh", &["-i", "-c", "echo $_comps[docker-credential-atcr]"], &home) else { return };
        let mut install = home.run(&["completion", "zsh", "--install"]).without_env("ZDOTDIR");
        zsh.env_remove("ZDOTDIR");
        let folder = home.path(own.unwrap_or_default());
        if own.is_some() {
            install = install.env("ZDOTDIR", &folder);
            zsh.env("ZDOTDIR", &folder);
        }
        let seen = install.any_stderr().check().stderr;
        let file = if own.is_some() { folder.join(".zshrc").display().to_string() } else { "~/.zshrc".to_owned() };
        let start = format!("\n  Add this line to the end of {file}, unless it is there, and open a new shell: ");
        let (_, line) = seen.split_once(&start).unwrap_or_else(|| panic!("{seen}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(".zshrc"), line).unwrap();
        Run::new(zsh).stdout("_docker-credential-atcr\n").any_stderr().check();
    }
}

#[test]
#[cfg(unix)]
fn a_script_of_somebody_elses_is_not_replaced() {
    for is_link in [false, true] {
        let home = Home::new();
        let (place, file) =
            (".zfunc/_docker-credential-atcr", if is_link { "mine" } else { ".zfunc/_docker-credential-atcr" });
        home.write(file, "#compdef docker-credential-atcr\n_my_own\n");
        if is_link {
            fs::create_dir(home.path(".zfunc")).unwrap();
            std::os::unix::fs::symlink(home.path(file), home.path(place)).unwrap();
        }
        let shown = home.path(place).display().to_string();
        home.run(&["completion", "zsh", "--install"])
            .status(1)
            .stderr(format!(
                "error: {shown}: another completion script is there already\n  run: mv -n {shown} {shown}.old\n"
            ))
            .check();
        assert_eq!(fs::read_to_string(home.path(file)).unwrap(), "#compdef docker-credential-atcr\n_my_own\n");
    }
}

/// The XDG Base Directory Specification has relative paths ignored, and bash's would be others in every folder.
#[test]
#[cfg(unix)]
fn a_relative_folder_for_completions_is_ignored() {
    for (shell, variable, place) in [
        ("fish", "XDG_CONFIG_HOME", ".config/fish/completions/docker-credential-atcr.fish"),
        ("bash", "BASH_COMPLETION_USER_DIR", ".local/share/bash-completion/completions/docker-credential-atcr"),
        ("bash", "XDG_DATA_HOME", ".local/share/bash-completion/completions/docker-credential-atcr"),
    ] {
        let home = Home::new();
        for folder in ["rel", "~/.config", "./x"] {
            home.run(&["completion", shell, "--install"]).env(variable, folder).any_stderr().check();
            assert!(fs::remove_file(home.path(place)).is_ok(), "{variable}={folder}");
            assert!(!home.path(folder).exists(), "{variable}={folder}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_relative_home_is_refused() {
    for shell in ["bash", "zsh", "fish"] {
        let home = Home::new();
        home.run(&["completion", shell, "--install"])
            .env("HOME", "rel")
            .status(1)
            .stderr("error: HOME is relative to the current folder\n  set HOME to an absolute path\n")
            .check();
        assert!(!home.path("rel").exists(), "{shell}");
    }
    let home = Home::new();
    let data = home.path("data");
    home.run(&["completion", "bash", "--install"]).env("HOME", "rel").env("XDG_DATA_HOME", &data).any_stderr().check();
    assert!(data.join("bash-completion/completions/docker-credential-atcr").exists());
}
