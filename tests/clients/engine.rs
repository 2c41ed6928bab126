//! Docker's engine, started by the tests.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::installed;
use crate::support::{Home, skip};

/// How long the engine may take to start, and to stop.
const PATIENCE: Duration = Duration::from_mins(1);

/// Between two looks at whether it has.
const PAUSE: Duration = Duration::from_millis(20);

/// A running dockerd with paths of its own, which touches no network interface; dropping it stops it.
pub struct Engine {
    home: Home,
    dockerd: Child,
}

/// The engine that the tests running at the same time share, because it takes seconds to start, or why there is none on
/// this machine. The last of the tests stops it.
static SHARED: Mutex<Result<Weak<Engine>, String>> = Mutex::new(Ok(Weak::new()));

impl Engine {
    /// The engine, started if need be; an error says why there is none on this machine.
    fn shared() -> Result<Arc<Self>, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = shared.as_ref().map_err(Clone::clone)?.upgrade() {
            return Ok(engine);
        }
        let started = Self::start().map(Arc::new);
        *shared = started.as_ref().map(Arc::downgrade).map_err(Clone::clone);
        started
    }

    /// Where clients find it, as `DOCKER_HOST` has it.
    pub fn host(&self) -> String {
        host_in(&self.home)
    }

    fn start() -> Result<Self, String> {
        if !installed::root_may_mount() {
            return Err("dockerd needs root, outside of user namespaces".to_owned());
        }
        if installed::all("dockerd").is_empty() {
            return Err("dockerd is not installed".to_owned());
        }
        let home = Home::new();
        let dockerd = command(&home).spawn().map_err(|error| format!("dockerd can't be started: {error}"))?;
        let mut engine = Self { home, dockerd };
        engine.wait_until_ready()?;
        Ok(engine)
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        while !self.answers() {
            let has_ended = self.dockerd.try_wait().unwrap().is_some();
            if has_ended || Instant::now() > deadline {
                let log = fs::read_to_string(self.home.path("log")).unwrap_or_default();
                return Err(format!("dockerd does not run here; its log:\n{log}"));
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn answers(&self) -> bool {
        let ping = || -> std::io::Result<String> {
            let mut stream = UnixStream::connect(self.home.path("socket"))?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            stream.write_all(b"GET /_ping HTTP/1.0\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ping().is_ok_and(|answer| answer.contains(" 200 "))
    }
}

/// Every docker CLI of this machine, and the engine; none where there is no engine.
pub fn with_each_docker() -> Vec<(PathBuf, Arc<Engine>)> {
    let programs = installed::speaking("docker", "Docker version");
    if programs.is_empty() {
        return Vec::new();
    }
    match Engine::shared() {
        Ok(engine) => programs.into_iter().map(|program| (program, engine.clone())).collect(),
        Err(reason) => {
            skip(&reason);
            Vec::new()
        }
    }
}

/// dockerd with every path in `home`, and its log there.
fn command(home: &Home) -> Command {
    let mut command = home.command("dockerd");
    command.args(["--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs"]);
    // Where a containerd of the system runs, dockerd uses that one.
    command.args(["--containerd-namespace=atcr-tests", "--containerd-plugins-namespace=atcr-tests-plugins"]);
    // Instead of /etc/docker/daemon.json.
    home.write("daemon.json", "{}");
    for (flag, name) in
        [("--config-file", "daemon.json"), ("--data-root", "data"), ("--exec-root", "exec"), ("--pidfile", "pid")]
    {
        command.arg(flag).arg(home.path(name));
    }
    let log = File::create(home.path("log")).unwrap();
    command.arg("--host").arg(host_in(home));
    command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    command
}

fn host_in(home: &Home) -> String {
    format!("unix://{}", home.path("socket").display())
}

impl Drop for Engine {
    /// Asks it to end, as only then it ends its containerd and clears its mounts; forces it if it does not.
    fn drop(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        let mut asked = false;
        while let Ok(None) = self.dockerd.try_wait() {
            if !asked {
                asked = kill_process(Pid::from_child(&self.dockerd), Signal::TERM).is_ok();
            } else if Instant::now() > deadline {
                let _ = self.dockerd.kill();
                let _ = self.dockerd.wait();
            }
            thread::sleep(PAUSE);
        }
    }
}
