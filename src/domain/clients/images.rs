//! The images that a client's words name, and what it does with each.

use std::collections::BTreeMap;

use super::command::{Command, is_true};
use super::credential::has_credential;
use super::owner::owners_in_list;
use super::pushes::pushes;
use super::tokens::Flag;
use super::{shape, unknown};
use crate::domain::{Access, ImageOwner, RegistryUrl};

/// The identities whose images at `registry` the words of one command line name, and what the command does with those. None
/// where no image of the registry is named; empty where the words leave open whose image is pushed, so that none that they
/// name decides.
///
/// Only what is certainly an image counts: a whole word or the value of a flag, or an item of a comma-separated list with or
/// without a key (`type=registry,ref=IMAGE`), with or without a transport (`docker://`).
pub fn find_owners<S: AsRef<str>>(words: &[S], registry: &RegistryUrl) -> Option<Vec<ImageOwner>> {
    find_owners_in(&Command::parse(words), words, registry)
}

/// The same for words that are taken apart already.
pub fn find_owners_in<S: AsRef<str>>(
    command: &Command<'_>,
    words: &[S],
    registry: &RegistryUrl,
) -> Option<Vec<ImageOwner>> {
    if command.tokens.verb.is_some() { of_command(command, registry) } else { unknown::owners(words, registry) }
}

fn of_command(command: &Command<'_>, registry: &RegistryUrl) -> Option<Vec<ImageOwner>> {
    let mut images = Images { pushes: pushes(command), ..Images::new(registry) };
    let kinds: Vec<_> = command.flags.iter().map(|(flag, _)| command.tokens.flag(flag)).collect();
    let last = last_values(&command.flags, &kinds);
    // buildx names its outputs by the tags, if there are any.
    let has_tags = kinds.iter().any(|kind| matches!(kind, Some(Flag::Value("pushed"))));
    for (at, ((flag, value), kind)) in command.flags.iter().zip(&kinds).enumerate() {
        match kind {
            Some(Flag::Value("keyed" | "set")) if last.get(&(flag, key(value))).is_some_and(|&last| at < last) => {}
            Some(Flag::Value("output")) if has_tags => {}
            Some(Flag::Value(role)) => images.add_role(role, value),
            Some(Flag::Marks(role)) if is_true(value) => images.add_role(role, ""),
            Some(Flag::Marks(_) | Flag::Switch | Flag::Pushes(_)) => {}
            None => images.add_list(value, |key| shape::access(flag, key)),
        }
    }
    let roles = command.tokens.roles(command.positionals.len());
    for (word, role) in command.positionals.iter().zip(roles) {
        images.add_role(role, word);
    }
    images.decided(command)
}

/// Which of the flags has the last value for a flag's key: that counts. Without a value a key has that of the environment.
fn last_values<'a>(flags: &[(&'a str, &'a str)], kinds: &[Option<Flag>]) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut last = BTreeMap::new();
    for (at, ((flag, value), kind)) in flags.iter().zip(kinds).enumerate() {
        let has_one_value = match kind {
            Some(Flag::Value("keyed")) => true,
            Some(Flag::Value("set")) => is_one_value(value),
            _ => false,
        };
        if has_one_value {
            last.insert((*flag, key(value)), at);
        }
    }
    last
}

fn key(value: &str) -> &str {
    value.split_once('=').map_or(value, |(key, _)| key)
}

/// `buildx bake --set TARGET.args.NAME=VALUE`; others are lists.
fn is_one_value(value: &str) -> bool {
    matches!(value.split('.').nth(1), Some("args" | "contexts"))
}

struct Images<'a> {
    registry: &'a RegistryUrl,
    pushes: bool,
    /// An image that is pushed stands in the words, of whatever registry.
    names_destination: bool,
    /// What is read or written so are folders and files.
    on_disk: Vec<Access>,
    owners: Vec<ImageOwner>,
}

impl<'a> Images<'a> {
    fn new(registry: &'a RegistryUrl) -> Self {
        Self { registry, pushes: false, names_destination: false, on_disk: Vec::new(), owners: Vec::new() }
    }

    fn add_role(&mut self, role: &'static str, value: &str) {
        let pushed = if self.pushes { Access::Written } else { Access::Local };
        match role {
            "written" => self.add_destination(value, Access::Written),
            "pushed" => self.add_destination(value, pushed),
            "cache" => self.add_list(value, |_| Some(Access::Written)),
            "read" | "keyed" => self.add_list(value, |key| (!is_note(key)).then_some(Access::Read)),
            // Flags came before it.
            "rewritten" if self.names_destination => self.add_role("read", value),
            "rewritten" => self.add_role("written", value),
            "local" => self.add_local(value),
            "output" => self.add_output(value, pushed),
            "set" => self.add_override(value),
            "mirror" => self.add_pair(value, "read"),
            "mirrored" => self.add_pair(value, "written"),
            "transport-read" if value != "docker" => self.on_disk.push(Access::Read),
            "transport-written" if value != "docker" => self.on_disk.push(Access::Written),
            _ => {}
        }
    }

    fn add_destination(&mut self, value: &str, access: Access) {
        self.names_destination = true;
        self.add_list(value, |_| Some(access));
    }

    /// `type=image,name=IMAGE`. Its other keys are annotations and the like.
    fn add_output(&mut self, value: &str, access: Access) {
        if value.contains("name=") {
            self.names_destination = true;
            self.add_list(value, |key| matches!(key, "" | "name").then_some(access));
        }
    }

    /// `buildah commit NAME docker://IMAGE` pushes.
    fn add_local(&mut self, value: &str) {
        let access = if value.starts_with("docker://") { Access::Written } else { Access::Local };
        self.add_list(value, |_| Some(access));
    }

    /// `buildx bake --set TARGET.KEY=VALUE`. What it tags is written, as far as the words tell: a bake file may say so.
    fn add_override(&mut self, value: &str) {
        let (key, value) = value.split_once('=').unwrap_or((value, ""));
        let mut fields = key.trim_end_matches('+').split('.').skip(1);
        match fields.next() {
            Some("tags") => self.add_destination(value, Access::Written),
            Some("cache-to") => self.add_role("cache", value),
            Some("output") => self.add_role("output", value),
            Some("args" | "cache-from" | "contexts" | "attest") => self.add_role("read", value),
            _ => {}
        }
    }

    /// `SOURCE=DESTINATION`, or an image that plays the role.
    fn add_pair(&mut self, value: &str, role: &'static str) {
        let Some((source, destination)) = value.split_once('=') else { return self.add_role(role, value) };
        self.add_role("read", source);
        self.add_role("written", destination);
    }

    fn add_list(&mut self, value: &str, access: impl Fn(&str) -> Option<Access>) {
        owners_in_list(value, self.registry, access, &mut self.owners);
    }

    fn decided(mut self, command: &Command<'_>) -> Option<Vec<ImageOwner>> {
        self.owners.retain(|owner| !self.on_disk.contains(&owner.access));
        if self.owners.is_empty() {
            return None;
        }
        if self.pushes && !self.names_destination {
            self.owners.retain(|owner| owner.access == Access::Written);
        }
        for owner in &mut self.owners {
            if has_credential(command, owner.access) {
                owner.access = Access::Local;
            }
        }
        Some(self.owners)
    }
}

/// BuildKit's options hold labels and annotations too: `--opt label:NAME=VALUE`.
fn is_note(key: &str) -> bool {
    key.starts_with("label:") || key.starts_with("annotation")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written (`>`), read (`<`) and only named (`=`), or `nothing` where no image is named at all.
    fn told(line: &str) -> String {
        let words: Vec<String> = line.split(' ').map(|word| word.replace("H/", "localhost:5000/")).collect();
        let Some(owners) = find_owners(&words, &"http://localhost:5000".parse().unwrap()) else {
            return "nothing".to_owned();
        };
        let mut told = Vec::new();
        for owner in owners {
            let sign = match owner.access {
                Access::Written => '>',
                Access::Read => '<',
                Access::Local => '=',
            };
            told.push(format!("{sign}{}", owner.identity));
        }
        told.join(" ")
    }

    #[test]
    fn builds_write_only_what_they_push() {
        for (line, expected) in [
            ("docker build -t H/b.example/y --build-arg X=H/a.example/x .", "=b.example <a.example"),
            ("docker build -qt H/b.example/y --push --build-arg X=H/a.example/x .", ">b.example <a.example"),
            ("docker build --push=false -t H/b.example/y .", "=b.example"),
            ("docker build -t H/b.example/y -o type=registry .", ">b.example"),
            ("docker build -t H/b.example/y --output=type=image,push=true .", ">b.example"),
            ("docker build -t H/b.example/y --output=type=docker .", "=b.example"),
            ("docker buildx build -o type=image,name=H/b.example/y .", "=b.example"),
            (
                "docker buildx build -o type=image,\"name=H/b.example/y,H/a.example/z\",push=true .",
                ">b.example >a.example",
            ),
            (
                "docker buildx build -t H/b.example/y --cache-to type=registry,ref=H/a.example/c .",
                "=b.example >a.example",
            ),
            ("docker buildx build --cache-from=H/a.example/c --cache-to=H/b.example/c .", "<a.example >b.example"),
            ("docker build --build-context base=docker-image://H/a.example/x .", "<a.example"),
            ("docker build --label a=H/a.example/x --annotation b=H/a.example/x .", "nothing"),
            ("podman build --from H/a.example/x -t H/b.example/y .", "<a.example =b.example"),
            ("buildah bud --manifest H/b.example/y -t H/b.example/z .", "=b.example =b.example"),
            ("executor -d H/b.example/y --build-arg X=H/a.example/x", ">b.example <a.example"),
            ("executor --no-push -d H/b.example/y --build-arg X=H/a.example/x", "=b.example <a.example"),
        ] {
            assert_eq!(told(line), expected, "{line}");
        }
    }

    #[test]
    fn nothing_read_decides_where_what_is_pushed_is_not_named() {
        for (line, expected) in [
            ("docker buildx bake --push --set *.args.X=H/a.example/x", ""),
            (
                "docker buildx bake --push --set *.args.X=H/a.example/x --set *.tags=H/b.example/y",
                "<a.example >b.example",
            ),
            ("docker buildx bake --push --set *.args.X=H/a.example/x --set *.tags=elsewhere/y", "<a.example"),
            ("docker buildx bake --set *.output=type=registry --set *.args.X=H/a.example/x", ""),
            ("docker buildx bake --set *.args.X=H/a.example/x", "<a.example"),
            ("docker buildx build --push --build-arg X=H/a.example/x .", ""),
            ("docker compose build --push --build-arg X=H/a.example/x", ""),
            ("docker-compose compose build --build-arg X=H/a.example/x", "<a.example"),
            ("docker compose build", "nothing"),
        ] {
            assert_eq!(told(line), expected, "{line}");
        }
    }

    #[test]
    fn other_programs_words_and_values_are_on_disk() {
        for (line, expected) in [
            ("docker run -e X=H/a.example/x H/b.example/y", "<b.example"),
            ("docker run --label a=H/a.example/x -v H/a.example/x:/x H/b.example/y H/a.example/x", "<b.example"),
            ("docker create --env-file x --name H/a.example/x H/b.example/y -t H/a.example/x", "<b.example"),
            ("docker run alpine H/a.example/x", "nothing"),
            ("docker compose run -e X=H/a.example/x web H/b.example/y", "nothing"),
            ("helm template x oci://H/b.example/web --set image=H/a.example/x", "<b.example"),
            ("tool pull H/b.example/x --set image=H/a.example/x -- H/a.example/x", "<b.example"),
            ("docker push H/b.example/x -- H/a.example/x", ">b.example"),
        ] {
            assert_eq!(told(line), expected, "{line}");
        }
    }

    #[test]
    fn unknown_programs_are_judged_by_the_words_shape() {
        for (line, expected) in [
            ("tool pull H/a.example/x", "<a.example"),
            ("tool push H/a.example/x", ">a.example"),
            ("tool copy H/a.example/x H/b.example/y", "<a.example >b.example"),
            ("tool --from H/a.example/x --image H/b.example/y", "=a.example <b.example"),
            ("tool --from H/a.example/x --to H/b.example/y", "=a.example >b.example"),
            ("tool --dest H/a.example/x --target H/b.example/y", "<a.example <b.example"),
            ("ssh host docker run -e X=H/a.example/x H/b.example/y", "<b.example"),
            ("python3 /usr/bin/podman-compose build --build-arg H/a.example/x", "<a.example"),
            ("make docker IMAGE=H/a.example/x", "<a.example"),
            ("make push A=H/a.example/x B=H/b.example/y", "<a.example <b.example"),
            ("make push BASE=H/a.example/x IMAGE=H/b.example/y", "=a.example <b.example"),
            ("make copy FROM=H/a.example/x TO=H/b.example/y", "=a.example >b.example"),
        ] {
            assert_eq!(told(line), expected, "{line}");
        }
    }
}
