//! The images that a build reads from the registry, as its Dockerfile names them.

mod directives;
mod lines;
mod options;
mod patterns;
mod stages;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use directives::frontend;
use lines::Instructions;
pub(super) use options::{Build, Builder};
use stages::Stages;
use words::Variables;

use super::files::Files;

/// Builds for more platforms than this are looked at for these alone.
const MOST_PLATFORMS: usize = 8;

/// The images that are read from a registry. None for a Dockerfile that its builder refuses; one that names its frontend may be
/// in any language, and then only that is known.
pub(super) fn images(text: &str, build: &Build, files: &Files) -> Option<BTreeSet<String>> {
    let by_argument = build.arguments.get("BUILDKIT_SYNTAX").cloned();
    let frontend = by_argument.or_else(|| frontend(text)).filter(|_| build.builder == Builder::BuildKit);
    let images = images_of_stages(text, build, files);
    if frontend.is_none() || files.is_in_doubt() {
        images
    } else {
        Some(images.into_iter().flatten().chain(frontend).collect())
    }
}

fn images_of_stages(text: &str, build: &Build, files: &Files) -> Option<BTreeSet<String>> {
    let instructions = Instructions::parse(text, files)?;
    let mut images = BTreeSet::new();
    let mut platforms: Vec<String> =
        build.platforms.iter().take(MOST_PLATFORMS).map(|name| full_platform(name)).collect();
    if platforms.is_empty() {
        platforms.push(own_platform());
    }
    for platform in platforms {
        let variables = Variables::new(predefined(&platform, build), instructions.escape, files);
        images.extend(Stages::parse(&instructions, variables, build, files)?.images(build, files)?);
    }
    Some(images)
}

/// What BuildKit sets without an `ARG`, unless the build does.
fn predefined(target: &str, build: &Build) -> BTreeMap<String, String> {
    let stage = if build.target.is_empty() { "default" } else { &build.target };
    let mut variables = BTreeMap::from([("TARGETSTAGE".to_owned(), stage.to_owned())]);
    for (prefix, platform) in [("BUILD", &own_platform()), ("TARGET", &target.to_owned())] {
        let mut parts = platform.splitn(3, '/');
        for (name, value) in [
            ("PLATFORM", &**platform),
            ("OS", parts.next().unwrap_or_default()),
            ("ARCH", parts.next().unwrap_or_default()),
            ("VARIANT", parts.next().unwrap_or_default()),
        ] {
            variables.insert(format!("{prefix}{name}"), value.to_owned());
        }
    }
    for (name, value) in &mut variables {
        if let Some(given) = build.arguments.get(name) {
            value.clone_from(given);
        }
    }
    variables
}

fn full_platform(name: &str) -> String {
    match name {
        "" | "local" => own_platform(),
        _ if name.contains('/') => name.to_owned(),
        architecture => format!("linux/{architecture}"),
    }
}

/// The client's, which is the engine's as a rule.
pub(super) fn own_platform() -> String {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("linux/{architecture}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn read(text: &str, build: &Build) -> Option<String> {
        let images: Vec<String> = images(text, build, &Files::new())?.into_iter().collect();
        Some(images.join(" "))
    }

    #[test]
    fn each_way_to_name_an_image_is_read() {
        for (text, expected) in [
            ("FROM r/a", "r/a"),
            ("from r/a as x", "r/a"),
            ("FROM --platform=$BUILDPLATFORM r/a AS x", "r/a"),
            ("FROM scratch\nCOPY --link --from=r/a /x /x", "r/a"),
            ("FROM scratch\nRUN --mount=type=cache,target=/c --mount=type=bind,From=r/a,target=/t x", "r/a"),
            ("FROM scratch\nONBUILD COPY --from=r/a / /", ""),
            ("FROM scratch AS x\nONBUILD COPY --from=r/a / /\nFROM x", "r/a"),
            ("# syntax=r/frontend:1\nFROM scratch", "r/frontend:1"),
            ("# syntax=r/frontend:1\nkind: another language", "r/frontend:1"),
            ("//syntax=r/frontend:1\nkind: another language", "r/frontend:1"),
            ("ARG BASE=r/a\nFROM $BASE", "r/a"),
            ("ARG X=r Y='a'\nARG BASE=\"$X/${Y}\"\nFROM ${BASE}", "r/a"),
            ("FROM \"r/a\"", "r/a"),
            ("FROM ${BASE:-r/a}", "r/a"),
            ("FROM r/$TARGETOS-a:$TARGETSTAGE", "r/linux-a:default"),
            ("FROM r/a AS one\nFROM ONE\nCOPY --from=0 / /\nCOPY --from=one / /", "r/a"),
            ("FROM r/a AS r\nFROM r/b AS b\nCOPY --from=b / /", "r/b"),
            ("FROM alpine AS alpine", "alpine"),
            ("FROM r/a\nLABEL x=r/b\nENV X=r/b\nADD r/b /\nCMD [\"r/b\"]\nCOPY r/b /\nEXPOSE 1", "r/a"),
        ] {
            assert_eq!(read(text, &Build::default()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn arguments_replace_what_the_file_says() {
        let build = Build { arguments: map(&[("BASE", "r/b"), ("TARGETARCH", "mips")]), ..Build::default() };
        for (text, expected) in [
            ("ARG BASE=r/a\nFROM $BASE", Some("r/b")),
            ("ARG BASE\nFROM $BASE", Some("r/b")),
            ("ARG OTHER\nFROM r/$OTHER", Some("r/")),
            ("FROM r/$TARGETARCH", Some("r/mips")),
            // Only what an ARG before FROM declares.
            ("FROM $BASE", None),
            ("FROM scratch AS x\nARG BASE\nFROM $BASE", None),
        ] {
            assert_eq!(read(text, &build).as_deref(), expected, "{text}");
        }
        let build = Build { arguments: map(&[("BUILDKIT_SYNTAX", "r/f")]), ..Build::default() };
        assert_eq!(read("# syntax=r/g\nFROM r/a", &build).as_deref(), Some("r/a r/f"));
    }

    #[test]
    fn only_the_stages_that_are_built_are_read() {
        let text = "FROM r/a AS a\nFROM r/b AS b\nFROM r/c AS c\nCOPY --from=a / /\nFROM r/d AS d";
        for (target, builder, expected) in [
            ("", Builder::BuildKit, Some("r/d")),
            ("c", Builder::BuildKit, Some("r/a r/c")),
            ("C", Builder::Buildah, Some("r/a r/c")),
            ("1", Builder::BuildKit, Some("r/b")),
            ("c", Builder::Classic, Some("r/a r/b r/c")),
            ("none", Builder::BuildKit, None),
        ] {
            let build = Build { target: target.to_owned(), builder, ..Build::default() };
            assert_eq!(read(text, &build).as_deref(), expected, "{target} {builder:?}");
        }
    }

    #[test]
    fn every_platform_is_built() {
        let text = "FROM r/a AS amd64\nFROM r/b AS arm64\nFROM r/c AS armv7\nFROM ${TARGETARCH}${TARGETVARIANT}";
        for (platforms, expected) in
            [(&["linux/arm64"][..], "r/b"), (&["linux/arm64", "amd64"], "r/a r/b"), (&["linux/arm/v7"], "r/c")]
        {
            let platforms = platforms.iter().map(|&name| name.to_owned()).collect();
            let build = Build { platforms, ..Build::default() };
            assert_eq!(read(text, &build).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_context_stands_for_an_image_or_a_stage() {
        let contexts = map(&[
            ("base", "docker-image://r/a"),
            ("alpine", "docker-image://r/b"),
            ("tools", "../tools"),
            ("none", "docker-image://scratch"),
        ]);
        let build = Build { contexts, ..Build::default() };
        for (text, expected) in [
            ("FROM base", "r/a"),
            ("FROM docker.io/library/alpine:latest", "r/b"),
            ("FROM alpine:3", "alpine:3"),
            ("FROM r/c AS base\nFROM base", "r/a"),
            ("FROM scratch\nCOPY --from=tools / /\nCOPY --from=none / /", ""),
        ] {
            assert_eq!(read(text, &build).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_a_builder_refuses_names_nothing() {
        for text in [
            "",
            "# FROM r/a",
            "RUN x\nFROM r/a",
            "FROM r/a x",
            "FROM",
            "FROM r/a AS 1",
            "FROM r/a AS x y",
            "FROM $NONE",
            "FROM r/a\nNOTHING x",
            "FROM r/a\nCOPY <<EOF /x\n",
            "FROM 'r/a",
            "\u{0}\u{1}FROM r/a",
        ] {
            assert_eq!(read(text, &Build::default()), None, "{text:?}");
        }
    }

    #[test]
    fn hostile_dockerfiles_end_soon() {
        let doubling: Vec<String> = (1..100).map(|at| format!("ARG A{at}=$A{}$A{}\n", at - 1, at - 1)).collect();
        let patterns = format!("ARG A={}\nARG B=${{A%{}}}\n", "x".repeat(4000), "*x".repeat(1000));
        for text in [
            format!("ARG A0=x\n{}FROM $A99", doubling.concat()),
            format!("{patterns}FROM r/a"),
            format!("FROM {}", "${A:-".repeat(200_000)),
            "FROM a AS b\n".repeat(80_000),
            format!("FROM a\n{}", "COPY --from=x / /\n".repeat(50_000)),
            format!("FROM a\n{}", "RUN <<A\n".repeat(100_000)),
            "\\\n".repeat(500_000),
            "[".repeat(1 << 20),
        ] {
            assert_eq!(read(&text, &Build::default()), None, "{}", &text[..40]);
        }
    }
}
