//! Any content of the files that clients read: nothing panics, and nothing takes long.
//!
//! An input is files, each behind a line `# NAME`.
#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use atcr::docker::clients::{Client, ClientFiles};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// In memory, where there is such a place.
static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder"));

const COMMANDS: [(&str, &str); 9] = [
    ("compose.yaml", "docker-compose compose build --push"),
    ("compose.yaml", "docker compose --profile * up --build"),
    ("compose.yaml", "docker stack deploy -c compose.yaml x"),
    ("Dockerfile", "docker-buildx buildx build ."),
    ("docker-bake.hcl", "docker-buildx bake --push"),
    ("docker-bake.json", "docker-buildx bake -f docker-bake.json --push"),
    ("Chart.yaml", "helm dependency update ."),
    ("sync.yml", "skopeo sync --src yaml --dest dir sync.yml out"),
    ("pod.yaml", "podman kube play pod.yaml"),
];

const NAMES: [&str; 9] = [
    "compose.yaml",
    "compose.override.yaml",
    ".env",
    "Dockerfile",
    "docker-bake.hcl",
    "docker-bake.json",
    "Chart.yaml",
    "sync.yml",
    "pod.yaml",
];

fuzz_target!(|text: &str| {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let mut name = NAMES[0];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("# ").map(str::trim_end).filter(|line| NAMES.contains(line)) {
            Some(next) => name = NAMES.into_iter().find(|known| *known == next).expect("it is one of them"),
            None => files.entry(name).or_default().push_str(line),
        }
    }
    for name in NAMES {
        let path = FOLDER.path().join(name);
        match files.get(name) {
            Some(text) => fs::write(path, text).expect("write a file"),
            None => drop(fs::remove_file(path)),
        }
    }
    for (name, words) in COMMANDS.iter().filter(|(name, _)| files.contains_key(name)) {
        let words = words.split(' ').map(str::to_owned).collect();
        let client = Client { words, folder: FOLDER.path().to_owned(), variables: BTreeMap::new() };
        let owners = ClientFiles::default().owners(&[client], &"https://atcr.io".parse().expect("a registry"));
        assert!(owners.len() <= text.len(), "{name}");
    }
});
