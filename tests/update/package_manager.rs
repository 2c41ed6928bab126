//! A package manager that installed the program is left to update it.

use std::fs;

use super::{Installed, file, newest, tar_gz};
use crate::support::{Answers, Home, PROGRAM, Run, executable};

/// The program, installed into this folder of a home, and a newer version.
fn installed_in(folder: &str) -> Installed {
    let installed = Installed { home: Home::beside_the_program(), appview: Answers::start() };
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    fs::create_dir_all(installed.home.path(folder)).unwrap();
    let program = installed.home.path(folder).join(file());
    if fs::hard_link(PROGRAM, &program).is_err() {
        executable::copy(PROGRAM, program);
    }
    installed
}

fn run(Installed { home, appview }: &Installed, folder: &str, arguments: &[&str]) -> Run {
    let mut program = home.command(home.path(folder).join(file()));
    program.args(arguments).env("ATCR_REGISTRY", appview.url()).env("PATH", home.path("managers"));
    Run::new(program)
}

#[track_caller]
fn is_left_to(installed: &Installed, folder: &str, owner: &str, command: &str) {
    let words = format!(" was installed with {owner}; update it with {owner}\n  run: {command}\n");
    run(installed, folder, &["update", "--yes"]).status(1).stderr_has(&["error: ", &words]).check();
    assert!(installed.appview.requests().is_empty());
    let words = [" is available at ", &format!("\n  run: {command}\n")];
    run(installed, folder, &["update", "--check"]).stderr_has(&words).check();
    assert!(fs::read(installed.home.path(folder).join(file())).unwrap() == fs::read(PROGRAM).unwrap());
}

#[test]
fn by_homebrew() {
    let folder = "Cellar/docker-credential-atcr/0.1.0/bin";
    is_left_to(&installed_in(folder), folder, "Homebrew", "brew upgrade docker-credential-atcr");
}

#[test]
fn by_cargo_if_it_installed_this_program() {
    let installed = installed_in(".cargo/bin");
    let list = "[v1]\n\"another 1.0.0 (path+file:///a)\" = [\"another\"]\n";
    let entry =
        format!("\"docker-credential-atcr 0.1.0 (git+https://git.example/helper#0123456)\" = [\"{}\"]\n", file());
    installed.home.write(".cargo/.crates.toml", format!("{list}{entry}"));
    is_left_to(&installed, ".cargo/bin", "cargo", "cargo install --locked --git https://git.example/helper");
    installed.home.write(".cargo/.crates.toml", list);
    run(&installed, ".cargo/bin", &["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
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
        let installed = installed_in("bin");
        for manager in ["dpkg-query", "rpm", "pacman"] {
            // The others answer as the real ones do for an unknown file.
            let script =
                if manager == program { format!("echo {answer}") } else { "echo no path found; exit 1".into() };
            executable::script(installed.home.path(&format!("managers/{manager}")), &script);
        }
        is_left_to(&installed, "bin", owner, command);
    }
}

/// It may own the program.
#[test]
#[cfg(unix)]
fn one_that_does_not_answer_has_nothing_replaced() {
    let installed = installed_in("bin");
    executable::script(installed.home.path("managers/rpm"), "exec /bin/sleep 120");
    run(&installed, "bin", &["update", "--yes"])
        .status(1)
        .stderr("error: rpm does not say whether it installed this program: timed out\n")
        .check();
    assert!(installed.appview.requests().is_empty());
    assert!(fs::read(installed.home.path("bin").join(file())).unwrap() == fs::read(PROGRAM).unwrap());
}
