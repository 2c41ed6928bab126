//! Where a link to this program is suggested: in no folder in which it could not be made, or others could exchange it.

use std::fs;

use crate::support::{Home, PROGRAM, Run, executable, program, skip};

/// What `doctor` says with these folders of the home on `PATH`, and then does with `--fix`.
fn doctor(home: &Home, folders: &[&str], before: &str) -> (String, String) {
    let paths = std::env::join_paths(folders.iter().map(|folder| home.path(folder))).unwrap();
    let run = |words: &str| {
        let mut command = home.command("/usr/bin/env");
        command.args(["unshare", "--mount", "/bin/sh", "-ec"]);
        command.arg(format!("{before}\nexport PATH={}\nexec \"$0\" {words}", paths.display())).arg(*PROGRAM);
        Run::new(command).any_end().check()
    };
    (run("doctor").stdout, run("doctor --fix --yes").stderr)
}

fn line_for_profile() -> String {
    let folder = program().parent().unwrap().display().to_string();
    format!("add this line to ~/.profile, and start a new session: export PATH=\"$PATH\":{folder}\n")
}

#[test]
fn a_folder_that_others_write_to_is_passed_over() {
    let home = Home::new();
    for folder in ["open", "bin"] {
        fs::create_dir(home.path(folder)).unwrap();
    }
    home.set_mode("open", 0o777);
    if !can_mount(&home) {
        return skip("this machine does not allow mounting");
    }
    let (said, _) = doctor(&home, &["open"], "");
    assert!(said.contains(&line_for_profile()) && !said.contains("ln -s"), "{said}");
    let (said, _) = doctor(&home, &["open", "bin"], "");
    assert!(said.contains(&format!(" {}\n", home.path("bin/docker-credential-atcr").display())), "{said}");
    assert!(home.path("bin/docker-credential-atcr").is_symlink());
    assert!(fs::read_dir(home.path("open")).unwrap().next().is_none());
}

#[test]
fn a_read_only_folder_is_passed_over() {
    let home = Home::new();
    for folder in ["fixed", "bin"] {
        fs::create_dir(home.path(folder)).unwrap();
    }
    if !can_mount(&home) {
        return skip("this machine does not allow mounting");
    }
    let mount = format!("mount -t tmpfs -o ro none {}", home.path("fixed").display());
    let (said, _) = doctor(&home, &["fixed"], &mount);
    assert!(said.contains(&line_for_profile()) && !said.contains("ln -s"), "{said}");
    let (said, done) = doctor(&home, &["fixed", "bin"], &mount);
    assert!(said.contains(&format!(" {}\n", home.path("bin/docker-credential-atcr").display())), "{said}");
    assert!(done.contains("leads to this program now."), "{done}");
}

/// Docker runs what comes first on `PATH`.
#[test]
fn a_program_in_such_a_folder_is_not_set_aside() {
    for (name, mode, before) in [("open", 0o777, ""), ("fixed", 0o755, "mount --bind -o ro $HOME/fixed $HOME/fixed")] {
        let home = Home::new();
        executable::script(home.path(name).join("docker-credential-atcr"), "echo docker-credential-atcr 0.0.1");
        home.set_mode(name, mode);
        if !can_mount(&home) {
            return skip("this machine does not allow mounting");
        }
        let (said, _) = doctor(&home, &[name], before);
        let folder = program().parent().unwrap().display().to_string();
        let line = format!("add this line to ~/.profile, and start a new session: export PATH={folder}:\"$PATH\"\n");
        assert!(said.contains(&line) && !said.contains("mv -n"), "{said}");
    }
}

fn can_mount(home: &Home) -> bool {
    let mut command = home.command("unshare");
    command.args(["--mount", "mount", "--bind", ".", "."]);
    command.output().is_ok_and(|run| run.status.success())
}
