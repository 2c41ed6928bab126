//! Podman as a user of its own, in a user namespace.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use super::page::scripts;
use super::workplace::{Workplace, has};
use crate::clients::installed;
use crate::support::{EVAN, Home, Run, skip};

/// `daemon` everywhere.
const USER: u32 = 1;

/// The process that podman leaves behind, which holds the user's namespace; ended with the test.
struct Pause<'a>(&'a Home);

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        let file = fs::read_to_string(self.0.path("tmp/podman/pause.pid"));
        let file = file.or_else(|_| fs::read_to_string(self.0.path("run/libpod/tmp/pause.pid")));
        if let Some(pid) = file.ok().and_then(|pid| Pid::from_raw(pid.trim().parse().ok()?)) {
            // One that is gone is as good as ended.
            let _ = kill_process(pid, Signal::TERM);
        }
    }
}

/// Whether this machine lets such a user have namespaces.
fn may_have_namespaces() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--user", "--mount", "true"]).uid(USER).gid(USER);
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn rootless_podman_pulls_a_private_image() {
    if installed::for_root("podman", "podman version").is_empty() || !has(&["skopeo"]) {
        return;
    }
    if !may_have_namespaces() {
        return skip("users may make no namespaces here");
    }
    let workplace = Workplace::with_program();
    let home = &workplace.home;
    workplace.publish("app:1");
    Run::new({
        let mut chown = home.command("chown");
        chown.args(["-R", &format!("{USER}:{USER}"), "."]);
        chown
    })
    .check();
    let _pause = Pause(home);
    let [script] = &scripts("Rootless podman on a server")[..] else { panic!() };
    workplace.shell(script).uid(USER).stderr_has(&["✓ podman now uses docker-credential-atcr for"]).check();
    let auth = fs::read_to_string(home.path(".config/containers/auth.json")).unwrap();
    assert!(auth.contains("\"atcr\"") && !auth.contains("\"auth\""), "{auth}");
    let log = workplace.appview.log();
    let pulled = log.iter().rfind(|entry| entry.path.contains("/manifests/")).unwrap();
    assert_eq!((pulled.identity.as_deref(), pulled.status), (Some(EVAN), 200));
}
