//! Releases that are not the maintainers' own: the program stays as it was, byte for byte.

use serde_json::json;

use super::{
    CHECKSUMS, DOWNLOAD, Installed, KEY, NEWEST, SIGNATURE, checksums, comment, file, maintainers, newest, platform,
    sha256, tar_gz,
};
use crate::support::answers::{Endpoint, VERSION};
use crate::support::minisign::Signer;
use crate::support::{Answer, IS_RELEASED, PROGRAM, executable};

const START: &str = "error: can't verify that v99.1.2 is a release of docker-credential-atcr: ";

fn good() -> Vec<u8> {
    tar_gz(&[(&file(), &newest())])
}

/// The newest version, at hand in an archive, with what `sign` makes of its checksums beside it.
fn signed(sign: impl FnOnce(&str) -> (String, String)) -> Installed {
    let installed = Installed::new();
    let (checksums, signature) = sign(&checksums("a.tar.gz", &good()));
    installed.appview.next(CHECKSUMS, [Answer::body(200, "text/plain", checksums)]);
    installed.appview.next(SIGNATURE, [Answer::body(200, "text/plain", signature)]);
    installed.offer("a.tar.gz", &good());
    installed
}

/// An update fails for this reason, before the archive is downloaded.
#[track_caller]
fn is_refused(installed: &Installed, reason: &str) {
    let words = [START, reason, "\n  ", " was not changed and is still v"];
    installed.run(&["update", "--yes"]).status(1).stderr_has(&words).check();
    assert!(installed.is_as_it_was() && installed.folder() == [file()], "{:?}", installed.folder());
    assert_eq!(installed.appview.count(DOWNLOAD), 0);
}

#[test]
fn a_release_that_is_not_signed() {
    for (endpoint, reason) in [
        (CHECKSUMS, "/downloads/checksums.txt: the answer has status 404: the release is not signed"),
        (SIGNATURE, "/downloads/checksums.txt.minisig: the answer has status 404: the release is not signed"),
    ] {
        let installed = Installed::new();
        installed.offer("a.tar.gz", &good());
        installed.appview.next(endpoint, [Answer::status(404)]);
        is_refused(&installed, reason);
    }
}

#[test]
fn a_signature_by_another_key_or_of_another_kind() {
    let newest = comment(NEWEST);
    let by = |signature: &dyn Fn(&[u8]) -> String| signed(|files| (files.to_owned(), signature(files.as_bytes())));
    let (own, other) = (maintainers(), Signer::new(2));
    is_refused(&by(&|files| other.sign(files, &newest)), "checksums.txt is not signed with the release key");
    is_refused(&by(&|files| own.sign_legacy(files, &newest)), "checksums.txt.minisig is in minisign's legacy format");
    is_refused(&by(&|_| "-----BEGIN PGP SIGNATURE-----\n".into()), "checksums.txt.minisig is not a signature");
    is_refused(&by(&|_| String::new()), "checksums.txt.minisig is not a signature by minisign");
    let posing = Signer::new(2).posing_as(&own);
    is_refused(&by(&|files| posing.sign(files, &newest)), "checksums.txt or its signature was changed");
}

#[test]
fn an_older_version_that_is_announced_as_newer() {
    for older in
        ["docker-credential-atcr v0.0.9", "docker-credential-atcr v99.1.2-rc.1", "", "v99.1.2", "another v99.1.2"]
    {
        let installed = signed(|files| (files.to_owned(), maintainers().sign(files.as_bytes(), older)));
        is_refused(&installed, &format!("checksums.txt is signed for {older:?}, not for {:?}", comment(NEWEST)));
    }
}

#[test]
fn checksums_that_were_changed_after_they_were_signed() {
    let sign = |files: &str| maintainers().sign(files.as_bytes(), &comment(NEWEST));
    let before = checksums("a.tar.gz", b"another archive");
    let changed = "checksums.txt or its signature was changed";
    is_refused(&signed(|files| (files.to_owned(), sign(&before))), changed);
    is_refused(&signed(|files| (files.to_owned() + "\n", sign(files))), changed);
    let renamed = |files: &str| sign(files).replace(NEWEST, "v99.1.3");
    is_refused(&signed(|files| (files.to_owned(), renamed(files))), changed);
}

#[test]
fn an_archive_that_is_not_in_the_checksums_or_differs() {
    let sign = |files: String| (files.clone(), maintainers().sign(files.as_bytes(), &comment(NEWEST)));
    let installed = signed(|_| sign(checksums("b.tar.gz", &good())));
    is_refused(&installed, "checksums.txt does not list a.tar.gz");
    let installed = signed(|_| sign(checksums("a.tar.gz", b"another archive")));
    is_refused(&installed, "the SHA-256 that was announced for a.tar.gz is not the one in checksums.txt");
    let installed = signed(|_| sign("abc  a.tar.gz\n".into()));
    is_refused(&installed, "the checksum of a.tar.gz in checksums.txt: not a SHA-256");
    // As announced and signed, but not as served.
    let installed = Installed::new();
    installed.appview.next(DOWNLOAD, [Answer::body(200, "application/gzip", "another archive")]);
    installed.offer("a.tar.gz", &good());
    installed.run(&["update", "--yes"]).status(1).stderr_has(&["error: checksum mismatch for "]).check();
    assert!(installed.is_as_it_was() && installed.folder() == [file()]);
}

#[test]
fn files_beside_the_archive_that_are_too_long_or_elsewhere() {
    let refused = |endpoint: Endpoint<'_>, answer: Answer, reason: &str| {
        let installed = Installed::new();
        installed.offer("a.tar.gz", &good());
        installed.appview.next(endpoint, [answer]);
        is_refused(&installed, reason);
    };
    let body = |length| Answer::body(200, "text/plain", vec![b'\n'; length]);
    refused(CHECKSUMS, body(64 * 1024 + 1), "/downloads/checksums.txt: it is longer than 64 kB");
    refused(SIGNATURE, body(4 * 1024 + 1), "/downloads/checksums.txt.minisig: it is longer than 4 kB");
    for endpoint in [CHECKSUMS, SIGNATURE] {
        let elsewhere = Answer::redirect("http://a.invalid/checksums.txt");
        refused(endpoint, elsewhere, "it is redirected to an address that is not https");
    }
}

#[test]
fn a_query_of_the_archives_address_is_its_own() {
    let installed = Installed::new();
    installed.offer_with("a.tar.gz", &good(), |release| {
        let url = release["download_urls"][platform()].as_str().unwrap().to_owned();
        release["download_urls"][platform()] = json!(format!("{url}?token=a/b#c"));
    });
    installed.run(&["update", "--yes"]).stderr_has(&["✓ Updated "]).check();
    assert_eq!(installed.appview.paths(), [VERSION.1, CHECKSUMS.1, SIGNATURE.1, DOWNLOAD.1]);
}

const WITHOUT_A_KEY: &str = "This build has no release key: v99.1.2 is verified by https and SHA-256 alone.\n";

#[test]
fn a_build_without_a_key_goes_by_the_checksum_and_says_so() {
    let installed = signed(|_| ("changed".into(), "changed".into()));
    installed.run(&["update", "--yes"]).without_env(KEY).stderr_has(&[WITHOUT_A_KEY, "✓ Updated "]).check();
    assert_eq!(installed.appview.paths(), [VERSION.1, DOWNLOAD.1]);
    assert_eq!(installed.version(), NEWEST);
    let installed = Installed::new();
    installed.offer_with("a.tar.gz", &good(), |release| release["checksums"][platform()] = json!(sha256(b"another")));
    let run = installed.run(&["update", "--yes"]).without_env(KEY).status(1);
    let difference = format!("\n  expected SHA-256 {}, got {}; nothing was", sha256(b"another"), sha256(&good()));
    run.stderr_has(&[WITHOUT_A_KEY, "error: checksum mismatch for ", &difference]).check();
    assert!(installed.is_as_it_was() && installed.folder() == [file()]);
}

/// Whichever key it was built with, and whatever this variable says.
#[test]
fn the_program_itself_has_the_key_of_its_build_alone() {
    let installed = Installed::new();
    installed.offer("a.tar.gz", &good());
    std::fs::remove_file(installed.program()).unwrap();
    executable::copy(*PROGRAM, installed.program());
    let update = installed.run(&["update", "--yes"]).env(KEY, maintainers().public_key());
    let update = update.env("ATCR_RELEASE_KEY", maintainers().public_key());
    if atcr::update::RELEASE_KEY.is_none() && !*IS_RELEASED {
        update.stderr_has(&[WITHOUT_A_KEY, "✓ Updated "]).check();
        return;
    }
    update.status(1).stderr_has(&[START, "checksums.txt is not signed with the release key"]).check();
    assert!(std::fs::read(installed.program()).unwrap() == std::fs::read(*PROGRAM).unwrap());
}
