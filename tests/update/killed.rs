//! An update killed at any moment leaves the old or the new version, and it works.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use super::{Installed, NEWEST, THIS, file, newest, tar_gz};
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use super::{KEY, maintainers};
use crate::support::{Chance, rounds};

/// What killed updates left.
#[derive(Debug, Default)]
struct Left {
    old: u32,
    new: u32,
    with_something_beside_it: u32,
}

impl Left {
    /// Checks that the program works, and that the next run removes leftovers.
    fn add(&mut self, installed: &Installed) {
        self.with_something_beside_it += u32::from(installed.folder() != [file()]);
        match &*installed.version() {
            THIS => self.old += 1,
            NEWEST => self.new += 1,
            other => panic!("{other}"),
        }
        installed.put_back();
        installed.version();
        // Windows starts a program in two steps. A kill between them leaves a process that never runs nor exits, and its
        // file can't be removed: seen under wine.
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
fn killed_at_random_moments_the_program_still_works() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &tar_gz(&[(&file(), &newest())]));
    let started = Instant::now();
    installed.run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
    // The last come after its end, unless other programs slow it down: then they meet the end.
    let whole = started.elapsed().mul_f64(1.5);
    let (mut left, mut chance, times) = (Left::default(), Chance::new(), u32::try_from(rounds(6)).unwrap());
    for time in 0..times {
        installed.put_back();
        installed.version();
        let mut update = silent(installed.command(&["update", "--yes"])).spawn().unwrap();
        // One kill at a random moment of each equal part.
        sleep(whole.mul_f64((f64::from(time) + chance.part()) / f64::from(times)));
        update.kill().unwrap();
        update.wait().unwrap();
        left.add(&installed);
    }
    assert!(times < 100 || (left.old > 0 && left.new > 0), "{left:?} of {whole:?} ({chance})");
}

/// The system calls that change files, start the new version, or connect for an answer, a signature or the archive.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const STEPS: [&str; 14] = [
    "connect", "mkdir", "flock", "write", "fchown", "fchmod", "fsync", "rename", "unlink", "unlinkat", "rmdir",
    "clone", "clone3", "vfork",
];

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn killed_at_each_step_the_program_still_works() {
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
            strace.arg(update.get_program()).args(update.get_args());
            strace.env("ATCR_UPDATE_URL", installed.appview.url()).env(KEY, maintainers().public_key());
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
