//! What a login could not keep is found out before the browser is opened.

use std::fs;

#[cfg(unix)]
use crate::support::answers::DEVICE_CODE;
use crate::support::{AppView, EVAN, Home, appview};
#[cfg(unix)]
use crate::support::{MICHELLE, SLACK};

fn approving() -> AppView {
    let appview = appview();
    appview.approve_devices_as(EVAN);
    appview
}

#[test]
fn a_store_that_keeps_nothing_is_found_out_before_the_approval() {
    let (appview, home) = (approving(), Home::new());
    home.install_credential_store("fake");
    for (does, reason) in [
        ("store no room", "it says: no room"),
        ("store nothing", "it did not return the secret that it had just been given"),
        ("store silence", "it failed without a reason"),
    ] {
        home.run_with_stores(does, &["login", &appview.host(), "--store", "fake"])
            .status(1)
            .stderr_has(&[&format!("error: docker-credential-fake can't be used: {reason}\n")])
            .check();
        assert!(appview.log().is_empty() && !home.path(".atcr").exists(), "{does}");
    }
    for does in ["erase locked", ""] {
        home.run_with_stores(does, &["login", &appview.host(), "--store", "fake"]).stderr_has(&["Logged in"]).check();
    }
    let entries = fs::read_to_string(home.path("stores/docker-credential-fake/entries.json")).unwrap();
    assert!(entries.contains(EVAN) && !entries.contains("probe"), "{entries}");
}

/// Of the bytes that the file may have, as many are left as the second needs.
#[test]
fn a_file_that_has_no_room_for_an_account_is_found_out_before_the_approval() {
    const MOST: usize = 8 * 1024 * 1024;
    let appview = approving();
    for (left, is_refused) in [(10, true), (10_000, false)] {
        let home = Home::new();
        let file = |filler: &str| format!("{{\n  \"version\": 2,\n  \"x\": \"{filler}\"\n}}\n");
        home.write_device_json(file(&"x".repeat(MOST - left - file("").len())));
        let before = home.device_json();
        let run = home.run(&["login", &appview.host()]);
        if is_refused {
            run.status(1).stderr_has(&["device.json: can't be written: it is larger than 8 MiB\n"]).check();
            assert!(appview.log().is_empty() && home.device_json() == before);
        } else {
            run.stderr_has(&["Logged in"]).check();
        }
    }
}

/// Somebody else could have come to own it while the login waited.
#[test]
#[cfg(unix)]
fn a_folder_that_is_open_to_others_by_the_time_of_the_approval_gets_no_secret() {
    let (appview, home) = (appview(), Home::new());
    home.log_in(&appview, &[MICHELLE]);
    let before = home.device_json();
    std::thread::scope(|scope| {
        let run = home.run(&["login", &appview.host(), "--configure-docker", "no"]);
        let login = scope.spawn(|| {
            run.status(1).stderr_has(&["the directory is writable by other users", "which you can revoke"]).check()
        });
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30) + *SLACK;
        while !appview.log().iter().any(|entry| entry.path == DEVICE_CODE.1) {
            assert!(std::time::Instant::now() < deadline, "no code was asked for");
        }
        home.set_mode(".atcr", 0o777);
        appview.approve_devices_as(EVAN);
        login.join().unwrap();
    });
    assert_eq!(home.device_json(), before);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::process::Command;

    use super::*;
    use crate::support::{Run, skip};

    /// A login that must fail before any code is shown, and leave the home as it was.
    #[track_caller]
    fn is_refused_before_the_approval(appview: &AppView, run: Run, reason: &str) {
        run.status(1).stderr_has(&["error: ", reason]).check();
        assert!(appview.log().is_empty(), "{reason}: {:?}", appview.log());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_found_out_before_the_approval() {
        let (appview, home) = (approving(), Home::new());
        home.write("file", "");
        for folder in ["file/atcr", "file/a/b"] {
            let run = home.run(&["login", &appview.host()]).env("ATCR_CONFIG_DIR", home.path(folder));
            let reason =
                "device.json: can't be read: Not a directory\n  its folder is a file: set ATCR_CONFIG_DIR elsewhere\n";
            is_refused_before_the_approval(&appview, run, reason);
        }
    }

    #[test]
    fn what_cannot_be_kept_is_found_out_before_the_approval() {
        let appview = approving();
        for (prepare, reason) in [
            ("mount -t tmpfs -o ro none .atcr", "Read-only file system"),
            ("mount -t tmpfs -o size=4k none .atcr; head -c 4096 /dev/zero > .atcr/x", "No space left on device"),
            ("mount -t tmpfs -o nr_inodes=2 none .atcr; : > .atcr/device.json.lock", "No space left on device"),
            ("mount --bind .atcr .atcr; mount -o remount,bind,ro .atcr", "Read-only file system"),
            ("echo '{}' > .atcr/device.json; mount --bind .atcr/device.json .atcr/device.json", "resource busy"),
            ("rmdir .atcr; ln -s nowhere .atcr", "leads nowhere"),
            ("rmdir .atcr; : > .atcr", "Not a directory"),
            ("rmdir .atcr; mount --bind . .; mount -o remount,bind,ro .; cd .", "Read-only file system"),
        ] {
            let home = Home::new();
            home.write(".atcr/x", "");
            fs::remove_file(home.path(".atcr/x")).unwrap();
            home.set_mode(".atcr", 0o700);
            let script = format!("{prepare}; cd \"$HOME\"; exec \"$PROGRAM\" login {}", appview.host());
            let Some(run) = home.with_own_mounts(&script) else { return };
            is_refused_before_the_approval(&appview, run, reason);
        }
    }

    /// Only some file systems have such files, and only root may make one.
    #[test]
    fn an_immutable_device_json_is_found_out_before_the_approval() {
        let (appview, home) = (approving(), Home::beside_the_program());
        home.write_device_json("{\"version\": 2}");
        let change = |flag: &str| {
            let mut command = Command::new("chattr");
            command.args([flag, home.path(".atcr/device.json").to_str().unwrap()]);
            command.output().is_ok_and(|output| output.status.success())
        };
        for (flag, off) in [("+i", "-i"), ("+a", "-a")] {
            if !change(flag) {
                return skip("no file can be made immutable here");
            }
            let run = home.run(&["login", &appview.host()]);
            let refused = catch_unwind(AssertUnwindSafe(|| {
                is_refused_before_the_approval(&appview, run, "device.json: can't be written: Operation not permitted");
            }));
            assert!(change(off));
            refused.unwrap();
        }
    }
}
