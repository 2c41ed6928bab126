//! Files that were written to do harm, or by accident look so: nothing is decided, and in no time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use atcr::docker::clients::{Client, named_in_files};

/// Far above the 20 ms of a release build: the machine may be busy.
const LONGEST: Duration = Duration::from_secs(5);

const IMAGE: &str = "services: {web: {image: atcr.io/alice.test/web}}";

#[test]
fn files_that_would_take_too_long_decide_nothing() {
    let megabyte = 1 << 20;
    let bomb = (0..9).fold("x0: &x0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, at| {
        format!("{text}x{}: &x{} [{}]\n", at + 1, at + 1, vec![format!("*x{at}"); 9].join(", "))
    });
    let anchors = lines(40_000, |at| format!("- &a{at} x\n"));
    let variables = lines(40_000, |at| format!("V{at}=${{V}}\n"));
    let links = lines(20_000, |at| format!("  s{at}: {{extends: s{}}}\n", at + 1));
    let chain = format!("services:\n{links}  s20000: {{image: atcr.io/alice.test/web}}\n");
    for (name, files) in [
        ("brackets", vec![("compose.yaml", "[".repeat(megabyte))]),
        ("braces", vec![("compose.yaml", "{a: ".repeat(megabyte / 4))]),
        ("dashes", vec![("compose.yaml", "- ".repeat(megabyte / 2))]),
        ("questions", vec![("compose.yaml", "? ".repeat(megabyte / 2))]),
        ("a flat list", vec![("compose.yaml", format!("{IMAGE}\nx-a: [{}]", "[],".repeat(megabyte / 4)))]),
        ("one line", vec![("compose.yaml", format!("{IMAGE} # {}", "x".repeat(megabyte)))]),
        ("an open quote", vec![("compose.yaml", format!("\"{}", "a\n".repeat(megabyte / 2)))]),
        ("documents", vec![("compose.yaml", "---\n".repeat(megabyte / 4))]),
        ("tags", vec![("compose.yaml", "%TAG !a! x\n".repeat(megabyte / 11))]),
        ("anchors", vec![("compose.yaml", anchors)]),
        ("aliases", vec![("compose.yaml", format!("{bomb}{IMAGE}"))]),
        ("keys", vec![("compose.yaml", "a: b\n".repeat(megabyte / 5))]),
        ("NULs", vec![("compose.yaml", "\0".repeat(megabyte))]),
        ("extends", vec![("compose.yaml", chain)]),
        ("defaults", vec![("compose.yaml", format!("services: {{web: {{image: \"{}\"}}}}", "${A:-".repeat(200_000)))]),
        (
            "variables",
            vec![("compose.yaml", IMAGE.to_owned()), (".env", format!("V={}\n{variables}", "x".repeat(9000)))],
        ),
        (
            "doubling",
            vec![
                ("compose.yaml", IMAGE.replace("web}", "${V40}}")),
                (
                    ".env",
                    (1..41)
                        .map(|at| format!("V{at}=${{V{}}}${{V{}}}\n", at - 1, at - 1))
                        .fold("V0=x\n".into(), |a, b| a + &b),
                ),
            ],
        ),
        (
            "includes",
            vec![
                ("compose.yaml", format!("include: [{}]\n{IMAGE}", "b.yaml, ".repeat(100_000))),
                ("b.yaml", "include: [compose.yaml]".to_owned()),
            ],
        ),
    ] {
        decides_nothing(name, |folder| {
            for (name, text) in &files {
                fs::write(folder.join(name), text).unwrap();
            }
        });
    }
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

#[test]
fn what_is_no_text_file_decides_nothing() {
    decides_nothing("a folder", |folder| fs::create_dir(folder.join("compose.yaml")).unwrap());
    decides_nothing("binary", |folder| fs::write(folder.join("compose.yaml"), [0xff, 0x00, 0x80]).unwrap());
    decides_nothing("too long", |folder| {
        fs::write(folder.join("compose.yaml"), format!("{IMAGE}\n#{}", "x".repeat(1 << 20))).unwrap();
    });
    decides_nothing("too many", |folder| {
        let names: Vec<String> = (0..9).map(|at| format!("f{at}.yaml")).collect();
        fs::write(folder.join("compose.yaml"), format!("include: [{}]\n{IMAGE}", names.join(", "))).unwrap();
        for name in names {
            fs::write(folder.join(name), "services: {}").unwrap();
        }
    });
}

#[test]
fn pipes_and_devices_are_not_opened() {
    let make_pipe = |path: &Path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    decides_nothing("a pipe", |folder| make_pipe(&folder.join("compose.yaml")));
    decides_nothing("a pipe of variables", |folder| {
        fs::write(folder.join("compose.yaml"), IMAGE).unwrap();
        make_pipe(&folder.join(".env"));
    });
    decides_nothing("a socket", |folder| {
        drop(std::os::unix::net::UnixListener::bind(folder.join("compose.yaml")).unwrap());
    });
    decides_nothing("a link to itself", |folder| {
        std::os::unix::fs::symlink("compose.yaml", folder.join("compose.yaml")).unwrap();
    });
}

fn decides_nothing(name: &str, lay_out: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    lay_out(folder.path());
    let words = ["docker-compose", "compose", "pull"].map(str::to_owned).to_vec();
    let client = Client { words, folder: folder.path().to_owned(), variables: BTreeMap::new() };
    let start = Instant::now();
    let owners = named_in_files(&[client], &"https://atcr.io".parse().unwrap());
    let took = start.elapsed();
    assert_eq!(owners, [], "{name}");
    assert!(took < LONGEST, "{name}: {took:?}");
}
