//! The version, and where the build script finds the commit and the release key.

use crate::support::Home;

#[path = "../build.rs"]
#[expect(dead_code, clippy::print_stdout, reason = "main and what it needs")]
mod build;

#[test]
fn version_commit_and_time_are_one_line_on_stdout() {
    let home = Home::new();
    let line = home.run(&["version"]).any_stdout().check().stdout;
    for argument in ["--version", "-V"] {
        home.run(&[argument]).stdout(&*line).check();
    }
    let start = concat!("docker-credential-atcr v", env!("CARGO_PKG_VERSION"), " (");
    let build = line.strip_prefix(start).and_then(|rest| rest.strip_suffix(")\n")).unwrap_or_else(|| panic!("{line}"));
    // A source tree without a commit builds too.
    let time = match build.split_once(", ") {
        Some((commit, time)) => {
            assert!(commit.strip_prefix("commit: ").is_some_and(is_commit), "{line}");
            time
        }
        None => build,
    };
    assert!(time.strip_prefix("built: ").is_some_and(is_time), "{line}");
}

fn is_commit(text: &str) -> bool {
    text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Such as `2025-01-15T10:30:00Z`.
fn is_time(text: &str) -> bool {
    let shape = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.chars().map(shape).collect::<String>() == "0000-00-00T00:00:00Z"
}

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn a_package_knows_its_commit_without_git() {
    let info = format!("{{\n  \"git\": {{\n    \"sha1\": \"{COMMIT}\"\n  }},\n  \"path_in_vcs\": \"\"\n}}");
    for (file, content, expected) in [
        (".cargo_vcs_info.json", info.as_str(), Some("0123456")),
        (".cargo_vcs_info.json", "{\"path_in_vcs\": \"\"}", None),
        (".cargo_vcs_info.json", "{\"git\": {\"sha1\": \"../../etc\"}}", None),
    ] {
        let home = Home::new();
        home.write(file, content);
        assert_eq!(build::commit(&home.path("")).as_deref(), expected, "{file}: {content}");
        assert!(build::files_that_name_the_commit(&home.path("")).is_empty());
    }
}

#[test]
fn an_archive_knows_its_commit_if_git_filled_it_in() {
    assert_eq!(build::abbreviated(COMMIT).as_deref(), Some("0123456"));
    for none in ["$Format:%H$", "", "0123456"] {
        assert_eq!(build::abbreviated(none), None, "{none}");
    }
}

const KEY: &str = "RWSYPCIe/OJXhEVT7HLbWcgAZDhRSOXgTwtKF8Vxqdqq6rgnB3g99hDH";

/// As `minisign -G` writes it.
fn key_file(key: &str) -> String {
    format!("untrusted comment: minisign public key 8457E2FC1E223C98\n{key}\n")
}

#[test]
fn a_release_key_comes_from_the_variable_or_the_repository() {
    let other = crate::support::minisign::Signer::new(1).public_key();
    let (file, windows) = (key_file(&other), key_file(KEY).replace('\n', "\r\n"));
    for (given, in_repository, expected) in [
        (Some(KEY.to_owned()), None, KEY),
        (Some(format!(" {KEY}\n")), None, KEY),
        (Some(key_file(KEY)), Some(&file), KEY),
        (Some(windows), Some(&file), KEY),
        (None, Some(&file), &other),
        (None, None, ""),
    ] {
        let home = Home::new();
        if let Some(content) = in_repository {
            home.write(".github/release-key.pub", content);
        }
        for release in [None, Some("1".to_owned())].into_iter().take(if expected.is_empty() { 1 } else { 2 }) {
            assert_eq!(build::release_key(&home.path(""), given.clone(), release).as_deref(), Ok(expected));
        }
    }
}

#[test]
fn a_release_without_a_key_is_not_built() {
    let home = Home::new();
    let expected = Err("ATCR_RELEASE needs .github/release-key.pub or ATCR_RELEASE_KEY".to_owned());
    for (release, expected) in [(Some("1"), expected), (Some("0"), Ok(String::new())), (None, Ok(String::new()))] {
        assert_eq!(build::release_key(&home.path(""), None, release.map(str::to_owned)), expected);
    }
}

#[test]
fn a_malformed_release_key_ends_every_build() {
    let home = Home::new();
    let secret = format!("untrusted comment: minisign encrypted secret key\n{KEY}{KEY}\n");
    for malformed in [&KEY[1..], "x", "untrusted comment: only", &secret] {
        for release in [None, Some("1".to_owned())] {
            let error = build::release_key(&home.path(""), Some(malformed.to_owned()), release.clone()).unwrap_err();
            assert!(error.starts_with("ATCR_RELEASE_KEY is no public key of minisign: "), "{error}");
            home.write(".github/release-key.pub", malformed);
            let error = build::release_key(&home.path(""), None, release).unwrap_err();
            assert!(error.starts_with(".github/release-key.pub is no public key of minisign: "), "{error}");
        }
        std::fs::remove_file(home.path(".github/release-key.pub")).unwrap();
    }
    std::fs::create_dir(home.path(".github/release-key.pub")).unwrap();
    assert!(build::release_key(&home.path(""), None, None).unwrap_err().starts_with("can't read .github/release-key"));
}

#[cfg(unix)]
mod git {
    use std::fs;

    use super::build;
    use crate::support::{Home, Run, skip};

    fn git(home: &Home, folder: &str, arguments: &[&str]) -> String {
        let mut git = home.command("git");
        git.current_dir(home.path(folder)).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        git.args(["-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "init.defaultBranch=main"]);
        git.args(["-c", "safe.directory=*"]).args(arguments);
        Run::new(git).any_stdout().any_stderr().check().stdout
    }

    /// A repository with a commit, and the commit's name. None without git.
    fn repository(home: &Home) -> Option<String> {
        if home.command("git").arg("--version").output().is_err() {
            skip("there is no git");
            return None;
        }
        home.write("repository/file", "content");
        git(home, "repository", &["init", "--quiet"]);
        git(home, "repository", &["add", "file"]);
        git(home, "repository", &["commit", "--quiet", "--message", "a"]);
        Some(git(home, "repository", &["rev-parse", "HEAD"])[..7].to_owned())
    }

    #[test]
    fn a_checkout_names_its_commit_and_is_watched_for_the_next() {
        let home = Home::new();
        let Some(first) = repository(&home) else { return };
        let root = home.path("repository");
        assert_eq!(build::commit(&root), Some(first));
        let read =
            || build::files_that_name_the_commit(&root).iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>();
        let before = read();
        assert!(!before.is_empty());
        git(&home, "repository", &["commit", "--quiet", "--allow-empty", "--message", "b"]);
        assert!(read() != before);
    }

    #[test]
    fn worktrees_and_packed_references_are_watched_too() {
        let home = Home::new();
        let Some(first) = repository(&home) else { return };
        git(&home, "repository", &["pack-refs", "--all"]);
        git(&home, "repository", &["worktree", "add", "--quiet", "../other"]);
        let root = home.path("other");
        assert_eq!(build::commit(&root), Some(first));
        let watched = build::files_that_name_the_commit(&root);
        assert!(watched.len() > 2 && watched.iter().all(|path| path.is_file()), "{watched:?}");
    }

    #[test]
    fn a_repository_around_an_unpacked_source_tree_is_ignored() {
        let home = Home::new();
        if repository(&home).is_none() {
            return;
        }
        home.write("repository/unpacked/Cargo.toml", "");
        assert_eq!(build::commit(&home.path("repository/unpacked")), None);
    }
}
