//! `command-lines.tsv`: real command lines, and the account that each must use, whichever is active.

use atcr::domain::{Account, Accounts, Inputs, RegistryUrl, Secret, SecretLocation, find_owners, select};

const LINES: [&str; 2] = [include_str!("command-lines.tsv"), include_str!("more-command-lines.tsv")];

const A: &str = "a.example";
const B: &str = "b.example";

/// The expected account, `active` where the words name none, and the words.
fn lines() -> Vec<(&'static str, Vec<String>)> {
    let lines = LINES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once('\t').unwrap()).map(|(expected, words)| (expected, words_of(words))).collect()
}

fn words_of(line: &str) -> Vec<String> {
    line.split(' ').map(with_owners).collect()
}

/// R, A and B stand for the registry and the accounts where they are whole words.
fn with_owners(word: &str) -> String {
    let mut replaced = String::new();
    for part in word.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let name = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let long = match name {
            "R" => "atcr.io",
            "A" => A,
            "B" => B,
            "S" => "stranger.example",
            other => other,
        };
        replaced.push_str(long);
        replaced.push_str(&part[name.len()..]);
    }
    replaced
}

fn account(handle: &str) -> Account {
    Account { handle: handle.parse().unwrap(), did: None, secret: SecretLocation::Inline(Secret::new("s")) }
}

fn selected(words: &[String], active: &str) -> Option<String> {
    let accounts = Accounts::new(vec![account(A), account(B)], Some(active.parse().unwrap()));
    let registry: RegistryUrl = "https://atcr.io".parse().unwrap();
    let owners = find_owners(words, &registry).unwrap_or_default();
    let inputs =
        Inputs { environment: None, account_variable: None, path: None, words: || &owners[..], files: || &[][..] };
    select(&accounts, inputs).ok().map(|selected| selected.account.handle.to_string())
}

#[test]
fn each_line_uses_its_account_whichever_is_active() {
    let mut wrong = Vec::new();
    for (expected, words) in lines() {
        for active in [A, B] {
            let expected = match expected {
                "A" => A,
                "B" => B,
                _ => active,
            };
            let used = selected(&words, active);
            if used.as_deref() != Some(expected) {
                wrong.push(format!("{}: {used:?}, not {expected}, with {active} active", words.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lines().len() > 300, "{}", lines().len());
}
