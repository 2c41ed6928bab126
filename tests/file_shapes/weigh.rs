//! Which account is used: the words of the nearest client that names an image, and the files of those up to it.

use atcr::docker::clients::{Client, may_read_images, named_in_files};
use atcr::domain::{
    Account, Accounts, Command, Inputs, RegistryUrl, Secret, SecretLocation, SelectError, find_owners, select,
};

/// The handle, or `error` for two owners of what is written.
pub fn weigh(clients: &[Client], registry: &str, own: &[&str], active: &str) -> String {
    let registry: RegistryUrl = registry.parse().unwrap();
    let (mut words, mut asked) = (Vec::new(), clients);
    for (at, client) in clients.iter().enumerate() {
        if let Some(owners) = find_owners(&client.words, &registry) {
            (words, asked) = (owners, &clients[..=at]);
            break;
        }
    }
    let readers: Vec<Client> =
        asked.iter().filter(|client| may_read_images(&Command::parse(&client.words))).cloned().collect();
    let files = named_in_files(&readers, &registry).owners;
    let accounts = own.iter().map(|handle| account(handle)).collect();
    let accounts = Accounts::new(accounts, Some(active.parse().unwrap()));
    let inputs = Inputs {
        environment: None,
        account_variable: None,
        helper: None,
        path: None,
        words: || &words[..],
        files: || &files[..],
    };
    match select(&accounts, inputs) {
        Ok(selected) => selected.account.handle.to_string(),
        Err(SelectError::Rivals { .. }) => "error".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}

fn account(handle: &str) -> Account {
    Account { handle: handle.parse().unwrap(), did: None, secret: SecretLocation::Inline(Secret::new("s")) }
}
