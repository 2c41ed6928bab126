//! What is not to be trusted, or is not there: the copy stays as it was, byte for byte.

use serde_json::{Value, json};

use super::{DOWNLOAD, Installed, NEWEST, file, newer, newest, platform, tar_gz, zip};
use crate::support::Answer;

/// An update fails, with these words, and has changed nothing.
#[track_caller]
fn fails(installed: &Installed, words: &[&str]) {
    installed.run(&["update", "--yes"]).status(1).stderr_has(&[&["error: "], words].concat()).check();
    assert!(installed.is_as_it_was() && installed.folder() == [file()], "{:?}", installed.folder());
}

fn good() -> Vec<u8> {
    tar_gz(&[(&file(), &newest())])
}

/// An offer of which something is not as it should be.
#[track_caller]
fn fails_with(change: impl FnOnce(&mut Value), words: &[&str]) {
    let installed = Installed::new();
    installed.offer_with("a.tar.gz", &good(), change);
    fails(&installed, words);
}

#[test]
fn a_checksum_that_is_another_or_missing_or_none() {
    let set = |checksum: Value| move |answer: &mut Value| answer["checksums"][platform()] = checksum;
    let here = platform();
    fails_with(set(json!("0".repeat(64))), &["is not the file that was announced\n  its SHA-256 is ", &"0".repeat(64)]);
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
fn an_address_or_a_redirect_over_http_elsewhere() {
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
fn a_download_that_is_missing_or_breaks_off_or_is_too_long() {
    for (answer, words) in [
        (Answer::status(404), "the answer has status 404"),
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
fn a_registry_that_is_down() {
    let Installed { home, appview } = Installed::new();
    let url = appview.url();
    drop(appview);
    let installed = Installed { home, appview: crate::support::Answers::start() };
    let run = installed.run(&["update", "--yes"]).env("ATCR_REGISTRY", &url);
    run.status(1)
        .stderr_has(&[&format!("error: can't ask {url} for the newest version: it can't be reached: ")])
        .check();
    assert!(installed.is_as_it_was());
}

#[test]
fn an_archive_that_is_cut_off_or_none_or_without_the_program() {
    let (program, name) = (newest(), file());
    let whole = [good(), zip(&[(&name, &program)])];
    for (file_name, archive, words) in [
        ("a.tar.gz", &whole[0][..whole[0].len() / 2], "a.tar.gz can't be unpacked: "),
        ("a.tar.gz", &whole[0][..whole[0].len() - 4], "a.tar.gz can't be unpacked: "),
        ("a.zip", &whole[1][..whole[1].len() / 2], "a.zip can't be unpacked: "),
        ("a.tar.gz", b"<html>", "a.tar.gz can't be unpacked: "),
        ("a.zip", b"<html>", "a.zip can't be unpacked: "),
        ("a.tar.xz", b"", "a.tar.xz can't be unpacked: it is neither .tar.gz nor .zip"),
        ("a.tar.gz", &tar_gz(&[("README", b"")]), "it holds no docker-credential-atcr"),
    ] {
        let installed = Installed::new();
        installed.offer(file_name, archive);
        fails(&installed, &[words]);
    }
}

#[test]
fn an_archive_that_leads_out_of_itself() {
    let (program, name) = (newest(), file());
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(program.len() as u64);
    tar.append_data(&mut header, &name, &program[..]).unwrap();
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    tar.append_link(&mut link, "README", "/etc/passwd").unwrap();
    let with_a_link = tar.into_inner().unwrap().finish().unwrap();
    for (file_name, archive, words) in [
        ("a.zip", zip(&[(&name, &program), ("../evil", b"")]), "\"../evil\", which leads out of it"),
        ("a.zip", zip(&[(&name, &program), ("/evil", b"")]), "\"/evil\", which leads out of it"),
        ("a.tar.gz", with_a_link, "\"README\", which is a link or no file at all"),
    ] {
        let installed = Installed::new();
        installed.offer(file_name, &archive);
        fails(&installed, &[words]);
        assert!(!installed.home.path("evil").exists());
    }
}

#[test]
fn a_new_program_that_does_not_run_or_is_another() {
    let right = format!("docker-credential-atcr {NEWEST}");
    for (program, words) in [
        (b"no program".to_vec(), "the new program "),
        (Vec::new(), "the new program "),
        (newer("", "docker-credential-pass v99.1.2"), "but says \"docker-credential-pass v99.1.2\""),
        (newer("", "docker-credential-atcr v0.0.1"), "is not docker-credential-atcr v99.1.2, but says"),
        (newer("", "\u{1b}[31mred"), "but says \"\u{fffd}[31mred\""),
        (newer("", ""), "but says \"\""),
        (newer("fails ", &right), "the new program fails when it is run"),
    ] {
        let installed = Installed::new();
        installed.offer("a.tar.gz", &tar_gz(&[(&file(), &program)]));
        fails(&installed, &[words, " stays as it was, at v"]);
    }
}

#[test]
fn a_second_update_at_the_same_time() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &good());
    installed.home.write("bin/.docker-credential-atcr.update/lock", "");
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .open(installed.home.path("bin/.docker-credential-atcr.update/lock"))
        .unwrap();
    lock.lock().unwrap();
    installed.run(&["update", "--yes"]).status(1).stderr_has(&["error: another update is under way in "]).check();
    drop(lock);
    installed.run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
}
