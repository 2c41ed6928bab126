//! The table of clients, a text file for each: what it does with the images that its words name.
//!
//! An entry is a line `VERBS: TOKENS`, with more tokens in indented lines below it. `VERBS` are one or several verb paths,
//! separated by commas; the first entry that matches counts. `*` is no verb, `compose *` a group: the flags of all that
//! is below. The tokens:
//!
//! | token | meaning |
//! |---|---|
//! | `written`, `read`, `local`, `-` | what the next positional word is: pushed, pulled, a name in the client's own storage, no image |
//! | `rewritten` | read, or pushed where no other word is |
//! | `mirror`, `mirrored` | `SOURCE` or `SOURCE=DESTINATION` of `oc image mirror`, and what it copies to |
//! | `--export-cache=cache` | a flag whose value is a list with an image that is pushed |
//! | `*=` | flags that the entry does not list have a value |
//! | `read?`, `read*` | a word that may be missing, and any number of words |
//! | `...` | what follows that word belongs to another program |
//! | `--file=`, `-f,--file=` | a flag with a value that is no image, and its other name |
//! | `--from=read` | a flag whose value is an image: `written`, `read`, `local`, or `pushed`: written if the command pushes, else local |
//! | `--build-arg=keyed` | `KEY=IMAGE` that is read; of two with the same key the last counts |
//! | `--creds=own`, `--no-creds:own` | with it no helper is asked, so that the images are merely named; `own-read` and `own-written`: what is pulled, pushed (`--dry-run`: nothing is) |
//! | `--src=transport-read`, `--dest=transport-written` | unless its value is `docker`, what is read or written is no image |
//! | `--output=output`, `--set=set` | buildx' `type=registry,name=IMAGE`, and bake's `TARGET.tags=IMAGE` |
//! | `pushes`, `--push:on`, `--no-push:off` | whether the command pushes |
//! | `files` | that images may stand in files which the client reads, or in its environment |
//! | `.` for the verbs | what holds where no verb of the table follows: `syft IMAGE` |
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
    let docker = |verb| Some(Client { name: "docker", verb, text: include_str!("table/docker.txt") });
    match program {
        "docker" => docker(None),
        "docker-buildx" | "buildx" | "depot" => docker(Some("buildx")),
        "docker-compose" => docker(Some("compose")),
        "nerdctl" | "finch" => {
            client("docker", concat!(include_str!("table/nerdctl.txt"), include_str!("table/docker.txt")))
        }
        "podman" | "podman-remote" => client("podman", include_str!("table/podman.txt")),
        "podman-compose" => client("podman-compose", include_str!("table/podman-compose.txt")),
        "buildah" => client("buildah", include_str!("table/buildah.txt")),
        "skopeo" => client("skopeo", include_str!("table/skopeo.txt")),
        "helm" => client("helm", include_str!("table/helm.txt")),
        "crane" | "gcrane" | "krane" => client("crane", include_str!("table/crane.txt")),
        "oras" => client("oras", include_str!("table/oras.txt")),
        "regctl" => client("regctl", include_str!("table/regctl.txt")),
        "cosign" => client("cosign", include_str!("table/cosign.txt")),
        "imgpkg" => client("imgpkg", include_str!("table/imgpkg.txt")),
        "flux" => client("flux", include_str!("table/flux.txt")),
        "ko" => client("ko", include_str!("table/ko.txt")),
        "executor" | "kaniko" => client("kaniko", include_str!("table/kaniko.txt")),
        "pack" => client("pack", include_str!("table/pack.txt")),
        "buildctl" => client("buildctl", include_str!("table/buildctl.txt")),
        "img" => client("img", include_str!("table/img.txt")),
        "apko" => client("apko", include_str!("table/apko.txt")),
        "werf" => client("werf", include_str!("table/werf.txt")),
        "s2i" => client("s2i", include_str!("table/s2i.txt")),
        "oc" => client("oc", include_str!("table/oc.txt")),
        "kubectl" => client("kubectl", include_str!("table/kubectl.txt")),
        "apptainer" | "singularity" => client("apptainer", include_str!("table/apptainer.txt")),
        "syft" | "grype" | "trivy" | "dive" | "dockle" | "snyk" => {
            client("scanner", include_str!("table/scanners.txt"))
        }
        _ => None,
    }
}

/// What buildah and skopeo without root's rights add to their name when they run themselves anew (containers/storage,
/// pkg/unshare).
const IN_NAMESPACE: &str = "-in-a-user-namespace";

impl Client {
    /// By the first word of a command line, which may have a path, an extension, a version or a platform:
    /// `/usr/bin/docker`, `docker.exe`, `crane-v0.20.2`, `cosign-linux-amd64`, `helm3`.
    pub(super) fn of(word: &str) -> Option<Self> {
        let file = word.rsplit(['/', '\\']).next()?;
        let mut name = file.strip_suffix(IN_NAMESPACE).unwrap_or(file);
        loop {
            if let Some(client) = named(name) {
                return Some(client);
            }
            let without_digits = name.trim_end_matches(|last: char| last.is_ascii_digit());
            let (shorter, suffix) = name.rsplit_once(['-', '_', '.']).unwrap_or((without_digits, "0"));
            if shorter == name || shorter.is_empty() || !is_suffix(suffix) {
                return None;
            }
            name = shorter;
        }
    }

    /// The tokens for the flags of a verb path's group, or of the program.
    pub(super) fn group(self, path: &[&str]) -> &'static str {
        let is_group = |verbs: &str| {
            verbs.strip_suffix('*').is_some_and(|group| group.split_ascii_whitespace().eq(path.iter().copied()))
        };
        self.entries().find(|(verbs, _)| is_group(verbs)).map_or("", |(_, tokens)| tokens)
    }

    /// The tokens for a verb path. That of what is no verb is `.`.
    pub(super) fn entry(self, path: &[&str]) -> Option<&'static str> {
        let is_path = |verb: &str| verb.split_ascii_whitespace().eq(path.iter().copied());
        self.entries().find(|(verbs, _)| verbs.split(',').any(is_path)).map(|(_, tokens)| tokens)
    }

    /// Whether longer verb paths begin so.
    pub(super) fn has_below(self, path: &[&str]) -> bool {
        let is_below = |verb: &str| {
            let mut words = verb.split_ascii_whitespace();
            path.iter().all(|word| words.next() == Some(word)) && words.next().is_some_and(|next| next != ".")
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

/// What stands behind a program's name in that of its file.
fn is_suffix(text: &str) -> bool {
    const PLATFORMS: [&str; 17] = [
        "exe", "linux", "darwin", "windows", "macos", "freebsd", "amd64", "x86", "x64", "arm64", "aarch64", "armv6",
        "armv7", "arm", "static", "musl", "lima",
    ];
    let version = text.strip_prefix('v').unwrap_or(text);
    version.starts_with(|first: char| first.is_ascii_digit())
        || PLATFORMS.iter().any(|platform| text.eq_ignore_ascii_case(platform))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAMS: [&str; 27] = [
        "docker",
        "nerdctl",
        "podman",
        "podman-compose",
        "buildah",
        "skopeo",
        "helm",
        "crane",
        "oras",
        "regctl",
        "cosign",
        "imgpkg",
        "flux",
        "ko",
        "kaniko",
        "pack",
        "buildctl",
        "img",
        "apko",
        "werf",
        "s2i",
        "oc",
        "kubectl",
        "apptainer",
        "syft",
        "docker-compose",
        "docker-buildx",
    ];

    const ROLES: [&str; 12] = [
        "",
        "written",
        "pushed",
        "read",
        "keyed",
        "local",
        "cache",
        "output",
        "set",
        "-",
        "transport-read",
        "transport-written",
    ];
    const OWN: [&str; 3] = ["own", "own-read", "own-written"];

    fn is_token(token: &str) -> bool {
        const WORDS: [&str; 11] =
            ["written", "pushed", "read", "rewritten", "local", "mirror", "mirrored", "-", "...", "pushes", "files"];
        let word = token.trim_end_matches(['?', '*']);
        if WORDS.contains(&word) || token == "*=" {
            return true;
        }
        let (names, role) = token.split_once('=').unwrap_or((token, ""));
        let (names, state) = names.split_once(':').unwrap_or((names, "on"));
        let is_name = |name: &str| name.starts_with('-') && (name.len() == 2 || name.starts_with("--"));
        let is_role = ROLES.contains(&role) || OWN.contains(&role);
        names.split(',').all(is_name) && is_role && (["on", "off"].contains(&state) || OWN.contains(&state))
    }

    #[test]
    fn every_entry_can_be_understood() {
        for program in PROGRAMS {
            let client = Client::of(program).unwrap();
            let mut verbs = Vec::new();
            for (paths, tokens) in client.entries() {
                for token in tokens.split_ascii_whitespace() {
                    assert!(is_token(token), "{program}, {paths}: {token}");
                }
                verbs.extend(paths.split(',').map(|path| path.split_ascii_whitespace().collect::<Vec<_>>().join(" ")));
            }
            for (at, verb) in verbs.iter().enumerate() {
                assert!(verb == "*" || !verbs[..at].contains(verb), "{program}: {verb} stands twice");
                let is_below = |other: &String| other.starts_with(&format!("{verb} ")) && !verb.ends_with('*');
                assert!(!verbs.iter().any(is_below), "{program}: {verb} is a verb and a group");
            }
        }
    }

    #[test]
    fn a_program_is_known_by_its_last_name() {
        for (word, name) in [
            ("docker", Some("docker")),
            ("/usr/local/bin/docker", Some("docker")),
            (r"C:\Program Files\Docker\docker.exe", Some("docker")),
            ("docker-27.3.1", Some("docker")),
            ("nerdctl.lima", Some("docker")),
            ("docker-compose-linux-x86_64", Some("docker")),
            ("buildx-v0.17.1.linux-amd64", Some("docker")),
            ("podman-remote-static-linux_amd64", Some("podman")),
            ("podman-5", Some("podman")),
            ("helm3", Some("helm")),
            ("cosign-linux-amd64", Some("cosign")),
            ("kubectl1.30", Some("kubectl")),
            ("/kaniko/executor", Some("kaniko")),
            ("docker-compose.yml", None),
            ("docker-scout", None),
            ("dockerd", None),
            ("docker/", None),
            ("mydocker", None),
            ("-docker", None),
            ("5", None),
            ("", None),
        ] {
            assert_eq!(Client::of(word).map(|client| client.name), name, "{word}");
        }
    }
}
