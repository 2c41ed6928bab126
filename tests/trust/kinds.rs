//! What is no regular file, in the place of each file: it is refused without waiting, and stays.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{MALLORYS, give};
use crate::support::{Home, Registry, Run, one_account};

/// Longer than a run takes, even on a busy machine, and shorter than any limit of the program's own with it.
const SOON: Duration = Duration::from_secs(30);

const FILES: [&str; 8] = [
    ".docker/config.json",
    "auth.json",
    ".atcr/device.json",
    ".atcr/device.json.lock",
    ".atcr/update-check.json",
    ".atcr/validated",
    ".docker/daemon.json",
    ".config/docker/daemon.json",
];

/// Puts something of this kind there. `false`: this machine can't.
fn put(kind: &str, path: &Path) -> bool {
    let run = |program: &str, words: &[&str]| {
        Command::new(program).args(words.iter().take(1)).arg(path).args(&words[1.min(words.len())..]).output()
    };
    match kind {
        "FIFO" => run("mkfifo", &[]).is_ok_and(|run| run.status.success()),
        "socket" => UnixListener::bind(path).is_ok(),
        "folder" => fs::create_dir(path).is_ok(),
        // The null device, under a name of the test's own.
        "device" => {
            Command::new("mknod").arg(path).args(["c", "1", "3"]).output().is_ok_and(|run| run.status.success())
        }
        "link to a device" => {
            let device = path.with_added_extension("device");
            put("device", &device) && symlink(device, path).is_ok()
        }
        "link to a FIFO" => {
            let fifo = path.with_added_extension("fifo");
            put("FIFO", &fifo) && symlink(fifo, path).is_ok()
        }
        _ => unreachable!("{kind}"),
    }
}

fn commands(host: &str) -> Vec<Vec<String>> {
    let lines = [
        "status".to_owned(),
        "doctor".to_owned(),
        format!("which {host}/x.example/app"),
        format!("configure-docker {host} --podman --yes"),
        format!("configure-docker {host} --dry-run"),
        format!("configure-docker {host} --podman --remove"),
        format!("login {host} --with-token --account evan.jarrett.net --configure-docker=yes"),
        "switch".to_owned(),
        "get".to_owned(),
        "list".to_owned(),
        format!("logout {host} --all --yes"),
    ];
    lines.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

fn is_there(kind: &str, path: &Path) -> bool {
    let found = fs::metadata(path).unwrap().file_type();
    match kind {
        "FIFO" | "link to a FIFO" => found.is_fifo(),
        "socket" => found.is_socket(),
        "folder" => found.is_dir(),
        _ => found.is_char_device(),
    }
}

fn try_each_command(home: &Home, registry: &impl Registry, kind: &str, path: &Path) {
    for words in commands(&registry.host()) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let name = format!("{} is a {kind}: {words:?}", path.display());
        let input = if words[0] == "login" { "atcr_device_1".to_owned() } else { registry.host() };
        let started = Instant::now();
        let run =
            home.run(&words).env("REGISTRY_AUTH_FILE", home.path("auth.json")).without_env("ATCR_NO_UPDATE_NOTIFIER");
        run.named(&name).stdin(input).any_end().check();
        assert!(started.elapsed() < SOON, "{name}");
        assert!(is_there(kind, path), "{name}");
    }
}

#[test]
fn no_command_waits_for_what_is_no_file_or_replaces_it() {
    for kind in ["FIFO", "socket", "folder", "device", "link to a device", "link to a FIFO"] {
        for file in FILES {
            let (appview, home) = one_account();
            let path = home.path(file);
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // An empty folder is what validated/ is.
            if file == ".atcr/validated" && kind == "folder" || !put(kind, &path) {
                continue;
            }
            try_each_command(&home, &appview, kind, &path);
        }
    }
}

#[test]
fn the_error_says_what_it_is() {
    for (kind, words) in [("FIFO", "a FIFO"), ("socket", "a socket"), ("folder", "a folder"), ("device", "a device")] {
        let (appview, home) = one_account();
        fs::create_dir(home.path(".docker")).unwrap();
        let config = home.path(".docker/config.json");
        if !put(kind, &config) {
            continue;
        }
        let error = format!("error: {}: can't be read: it is {words}, not a regular file\n", config.display());
        let host = appview.host();
        home.run(&["configure-docker", &host]).named(kind).status(1).stderr_has(&[&error]).check();
        fs::remove_file(home.path(".atcr/device.json")).unwrap();
        put(kind, &home.path(".atcr/device.json"));
        let path = home.path(".atcr/device.json");
        let path = path.display();
        let hint = if kind == "folder" { format!("; run: mv -n {path} {path}.old") } else { String::new() };
        let line = format!("{path}: can't be read: it is {words}, not a regular file{hint}");
        home.verb("get", &*host).named(kind).fails_with(&line).check();
    }
}

/// All may write to the null device, and it is somebody's: that is no reason to change it.
#[test]
fn a_device_is_named_and_nothing_is_done_to_it() {
    for (owner, kind) in [(0, "device"), (0, "link to a device"), (MALLORYS, "device"), (MALLORYS, "link to a device")]
    {
        for file in FILES.iter().chain(&["secret"]) {
            let (appview, home) = one_account();
            let path = home.path(file);
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if !put(kind, &path) {
                return;
            }
            let device = fs::canonicalize(&path).unwrap();
            fs::set_permissions(&device, fs::Permissions::from_mode(0o666)).unwrap();
            give(&device, owner);
            for words in commands(&appview.host()) {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let run = home.run(&words).env("REGISTRY_AUTH_FILE", home.path("auth.json")).stdin(appview.host());
                let run = if *file == "secret" { with_secret(run, &appview.host(), &path) } else { run };
                let seen = run.any_end().check();
                let printed = seen.stdout + &seen.stderr;
                let is_safe = !["chmod", "chown", "content is yours"].iter().any(|text| printed.contains(text));
                assert!(is_safe, "{file} is a {kind} of user {owner}: {words:?}\n{printed}");
                let is_named = words[0] != "get" || !["secret", ".atcr/device.json"].contains(file);
                assert!(
                    is_named || printed.contains("it is a device"),
                    "{file} is a {kind} of user {owner}: {printed}"
                );
            }
        }
    }
}

fn with_secret(run: Run, host: &str, path: &Path) -> Run {
    run.env("ATCR_HANDLE", "evan.jarrett.net").env("ATCR_REGISTRY", host).env("ATCR_DEVICE_SECRET_FILE", path)
}

/// A change waits for the lock, which is never a link, nor anything but a file.
#[test]
fn a_lock_that_is_no_file_is_named() {
    let (appview, home) = one_account();
    let (host, lock) = (appview.host(), home.path(".atcr/device.json.lock"));
    for target in ["file", "nowhere", "/dev/null"] {
        let _ = fs::remove_file(&lock);
        home.write(".atcr/file", "");
        symlink(target, &lock).unwrap();
        let shown = lock.display();
        let error = format!("refusing to use {shown}: it is a link");
        home.run(&["logout", &host]).status(1).stderr(format!("error: {error}\n  run: rm {shown}\n")).check();
        home.verb("erase", &*host).fails_with(&format!("{error}; run: rm {shown}")).check();
        assert!(home.device_json().contains("device_secret"));
    }
    for kind in ["FIFO", "socket"] {
        let _ = fs::remove_file(&lock);
        put(kind, &lock);
        let error = format!("error: {}: can't be written: ", lock.display());
        home.run(&["logout", &host]).named(kind).status(1).stderr_has(&[&error]).check();
    }
}
