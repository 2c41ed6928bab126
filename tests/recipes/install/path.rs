//! `--add-to-path`, and GitHub's steps.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::process::Command;

use super::machine::{Machine, find, machines};
use super::site;
use crate::support::skip;

/// Each shell, its file, and the line in it.
const SHELLS: [(&str, &str, &str); 5] = [
    ("/bin/bash", "home/.bashrc", r#"export PATH="ROOT/opt:$PATH" # docker-credential-atcr"#),
    ("/usr/bin/zsh", "home/.zshrc", r#"export PATH="ROOT/opt:$PATH" # docker-credential-atcr"#),
    ("/usr/bin/fish", "home/.config/fish/config.fish", "fish_add_path -g 'ROOT/opt' # docker-credential-atcr"),
    ("/bin/ash", "home/.profile", r#"export PATH="ROOT/opt:$PATH" # docker-credential-atcr"#),
    ("", "home/.profile", r#"export PATH="ROOT/opt:$PATH" # docker-credential-atcr"#),
];

fn on(machine: Machine, system: &str) -> Machine {
    machine.with_script("uname", &format!("case $1 in -s) echo {system} ;; -m) echo x86_64 ;; esac"))
}

#[test]
fn the_line_is_added_once_and_taken_out_again() {
    let site = site();
    for (shell, file, line) in SHELLS {
        for before in ["", "# mine\nalias ll='ls -l'\n"] {
            for machine in machines(&site) {
                let machine = on(machine.env("SHELL", shell), "Linux");
                if !before.is_empty() {
                    machine.write(file, before);
                }
                let seen = machine.install(&["--add-to-path"]);
                assert!(seen.succeeds().stdout.contains(&format!("Added ROOT/opt to PATH in ROOT/{file}")));
                assert!(machine.install(&["--add-to-path"]).succeeds().stdout.contains("already adds"));
                let content = machine.read(file);
                assert_eq!(content, format!("{before}{line}\n"), "{shell}");
                machine.install(&["--uninstall"]).succeeds();
                if before.is_empty() {
                    assert!(machine.litter().is_empty(), "{:?}", machine.litter());
                } else {
                    assert_eq!(machine.read(file), before);
                }
            }
        }
    }
}

#[test]
fn without_the_option_no_file_is_touched() {
    let site = site();
    for machine in machines(&site) {
        let bashrc = machine.write("home/.bashrc", "# mine\n");
        machine.install(&[]).succeeds();
        assert_eq!(fs::read_to_string(bashrc).unwrap(), "# mine\n");
    }
}

#[test]
fn a_last_line_without_an_end_stays_whole() {
    let site = site();
    for machine in machines(&site) {
        machine.write("home/.bashrc", "alias ll='ls -l'");
        let machine = on(machine.env("SHELL", "/bin/bash"), "Linux");
        machine.install(&["--add-to-path"]).succeeds();
        assert!(
            machine.read("home/.bashrc").starts_with("alias ll='ls -l'\nexport"),
            "{}",
            machine.read("home/.bashrc")
        );
    }
}

#[test]
fn bytes_that_are_no_text_stay() {
    let site = site();
    let before = b"# caf\xe9 \x1b[1m\nexport A='\xff'\n";
    for machine in machines(&site) {
        let file = machine.write("home/.bashrc", before);
        let machine = on(machine.env("SHELL", "/bin/bash"), "Linux");
        machine.install(&["--add-to-path"]).succeeds();
        machine.install(&["--uninstall"]).succeeds();
        assert_eq!(fs::read(file).unwrap(), before);
    }
}

#[test]
fn only_our_own_line_is_taken_out() {
    let site = site();
    for machine in machines(&site) {
        let folder = machine.folder();
        let folder = folder.display();
        let theirs = format!(
            "export PATH=\"{folder}:$PATH\"\n# docker-credential-atcr\nexport PATH=\"/x:$PATH\" # docker-credential-atcr\n"
        );
        let file = machine.write("home/.zshrc", &theirs);
        let machine = machine.env("SHELL", "/bin/zsh");
        machine.install(&["--add-to-path"]).succeeds();
        machine.install(&["--uninstall"]).succeeds();
        assert_eq!(fs::read_to_string(file).unwrap(), theirs);
    }
}

#[test]
fn a_link_to_the_file_stays_one() {
    let site = site();
    for machine in machines(&site) {
        let kept = machine.write("home/dotfiles/bashrc", "# mine\n");
        symlink("dotfiles/bashrc", machine.path("home/.bashrc")).unwrap();
        let machine = on(machine.env("SHELL", "/bin/bash"), "Linux");
        machine.install(&["--add-to-path"]).succeeds();
        assert!(fs::read_to_string(&kept).unwrap().contains("export PATH="));
        machine.install(&["--uninstall"]).succeeds();
        assert_eq!(fs::read_to_string(&kept).unwrap(), "# mine\n");
        assert!(machine.path("home/.bashrc").is_symlink());
    }
}

#[test]
fn a_mac_has_the_file_that_its_login_shell_reads() {
    let site = site();
    for (existing, file) in [("", ".bash_profile"), (".profile", ".profile"), (".bash_login", ".bash_login")] {
        for machine in machines(&site) {
            let machine = on(machine.env("SHELL", "/bin/bash"), "Darwin").with_script("sysctl", "echo 0");
            if !existing.is_empty() {
                machine.write(&format!("home/{existing}"), "# mine\n");
            }
            machine.install(&["--add-to-path"]).succeeds();
            assert!(machine.read(&format!("home/{file}")).contains("# docker-credential-atcr\n"));
            assert_eq!(machine.litter().len(), 2);
        }
    }
}

/// What each shell makes of it, with a folder of any name.
#[test]
#[cfg(target_os = "linux")]
fn the_line_works_in_the_shell_that_reads_it() {
    let site = site();
    for (shell, arguments) in [
        ("bash", ["-ic", "docker-credential-atcr --version"]),
        ("zsh", ["-ic", "docker-credential-atcr --version"]),
        ("fish", ["-c", "docker-credential-atcr --version"]),
    ] {
        let Some(program) = find(shell) else {
            skip(&format!("{shell} is not installed"));
            continue;
        };
        for name in ["bin", "two words", "it's $HOME", "a\"b`id`"] {
            let machine = machines(&site).next().unwrap();
            let folder = machine.path(&format!("opt/{name}"));
            let machine = machine.env("SHELL", &program).env("ATCR_INSTALL_DIR", folder);
            machine.install(&["--add-to-path"]).succeeds();
            let said = Command::new(&program)
                .args(arguments)
                .env_clear()
                .env("HOME", machine.path("home"))
                .env("PATH", "/usr/bin:/bin")
                .output()
                .unwrap();
            assert_eq!(
                String::from_utf8_lossy(&said.stdout),
                "docker-credential-atcr v1.2.3\n",
                "{shell} {name}: {said:?}"
            );
        }
    }
}

#[test]
fn a_file_or_home_of_another_user_is_not_changed() {
    let site = site();
    for given in ["home", "home/.bashrc"] {
        for machine in machines(&site) {
            let file = machine.write("home/.bashrc", "# mine\n");
            if chown(machine.path(given), Some(54322), Some(54322)).is_err() {
                return skip("only root can give files away");
            }
            let machine = on(machine.env("SHELL", "/bin/bash"), "Linux");
            let seen = machine.install(&["--add-to-path"]);
            seen.fails("can't add ROOT/opt to PATH in ROOT/home/.bashrc")
                .fails("add this line to it yourself: export PATH=");
            assert_eq!(fs::read_to_string(file).unwrap(), "# mine\n");
            assert!(machine.installed().exists());
        }
    }
}

#[test]
fn a_shell_that_it_does_not_know_is_named() {
    let site = site();
    for machine in machines(&site) {
        machine.env("SHELL", "/bin/tcsh").install(&["--add-to-path"]).fails("can't add ROOT/opt to PATH for /bin/tcsh");
    }
}

#[test]
fn the_next_steps_of_a_workflow_have_it_on_path() {
    let site = site();
    for machine in machines(&site) {
        let file = machine.write("home/github-path", "/other\n");
        let machine = machine.env("GITHUB_PATH", &file);
        let seen = machine.install(&[]);
        assert!(seen.succeeds().stdout.contains("Added ROOT/opt to PATH for the next steps (GITHUB_PATH)\n"));
        assert!(!seen.stdout.contains("Docker can't find it"), "{}", seen.stdout);
        assert_eq!(machine.read("home/github-path"), "/other\nROOT/opt\n");
        let path = format!("{}:{}", machine.path("bin").display(), machine.folder().display());
        let machine = machine.env("PATH", path);
        machine.install(&[]).succeeds();
        assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 2);
    }
}
