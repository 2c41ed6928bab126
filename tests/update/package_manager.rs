//! A package manager that installed the program is left to update it.

use std::fs;

use super::{Installed, file, newest, tar_gz};
use crate::support::{Answers, Home, PROGRAM, Run, executable};

/// The program, installed into this folder of a home.
fn installed_in(folder: &str) -> (Home, Answers) {
    let (home, appview) = (Home::beside_the_program(), Answers::start());
    let installed = Installed { home, appview };
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    let Installed { home, appview } = installed;
    fs::create_dir_all(home.path(folder)).unwrap();
    let program = home.path(folder).join(file());
    if fs::hard_link(PROGRAM, &program).is_err() {
        executable::copy(PROGRAM, program);
    }
    (home, appview)
}

#[track_caller]
fn is_left_to(home: &Home, appview: &Answers, folder: &str, owner: &str, command: &str) {
    let run = |arguments: &[&str]| {
        let mut program = home.command(home.path(folder).join(file()));
        program.args(arguments).env("ATCR_REGISTRY", appview.url());
        let managers = [home.path("managers")].into_iter();
        program.env("PATH", std::env::join_paths(managers).unwrap());
        Run::new(program)
    };
    let words = format!(" was installed with {owner}; update it with {owner}\n  run: {command}\n");
    run(&["update", "--yes"]).status(1).stderr_has(&["error: ", &words]).check();
    assert!(appview.requests().is_empty());
    run(&["update", "--check"]).stderr_has(&[" is available at ", &format!("\n  run: {command}\n")]).check();
    assert!(fs::read(home.path(folder).join(file())).unwrap() == fs::read(PROGRAM).unwrap());
}

#[test]
fn by_homebrew() {
    let folder = "Cellar/docker-credential-atcr/0.1.0/bin";
    let (home, appview) = installed_in(folder);
    is_left_to(&home, &appview, folder, "Homebrew", "brew upgrade docker-credential-atcr");
}

#[test]
fn by_cargo() {
    let (home, appview) = installed_in(".cargo/bin");
    let list = |source: &str| {
        format!(
            "[v1]\n\"another 1.0.0 (registry+https://registry.example/index)\" = [\"another\"]\n\
             \"docker-credential-atcr 0.1.0 ({source})\" = [\"{}\"]\n",
            file()
        )
    };
    home.write(".cargo/.crates.toml", list("git+https://git.example/helper#0123456"));
    is_left_to(&home, &appview, ".cargo/bin", "cargo", "cargo install --locked --git https://git.example/helper");
}

#[test]
fn not_by_cargo_if_it_installed_other_programs() {
    let (home, appview) = installed_in(".cargo/bin");
    home.write(".cargo/.crates.toml", "[v1]\n\"another 1.0.0 (path+file:///a)\" = [\"another\"]\n");
    let mut program = home.command(home.path(".cargo/bin").join(file()));
    program.args(["update", "--yes"]).env("ATCR_REGISTRY", appview.url());
    Run::new(program).stderr_has(&["✓ Updated "]).check();
}

#[test]
#[cfg(unix)]
fn by_a_package_manager_of_linux_that_owns_the_file() {
    for (program, answer, owner, command) in [
        (
            "dpkg-query",
            "docker-credential-atcr: \"$2\"",
            "dpkg",
            "sudo apt-get install --only-upgrade docker-credential-atcr",
        ),
        ("rpm", "docker-credential-atcr", "rpm", "sudo dnf upgrade docker-credential-atcr"),
        ("pacman", "docker-credential-atcr-bin", "pacman", "sudo pacman -Syu docker-credential-atcr-bin"),
    ] {
        let (home, appview) = installed_in("bin");
        for manager in ["dpkg-query", "rpm", "pacman"] {
            // The others answer as the real ones do for an unknown file.
            let script =
                if manager == program { format!("echo {answer}") } else { "echo no path found; exit 1".into() };
            executable::script(home.path(&format!("managers/{manager}")), &script);
        }
        is_left_to(&home, &appview, "bin", owner, command);
    }
}
