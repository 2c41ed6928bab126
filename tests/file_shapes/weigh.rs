//! Which account is used: by the words and files of the nearest client whose words or files name an image.

use std::slice;

use atcr::docker::clients::{Client, ClientFiles, may_read_images};
use atcr::domain::{
    Account, Accounts, Command, ImageOwner, Inputs, RegistryUrl, Secret, SecretLocation, SelectError, find_owners,
    select,
};

/// The handle, or `error` for two owners of what is written.
pub fn weigh(clients: &[Client], registry: &str, own: &[&str], active: &str) -> String {
    let registry: RegistryUrl = registry.parse().unwrap();
    let (words, files) = told(clients, &registry);
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

/// What the nearest client says that says anything, in its words and in its files.
fn told(clients: &[Client], registry: &RegistryUrl) -> (Vec<ImageOwner>, Vec<ImageOwner>) {
    let files = ClientFiles::default();
    for client in clients {
        let command = Command::parse(&client.words);
        let may_read = may_read_images(&command);
        let read = if may_read { files.owners(slice::from_ref(client), registry) } else { Vec::new() };
        // What bake's words set is a part of what its files say.
        let words = find_owners(&client.words, registry).filter(|_| !command.is_bake() || read.is_empty());
        if words.is_some() || !read.is_empty() {
            return (words.unwrap_or_default(), read);
        }
    }
    Default::default()
}

fn account(handle: &str) -> Account {
    Account { handle: handle.parse().unwrap(), did: None, secret: SecretLocation::Inline(Secret::new("s")) }
}
