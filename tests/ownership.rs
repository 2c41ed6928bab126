//! Files of other users are refused, and sudo leaves nothing that belongs to root behind.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::support::evans_home::{EVANS, EvansHome, MALLORYS};
use crate::support::{EVAN, Home, MICHELLE, PROGRAM, Run, appview, two_accounts};

fn not_trusted(path: &Path, owner: u32, wanted: u32) -> String {
    let path = path.display();
    format!(
        "refusing to use {path}: it belongs to user {owner}, not to user {wanted}; if it is yours, run: sudo chown {wanted} {path}"
    )
}

#[test]
fn accounts_of_somebody_else_are_refused_and_roots_are_not() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let (file, folder, host) = (evans.home.path(".atcr/device.json"), evans.home.path(".atcr"), appview.host());
    evans.home.set_mode(".atcr", 0o755);
    evans.home.set_mode(".atcr/device.json", 0o644);
    let get = || evans.run_as(EVANS, &["get"]).stdin(&*host);
    let expected = evans.home.credential(&appview, EVAN, &host);
    get().stdout(&*expected).check();
    for (of_folder, of_file, refused) in
        [(EVANS, MALLORYS, Some(&file)), (MALLORYS, EVANS, Some(&folder)), (EVANS, 0, None), (0, 0, None)]
    {
        evans.give(".atcr", of_folder);
        evans.give(".atcr/device.json", of_file);
        match refused {
            Some(path) => {
                let line = not_trusted(path, MALLORYS, EVANS);
                get().fails_with(&line).check();
                let stored = format!(r#"{{"ServerURL":"{host}","Username":"{EVAN}","Secret":"atcr_device_new"}}"#);
                evans.run_as(EVANS, &["store"]).stdin(stored).fails_with(&line).check();
                let (message, hint) = line.split_once("; ").unwrap();
                evans.run_as(EVANS, &["status"]).status(1).stderr(format!("error: {message}\n  {hint}\n")).check();
            }
            None => drop(get().stdout(&*expected).check()),
        }
    }
    assert!(!fs::read_to_string(&file).unwrap().contains("atcr_device_new"));
}

/// Its names tell something too, and what has the plugin's name would be read.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn root_looks_into_no_folder_of_its_own_that_a_link_of_somebodys_leads_to() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let Some(strace) = crate::clients::installed::speaking("strace", "strace").pop() else { return };
    let roots = tempfile::tempdir().unwrap();
    fs::set_permissions(roots.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(roots.path().join("roots.conf"), "credential-helpers = [\"atcr\"]").unwrap();
    fs::write(roots.path().join("docker-atcr"), "a copy of docker-credential-atcr is known by this text").unwrap();
    let host = appview.host();
    for name in [".docker/cli-plugins", ".config/containers/registries.conf.d", "certs", ".docker", ".atcr"] {
        for earlier in [".docker/cli-plugins", ".docker"] {
            let _ = fs::remove_file(evans.home.path(earlier));
        }
        evans.sudo(&["configure-docker", &host, "--plugin", "--yes"]).any_stdout().any_stderr().check();
        let link = evans.home.path(name);
        let _ = fs::remove_dir_all(&link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(roots.path(), &link).unwrap();
        let is_opened = |arguments: &[&str]| {
            let mut traced = evans.home.command(&strace);
            traced.args(["-f", "-y", "-e", "trace=open,openat", "-o", "trace", *PROGRAM]).args(arguments);
            traced.env("SSL_CERT_DIR", evans.home.path("certs")).env("SUDO_UID", EVANS.to_string());
            Run::new(traced).any_stdout().any_stderr().any_end().check();
            let trace = fs::read_to_string(evans.home.path("trace")).unwrap();
            assert!(name == ".atcr" || trace.contains(&format!("<{}/", evans.home.path(".atcr").display())), "{trace}");
            trace.contains(&format!("<{}", roots.path().display()))
        };
        lchown(&link, Some(EVANS), Some(EVANS)).unwrap();
        for arguments in [
            &["doctor"][..],
            &["status"],
            &["configure-docker", &host, "--plugin", "--dry-run"],
            &["configure-docker", &host, "--plugin"],
            &["configure-docker", &host, "--podman"],
            &["configure-docker", &host, "--plugin", "--remove"],
        ] {
            assert!(!is_opened(arguments), "{name} {arguments:?}");
        }
    }
    assert!(roots.path().join("docker-atcr").is_file());
}

/// As buildah without root's rights: its folder and its variables can't be looked at.
#[test]
#[cfg(target_os = "linux")]
fn the_files_of_a_client_that_is_not_dumpable_are_read() {
    use std::os::unix::process::CommandExt;
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    evans.home.log_in(&appview, &[EVAN, MICHELLE]);
    let host = appview.host();
    evans.home.write("work/Dockerfile", format!("FROM {host}/{EVAN}/base\n"));
    for name in [".atcr", ".atcr/device.json", "work", "work/Dockerfile"] {
        evans.give(name, EVANS);
    }
    let client = evans.home.path("client");
    crate::support::executable::copy(crate::support::example("parent"), &client);
    for (folder, context) in [("work", "."), ("", "work"), ("", &*evans.home.path("work").display().to_string())] {
        let mut command = evans.home.command(&client);
        command.arg0("buildah").args(["bud", context]).env("PARENT_HIDES", "1").uid(EVANS).gid(EVANS);
        command.env("PARENT_CHAIN", serde_json::json!([[&evans.program, "get"]]).to_string());
        let run = Run::new(command).in_folder(evans.home.path(folder)).stdin(&*host);
        run.stdout(evans.home.credential(&appview, EVAN, &host)).check();
    }
}

/// docker would prove itself with root's key to a server that somebody else names.
#[test]
fn root_runs_no_docker_that_links_of_somebodys_lead_to_roots_files() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let roots = tempfile::tempdir().unwrap();
    fs::write(roots.path().join("key.pem"), "root's").unwrap();
    let folder = ".docker/contexts/tls/0/docker";
    fs::create_dir_all(evans.home.path(folder)).unwrap();
    fs::create_dir(evans.home.path("bin")).unwrap();
    let ran = evans.home.path("ran");
    crate::support::executable::script(evans.home.path("bin/docker"), &format!("echo 28.1.0; : > '{}'", ran.display()));
    let doctor =
        || evans.sudo(&["doctor"]).env("PATH", evans.home.path("bin")).any_stdout().any_stderr().any_end().check();
    for name in [".docker", ".docker/contexts", ".docker/contexts/tls", ".docker/contexts/tls/0", folder] {
        evans.give(name, EVANS);
    }
    doctor();
    assert!(fs::remove_file(&ran).is_ok());
    let link = evans.home.path(folder).join("key.pem");
    symlink(roots.path().join("key.pem"), &link).unwrap();
    lchown(&link, Some(EVANS), Some(EVANS)).unwrap();
    let seen = doctor().stdout;
    assert!(!ran.exists() && seen.contains("/bin/docker was not run: refusing to use "), "{seen}");
}

#[test]
fn root_uses_the_accounts_of_the_homes_owner() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let host = appview.host();
    let expected = evans.home.credential(&appview, EVAN, &host);
    evans.sudo(&["get"]).stdin(&*host).stdout(expected).check();
    evans.give(".atcr/device.json", MALLORYS);
    let line = not_trusted(&evans.home.path(".atcr/device.json"), MALLORYS, EVANS);
    evans.sudo(&["get"]).stdin(&*host).fails_with(&line).check();
}

#[test]
fn sudo_leaves_nothing_of_roots_in_somebodys_home() {
    let appview = appview();
    let Some(evans) = EvansHome::new() else { return };
    let host = appview.host();
    for handle in [EVAN, MICHELLE] {
        let arguments = ["login", &host, "--with-token", "--handle", handle, "--configure-docker=yes"];
        evans.sudo(&arguments).stdin(appview.device_secret(handle)).stderr_has(&["✓ Logged in to"]).check();
    }
    evans.sudo(&["get"]).stdin(&*host).stdout_has(&[MICHELLE]).check();
    evans.sudo(&["switch"]).stderr_has(&["✓"]).check();
    evans.sudo(&["status"]).stdout_has(&["valid"]).check();
    evans.sudo(&["configure-docker", "--podman", "--yes", &host]).any_stderr().any_stdout().check();
    evans.sudo(&["logout", "--all", "--yes"]).stderr_has(&["Logged out"]).check();
    assert!(evans.home.path(".atcr/validated").exists() && evans.home.path(".docker/config.json").exists());
    assert_eq!(evans.not_evans(), [] as [PathBuf; 0]);
}

/// `sudo docker login` makes `~/.docker` so, and an installer that was run with sudo what is in `~/.local`.
#[test]
fn sudo_gives_the_person_what_it_puts_into_folders_of_roots() {
    let appview = appview();
    let Some(evans) = EvansHome::new() else { return };
    let host = appview.host();
    let folders = [".atcr", ".docker", ".docker/cli-plugins", ".config", ".config/containers"];
    for folder in folders {
        fs::create_dir(evans.home.path(folder)).unwrap();
        evans.home.set_mode(folder, 0o755);
    }
    let arguments = ["login", &host, "--with-token", "--handle", EVAN, "--configure-docker=yes"];
    evans.sudo(&arguments).stdin(appview.device_secret(EVAN)).stderr_has(&["✓ Logged in to"]).check();
    evans.sudo(&["get"]).stdin(&*host).stdout_has(&[EVAN]).check();
    evans.sudo(&["configure-docker", "--podman", "--yes", &host]).any_stderr().any_stdout().check();
    evans.sudo(&["configure-docker", "--plugin", "--yes"]).any_end().check();
    let is_folder = |path: &PathBuf| folders.iter().any(|folder| *path == evans.home.path(folder));
    let left: Vec<PathBuf> = evans.not_evans().into_iter().filter(|path| !is_folder(path)).collect();
    assert_eq!(left, [] as [PathBuf; 0]);
    assert!(evans.home.path(".docker/config.json").exists() && evans.home.path(".atcr/device.json").exists());
    evans.run_as(EVANS, &["get"]).stdin(&*host).stdout(evans.home.credential(&appview, EVAN, &host)).check();
    evans.sudo(&["logout", "--all", "--yes"]).stderr_has(&["Logged out"]).check();
}

/// Without it each `get` asks the registry.
#[test]
fn a_cache_that_is_not_used_is_told() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let (home, host, cache) = (&evans.home, appview.host(), evans.home.path(".atcr/validated"));
    let get = || evans.run_as(EVANS, &["get"]).stdin(&*host).env("ATCR_DEBUG", "1").stdout_has(&[EVAN]);
    get().any_stderr().check();
    let mut entries = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
    let entry = entries.find(|path| path.extension().is_none()).unwrap();
    fs::set_permissions(&entry, fs::Permissions::from_mode(0o666)).unwrap();
    get().any_stderr().check();
    assert_eq!(fs::metadata(&entry).unwrap().permissions().mode() & 0o777, 0o600, "made anew");
    let moved = home.path("moved");
    fs::rename(&cache, &moved).unwrap();
    for (lay_out, reason) in [
        (&(|| symlink(&moved, &cache).unwrap()) as &dyn Fn(), "it is a link"),
        (&|| fs::write(&cache, "").unwrap(), "is no directory"),
        (&|| fs::create_dir(&cache).unwrap(), "it belongs to user"),
    ] {
        lay_out();
        let owner = if reason == "it belongs to user" { MALLORYS } else { EVANS };
        lchown(&cache, Some(owner), Some(owner)).unwrap();
        get().stderr_has(&[reason]).check();
        evans.run_as(EVANS, &["status"]).stdout_has(&["validated", reason]).check();
        evans.run_as(EVANS, &["doctor"]).any_stderr().status(1).stdout_has(&["validated", reason]).check();
        if cache.is_dir() && !cache.is_symlink() {
            fs::remove_dir(&cache).unwrap();
        } else {
            fs::remove_file(&cache).unwrap();
        }
    }
}

#[test]
fn a_link_in_somebodys_home_leads_root_to_nothing_of_its_own() {
    let appview = appview();
    let Some(evans) = EvansHome::logged_in(&appview) else { return };
    let elsewhere = Home::new();
    let host = appview.host();
    // A JSON object without a version would be migrated, and rewritten.
    elsewhere.write("daemon.json", "{\"insecure-registries\": []}");
    fs::remove_file(evans.home.path(".atcr/device.json")).unwrap();
    symlink(elsewhere.path("daemon.json"), evans.home.path(".atcr/device.json")).unwrap();
    let line = not_trusted(&evans.home.path(".atcr/device.json"), 0, EVANS);
    let (reason, _) = line.split_once("; ").unwrap();
    let target = elsewhere.path("daemon.json");
    let line = format!("{reason}; a link leads to {}: look at that first", target.display());
    evans.sudo(&["get"]).stdin(&*host).fails_with(&line).check();
    assert_eq!(fs::read_to_string(elsewhere.path("daemon.json")).unwrap(), "{\"insecure-registries\": []}");
    // Nor is what is only opened: the lock.
    fs::remove_file(evans.home.path(".atcr/device.json")).unwrap();
    symlink(elsewhere.path("lock"), evans.home.path(".atcr/device.json.lock")).unwrap();
    let stored = format!(r#"{{"ServerURL":"{host}","Username":"{EVAN}","Secret":"atcr_device_new"}}"#);
    evans.sudo(&["store"]).stdin(stored).status(1).stdout_has(&["device.json.lock: it is a link"]).any_stderr().check();
    assert_eq!(fs::read_dir(elsewhere.path("")).unwrap().count(), 1);
}

/// What login only tries out, for a moment, is made too.
#[test]
fn a_login_tries_nothing_out_where_a_link_in_somebodys_home_leads_root() {
    let Some(evans) = EvansHome::new() else { return };
    let (appview, elsewhere) = (appview(), Home::new());
    appview.approve_devices_as(EVAN);
    symlink(elsewhere.path(""), evans.home.path("link")).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::open(elsewhere.path("")).unwrap().set_modified(long_ago).unwrap();
    for folder in ["link/folder", "link/deep/folder"] {
        let login = evans.sudo(&["login", &appview.host()]).env("ATCR_CONFIG_DIR", evans.home.path(folder));
        login.status(1).stderr_has(&["it belongs to user 0, not to user 54321"]).check();
        assert_eq!(fs::metadata(elsewhere.path("")).unwrap().modified().unwrap(), long_ago, "{folder}");
        assert!(appview.log().is_empty(), "{folder}");
    }
}

#[test]
fn a_link_is_followed_only_where_no_other_user_can_change_it() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    let expected = home.credential(&appview, MICHELLE, &host);
    let content = home.device_json();
    for (mode, is_trusted) in [(0o755, true), (0o777, false), (0o1777, true), (0o775, true)] {
        // The link itself, a link on the way, and the folder as a link: each leads through `open`.
        for links in [
            &[("open/device.json", ".atcr/device.json")][..],
            &[("own/device.json", "open/link"), ("open/link", ".atcr/device.json")],
            &[("own", "open/link"), ("open/link/device.json", ".atcr/device.json")],
            &[("open", ".atcr")],
        ] {
            for folder in [".atcr", "open", "own"] {
                let path = home.path(folder);
                if path.is_symlink() { fs::remove_file(&path) } else { fs::remove_dir_all(&path) }.ok();
                fs::create_dir(&path).unwrap();
            }
            fs::remove_dir(home.path(".atcr")).unwrap();
            if links[0].1 != ".atcr" {
                fs::create_dir(home.path(".atcr")).unwrap();
            }
            let holder = if links[0].0.starts_with("own") { "own/device.json" } else { "open/device.json" };
            home.write(holder, &content);
            home.set_mode("open", mode);
            for (target, link) in links {
                symlink(home.path(target), home.path(link)).unwrap();
            }
            let get = home.verb("get", &*host);
            if is_trusted {
                get.stdout(&*expected).check();
            } else {
                let folder = fs::canonicalize(home.path("open")).unwrap();
                let open = folder.display();
                get.fails_with(&format!(
                    "refusing to use {open}: the directory is writable by other users; a link leads to {open}: look at \
                     that first"
                ))
                .check();
            }
        }
    }
}

#[test]
fn circular_links_are_an_error_and_not_a_missing_file() {
    let home = Home::new();
    fs::create_dir(home.path(".atcr")).unwrap();
    symlink("device.json", home.path(".atcr/device.json")).unwrap();
    home.verb("get", "atcr.io")
        .status(1)
        .stdout_has(&["device.json: can't be read: circular links\n"])
        .any_stderr()
        .check();
}

#[test]
fn the_next_change_fixes_modes_that_let_others_in() {
    let (_appview, home) = two_accounts();
    let mode = |name: &str| fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o7777;
    home.write(".atcr/device.json.bak", "{}");
    home.write(".atcr/device.json.lock", "");
    let files = [".atcr/device.json", ".atcr/device.json.bak", ".atcr/device.json.lock"];
    let loosen = || {
        home.set_mode(".atcr", 0o755);
        for (name, mode) in files.into_iter().zip([0o644, 0o640, 0o666]) {
            home.set_mode(name, mode);
        }
    };
    // The second changes nothing in the file.
    for words in [&["switch"][..], &["switch", EVAN], &["switch", EVAN]] {
        loosen();
        let status = home.run(&["status", "--offline"]).any_end().check();
        let status = status.stdout + &status.stderr;
        assert!(files.iter().all(|name| status.contains(&*home.path(name).to_string_lossy())), "{status}");
        home.run(words).stderr_has(&["✓"]).check();
        assert_eq!(mode(".atcr"), 0o700, "{words:?}");
        assert_eq!(files.map(mode), [0o600; 3], "{words:?}");
    }
    // A folder that is not ours alone keeps its mode.
    home.write(".atcr/notes", "");
    loosen();
    home.run(&["switch"]).stderr_has(&["✓"]).check();
    assert_eq!([mode(".atcr"), mode(".atcr/device.json")], [0o755, 0o600]);
}
