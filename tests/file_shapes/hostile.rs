//! Files that were written to do harm, or by accident look so: nothing is decided, and in no time.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::reading::{self, Read};

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
        let names: Vec<String> = (0..65).map(|at| format!("f{at}.yaml")).collect();
        fs::write(folder.join("compose.yaml"), format!("include: [{}]\n{IMAGE}", names.join(", "))).unwrap();
        for name in names {
            fs::write(folder.join(name), "services: {}").unwrap();
        }
    });
}

#[test]
fn why_a_file_decides_nothing_is_told() {
    let deep = format!("x: {}", "[".repeat(200));
    let long = format!("{IMAGE}\n#{}", "x".repeat(1 << 20));
    let quoted = format!("{IMAGE}\nx: \"{}\"", "x ".repeat(400_000));
    let doubled = "services: {web: {image: \"x/${V}${V}${V}\"}}";
    let variable = format!("V={}\n", "x".repeat(100_000));
    for (files, file, why) in [
        (vec![("compose.yaml", &*long)], "compose.yaml", "it is larger than 1 MiB"),
        (vec![("compose.yaml", &deep)], "compose.yaml", "it is nested more than 100 levels deep"),
        (vec![("compose.yaml", &quoted)], "compose.yaml", "it takes more than 8000000 steps to read"),
        (
            vec![("compose.yaml", doubled), (".env", &variable)],
            "compose.yaml",
            "its variables come to more than 256 KiB",
        ),
        (vec![("compose.yaml", "services: {web: {image: [}}")], "compose.yaml", "it is not valid YAML"),
        (vec![], "", ""),
    ] {
        let told = pulled(why, |folder| {
            for (name, text) in &files {
                fs::write(folder.join(name), text).unwrap();
            }
        });
        let expected = if why.is_empty() { String::new() } else { format!("{file} decides nothing: {why}") };
        assert_eq!(told.given_up, expected);
    }
    let told = pulled("a folder", |folder| fs::create_dir(folder.join("compose.yaml")).unwrap());
    assert_eq!(told.given_up, "compose.yaml decides nothing: it is a folder, not a regular file");
}

#[test]
fn whatever_is_within_the_bounds_decides() {
    for (name, text) in [
        ("comments", format!("{IMAGE}\n{}", "# a comment\n".repeat(80_000))),
        ("one long comment", format!("{IMAGE}\n#{}", "x".repeat(1_000_000))),
        ("many keys", format!("{IMAGE}\nx-a:\n{}", lines(5_000, |at| format!("  k{at}: v\n")))),
        ("a long text", format!("{IMAGE}\nx-a: {}", "word ".repeat(80_000))),
        ("many aliases", format!("x-a: &a {{b: c}}\nx-b: [{}]\n{IMAGE}", "*a, ".repeat(1_500))),
    ] {
        let Read { owners, given_up } = pulled(name, |folder| fs::write(folder.join("compose.yaml"), &text).unwrap());
        assert_eq!(owners, ["alice.test"], "{name}: {given_up}");
    }
}

/// A writer that never rests: what is read is the whole of one of two texts, or nothing.
#[test]
fn a_file_that_changes_meanwhile_decides_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yaml");
    let short = IMAGE.to_owned();
    let long = format!("{}\n{}", IMAGE.replace("alice", "bob"), "# a comment\n".repeat(5_000));
    fs::write(&path, &short).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                for text in [&long, &short] {
                    fs::write(&path, text).unwrap();
                }
            }
        });
        for _ in 0..100 {
            let Read { owners, given_up } = reading::read("changes", "docker-compose compose pull", folder.path());
            let is_whole = owners == ["alice.test"] || owners == ["bob.test"];
            let is_told = given_up.is_empty() || given_up.ends_with("it changed while it was read");
            assert!((is_whole || owners.is_empty()) && is_told, "{owners:?} {given_up}");
        }
        is_over.store(true, Ordering::Relaxed);
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
    let Read { owners, .. } = pulled(name, lay_out);
    assert_eq!(owners, [""; 0], "{name}");
}

fn pulled(name: &str, lay_out: impl Fn(&Path)) -> Read {
    let folder = tempfile::tempdir().unwrap();
    lay_out(folder.path());
    reading::read(name, "docker-compose compose pull", folder.path())
}
