//! The program's other names: there is always something under them that runs.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{Home, PROGRAM, executable};

const CALLS: [&str; 4] = ["symlink,symlinkat", "link,linkat", "unlink,unlinkat", "rename,renameat,renameat2"];

/// Runs the program while the first of these calls goes wrong.
fn run(home: &Home, arguments: &[&str], calls: &str, how: &str) {
    let inject = format!("inject=?{}:{how}", calls.replace(',', ",?"));
    let path = format!("PATH={}", home.path("bin").display());
    let mut traced = home.command("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-e", &inject, "-E", &path, *PROGRAM]).args(arguments);
    traced.output().unwrap();
}

fn is_program(path: &Path) -> bool {
    path.exists() && fs::metadata(path).unwrap().len() > 0
}

#[test]
fn a_link_that_is_made_anew_is_never_gone() {
    if !crate::support::can_trace() {
        return;
    }
    for calls in CALLS {
        for how in ["signal=KILL:when=1", "error=ENOSPC"] {
            let home = Home::new();
            for name in ["bin", "old"] {
                fs::create_dir(home.path(name)).unwrap();
                executable::copy(*PROGRAM, home.path(name).join("docker-credential-atcr"));
            }
            let link = home.path(".docker/cli-plugins/docker-atcr");
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            symlink(home.path("old/docker-credential-atcr"), &link).unwrap();
            run(&home, &["configure-docker", "--plugin"], calls, how);
            assert!(is_program(&link), "{calls} {how}");
            let again = home.run(&["configure-docker", "--plugin"]).env("PATH", home.path("bin"));
            again.any_stderr().check();
            assert_eq!(fs::read_dir(link.parent().unwrap()).unwrap().count(), 1, "{calls} {how}");
        }
    }
}

#[test]
fn a_helper_that_is_replaced_is_never_gone() {
    if !crate::support::can_trace() {
        return;
    }
    for calls in CALLS {
        for how in ["signal=KILL:when=1", "error=ENOSPC"] {
            let home = Home::new();
            fs::create_dir(home.path("bin")).unwrap();
            let program = home.path("bin/docker-credential-atcr");
            executable::script(&program, "echo mine");
            run(&home, &["doctor", "--fix", "--yes"], calls, how);
            assert!(is_program(&program), "{calls} {how}");
            if !program.is_symlink() && how.starts_with("error") {
                assert_eq!(fs::read_dir(home.path("bin")).unwrap().count(), 1, "{calls} {how}");
            }
        }
    }
}
