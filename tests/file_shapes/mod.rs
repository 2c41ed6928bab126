//! Files that name images, as clients read them: `cases.jsonl` has a command line, its files, and whose account must be
//! used whichever of A and B is active. Nearly all were seen with the real clients.
//!
//! `ATCR_FILE_SHAPES=compose cargo test --test cli file_shapes` runs the cases whose names contain that word.

mod case;
mod hostile;
mod hostile_builds;
mod reading;
mod weigh;

use std::env;

use case::Case;

const CASES: &str = include_str!("cases.jsonl");

/// Written for what the cases leave out; what compose 5.6 reads was seen by `docker compose config`.
const SEEN: &str = include_str!("seen.jsonl");

/// What follows from the clients' documentation and source, for the other files.
const MORE: &str = include_str!("more.jsonl");

/// The same for bake files and Dockerfiles; what buildx 0.29 makes of the bake files was seen by `bake --print`.
const SEEN_BUILDS: &str = include_str!("seen_builds.jsonl");

/// Cases that do not hold, and why.
const MISSES: [(&str, &str); 0] = [];

#[test]
fn compose_files_name_the_account() {
    check(&["compose", "podman-compose", "stack"]);
}

#[test]
fn bake_files_name_the_account() {
    check(&["bake"]);
}

#[test]
fn dockerfiles_name_the_account() {
    check(&["dockerfile"]);
}

#[test]
fn charts_and_sync_files_name_the_account() {
    check(&["helm", "skopeo", "kube"]);
}

fn check(kinds: &[&str]) {
    let only = env::var("ATCR_FILE_SHAPES").unwrap_or_default();
    let mut misses = Vec::new();
    for case in CASES.lines().chain(SEEN.lines()).chain(MORE.lines()).chain(SEEN_BUILDS.lines()).map(Case::parse) {
        if kinds.contains(&case.kind()) && case.name.contains(&only) {
            misses.extend(case.misses());
        }
    }
    let is_known = |miss: &String| MISSES.iter().any(|(name, _)| miss.starts_with(&format!("{name}:")));
    misses.retain(|miss| !is_known(miss));
    assert!(misses.is_empty(), "{} misses:\n{}", misses.len(), misses.join("\n"));
}
