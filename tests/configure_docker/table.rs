//! Real files, byte for byte in tests/configs: `before` and `after` the entry is added, and those that are refused.

use std::fs;

use super::{BACKUP, CONFIG, configure, files, home, listing, read, shown, text};

#[test]
fn every_file_gets_the_entry_and_nothing_else() {
    let (before, after) = (files("before"), files("after"));
    assert!(before.len() >= 25, "{}", before.len());
    assert_eq!(before.len(), after.len());
    for ((name, content), (_, expected)) in before.into_iter().zip(after) {
        let home = home(&content);
        configure(&home, &["atcr.io"]);
        assert_eq!(String::from_utf8_lossy(&read(&home, CONFIG)), String::from_utf8_lossy(&expected), "{name}");
        assert_eq!(read(&home, BACKUP), content, "{name}");
    }
}

#[test]
fn removing_the_entry_restores_every_byte() {
    for (name, content) in files("before") {
        let home = home(&content);
        for _ in 0..2 {
            configure(&home, &["atcr.io"]);
            configure(&home, &["--remove", "atcr.io"]);
            assert!(read(&home, CONFIG) == content, "{name}: {}", String::from_utf8_lossy(&read(&home, CONFIG)));
            assert_eq!(listing(&home.path(".docker")).len(), 1, "{name}");
        }
    }
}

#[test]
fn registries_are_removed_in_any_order() {
    let hosts = ["atcr.io", "buoy.cr:8443", "localhost:5000"];
    let orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]];
    for ((name, content), order) in files("before").into_iter().zip(orders.into_iter().cycle()) {
        let home = home(&content);
        configure(&home, &hosts[..2]);
        configure(&home, &hosts[2..]);
        for at in order {
            configure(&home, &["--remove", hosts[at]]);
        }
        assert!(read(&home, CONFIG) == content, "{name} {order:?}");
    }
}

#[test]
fn without_the_backup_files_with_members_are_restored() {
    // Only the backup has an empty file or an empty credHelpers.
    let empty = ["{}", "{ }", "{\n}", "", "\n\n"];
    for (name, content) in files("before") {
        if empty.map(str::as_bytes).contains(&content.trim_ascii_end()) || name.contains("helpers-empty") {
            continue;
        }
        let home = home(&content);
        configure(&home, &["atcr.io"]);
        fs::remove_file(home.path(BACKUP)).unwrap();
        configure(&home, &["--remove", "atcr.io"]);
        if name != "helpers-null.json" && name != "empty-object-crlf.json" {
            assert!(read(&home, CONFIG) == content, "{name}");
        }
    }
}

#[test]
fn changes_of_other_programs_stay() {
    let home = home("{\n\t\"auths\": {}\n}");
    configure(&home, &["atcr.io"]);
    // docker login writes its own keys in its own order.
    home.write(CONFIG, "{\n\t\"auths\": {\n\t\t\"ghcr.io\": {}\n\t},\n\t\"credHelpers\": {\n\t\t\"atcr.io\": \"atcr\",\n\t\t\"gcr.io\": \"gcloud\"\n\t}\n}");
    configure(&home, &["--remove", "atcr.io"]);
    let expected =
        "{\n\t\"auths\": {\n\t\t\"ghcr.io\": {}\n\t},\n\t\"credHelpers\": {\n\t\t\"gcr.io\": \"gcloud\"\n\t}\n}";
    assert_eq!(text(&home, CONFIG), expected);
}

#[test]
fn a_configured_file_is_not_written() {
    for (name, content) in files("before") {
        let home = home(content);
        configure(&home, &["--remove", "atcr.io"]);
        assert!(!home.path(BACKUP).exists(), "{name}");
        configure(&home, &["atcr.io"]);
        let before = listing(&home.path(".docker"));
        let stderr = configure(&home, &["atcr.io"]);
        // Docker can't parse a file with a byte order mark.
        let is_there = if name == "bom.json" {
            "is configured for atcr.io"
        } else {
            "Docker already uses docker-credential-atcr for atcr.io"
        };
        assert!(stderr.contains(is_there), "{name}: {stderr}");
        assert_eq!(listing(&home.path(".docker")), before, "{name}");
    }
}

#[test]
fn an_invalid_file_is_refused_untouched_and_not_quoted() {
    let refused = files("refused");
    let reasons = [
        ("array.json", "the file is not a JSON object (line 1)"),
        ("comments.json", "invalid JSON: key must be a string at line 2 column 3"),
        (
            "control-character.json",
            "invalid JSON: control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0",
        ),
        ("cut-off.json", "invalid JSON: EOF while parsing a string at line 4 column 20"),
        ("helpers-text.json", "credHelpers is not a JSON object (line 2)"),
        ("helpers-twice.json", "duplicate key credHelpers (line 3)"),
        ("host-twice.json", "duplicate key atcr.io (line 4)"),
        ("latin-1.json", "invalid UTF-8 (line 2)"),
        ("null.json", "the file is not a JSON object (line 1)"),
        ("single-quotes.json", "invalid JSON: key must be a string at line 1 column 2"),
        ("trailing-comma.json", "invalid JSON: trailing comma at line 4 column 1"),
        ("utf-16-big.json", "UTF-16, which Docker can't read; save it as UTF-8"),
        ("utf-16.json", "UTF-16, which Docker can't read; save it as UTF-8"),
        ("yaml.json", "invalid JSON: expected value at line 1 column 1"),
    ];
    assert_eq!(refused.len(), reasons.len());
    for ((name, content), (of, reason)) in refused.into_iter().zip(reasons) {
        assert_eq!(name, of);
        for arguments in [&["configure-docker", "atcr.io"][..], &["configure-docker", "--remove", "atcr.io"]] {
            let home = home(&content);
            let before = listing(&home.path(".docker"));
            let config = shown(&home, CONFIG);
            let again = if arguments.len() == 2 { " && docker-credential-atcr configure-docker atcr.io" } else { "" };
            let mv = if cfg!(windows) { "move" } else { "mv -n" };
            let error = format!("error: {config}: {reason}\n  run: {mv} {config} {config}.broken{again}\n");
            home.run(arguments).status(1).stderr(error).check();
            assert_eq!(listing(&home.path(".docker")), before, "{name}");
        }
    }
}
