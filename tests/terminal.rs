//! Docker's and Kubernetes' verbs typed on a terminal.

use crate::support::terminal::output_with_terminal_stdin;
use crate::support::{Home, PROGRAM};

#[test]
fn a_verb_on_a_terminal_prints_help_and_fails() {
    for (verb, parts) in [
        ("get", ["echo atcr.io | docker-credential-atcr get", "docker-credential-atcr which IMAGE"]),
        ("store", ["docker login atcr.io", "docker-credential-atcr login"]),
        ("erase", ["docker logout atcr.io", "docker-credential-atcr logout"]),
        ("list", ["docker-credential-atcr list < /dev/null", "docker-credential-atcr status"]),
        ("kubelet", ["it reads a request from stdin", "docker-credential-atcr kubelet --print-config"]),
    ] {
        let home = Home::new();
        let mut command = home.command(*PROGRAM);
        command.arg(verb);
        let output = output_with_terminal_stdin(command);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(1), &b""[..]), "{verb}");
        for part in parts {
            assert!(stderr.contains(part), "{part:?} in {stderr}");
        }
    }
}
