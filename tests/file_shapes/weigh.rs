//! Which account is used: the words of the nearest client that names an image, against its files.

use std::collections::BTreeSet;

use atcr::docker::clients::{Client, named_in_files};
use atcr::domain::{Access, ImageOwner, RegistryUrl, find_owners};

/// The handle, or `error` for two owners of what is written.
pub fn weigh(clients: &[Client], registry: &str, own: &[&str], active: &str) -> String {
    let registry: RegistryUrl = registry.parse().unwrap();
    let in_words = clients.iter().map(|client| find_owners(&client.words, &registry)).find(|owners| !owners.is_empty());
    let words = strongest(&in_words.unwrap_or_default(), own);
    let files = strongest(&named_in_files(clients, &registry), own);
    // What is written by a file weighs more than what is only read by the words.
    match if files.0 > words.0 { files } else { words } {
        (_, owners) if owners.len() == 1 => owners.into_iter().collect(),
        (Some(Access::Written), owners) if owners.len() > 1 => "error".to_owned(),
        _ => active.to_owned(),
    }
}

/// The strongest access to an own image, and the owners of those images.
fn strongest(owners: &[ImageOwner], own: &[&str]) -> (Option<Access>, BTreeSet<String>) {
    let named = owners.iter().map(|owner| (owner.access, owner.identity.to_string()));
    let named: Vec<_> = named.filter(|(_, name)| own.contains(&&**name)).collect();
    let access = named.iter().map(|(access, _)| *access).max();
    let names = named.into_iter().filter(|(each, _)| Some(*each) == access).map(|(_, name)| name);
    (access, names.collect())
}
