//! Rules that hold for any words of a command line, tested with random ones, as in properties.rs.

use atcr::domain::{Account, Accounts, Inputs, RegistryUrl, Secret, SecretLocation, SelectError, find_owners, select};
use proptest::prelude::*;

use crate::properties::{handle, host, rules};

proptest! {
    #![proptest_config(rules())]

    #[test]
    fn an_image_of_another_host_never_selects(
        host in host(),
        near in "[a-z]{1,3}",
        image in handle(),
        form in prop::sample::select(&FORMS[..]),
    ) {
        let registry: RegistryUrl = format!("https://{host}").parse().unwrap();
        let bare = host.split(':').next().unwrap();
        for other in [
            format!("{near}{host}"),
            format!("{near}.{host}"),
            format!("{bare}.{near}"),
            format!("{bare}-{near}"),
            format!("{bare}{near}.example"),
            format!("{bare}:10000"),
            format!("{near}/{host}"),
            format!("{near}@{host}"),
            format!("{host}@{near}.example"),
            format!("{near}.example/{host}"),
            format!("{near}.example?{host}"),
            format!("{near}.example#{host}"),
            format!("{near}.example\\{host}"),
            format!(" {host}"),
            format!("{host} "),
        ] {
            let word = form.replace("IMAGE", &format!("{other}/{image}/app"));
            let found = find_owners(&["client", &word, "copy"], &registry);
            prop_assert_eq!(found, None, "{} at {}", word, registry);
        }
        let word = form.replace("IMAGE", &format!("{host}/{image}/app"));
        prop_assert_eq!(find_owners(&["client", &word], &registry).map(|found| found.len()), Some(1), "{}", word);
    }

    #[test]
    fn no_words_select_what_is_neither_named_nor_active(
        words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..12),
        active in prop::option::of(0..3_usize),
    ) {
        let handles = ["a.example", "b.example", "c.example"];
        let account = |handle: &str| {
            Account { handle: handle.parse().unwrap(), did: None, secret: SecretLocation::Inline(Secret::new("s")) }
        };
        let active = active.map(|number| handles[number]);
        let accounts = Accounts::new(handles.map(account).to_vec(), active.map(|handle| handle.parse().unwrap()));
        let registry = "https://atcr.io".parse().unwrap();
        let owners = find_owners(&words, &registry).unwrap_or_default();
        let inputs = Inputs {
            environment: None,
            account_variable: None,
            helper: None,
            path: None,
            words: || &owners[..],
            files: || &[][..],
        };
        let is_named = |handle: &str| words.iter().any(|word| word.contains(&format!("atcr.io/{handle}")));
        match select(&accounts, inputs) {
            Ok(used) => {
                let handle = used.account.handle.as_str();
                prop_assert!(active == Some(handle) || is_named(handle), "{} by {:?}", handle, words);
            }
            Err(SelectError::Rivals { handles, .. }) => {
                prop_assert!(handles.iter().all(|handle| is_named(handle.as_str())), "{:?} by {:?}", handles, words);
            }
            Err(_) => prop_assert_eq!(active, None),
        }
    }
}

/// What command lines of clients consist of.
const WORDS: [&str; 60] = [
    "docker",
    "podman",
    "buildah",
    "skopeo",
    "docker-buildx",
    "executor",
    "crane",
    "oras",
    "helm",
    "tool",
    "push",
    "pull",
    "build",
    "buildx",
    "bake",
    "run",
    "copy",
    "manifest",
    "create",
    "compose",
    "image",
    "cp",
    "sync",
    "tag",
    "-t",
    "--tag",
    "-qt",
    "--push",
    "--push=false",
    "-o",
    "--output",
    "--set",
    "--build-arg",
    "--cache-to",
    "--cache-from",
    "--from",
    "--to",
    "--label",
    "-e",
    "--",
    "-",
    "--x",
    ".",
    "type=registry",
    "type=image,push=true",
    "atcr.io/a.example/x",
    "atcr.io/b.example/y:1",
    "atcr.io/stranger.example/z",
    "elsewhere.example/a.example/x",
    "--tag=atcr.io/a.example/x",
    "-tatcr.io/b.example/y",
    "X=atcr.io/a.example/x",
    "docker://atcr.io/b.example/y",
    "*.tags=atcr.io/a.example/x",
    "*.args.X=atcr.io/b.example/y",
    "type=registry,ref=atcr.io/a.example/x",
    "type=image,name=atcr.io/b.example/y,push=true",
    "containers-storage:atcr.io/a.example/x",
    "c.example/atcr.io/c.example/x",
    "name=atcr.io/a.example/x,atcr.io/b.example/y",
];

/// The forms in which a command line names an image.
const FORMS: [&str; 10] = [
    "IMAGE",
    "IMAGE:tag",
    "docker://IMAGE",
    "oci://IMAGE",
    "https://IMAGE",
    "-tIMAGE",
    "--tag=IMAGE",
    "--build-arg=BASE=IMAGE",
    "type=registry,ref=IMAGE",
    "containers-storage:[overlay@/run]IMAGE",
];
