//! The Dockerfile of a build: of docker, nerdctl and img, and of podman and buildah.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use crate::domain::{Access, Command};

use super::arguments;
use super::client::Client;
use super::dockerfile::{self, Build, Builder};
use super::files::Files;
use super::image::Image;
use super::paths::{clean, is_elsewhere};

/// What the Dockerfile reads. What is written, and what the tags name, the words say.
pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let builder = builder(client, command)?;
    let unused = ["--skip-unused-stages"];
    let build = Build {
        builder,
        builds_unused: command.values(&unused).next().is_some() && !command.is_set(&unused),
        arguments: arguments::of_build(builder == Builder::Buildah, client, command, files)?,
        contexts: pairs(command.values(&["--build-context"])),
        target: command.values(&["--target"]).last().unwrap_or_default().to_owned(),
        platforms: platforms(command),
    };
    let named: Vec<&str> = command.values(&["-f", "--file"]).collect();
    let paths = if build.builder == Builder::Buildah {
        containerfiles(client, command, &named, files)?
    } else {
        vec![dockerfile(build.builder, client, command, &named, files)?]
    };
    read_by(&build, &paths, files)
}

/// What a build reads whose Dockerfile stands in these files.
pub(super) fn read_by(build: &Build, paths: &[PathBuf], files: &Files) -> Option<Vec<Image>> {
    let mut text = String::new();
    for path in paths {
        text.push_str(&files.read_needed(path)?);
        text.push('\n');
    }
    let images = dockerfile::images(&text, build, files)?;
    let name = paths.first()?.file_name()?.to_str()?;
    Some(images.into_iter().map(|image| Image::new(image, Access::Read).in_file(name)).collect())
}

fn builder(client: &Client, command: &Command<'_>) -> Option<Builder> {
    match (command.program, &command.verbs[..]) {
        ("docker", ["build" | "b"] | ["image" | "builder", "build"] | ["buildx", .., "build" | "b"]) => {
            let asks_for_classic = client.variables.get("DOCKER_BUILDKIT").is_some_and(|value| value == "0");
            let is_plugin = command.verbs.first() == Some(&"buildx");
            Some(if asks_for_classic && !is_plugin { Builder::Classic } else { Builder::BuildKit })
        }
        ("img", ["build"]) => Some(Builder::BuildKit),
        ("podman", ["build"] | ["image" | "buildx" | "farm", "build" | "b"])
        | ("buildah", ["build" | "bud" | "build-using-dockerfile"]) => Some(Builder::Buildah),
        _ => None,
    }
}

/// Podman and buildah take its parts too.
fn platforms(command: &Command<'_>) -> Vec<String> {
    let last = |flag: &'static str| command.values(&[flag]).last();
    let named = command.values(&["--platform"]).flat_map(|list| list.split(','));
    let in_parts = last("--os").zip(last("--arch")).map(|(os, arch)| {
        let variant = last("--variant").map(|variant| format!("/{variant}")).unwrap_or_default();
        format!("{os}/{arch}{variant}")
    });
    named.map(str::to_owned).chain(in_parts).collect()
}

fn pairs<'a>(given: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    given.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Docker's: `-f` is the working folder's. A remote context has its own Dockerfile, whatever stands here.
fn dockerfile(
    builder: Builder,
    client: &Client,
    command: &Command<'_>,
    named: &[&str],
    files: &Files,
) -> Option<PathBuf> {
    let &context = command.positionals.first()?;
    if is_elsewhere(context) {
        return files.pass_over(context);
    }
    let path = |name: &str| match builder {
        Builder::Classic => clean(&client.folder.join(name)),
        _ => client.folder.join(name),
    };
    let context = path(context);
    if !files.exists(&context) {
        return None;
    }
    match named.last() {
        Some(name) if is_elsewhere(name) => files.pass_over(name),
        Some(name) => Some(in_either_case(path(name), files)),
        None => {
            let is_nerdctl = client.words.first().is_some_and(|program| program.contains("nerdctl"));
            let (usual, other) = (in_either_case(context.join("Dockerfile"), files), context.join("Containerfile"));
            Some(if is_nerdctl && !files.exists(&usual) { other } else { usual })
        }
    }
}

/// The text of a Dockerfile.
pub(super) fn read(path: PathBuf, files: &Files) -> Option<Rc<str>> {
    files.read(&in_either_case(path, files))
}

/// BuildKit takes a `dockerfile` too.
fn in_either_case(path: PathBuf, files: &Files) -> PathBuf {
    let in_lower_case = path.with_file_name("dockerfile");
    let takes_other = path.ends_with("Dockerfile") && !files.exists(&path) && files.exists(&in_lower_case);
    if takes_other { in_lower_case } else { path }
}

/// Podman's and buildah's: several `-f` are one file, each the working folder's or else the context's.
fn containerfiles(client: &Client, command: &Command<'_>, named: &[&str], files: &Files) -> Option<Vec<PathBuf>> {
    let given = command.positionals.first().copied();
    if let Some(elsewhere) = given.into_iter().chain(named.iter().copied()).find(|name| is_elsewhere(name)) {
        return files.pass_over(elsewhere);
    }
    let context = clean(&client.folder.join(given.unwrap_or(".")));
    if !files.exists(&context) {
        return None;
    }
    if named.is_empty() {
        let mut usual = ["Containerfile", "Dockerfile"].into_iter().map(|name| context.join(name));
        return usual.find(|path| files.exists(path)).map(|path| vec![path]);
    }
    let place = |name: &&str| {
        let here = client.folder.join(name);
        if files.exists(&here) { here } else { context.join(name) }
    };
    Some(named.iter().map(place).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The images of a command line in a folder with these files; `-` if nothing is decided.
    #[expect(clippy::disallowed_methods, reason = "nobody else reads these files")]
    fn read(line: &str, files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut words = line.split(' ').peekable();
        let mut variables = BTreeMap::new();
        while let Some((name, value)) = words.next_if(|word| word.contains('=')).and_then(|word| word.split_once('=')) {
            variables.insert(name.to_owned(), value.to_owned());
        }
        let words = words.map(str::to_owned).collect();
        let client = Client { words, folder: folder.path().to_owned(), variables };
        let images = images(&client, &Command::parse(&client.words), &Files::new());
        let reference = |image: Image| image.reference;
        images.map_or("-".to_owned(), |images| images.into_iter().map(reference).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_client_finds_its_dockerfile() {
        let files = [
            ("Dockerfile", "FROM r/here"),
            ("Containerfile", "FROM r/container"),
            ("other", "FROM r/other"),
            ("ctx/Dockerfile", "FROM r/context"),
            ("ctx/inner", "FROM r/inner"),
            ("lower/dockerfile", "FROM r/lower"),
            ("podman/Containerfile", "FROM r/podman"),
            ("file", ""),
        ];
        for (line, expected) in [
            ("docker build .", "r/here"),
            ("docker image build ctx", "r/context"),
            ("docker builder build -f other ctx", "r/other"),
            ("docker-buildx buildx b --file=other -f ctx/inner .", "r/inner"),
            ("docker buildx build lower", "r/lower"),
            ("docker build -f lower/Dockerfile .", "r/lower"),
            ("docker build -f gone .", "-"),
            ("docker build gone", "-"),
            ("docker build -f other https://git.example/x.git", "-"),
            ("docker build -", "-"),
            ("docker build -f - .", "-"),
            ("docker build", "-"),
            ("docker build podman", "-"),
            ("docker push .", "-"),
            ("nerdctl build podman", "r/podman"),
            ("nerdctl build .", "r/here"),
            ("podman build .", "r/container"),
            ("podman build", "r/container"),
            ("podman-remote image build ctx", "r/context"),
            ("buildah bud -f inner ctx", "r/inner"),
            ("buildah build -f other -f gone ctx", "-"),
            ("buildah build https://git.example/x.git", "-"),
        ] {
            assert_eq!(read(line, &files), expected, "{line}");
        }
    }

    #[test]
    fn the_words_say_what_the_dockerfile_leaves_open() {
        let text = "ARG A=a\nARG B=b\nFROM r/x AS x\nFROM r/$A$B AS y\nFROM base";
        for (line, expected) in [
            ("docker build --target y .", "r/ab"),
            ("docker build --target=y --build-arg A=c --build-arg B .", "r/cb"),
            ("B=e docker build --target=y --build-arg A=c --build-arg B .", "r/ce"),
            ("B=e docker build --target=y .", "r/ab"),
            ("docker build --build-context base=docker-image://r/z .", "r/z"),
            ("podman build --build-context base=container-image://r/z .", "r/z"),
            ("DOCKER_BUILDKIT=0 docker build --target y .", "r/ab r/x"),
            ("DOCKER_BUILDKIT=0 docker-buildx build --target y .", "r/ab"),
            ("docker build --platform linux/arm64,linux/amd64 --target ${TARGETARCH} .", "-"),
        ] {
            assert_eq!(read(line, &[("Dockerfile", text)]), expected, "{line}");
        }
    }

    #[test]
    fn podmans_platform_may_come_in_parts() {
        let text = "ARG TARGETARCH\nARG TARGETVARIANT\nFROM r/a AS s-amd64\nFROM r/b AS s-armv7\n\
                    FROM s-${TARGETARCH}${TARGETVARIANT}";
        for (line, expected) in [
            ("podman build --platform linux/arm/v7 .", "r/b"),
            ("podman build --os linux --arch arm --variant v7 .", "r/b"),
            ("buildah bud --os=linux --arch=amd64 .", "r/a"),
        ] {
            assert_eq!(read(line, &[("Dockerfile", text)]), expected, "{line}");
        }
    }

    #[test]
    fn arguments_come_from_files_too() {
        let files = [
            ("Dockerfile", "ARG A=a\nARG B=b\nFROM r/$A$B"),
            ("args", "# A=no\n\nA=c\nB=d\n"),
            ("more", "B=e\nA\nX=#y"),
        ];
        for (line, expected) in [
            ("podman build --build-arg-file args .", "r/cd"),
            ("podman build --build-arg-file args --build-arg-file=more .", "r/ae"),
            ("A=f buildah build --build-arg-file args --build-arg-file more .", "r/fe"),
            ("podman build --build-arg A=g --build-arg-file args .", "r/gd"),
            ("podman farm build --build-arg-file args -t r/x .", "r/cd"),
            ("podman build --build-arg A=c --build-arg A .", "r/ab"),
            ("docker build --build-arg A=c --build-arg A .", "r/cb"),
            ("podman build --build-arg-file gone .", "-"),
        ] {
            assert_eq!(read(line, &files), expected, "{line}");
        }
    }

    #[test]
    fn stages_that_nothing_needs_are_built_on_demand() {
        let files = [("Dockerfile", "FROM r/a AS a\nFROM r/b AS b\nFROM r/c")];
        for (line, expected) in [
            ("podman build .", "r/c"),
            ("podman build --skip-unused-stages=true .", "r/c"),
            ("podman build --skip-unused-stages=false .", "r/a r/b r/c"),
            ("buildah bud --skip-unused-stages=false --target b .", "r/a r/b"),
            ("docker buildx debug --invoke sh build .", "r/c"),
            ("docker buildx dap build --target a .", "r/a"),
        ] {
            assert_eq!(read(line, &files), expected, "{line}");
        }
    }

    #[test]
    fn several_containerfiles_are_one() {
        let files = [("one", "FROM r/a AS a"), ("two", "FROM r/b\nCOPY --from=a / /")];
        assert_eq!(read("buildah build -f one -f two .", &files), "r/a r/b");
    }
}
