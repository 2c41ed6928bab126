//! `command-lines.tsv`: real command lines, and the account that each must use, whichever is active.

use atcr::domain::{Account, Accounts, Inputs, RegistryUrl, Secret, SecretLocation, find_owners, select};

use crate::support::{EVAN, MICHELLE, two_accounts};

const LINES: [&str; 2] = [include_str!("command-lines.tsv"), include_str!("more-command-lines.tsv")];

const A: &str = "a.example";
const B: &str = "b.example";
const C: &str = "c.example";

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

/// The account of the words, or `error`. There is a third account, which no words name.
fn selected(words: &[String], active: &str) -> String {
    let accounts = Accounts::new(vec![account(A), account(B), account(C)], Some(active.parse().unwrap()));
    let registry: RegistryUrl = "https://atcr.io".parse().unwrap();
    let owners = find_owners(words, &registry).unwrap_or_default();
    let inputs = Inputs {
        environment: None,
        account_variable: None,
        helper: None,
        path: None,
        words: || &owners[..],
        files: || &[][..],
    };
    match select(&accounts, inputs) {
        Ok(selected) => selected.account.handle.to_string(),
        Err(_) => "error".to_owned(),
    }
}

#[test]
fn each_line_uses_its_account_whichever_is_active() {
    let mut wrong = Vec::new();
    for (expected, words) in lines() {
        for active in [A, B, C] {
            let expected = match expected {
                "A" => A,
                "B" => B,
                _ => active,
            };
            let used = selected(&words, active);
            if used != expected {
                wrong.push(format!("{}: {used}, not {expected}, with {active} active", words.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lines().len() > 300, "{}", lines().len());
}

/// Through the real program, with Michelle active: A is Evan and B is Michelle in every second line, or the other way round.
#[test]
fn a_sample_of_the_lines_holds_through_the_program() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    for (number, (expected, words)) in lines().into_iter().enumerate().step_by(9) {
        let (a, b) = if number % 2 == 0 { (EVAN, MICHELLE) } else { (MICHELLE, EVAN) };
        let real = |word: &String| word.replace("atcr.io", &host).replace(A, a).replace(B, b);
        let words: Vec<String> = words.iter().map(real).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let expected = match expected {
            "A" => a,
            "B" => b,
            _ => MICHELLE,
        };
        let get = home.verb("get", &*host).named(&words.join(" ")).under(&[&words]);
        get.stdout(home.credential(&appview, expected, &host)).check();
    }
}

/// The words that an earlier version got wrong, with B or C active.
#[test]
fn what_used_to_be_wrong_is_right() {
    for (line, expected) in [
        ("docker run -e BASE=R/B/app R/A/app:1", A),
        ("docker create --label base=R/B/app R/A/app", A),
        ("docker run R/A/x R/B/app:1", A),
        ("helm template x oci://R/A/web --set image.repository=R/B/app", A),
        ("docker build --build-arg BASE=R/A/app -t R/B/local ctx", A),
        ("podman build --from R/A/app -t R/B/x ctx", A),
        ("docker build --build-context base=docker-image://R/A/app ctx", A),
        ("apptainer pull oras://R/A/app", A),
        ("syft registry:R/A/app", A),
        ("shifterimg pull docker:R/A/app", A),
        ("syft oci-registry:R/A/app", A),
        ("docker scout cves registry://R/A/app", A),
        ("bootc switch ostree-unverified-registry:R/A/app", A),
        ("docker buildx build --push -t R/A/x -t R/B/x .", "error"),
        ("docker compose build --push --build-arg BASE=R/A/base", "active"),
        ("docker buildx bake --push --set *.args.BASE=R/A/base", "active"),
        ("docker run -e X=R/A/x R/B/y", B),
        ("oras push R/B/art:1 --annotation base=R/A/base:1 f", B),
        ("flux push artifact oci://R/B/m:1 --source=https://R/A/src", B),
        ("imgpkg copy --to-repo R/B/b --bundle R/A/b", B),
    ] {
        for active in [B, C] {
            let expected = if expected == "active" { active } else { expected };
            assert_eq!(selected(&words_of(line), active), expected, "{line}");
        }
    }
}

#[test]
fn an_image_in_front_of_thousands_of_words_is_found() {
    let line = format!("oras push R/A/m:1{}", " file".repeat(100_000));
    assert_eq!(selected(&words_of(&line), B), A);
}
