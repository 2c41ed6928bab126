//! Killed at any moment, the copy is the old one or the new one, and works.

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Installed, NEWEST, THIS, file, newest, tar_gz};

/// How many times `update` is killed: more where the variable says so.
fn times() -> u32 {
    env::var("ATCR_TESTS_KILLS").map_or(6, |times| times.parse().unwrap())
}

/// What kills have left.
#[derive(Debug, Default)]
struct Left {
    old: u32,
    new: u32,
    with_something_beside_it: u32,
}

impl Left {
    /// Looks at what a killed update has left, which works; the next run takes away the rest.
    fn add(&mut self, installed: &Installed) {
        self.with_something_beside_it += u32::from(installed.folder() != [file()]);
        match &*installed.version() {
            THIS => self.old += 1,
            NEWEST => self.new += 1,
            other => panic!("{other}"),
        }
        installed.put_back();
        installed.version();
        // On Windows a program is started by two calls, one of which begins it and one lets it run. What is killed between them
        // leaves a program behind that never runs nor ends, and its file can't be removed: seen under wine.
        if !cfg!(windows) {
            assert_eq!(installed.folder(), [file()]);
        }
    }
}

fn silent(mut command: Command) -> Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn killed_at_random_moments_the_program_works_each_time_and_the_next_run_tidies() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    let started = Instant::now();
    installed.run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
    let whole = started.elapsed();
    let mut left = Left::default();
    for time in 0..times() {
        installed.put_back();
        installed.version();
        let mut update = silent(installed.command(&["update", "--yes"])).spawn().unwrap();
        // Every part of the whole has its turn, at a random moment in it.
        sleep(whole.mul_f64((f64::from(time) + random()) / f64::from(times())));
        update.kill().unwrap();
        update.wait().unwrap();
        left.add(&installed);
    }
    assert_eq!(left.old + left.new, times());
    if times() >= 100 {
        assert!(left.old > 0 && left.new > 0, "{left:?} of {whole:?}");
    }
}

/// From 0 to 1.
fn random() -> f64 {
    Duration::from_nanos(RandomState::new().hash_one(()) % 1_000_000_000).as_secs_f64()
}

/// The system calls that change files, or start the new program.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const STEPS: [&str; 13] = [
    "mkdir", "flock", "write", "fchown", "fchmod", "fsync", "rename", "unlink", "unlinkat", "rmdir", "clone", "clone3",
    "vfork",
];

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn killed_at_each_step_that_changes_a_file_the_program_works_each_time() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    if !crate::support::can_trace() {
        return;
    }
    let mut left = Left::default();
    for step in STEPS {
        for time in 1.. {
            installed.put_back();
            let update = installed.command(&["update", "--yes"]);
            let mut strace = installed.home.command("strace");
            strace.args([
                "--output=trace",
                &format!("--trace={step}"),
                &format!("--inject={step}:signal=KILL:when={time}"),
                // As in `Installed::command`.
                &format!("--env=PATH={}", installed.home.path("bin").display()),
            ]);
            strace.arg(update.get_program()).args(update.get_args()).env("ATCR_REGISTRY", installed.appview.url());
            let is_over = silent(strace).status().unwrap().success();
            left.add(&installed);
            if is_over {
                break;
            }
        }
    }
    let ends = u32::try_from(STEPS.len()).unwrap();
    assert!(left.old > 12 && left.new > ends && left.with_something_beside_it > 10, "{left:?}");
}
