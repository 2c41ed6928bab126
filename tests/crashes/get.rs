//! `get` where the system refuses it something: the credential is handed out, as where the registry can't be reached, or
//! the reason why not.

use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::strace;
use crate::support::{AppView, EVAN, Home, PROGRAM, executable, one_account, tried};

/// A run of `get` for `server`, started by `program` with `words` before its own.
fn get(home: &Home, server: &str, program: &str, words: &[&str]) -> Output {
    let mut command = home.command(program);
    command.args(words);
    if program != *PROGRAM {
        command.arg(*PROGRAM);
    }
    given(command.arg("get"), server)
}

fn given(command: &mut Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One that ends without reading closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// A registry and a home whose one account is logged in to it, by its address and by a name, which is looked up.
fn registry_with_a_name() -> (AppView, Home, [String; 2]) {
    let (appview, home) = one_account();
    let address = appview.host();
    let name = format!("localhost:{}", address.rsplit_once(':').unwrap().1);
    let mut file: Value = serde_json::from_str(&home.device_json()).unwrap();
    file["registries"][format!("http://{name}")] = file["registries"][appview.url()].clone();
    home.write_device_json(file.to_string());
    (appview, home, [address, name])
}

fn answer(home: &Home, appview: &AppView, server: &str) -> String {
    home.credential(appview, EVAN, server)
}

#[test]
fn with_few_descriptors_and_no_room_get_hands_the_credential_out() {
    let (appview, home, servers) = registry_with_a_name();
    // With three, not even device.json can be opened, beside the standard streams.
    let limits = (4..17).map(|most| format!("--nofile={most}")).chain(["--fsize=0".to_owned()]);
    for limit in limits {
        for server in &servers {
            drop(std::fs::remove_dir_all(home.path(".atcr/validated")));
            let output = get(&home, server, "prlimit", &[&limit]);
            // Not even the C library could be opened.
            if output.status.code() != Some(127) {
                let seen = String::from_utf8_lossy(&output.stdout).into_owned();
                assert_eq!(seen, answer(&home, &appview, server), "{limit}: {output:?}");
                assert!(output.status.success() && output.stderr.is_empty(), "{limit}: {output:?}");
            }
        }
    }
}

/// root may start as many threads as it likes.
#[test]
fn without_a_thread_get_hands_the_credential_out() {
    const USER: u32 = 54321;
    let (appview, home, servers) = registry_with_a_name();
    let program = home.path("docker-credential-atcr");
    executable::copy(*PROGRAM, &program);
    let mut command = home.command("prlimit");
    command.arg("--nproc=0").arg(&program).arg("get");
    if rustix::process::geteuid().is_root() {
        for name in ["", ".atcr", ".atcr/device.json"] {
            chown(home.path(name), Some(USER), Some(USER)).unwrap();
        }
        command.uid(USER).gid(USER);
    }
    for server in &servers {
        let output = given(&mut command, server);
        let seen = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(seen, answer(&home, &appview, server), "{output:?}");
    }
}

/// What is asked for at the start of every process, and what never fails by itself.
const NOT_REFUSED: [&str; 9] =
    ["brk", "mmap", "munmap", "mremap", "madvise", "mprotect", "futex", "rt_sigprocmask", "sigaltstack"];

/// What no system refuses, so that libraries may end the program if one does: with a line, and never a signal.
const NEVER_FAILS: [&str; 6] = ["geteuid", "getrandom", "close", "epoll_wait", "epoll_pwait", "write"];

#[test]
fn whichever_call_fails_get_ends_with_the_credential_or_a_reason() {
    if !crate::support::can_trace() {
        return;
    }
    let (appview, home, servers) = registry_with_a_name();
    let mut faults = 0;
    for server in &servers {
        let calls = strace::calls(|words| get(&home, server, "strace", words), &home);
        let begin = calls.iter().position(|call| call.line.starts_with("read(0")).unwrap();
        let calls: Vec<_> = calls[begin..].iter().filter(|call| !NOT_REFUSED.contains(&call.name.as_str())).collect();
        for error in ["EMFILE", "EPERM"] {
            for call in &calls {
                drop(std::fs::remove_dir_all(home.path(".atcr/validated")));
                let output = strace::failing(|words| get(&home, server, "strace", words), call, error);
                let seen = String::from_utf8_lossy(&output.stdout).into_owned();
                let is_right = match output.status.code() {
                    Some(0) => seen == answer(&home, &appview, server),
                    Some(1) => {
                        let reason = String::from_utf8_lossy(&output.stderr).into_owned();
                        let is_bug = reason.contains("has a bug") && !NEVER_FAILS.contains(&call.name.as_str());
                        !reason.is_empty() && !is_bug
                    }
                    _ => false,
                };
                assert!(is_right, "{error} from {}: {output:?}", call.line);
                faults += 1;
            }
        }
    }
    tried(&format!("get: {faults} calls failing"));
}

#[test]
fn an_answer_that_cannot_be_written_is_an_error_with_a_reason() {
    let (appview, home) = one_account();
    let mut command = home.command("sh");
    command.args(["-c", "exec \"$0\" get > /dev/full", *PROGRAM]);
    let output = given(&mut command, &appview.host());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr, "can't write the answer: No space left on device\n");
}
