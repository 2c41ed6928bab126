//! Bake files and Dockerfiles that were written to do harm.

use std::fs;

use super::reading::{self, Read};

#[test]
fn bake_files_that_take_too_long_decide_nothing() {
    let target = "target \"default\" {\n  tags = [\"atcr.io/alice.test/x\"]\n}\n";
    let keys: Vec<String> = (0..15_000).map(|at| format!("  k{at} = 1\n")).collect();
    let keys = keys.concat();
    decides_nothing("bake --push", "docker-bake.hcl", &format!("{target}x = {{\n{keys}}}\n"));
    let lists = "[1, [2, [3]]],".repeat(70_000);
    decides_nothing("bake --push", "docker-bake.hcl", &format!("{target}x = [{lists}]\n"));
    decides_nothing("bake --push", "docker-bake.json", &"{\"target\":[".repeat(90_000));
    for text in [
        format!("{target}x = {}1{}\n", "(".repeat(9_000), ")".repeat(9_000)),
        format!("{target}x = {}\"a\"{}\n", "upper(".repeat(20_000), ")".repeat(20_000)),
        format!("{target}x = \"{}\"\n", "${a}".repeat(100_000)),
        format!("{target}{}", "target \"t\" {}\n".repeat(50_000)),
        format!("{target}x = [for a in range(1000): [for b in range(1000): a * b]]\n"),
        format!("{target}function \"f\" {{\n  params = [x]\n  result = f(x)\n}}\ny = f(1)\n"),
        "{{{ ]]] \" ${".repeat(40_000),
        "\u{0}".repeat(1 << 19),
    ] {
        decides_nothing("bake --push", "docker-bake.hcl", &text);
    }
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
    for text in [
        format!("ARG A=x\nARG B={}\n{from}", "$A".repeat(500_000)),
        format!("ARG A=x\nARG B={}\n{from}", "${A:-b}".repeat(140_000)),
        format!("ARG A={}\nARG B={}\n{from}", "x".repeat(1000), "${A//*y*y*y/z}".repeat(60_000)),
        format!("{from}RUN {}x\n", "--mount=type=bind,from=a,target=b ".repeat(30_000)),
        format!("{from}COPY {} <<E\nE\n", "\"a\" ".repeat(240_000)),
    ] {
        decides_nothing("build .", "Dockerfile", &text);
        let platforms = ["a/b"; 8].join(",");
        decides_nothing(&format!("build --platform {platforms} ."), "Dockerfile", &text);
    }
}

/// One file, read for each of them.
#[test]
fn many_builds_of_a_long_dockerfile_decide_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let services: Vec<String> = (0..500).map(|at| format!("  s{at}: {{build: .}}\n")).collect();
    fs::write(folder.path().join("compose.yaml"), format!("services:\n{}", services.concat())).unwrap();
    let text = format!("FROM atcr.io/alice.test/x\n{}", "RUN a b c\n".repeat(4_000));
    fs::write(folder.path().join("Dockerfile"), text).unwrap();
    let Read { owners, given_up } = reading::read("compose", "docker-compose compose build", folder.path());
    assert_eq!(
        (&owners[..], &*given_up),
        (&[][..], "Dockerfile decides nothing: it takes more than 8000000 steps to read")
    );
}

#[test]
fn why_a_build_decides_nothing_is_told() {
    for (words, name, text, why) in [
        ("bake", "docker-bake.hcl", "x = [1, 2],\n".repeat(30_000), "it takes more than 8000000 steps to read"),
        (
            "bake",
            "docker-bake.hcl",
            "x = [for a in range(1000): [for b in range(1000): a * b]]\n".to_owned(),
            "its expressions take too many steps",
        ),
        (
            "bake",
            "docker-bake.hcl",
            format!("target \"default\" {{\n  name = \"t${{a}}\"\n  matrix = {{ a = {:?} }}\n}}\n", ["x"; 300]),
            "it has a matrix of more than 256 targets",
        ),
        ("build .", "Dockerfile", "FROM a\n".repeat(5_000), "it has more than 4096 instructions"),
        ("build .", "Dockerfile", "FROM a\n".repeat(300), "it has more than 256 stages or 1024 mounts"),
    ] {
        assert_eq!(read(words, name, &text).given_up, format!("{name} decides nothing: {why}"));
    }
}

#[test]
fn a_megabyte_of_comments_is_read() {
    let text =
        format!("{}target \"default\" {{\n  tags = [\"atcr.io/alice.test/x\"]\n}}\n", "# a comment\n".repeat(87_000));
    let Read { owners, given_up } = read("bake --push", "docker-bake.hcl", &text);
    assert_eq!(owners, ["alice.test"], "{given_up}");
    let text = format!("FROM atcr.io/alice.test/x\n{}", "# a comment\n".repeat(80_000));
    assert_eq!(read("build .", "Dockerfile", &text).owners, ["alice.test"]);
}

fn decides_nothing(words: &str, name: &str, text: &str) {
    let Read { owners, .. } = read(words, name, text);
    assert_eq!(owners, [""; 0], "{text:.40}");
}

fn read(words: &str, name: &str, text: &str) -> Read {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    reading::read(&text[..40.min(text.len())], &format!("docker-buildx {words}"), folder.path())
}
