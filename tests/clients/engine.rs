//! Docker's engine, started by the tests.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
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

/// An engine that the tests running at the same time share, because it takes seconds to start, or why there is none on this
/// machine. The last of the tests stops it.
struct Shared(Mutex<Result<Weak<Engine>, String>>);

/// The one of this machine.
static INSTALLED: Shared = Shared(Mutex::new(Ok(Weak::new())));

/// The one that `.ci/clients` got.
static FETCHED: Shared = Shared(Mutex::new(Ok(Weak::new())));

impl Shared {
    /// The engine, started by this if need be. None: the test is skipped.
    fn get_or(&self, start: impl Fn() -> Result<Engine, String>) -> Option<Arc<Engine>> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = shared.as_ref().ok().and_then(Weak::upgrade) {
            return Some(engine);
        }
        let started = match shared.as_ref() {
            Ok(_) => start().map(Arc::new),
            Err(reason) => Err(reason.clone()),
        };
        *shared = started.as_ref().map(Arc::downgrade).map_err(Clone::clone);
        started.inspect_err(|reason| skip(reason)).ok()
    }
}

impl Engine {
    /// Where clients find it, as `DOCKER_HOST` has it.
    pub fn host(&self) -> String {
        host_in(&self.home)
    }

    /// The first dockerd on PATH.
    fn installed() -> Result<Self, String> {
        if installed::all("dockerd").is_empty() {
            return Err("dockerd is not installed".to_owned());
        }
        Self::start("dockerd".as_ref(), "{}", "vfs")
    }

    /// A newer one, which keeps its images in containerd: only then can its `BuildKit` push.
    fn fetched() -> Result<Self, String> {
        let [Some(dockerd), Some(_)] = ["dockerd", "containerd"].map(|name| installed::fetched(name).pop()) else {
            return Err("no newer dockerd".to_owned());
        };
        Self::start(&dockerd, r#"{"features": {"containerd-snapshotter": true}}"#, "native")
    }

    fn start(program: &Path, settings: &str, storage: &str) -> Result<Self, String> {
        if !installed::root_may_mount() {
            return Err("dockerd needs root, outside of user namespaces".to_owned());
        }
        let home = Home::new();
        // Instead of /etc/docker/daemon.json.
        home.write("daemon.json", settings);
        let dockerd = command(&home, program, storage).spawn();
        let dockerd = dockerd.map_err(|error| format!("dockerd can't be started: {error}"))?;
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

/// Every docker CLI with its engine: those of this machine, and those that `.ci/clients` got. None where there is no engine.
pub fn with_each_docker() -> Vec<(PathBuf, Arc<Engine>)> {
    let mut dockers = Vec::new();
    for program in installed::speaking("docker", "Docker version") {
        let engine = if installed::is_fetched(&program) { fetched() } else { INSTALLED.get_or(Engine::installed) };
        dockers.extend(engine.map(|engine| (program, engine)));
    }
    dockers
}

/// The engine that `.ci/clients` got. None: the test is skipped.
pub fn fetched() -> Option<Arc<Engine>> {
    FETCHED.get_or(Engine::fetched)
}

/// dockerd with every path in `home`, and its log there.
fn command(home: &Home, program: &Path, storage: &str) -> Command {
    let mut command = home.command(program);
    if installed::is_fetched(program) {
        command.env("PATH", installed::path_with(&["containerd"]));
    }
    command.args(["--iptables=false", "--ip6tables=false", "--bridge=none"]).arg(format!("--storage-driver={storage}"));
    // Where a containerd of the system runs, dockerd uses that one.
    command.args(["--containerd-namespace=atcr-tests", "--containerd-plugins-namespace=atcr-tests-plugins"]);
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
