//! The table of clients, a text file for each: what it does with the images that its words name.
//!
//! An entry is a line `VERBS: TOKENS`, with more tokens in indented lines below it. `VERBS` are one or several verb paths,
//! separated by commas; the first entry that matches counts. `*` is no verb, `compose *` a group: the flags of all that
//! is below. The tokens:
//!
//! | token | meaning |
//! |---|---|
//! | `written`, `read`, `local`, `-` | what the next positional word is: pushed, pulled, a name in the client's own storage, no image |
//! | `read?`, `read*` | a word that may be missing, and any number of words |
//! | `...` | what follows that word belongs to another program |
//! | `--file=`, `-f,--file=` | a flag with a value that is no image, and its other name |
//! | `--from=read` | a flag whose value is an image: `written`, `read`, `local`, or `pushed`: written if the command pushes, else local |
//! | `--output=output`, `--set=set` | buildx' `type=registry,name=IMAGE`, and bake's `TARGET.tags=IMAGE` |
//! | `pushes`, `--push:on`, `--no-push:off` | whether the command pushes |
//! | `--rm` | a flag without a value. Only needed with `*=`: any other flag has one |

/// A program of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) name: &'static str,
    /// The verb that the program's name stands for: `docker-compose` is `docker compose`.
    pub(super) verb: Option<&'static str>,
    text: &'static str,
}

/// The client that a program's name means, without path and extension.
fn named(program: &str) -> Option<Client> {
    let client = |name, text| Some(Client { name, verb: None, text });
    let plugin = |verb| Some(Client { name: "docker", verb: Some(verb), text: include_str!("docker.txt") });
    match program {
        "docker" => client("docker", include_str!("docker.txt")),
        "nerdctl" | "finch" => client("docker", concat!(include_str!("nerdctl.txt"), include_str!("docker.txt"))),
        "docker-buildx" | "buildx" => plugin("buildx"),
        "docker-compose" => plugin("compose"),
        "podman" | "podman-remote" => client("podman", include_str!("podman.txt")),
        "podman-compose" => client("podman-compose", include_str!("podman-compose.txt")),
        "buildah" => client("buildah", include_str!("buildah.txt")),
        "skopeo" => client("skopeo", include_str!("skopeo.txt")),
        "helm" => client("helm", include_str!("helm.txt")),
        "ko" => client("ko", include_str!("ko.txt")),
        _ => None,
    }
}

impl Client {
    /// By the first word of a command line, which may have a path, an extension, a version or a platform:
    /// `/usr/bin/docker`, `docker.exe`, `crane-v0.20.2`, `cosign-linux-amd64`.
    pub(super) fn of(word: &str) -> Option<Self> {
        let name = word.rsplit(['/', '\\']).next()?;
        let mut name = name.strip_suffix(".exe").unwrap_or(name);
        loop {
            if let Some(client) = named(name) {
                return Some(client);
            }
            let end = name.rfind(|c: char| matches!(c, '-' | '_' | '.') || c.is_ascii_digit())?;
            name = &name[..end];
        }
    }

    /// The tokens for the flags of a verb path's group, or of the program.
    pub(super) fn group(self, path: &[&str]) -> &'static str {
        let is_group = |verbs: &str| {
            verbs.strip_suffix('*').is_some_and(|group| group.split_whitespace().eq(path.iter().copied()))
        };
        self.entries().find(|(verbs, _)| is_group(verbs)).map_or("", |(_, tokens)| tokens)
    }

    /// The tokens for a verb path.
    pub(super) fn verb(self, path: &[&str]) -> Option<&'static str> {
        let is_path = |verb: &str| verb.split_whitespace().eq(path.iter().copied());
        self.entries().find(|(verbs, _)| verbs.split(',').any(is_path)).map(|(_, tokens)| tokens)
    }

    /// Whether longer verb paths begin so.
    pub(super) fn has_below(self, path: &[&str]) -> bool {
        let is_below = |verb: &str| {
            let mut words = verb.split_whitespace();
            path.iter().all(|word| words.next() == Some(word)) && words.next().is_some()
        };
        self.entries().any(|(verbs, _)| verbs.split(',').any(is_below))
    }

    /// Verb paths and tokens.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let mut rest = self.text;
        std::iter::from_fn(move || {
            loop {
                if rest.is_empty() {
                    return None;
                }
                let entry;
                (entry, rest) = split_entry(rest);
                if let Some((verbs, tokens)) = entry.split_once(':')
                    && !entry.starts_with('#')
                {
                    return Some((verbs, tokens));
                }
            }
        })
    }
}

/// A line with the indented ones below it, and what follows.
fn split_entry(text: &str) -> (&str, &str) {
    let mut ends = text.match_indices('\n').map(|(at, _)| at + 1);
    let end = ends.find(|&end| !text[end..].starts_with(' ')).unwrap_or(text.len());
    text.split_at(end)
}
