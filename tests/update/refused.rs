//! Updates that fail: the program stays as it was, byte for byte.

use serde_json::{Value, json};

use super::{DOWNLOAD, Installed, NEWEST, file, newer, newest, platform, tar_gz, zip};
use crate::support::Answer;

/// An update fails with this output and changes nothing.
#[track_caller]
fn fails(installed: &Installed, words: &[&str]) {
    installed.run(&["update", "--yes"]).status(1).stderr_has(&[&["error: "], words].concat()).check();
    assert!(installed.is_as_it_was() && installed.folder() == [file()], "{:?}", installed.folder());
}

fn good() -> Vec<u8> {
    tar_gz(&[(&file(), &newest())])
}

/// An update fails after this change to the server's answer.
#[track_caller]
fn fails_with(change: impl FnOnce(&mut Value), words: &[&str]) {
    let installed = Installed::new();
    installed.offer_with("a.tar.gz", &good(), change);
    fails(&installed, words);
}

#[test]
fn a_checksum_that_differs_or_is_missing_or_malformed() {
    let set = |checksum: Value| move |answer: &mut Value| answer["checksums"][platform()] = checksum;
    let here = platform();
    fails_with(set(json!("0".repeat(64))), &["the SHA-256 that was announced for a.tar.gz is not the one in"]);
    fails_with(set(json!("")), &[&format!("there is no checksum of {NEWEST} for {here}")]);
    fails_with(set(json!("abc")), &["not a SHA-256"]);
    fails_with(|answer| answer["checksums"] = json!({}), &["there is no checksum of"]);
    fails_with(|answer| drop(answer.as_object_mut().unwrap().remove("checksums")), &["there is no checksum of"]);
}

#[test]
fn no_archive_for_this_platform() {
    let words = format!("error: there is no {NEWEST} for {}\n", platform());
    fails_with(|answer| answer["download_urls"] = json!({"plan9_amd64": "https://example.invalid/a"}), &[&words]);
    fails_with(|answer| answer["download_urls"] = json!(null), &[&words]);
}

#[test]
fn a_url_or_redirect_over_http_to_another_machine() {
    fails_with(
        |answer| answer["download_urls"][platform()] = json!("http://example.invalid/a.tar.gz"),
        &["not an https address: http://example.invalid/a.tar.gz"],
    );
    for url in ["http://example.invalid/a.tar.gz", "https://example.invalid/a.tar.gz", "file:///etc/passwd"] {
        let installed = Installed::new();
        installed.offer("a.tar.gz", &good());
        installed.appview.next(DOWNLOAD, [Answer::redirect(url)]);
        fails(&installed, &["can't download "]);
    }
}

#[test]
fn a_download_that_is_missing_or_cut_off_or_too_long() {
    for (answer, words) in [
        (Answer::status(404), "the answer has status 404: there is no release for this platform yet\n"),
        (Answer::dropped(), "can't download "),
        (Answer::body(200, "application/gzip", vec![0; 64 * 1024 * 1024 + 1]), "it is longer than 64 MB"),
    ] {
        let installed = Installed::new();
        installed.offer("a.tar.gz", &good());
        installed.appview.next(DOWNLOAD, [answer]);
        fails(&installed, &["can't download ", "/downloads/a.tar.gz: ", words]);
    }
}

#[test]
fn a_server_that_is_down() {
    let installed = Installed::new();
    let run = installed.run(&["update", "--yes"]).env("ATCR_UPDATE_URL", "http://127.0.0.1:1").status(1);
    run.stderr_has(&["error: can't get the newest version from http://127.0.0.1:1: it can't be reached: "]).check();
    assert!(installed.is_as_it_was());
}

#[test]
fn an_archive_that_is_broken_or_lacks_the_program() {
    let (tar, zip) = (good(), zip(&[(&file(), &newest())]));
    for (file_name, archive, words) in [
        ("a.tar.gz", &tar[..tar.len() / 2], "can't unpack a.tar.gz: "),
        ("a.zip", &zip[..zip.len() / 2], "can't unpack a.zip: "),
        ("a.tar.gz", &tar_gz(&[("README", b"")]), "it contains no docker-credential-atcr"),
    ] {
        let installed = Installed::new();
        installed.offer(file_name, archive);
        fails(&installed, &[words]);
    }
}

#[test]
fn a_download_that_does_not_run_or_is_another_program() {
    let right = format!("docker-credential-atcr {NEWEST}");
    for (program, words) in [
        (b"no program".to_vec(), "the new version "),
        (
            newer("", "docker-credential-pass v99.1.2"),
            "is not docker-credential-atcr v99.1.2: it prints \"docker-credential-pass v99.1.2\"",
        ),
        (newer("", "\u{1b}[31mred"), "it prints \"\u{fffd}[31mred\""),
        (newer("fails ", &right), "the new version fails to run"),
    ] {
        let installed = Installed::new();
        installed.offer("a.tar.gz", &tar_gz(&[(&file(), &program)]));
        fails(&installed, &[words, " was not changed and is still v"]);
    }
}

#[test]
fn a_second_update_at_the_same_time_fails() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &good());
    installed.home.write("bin/.docker-credential-atcr.update/lock", "");
    let lock = installed.home.path("bin/.docker-credential-atcr.update/lock");
    let lock = std::fs::File::options().write(true).open(lock).unwrap();
    lock.lock().unwrap();
    installed.run(&["update", "--yes"]).status(1).stderr_has(&["error: another update is in progress in "]).check();
    // Closing it alone would not do: a program that another test is just starting may have it open, too. Wine fails to unlock it.
    let _ = lock.unlock();
    drop(lock);
    installed.run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
}
