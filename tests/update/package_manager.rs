//! A package manager that installed the program is left to update it.

use std::fs;

use super::{Installed, KEY, file, install, maintainers, newest, original, tar_gz};
#[cfg(unix)]
use crate::support::executable;
use crate::support::{Answers, Home, Run};

/// The program, installed into this folder of a home, and a newer version.
fn installed_in(folder: &str) -> Installed {
    let installed = Installed { home: Home::beside_the_program(), appview: Answers::start() };
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    fs::create_dir_all(installed.home.path(folder)).unwrap();
    install(&installed.home.path(folder).join(file()));
    installed
}

fn run(Installed { home, appview }: &Installed, folder: &str, arguments: &[&str]) -> Run {
    let mut program = home.command(home.path(folder).join(file()));
    program.args(arguments).env("ATCR_UPDATE_URL", appview.url()).env(KEY, maintainers().public_key());
    program.env("PATH", home.path("managers"));
    Run::new(program)
}

#[track_caller]
fn is_left_to(installed: &Installed, folder: &str, owner: &str, advice: &str) {
    let words = format!(" was installed with {owner}; update it with {owner}\n  {advice}\n");
    run(installed, folder, &["update", "--yes"]).status(1).stderr_has(&["error: ", &words]).check();
    assert!(installed.appview.requests().is_empty());
    let words = [" is available at ", &format!("\n  {advice}\n")];
    run(installed, folder, &["update", "--check"]).stderr_has(&words).check();
    assert!(fs::read(installed.home.path(folder).join(file())).unwrap() == original());
}

#[test]
fn by_homebrew() {
    let folder = "Cellar/docker-credential-atcr/0.1.0/bin";
    is_left_to(&installed_in(folder), folder, "Homebrew", "run: brew upgrade docker-credential-atcr");
}

#[test]
fn by_cargo_if_it_installed_this_program() {
    let installed = installed_in(".cargo/bin");
    let list = "[v1]\n\"another 1.0.0 (path+file:///a)\" = [\"another\"]\n";
    let entry =
        format!("\"docker-credential-atcr 0.1.0 (git+https://git.example/helper#0123456)\" = [\"{}\"]\n", file());
    installed.home.write(".cargo/.crates.toml", format!("{list}{entry}"));
    is_left_to(&installed, ".cargo/bin", "cargo", "run: cargo install --locked --git https://git.example/helper");
    installed.home.write(".cargo/.crates.toml", list);
    run(&installed, ".cargo/bin", &["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
}

#[test]
#[cfg(unix)]
fn by_a_package_manager_of_linux_that_owns_the_file() {
    let download = |command: &str| {
        let releases = "https://github.com/atcr-io/docker-credential-atcr/releases/latest";
        format!("download the new package from {releases}, then run: {command}")
    };
    let pkgbuild = "https://github.com/atcr-io/docker-credential-atcr/releases/latest/download/PKGBUILD";
    let apkbuild = "download APKBUILD from https://github.com/atcr-io/docker-credential-atcr/releases/latest, \
                    run abuild -r, then sudo apk add with the new package in ~/packages";
    for (program, answer, owner, advice) in [
        // Ours, which are in no repository.
        ("dpkg-query", "docker-credential-atcr: \"$2\"", "dpkg", download("sudo dpkg -i docker-credential-atcr_*.deb")),
        ("rpm", "docker-credential-atcr", "rpm", download("sudo rpm -U docker-credential-atcr-*.rpm")),
        ("pacman", "docker-credential-atcr-bin", "pacman", format!("run: curl -fLO {pkgbuild} && makepkg -si")),
        ("apk", "docker-credential-atcr", "apk", apkbuild.into()),
        // Those of a distribution.
        ("dpkg-query", "atcr-helper: \"$2\"", "dpkg", "run: sudo apt-get install --only-upgrade atcr-helper".into()),
        ("rpm", "atcr-helper", "rpm", "run: sudo dnf upgrade atcr-helper".into()),
        ("pacman", "docker-credential-atcr", "pacman", "run: sudo pacman -Syu docker-credential-atcr".into()),
        ("apk", "atcr-helper", "apk", "run: sudo apk add --upgrade atcr-helper".into()),
    ] {
        let installed = installed_in("bin");
        for manager in ["dpkg-query", "rpm", "pacman", "apk"] {
            // The others answer as the real ones do for an unknown file.
            let script =
                if manager == program { format!("echo {answer}") } else { "echo no path found; exit 1".into() };
            executable::script(installed.home.path(&format!("managers/{manager}")), &script);
        }
        is_left_to(&installed, "bin", owner, &advice);
    }
}

#[test]
#[cfg(unix)]
fn by_conda_if_its_environment_lists_this_program() {
    let installed = installed_in("env/bin");
    installed.home.write("env/conda-meta/docker-credential-atcr-0.1.0-h1_0.json", "{}");
    let environment = fs::canonicalize(installed.home.path("env")).unwrap();
    let command = format!("run: conda update --prefix {} docker-credential-atcr", environment.display());
    is_left_to(&installed, "env/bin", "conda", &command);
    let other = installed_in("env/bin");
    other.home.write("env/conda-meta/docker-credential-atcr-helper-0.1.0-h1_0.json", "{}");
    run(&other, "env/bin", &["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
}

#[test]
#[cfg(unix)]
fn by_pixi_for_everything_or_for_a_project() {
    let folder = "project/.pixi/envs/default/bin";
    let installed = || {
        let installed = installed_in(folder);
        installed.home.write("project/.pixi/envs/default/conda-meta/docker-credential-atcr-0.1.0-h1_0.json", "{}");
        installed
    };
    let of_project = installed();
    let project = fs::canonicalize(of_project.home.path("project")).unwrap();
    let command = format!("run: pixi update --manifest-path {} docker-credential-atcr", project.display());
    is_left_to(&of_project, folder, "pixi", &command);
    let global = installed();
    fs::create_dir(global.home.path("project/.pixi/manifests")).unwrap();
    is_left_to(&global, folder, "pixi", "run: pixi global update default");
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
    assert!(fs::read(installed.home.path("bin").join(file())).unwrap() == original());
}

/// Debian's rpm keeps a database in the home folder, which it makes at the first query.
#[test]
#[cfg(unix)]
fn a_query_leaves_nothing_in_the_home_folder() {
    let fake = "[ -d \"$HOME\" ] && /bin/mkdir \"$HOME/.made\"; echo not owned; exit 1";
    for real in [false, true] {
        let installed = installed_in("bin");
        for (manager, program) in [("dpkg-query", None), ("rpm", Some("/usr/bin/rpm")), ("pacman", None), ("apk", None)]
        {
            let place = installed.home.path(&format!("managers/{manager}"));
            match program.map(std::path::Path::new).filter(|program| real && program.exists()) {
                Some(program) => {
                    fs::create_dir_all(installed.home.path("managers")).unwrap();
                    std::os::unix::fs::symlink(program, place).unwrap();
                }
                None => executable::script(place, fake),
            }
        }
        for arguments in [&["update", "--check"][..], &["update", "--yes"]] {
            run(&installed, "bin", arguments).any_stdout().any_stderr().check();
            let made = [".made", ".rpmdb"].map(|name| installed.home.path(name).exists());
            assert_eq!(made, [false; 2], "{arguments:?}");
        }
    }
}
