//! Bake files and Dockerfiles that were written to do harm.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use atcr::docker::clients::{Client, named_in_files};

/// Far above the 20 ms of a release build on an idle machine: this one may be a debug build on a busy machine.
const LONGEST: Duration = Duration::from_millis(500);

#[test]
fn bake_files_that_take_too_long_decide_nothing() {
    let target = "target \"default\" {\n  tags = [\"atcr.io/alice.test/x\"]\n}\n";
    let keys: Vec<String> = (0..15_000).map(|at| format!("  k{at} = 1\n")).collect();
    let keys = keys.concat();
    decides_nothing("bake --push", "docker-bake.hcl", &format!("{target}x = {{\n{keys}}}\n"));
    let lists = "[1, [2, [3]]],".repeat(70_000);
    decides_nothing("bake --push", "docker-bake.hcl", &format!("{target}x = [{lists}]\n"));
    decides_nothing("bake --push", "docker-bake.json", &"{\"target\":[".repeat(90_000));
    let megabyte = format!("{target}# {}\n", "x".repeat(1 << 20));
    decides_nothing("bake --push", "docker-bake.hcl", &megabyte);
}

#[test]
fn dockerfiles_that_take_too_long_decide_nothing() {
    let doubling: Vec<String> = (1..100).map(|at| format!("ARG A{at}=$A{}$A{}\n", at - 1, at - 1)).collect();
    let doubling = doubling.concat();
    let from = "FROM atcr.io/alice.test/x\n";
    decides_nothing("build .", "Dockerfile", &format!("ARG A0=x\n{doubling}ARG B=$A99\n{from}"));
    decides_nothing("build .", "Dockerfile", &from.repeat(40_000));
    decides_nothing(
        "build .",
        "Dockerfile",
        &format!("{from}{}", "COPY --from=atcr.io/alice.test/x / /\n".repeat(28_000)),
    );
    decides_nothing("build .", "Dockerfile", &format!("{from}{}", "RUN <<A <<B\n".repeat(87_000)));
}

#[test]
fn a_megabyte_of_comments_is_read() {
    let text =
        format!("{}target \"default\" {{\n  tags = [\"atcr.io/alice.test/x\"]\n}}\n", "# a comment\n".repeat(87_000));
    let (owners, _) = owners("bake --push", "docker-bake.hcl", &text);
    assert_eq!(owners, ["alice.test"]);
}

fn decides_nothing(words: &str, name: &str, text: &str) {
    let (owners, took) = owners(words, name, text);
    assert_eq!(owners, [""; 0], "{}", &text[..40]);
    assert!(took < LONGEST, "{took:?}: {}", &text[..40]);
}

fn owners(words: &str, name: &str, text: &str) -> (Vec<String>, Duration) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    let words = ["docker-buildx"].into_iter().chain(words.split(' ')).map(str::to_owned).collect();
    let client = Client { words, folder: folder.path().to_owned(), variables: BTreeMap::new() };
    let since = Instant::now();
    let owners = named_in_files(&[client], &"https://atcr.io".parse().unwrap());
    (owners.into_iter().map(|owner| owner.identity.to_string()).collect(), since.elapsed())
}
