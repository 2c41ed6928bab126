//! `ATCR_DEVICE_SECRET_FILE`: whose file it is, and pipes in its place.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{MALLORYS, give, give_all_to_evan};
use crate::support::evans_home::{EVANS, EvansHome};
use crate::support::{AppView, EVAN, Home, PROGRAM, Run, appview, credential, skip};

/// A home with the secret in a file, and nobody logged in.
fn with_secret(appview: &AppView) -> Home {
    let home = Home::new();
    home.write("secrets/atcr", appview.device_secret(EVAN));
    home.set_mode("secrets", 0o755);
    home.set_mode("secrets/atcr", 0o600);
    home
}

fn with_file(run: Run, appview: &AppView, path: &Path) -> Run {
    run.env("ATCR_HANDLE", EVAN).env("ATCR_REGISTRY", appview.host()).env("ATCR_DEVICE_SECRET_FILE", path)
}

#[test]
fn a_secret_that_others_can_exchange_is_refused() {
    type Change = fn(&Home) -> &'static str;
    let changes: [(&str, Option<&str>, Change); 8] = [
        ("our own", None, |_| "secrets/atcr"),
        ("one that all may read, as Kubernetes mounts it", None, |home| {
            home.set_mode("secrets/atcr", 0o644);
            "secrets/atcr"
        }),
        ("a link, as Kubernetes makes it, in a sticky folder", None, |home| {
            home.set_mode("secrets", 0o1777);
            symlink("..data/atcr", home.path("secrets/link")).unwrap();
            symlink(".", home.path("secrets/..data")).unwrap();
            "secrets/link"
        }),
        (
            "one that all may write",
            Some("it is writable by other users; if its content is yours, run: chmod o-w "),
            |home| {
                home.set_mode("secrets/atcr", 0o666);
                "secrets/atcr"
            },
        ),
        ("in a folder that all may write to", Some("the directory is writable by other users"), |home| {
            home.set_mode("secrets", 0o777);
            "secrets/atcr"
        }),
        ("a folder", Some("it is a folder, not a regular file"), |_| "secrets"),
        ("more than 64 KiB", Some("it is larger than 64 KiB"), |home| {
            home.write("secrets/atcr", "x".repeat(65_537));
            "secrets/atcr"
        }),
        ("no text", Some("it is not text in UTF-8"), |home| {
            home.write("secrets/atcr", b"\xff\xfe");
            "secrets/atcr"
        }),
    ];
    let appview = appview();
    for (name, refused, change) in changes {
        let home = with_secret(&appview);
        let path = home.path(change(&home));
        let run = with_file(home.verb("get", appview.host()), &appview, &path).named(name);
        let secret = String::from_utf8_lossy(&fs::read(home.path("secrets/atcr")).unwrap()).into_owned();
        match refused {
            None => drop(run.stdout_has(&[EVAN]).check()),
            Some(reason) => {
                let seen = run.status(1).stdout_has(&["secrets", reason]).any_stderr().check();
                assert!(!seen.stdout.contains(&secret) && seen.stdout == seen.stderr, "{}", seen.stdout);
            }
        }
    }
}

#[test]
fn a_secret_of_another_user_is_refused() {
    let appview = appview();
    let Some(evans) = EvansHome::new() else { return };
    let home = &evans.home;
    home.write("secret", appview.device_secret(EVAN));
    home.set_mode("secret", 0o644);
    give_all_to_evan(&evans);
    let path = home.path("secret");
    let get = || with_file(evans.run_as(EVANS, &["get"]), &appview, &path).stdin(appview.host());
    for owner in [EVANS, 0] {
        evans.give("secret", owner);
        get().stdout_has(&[EVAN]).check();
    }
    evans.give("secret", MALLORYS);
    let line = format!(
        "refusing to use {path}: it belongs to user {MALLORYS}, not to user {EVANS}; if it is yours, run: sudo chown {EVANS} {path}",
        path = path.display()
    );
    get().fails_with(&line).check();
    for words in [&["status"][..], &["doctor"], &["which", &format!("{}/{EVAN}/app", appview.host())]] {
        let (_, (code, stdout, stderr)) = with_file(evans.run_as(EVANS, words), &appview, &path).timed();
        assert!(code == 1 && (stdout + &stderr).contains("it belongs to user"), "{words:?}");
    }
}

#[test]
fn a_secret_that_others_can_read_is_a_warning() {
    let appview = appview();
    let home = with_secret(&appview);
    home.configure_docker(&appview.host());
    home.set_mode("secrets/atcr", 0o640);
    let path = home.path("secrets/atcr");
    let warning = format!("{} is open to other users (mode 0640)", path.display());
    let fix = format!("run: chmod 600 {}", path.display());
    with_file(home.run(&["doctor"]), &appview, &path).stdout_has(&[&warning, &fix]).check();
    let (_, (code, stdout, stderr)) = with_file(home.run(&["status"]), &appview, &path).timed();
    assert!(code == 0 && (stdout + &stderr).contains(&warning));
}

/// What is mounted has the owner that it has outside, as Compose's secrets do.
#[test]
#[cfg(target_os = "linux")]
fn a_mounted_secret_keeps_its_owner() {
    let appview = appview();
    let home = with_secret(&appview);
    if !rustix::process::geteuid().is_root() {
        return skip("only root gives files away");
    }
    home.write("outside", appview.device_secret(EVAN));
    give(&home.path("outside"), MALLORYS);
    let get = |script: &str| {
        let mut command = home.command("unshare");
        command.args(["--mount", "sh", "-c", script, *PROGRAM]);
        with_file(Run::new(command), &appview, &home.path("secrets/atcr")).stdin(appview.host())
    };
    if home
        .command("unshare")
        .args(["--mount", "mount", "--bind", ".", "."])
        .output()
        .is_ok_and(|run| !run.status.success())
    {
        return skip("this machine does not allow mounting");
    }
    get("mount --bind outside secrets/atcr && exec \"$0\" get").stdout_has(&[EVAN]).check();
    // A volume, open to all as they are made, but not a folder in it.
    home.write("volume/open/atcr", appview.device_secret(EVAN));
    home.set_mode("volume", 0o777);
    let mount = "mount --bind volume secrets && ATCR_DEVICE_SECRET_FILE=$PWD/secrets/open/atcr exec \"$0\" get";
    get(mount).stdout_has(&[EVAN]).check();
    home.set_mode("volume/open", 0o777);
    get(mount).status(1).stdout_has(&["the directory is writable by other users"]).any_stderr().check();
}

fn bash(home: &Home, appview: &AppView, secret: &str, script: &str) -> Run {
    let mut command = home.command("bash");
    command.args(["-c", script, *PROGRAM]).env("SECRET", secret);
    Run::new(command).env("ATCR_HANDLE", EVAN).env("ATCR_REGISTRY", appview.host())
}

#[test]
fn a_pipe_of_the_shell_is_read_to_its_end() {
    let (appview, home) = (appview(), Home::new());
    let secret = appview.device_secret(EVAN);
    let expected = credential(&appview.host(), EVAN, &secret);
    for script in [
        "echo $ATCR_REGISTRY | ATCR_DEVICE_SECRET_FILE=<(echo $SECRET) $0 get",
        "echo $ATCR_REGISTRY | ATCR_DEVICE_SECRET_FILE=<(printf ${SECRET:0:9}; sleep 0.2; echo ${SECRET:9}) $0 get",
        "echo $ATCR_REGISTRY | ATCR_DEVICE_SECRET_FILE=/dev/fd/7 $0 get 7< <(echo $SECRET)",
        "echo $SECRET > file; echo $ATCR_REGISTRY | ATCR_DEVICE_SECRET_FILE=/dev/fd/7 $0 get 7< file",
        "echo $ATCR_REGISTRY | ATCR_DEVICE_SECRET_FILE=/proc/self/fd/7 $0 get 7< <(echo $SECRET)",
    ] {
        if cfg!(target_os = "linux") || !script.contains("/proc") {
            bash(&home, &appview, &secret, script).named(script).stdout(&*expected).check();
        }
    }
    // Read once, though it is needed more than once.
    let script = "echo $SECRET | ATCR_DEVICE_SECRET_FILE=/dev/stdin $0 status";
    bash(&home, &appview, &secret, script).stdout_has(&["valid (checked just now)"]).any_stderr().check();
}

#[test]
fn a_pipe_that_is_never_closed_ends_in_ten_seconds() {
    let (appview, home) = (appview(), Home::new());
    let mut command = home.command(*PROGRAM);
    command.arg("status").env("ATCR_HANDLE", EVAN).env("ATCR_REGISTRY", appview.host());
    command.env("ATCR_DEVICE_SECRET_FILE", "/dev/stdin").stdin(Stdio::piped());
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let held = child.stdin.take();
    assert!(!child.wait().unwrap().success());
    drop(held);
    assert!(started.elapsed() >= Duration::from_secs(9), "{:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

/// A name in a folder is no pipe of the shell's: there may never be a writer.
#[test]
fn a_fifo_is_refused_without_waiting() {
    let (appview, home) = (appview(), Home::new());
    assert!(Command::new("mkfifo").arg(home.path("secret")).status().unwrap().success());
    let path = home.path("secret");
    let line = format!("can't read {} (ATCR_DEVICE_SECRET_FILE): it is a FIFO, not a regular file", path.display());
    with_file(home.verb("get", appview.host()), &appview, &path).fails_with(&line).check();
    assert!(fs::symlink_metadata(&path).is_ok());
}
