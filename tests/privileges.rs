//! What `get` can still become while it reads what others send.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, EVAN, PROGRAM, credential, one_account_and};

/// The line about new privileges in a process's status, when it has come to this.
fn waits_for_no_new_privileges(process: u32) {
    let end = Instant::now() + Duration::from_mins(1);
    while !fs::read_to_string(format!("/proc/{process}/status")).unwrap().contains("NoNewPrivs:\t1") {
        assert!(Instant::now() < end, "it can gain privileges");
        thread::yield_now();
    }
}

#[test]
fn while_it_asks_the_registry_get_gains_no_privileges() {
    let (registry, home) = one_account_and(Answer::never());
    let mut command = home.command(*PROGRAM);
    let mut child = command.arg("get").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(registry.host().as_bytes()).unwrap();
    waits_for_no_new_privileges(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Stores of some password managers are setgid.
#[test]
fn a_credential_store_keeps_its_privileges() {
    let (registry, home) = one_account_and(Answer::json(200, json!({"token": "t"})));
    let host = registry.host();
    let answer = json!({"Username": EVAN, "Secret": "atcr_device_x"});
    let store =
        format!("#!/bin/sh\ngrep NoNewPrivs /proc/self/status > privileges\ncat > /dev/null\necho '{answer}'\n");
    home.write("bin/docker-credential-own", store);
    home.set_mode("bin/docker-credential-own", 0o755);
    let file = home.device_json();
    let secret = file.split_once("\"device_secret\": \"").unwrap().1.split('"').next().unwrap().to_owned();
    home.write_device_json(file.replace(&format!("\"device_secret\": \"{secret}\""), "\"credential_store\": \"own\""));
    home.run_with_stores("", &["get"]).stdin(&*host).stdout(credential(&host, EVAN, "atcr_device_x")).check();
    assert_eq!(fs::read_to_string(home.path("privileges")).unwrap(), "NoNewPrivs:\t0\n");
}
