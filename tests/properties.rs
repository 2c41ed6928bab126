//! Rules that hold for every input, tested with random ones. `PROPTEST_CASES` sets how many.

use atcr::domain::{
    Access, Account, Accounts, Did, Handle, Identity, ImageOwner, Inputs, InsecureRegistries, Reason, Registries,
    RegistryUrl, Secret, SecretLocation, SelectError, ServerString, select,
};
use atcr::storage::accounts_file::Document;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

pub fn rules() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

pub fn handle() -> impl Strategy<Value = String> {
    "[a-e][a-z0-9]{0,3}(\\.[a-z]([a-z0-9-]{0,3}[a-z0-9])?){1,2}"
}

pub fn host() -> impl Strategy<Value = String> {
    "[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\\.[a-z]([a-z0-9-]{0,8}[a-z0-9])?){1,2}(:[1-9][0-9]{0,3})?"
}

/// What other programs may have written to the file.
fn unknown() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        "[0-9]{1,30}(\\.[0-9]{1,20})?".prop_map(|number| {
            let number = number.trim_start_matches('0');
            serde_json::from_str(if number.starts_with(|c: char| c.is_ascii_digit()) { number } else { "0" }).unwrap()
        }),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// An account in the format of the helpers before this one.
fn old_account() -> impl Strategy<Value = Value> {
    (handle(), "atcr_device_[a-z]{1,8}", prop::option::of("did:plc:[a-z2-7]{4}"), unknown()).prop_map(
        |(handle, secret, did, unknown)| {
            let mut account = json!({"handle": handle, "device_secret": secret, "unknown of account": unknown});
            if let Some(did) = did {
                account["did"] = json!(did);
            }
            account
        },
    )
}

fn written(document: &Document, registries: &Registries) -> Document {
    let mut document = document.clone();
    document.apply(registries);
    Document::parse(&document.to_bytes()).unwrap()
}

fn as_value(document: &Document) -> Value {
    serde_json::from_slice(&document.to_bytes()).unwrap()
}

fn secret(account: &Account) -> &str {
    match &account.secret {
        SecretLocation::Inline(secret) => secret.expose(),
        SecretLocation::Store(store) => panic!("stored in {store}"),
    }
}

proptest! {
    #![proptest_config(rules())]

    #[test]
    fn migrating_the_first_helpers_file_loses_nothing(account in old_account(), url in host(), unknown in unknown()) {
        let mut old = account.clone();
        old["appview_url"] = json!(format!("https://{url}"));
        old["unknown of file"] = unknown.clone();
        let document = Document::parse(old.to_string().as_bytes()).unwrap();
        prop_assert!(document.is_migrated());
        let registries = document.registries().clone();
        let accounts = registries.get(&url.parse().unwrap()).unwrap();
        let active = accounts.active().unwrap();
        prop_assert_eq!(active.handle.as_str(), account["handle"].as_str().unwrap());
        prop_assert_eq!(secret(active), account["device_secret"].as_str().unwrap());
        let new = written(&document, &registries);
        prop_assert_eq!(new.registries(), &registries);
        let entry = as_value(&new)["registries"][format!("https://{}", trimmed(&url))]["accounts"][active.handle.as_str()].clone();
        prop_assert_eq!(&entry["unknown of account"], &account["unknown of account"]);
        prop_assert_eq!(&entry["unknown of file"], &unknown);
    }

    #[test]
    fn migrating_the_second_helpers_file_loses_nothing(
        credentials in prop::collection::hash_map(host(), old_account(), 0..6),
        unknown in unknown(),
    ) {
        let credentials: Map<String, Value> =
            credentials.into_iter().map(|(host, account)| (format!("https://{}", trimmed(&host)), account)).collect();
        let old = json!({"credentials": credentials, "unknown": unknown});
        let document = Document::parse(old.to_string().as_bytes()).unwrap();
        let registries = document.registries().clone();
        let new = written(&document, &registries);
        prop_assert_eq!(new.registries(), &registries);
        let file = as_value(&new);
        prop_assert_eq!(&file["unknown"], &unknown);
        prop_assert_eq!(file["registries"].as_object().unwrap().len(), credentials.len());
        for (url, account) in credentials {
            let registry = &file["registries"][&url];
            let handle = account["handle"].as_str().unwrap();
            prop_assert_eq!(&registry["active"], &account["handle"]);
            prop_assert_eq!(&registry["accounts"][handle], &account);
        }
    }

    #[test]
    fn logins_are_read_back_and_nothing_else_changes(
        accounts in prop::collection::vec((host(), old_account()), 0..8),
        unknown in unknown(),
    ) {
        let document = Document::parse(json!({"version": 2, "mine": unknown}).to_string().as_bytes()).unwrap();
        let mut registries = Registries::default();
        for (host, account) in &accounts {
            registries.at(&host.parse().unwrap()).log_in(Account {
                handle: account["handle"].as_str().unwrap().parse().unwrap(),
                did: account["did"].as_str().map(|did| did.parse().unwrap()),
                secret: SecretLocation::Inline(Secret::new(account["device_secret"].as_str().unwrap())),
            });
        }
        let new = written(&document, &registries);
        prop_assert_eq!(new.registries(), &registries);
        prop_assert_eq!(&as_value(&new)["mine"], &unknown);
        prop_assert_eq!(written(&new, &registries).to_bytes(), new.to_bytes());
    }

    #[test]
    fn names_are_read_back_as_written(host in host(), handle in handle(), id in "[a-zA-Z0-9._-]{1,20}") {
        let did: Did = format!("did:plc:{id}").parse().unwrap();
        prop_assert_eq!(did.to_string().parse::<Did>(), Ok(did.clone()));
        let handle: Handle = handle.to_uppercase().parse().unwrap();
        prop_assert_eq!(handle.to_string().parse::<Handle>(), Ok(handle.clone()));
        for identity in [Identity::Handle(handle), Identity::Did(did)] {
            prop_assert_eq!(identity.to_string().parse(), Ok(identity.clone()));
            let server: ServerString = format!("{host}/{identity}/app").parse().unwrap();
            prop_assert_eq!(server.identity(), Some(&identity));
            let insecure = InsecureRegistries::default();
            let registry = server.registry(|| &insecure).unwrap();
            prop_assert!(registry.is_https());
            prop_assert_eq!(registry.to_string().parse::<RegistryUrl>(), Ok(registry));
        }
    }

    #[test]
    fn any_text_is_a_server_or_refused(text in any::<String>()) {
        if let Ok(server) = text.parse::<ServerString>() {
            prop_assert!(server.host().bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn selection_is_total_and_selects_what_there_is(
        members in prop::collection::vec((0..5_usize, prop::option::of(0..5_usize)), 0..5),
        active in prop::option::of(0..5_usize),
        environment in any::<bool>(),
        variable in prop::option::of(0..6_usize),
        helper in prop::option::weighted(0.2, 0..4_usize),
        path in prop::option::of(0..6_usize),
        in_words in prop::collection::vec((0..6_usize, 0..3_usize), 0..5),
        in_files in prop::collection::vec((0..6_usize, 0..3_usize), 0..5),
    ) {
        let name = |number: usize| Identity::Handle(format!("a{number}.example").parse().unwrap());
        let members = members.into_iter().map(|(number, did)| Account {
            handle: format!("a{number}.example").parse().unwrap(),
            did: did.map(|did| format!("did:plc:{did}").parse().unwrap()),
            secret: SecretLocation::Inline(Secret::new("s")),
        });
        let accounts = Accounts::new(members.collect(), active.map(name));
        let of_environment = Account { handle: "ci.example".parse().unwrap(), did: None, secret: SecretLocation::Inline(Secret::new("e")) };
        let (variable, helper, path) = (variable.map(name), helper.map(name), path.map(name));
        let owners = |images: &[(usize, usize)], file: Option<&str>| -> Vec<ImageOwner> {
            let access = [Access::Local, Access::Read, Access::Written];
            let owner = |&(number, weight): &(usize, usize)| {
                ImageOwner { identity: name(number), access: access[weight], file: file.map(str::to_owned) }
            };
            images.iter().map(owner).collect()
        };
        let (words, files) = (owners(&in_words, None), owners(&in_files, Some("compose.yaml")));
        let select = |words: &[ImageOwner], files: &[ImageOwner]| {
            let inputs = Inputs {
                environment: environment.then_some(&of_environment),
                account_variable: variable.as_ref(),
                helper: helper.as_ref(),
                path: path.as_ref(),
                words: || words,
                files: || files,
            };
            select(&accounts, inputs)
        };
        let selected = select(&words, &files);
        let named = |owners: &[ImageOwner], used: &Account| {
            owners.iter().filter_map(|owner| accounts.find(&owner.identity)).find(|account| *account == used)
        };
        let is = |identity: &Option<Identity>| identity.as_ref().and_then(|identity| accounts.find(identity));
        match &selected {
            Ok(used) => {
                prop_assert!(environment || accounts.iter().any(|account| account == used.account));
                let expected = match &used.reason {
                    Reason::Environment => environment.then_some(&of_environment),
                    Reason::AccountVariable => is(&variable),
                    // Only a person's command has it.
                    Reason::Flag => None,
                    Reason::Helper => is(&helper),
                    Reason::Image => is(&path).or_else(|| named(&words, used.account)),
                    Reason::File { .. } => named(&files, used.account),
                    Reason::Active => accounts.active(),
                    Reason::Sole => accounts.sole(),
                };
                prop_assert_eq!(Some(used.account), expected);
            }
            Err(SelectError::NotLoggedIn) => prop_assert!(accounts.is_empty() && !environment),
            Err(SelectError::NoSuchAccount(identity)) => prop_assert!(Some(identity) == variable.as_ref() && is(&variable).is_none()),
            Err(SelectError::NoHelperAccount(identity)) => prop_assert!(Some(identity) == helper.as_ref() && is(&helper).is_none()),
            Err(SelectError::Ambiguous) => prop_assert!(accounts.active().is_none() && variable.is_none()),
            Err(SelectError::Rivals { handles, file }) => {
                let owners = if file.is_some() { &files } else { &words };
                for handle in handles {
                    let is_written = |owner: &&ImageOwner| owner.access == Access::Written;
                    let mut written = owners.iter().filter(is_written).filter_map(|owner| accounts.find(&owner.identity));
                    prop_assert!(written.any(|account| account.handle == *handle));
                }
                prop_assert!(handles.len() > 1);
            }
        }
        // Images of others change nothing.
        let own = |owners: &[ImageOwner]| -> Vec<ImageOwner> {
            owners.iter().filter(|owner| accounts.find(&owner.identity).is_some()).cloned().collect()
        };
        prop_assert_eq!(select(&own(&words), &own(&files)), selected);
    }
}

/// Without the default port, as keys of device.json are.
fn trimmed(host: &str) -> &str {
    host.strip_suffix(":443").unwrap_or(host)
}
