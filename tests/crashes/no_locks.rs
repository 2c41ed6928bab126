//! A file system that has no locks.

use std::process::Command;

use crate::support::{AppView, EVAN, Home, MICHELLE, PROGRAM, Run, appview};

/// A run whose locks all fail in this way.
fn without_locks(home: &Home, error: &str, arguments: &[&str]) -> Run {
    let mut command: Command = home.command("strace");
    let inject = format!("inject=flock:error={error}");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=flock", "-e", &inject, *PROGRAM]).args(arguments);
    Run::new(command)
}

fn has(home: &Home, appview: &AppView, handle: &str) -> bool {
    home.device_json().contains(&format!("\"{handle}\": {{")) && home.secret(appview, handle).starts_with("atcr_device")
}

#[test]
fn without_locks_every_change_is_made() {
    if !crate::support::can_trace() {
        return;
    }
    for error in ["ENOSYS", "EOPNOTSUPP", "ENOLCK", "EINVAL"] {
        let (appview, home) = (appview(), Home::new());
        let host = appview.host();
        let run = |arguments: &[&str]| without_locks(&home, error, arguments).named(error);
        appview.approve_devices_as(EVAN);
        run(&["login", &host, "--configure-docker=no"]).stderr_has(&["✓ Logged in"]).check();
        let secret = appview.device_secret(MICHELLE);
        let request = format!("{{\"ServerURL\": \"{host}\", \"Username\": \"{MICHELLE}\", \"Secret\": \"{secret}\"}}");
        run(&["store"]).stdin(request).check();
        assert!(has(&home, &appview, EVAN) && has(&home, &appview, MICHELLE), "{error}");
        run(&["get"]).stdin(&*host).stdout(home.credential(&appview, MICHELLE, &host)).check();
        run(&["switch"]).stderr_has(&[EVAN]).check();
        run(&["erase"]).stdin(&*host).stderr(format!("logged out of {host} as {EVAN}\n")).check();
        run(&["logout", &host]).stderr_has(&["✓ Logged out"]).check();
        assert!(!home.device_json().contains("atcr_device"), "{error}");
    }
}
