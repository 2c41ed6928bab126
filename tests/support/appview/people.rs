//! The accounts and their credentials.

use std::collections::HashSet;

use super::fresh;

/// A person with an AT Protocol account.
pub struct Person {
    pub handle: String,
    pub did: String,
    pub app_passwords: HashSet<String>,
    /// Whether the AppView's OAuth session with the person's PDS is dead.
    pub session_expired: bool,
    device_secrets: HashSet<String>,
}

impl Person {
    pub fn new_device_secret(&mut self) -> String {
        let secret = format!("atcr_device_{}", fresh::hex());
        self.device_secrets.insert(secret.clone());
        secret
    }

    fn is(&self, name: &str) -> bool {
        self.handle.eq_ignore_ascii_case(name) || self.did.eq_ignore_ascii_case(name)
    }
}

/// Why a user name and password are not valid.
pub enum Refusal {
    Rejected,
    /// The secret is valid, but the session of the person with this handle must be renewed in a browser.
    SessionExpired(String),
}

/// Everybody, in the order in which they were added.
#[derive(Default)]
pub struct People(Vec<Person>);

impl People {
    pub fn add(&mut self, handle: &str, did: &str) {
        self.0.retain(|person| !person.is(handle));
        self.0.push(Person {
            handle: handle.to_owned(),
            did: did.to_owned(),
            app_passwords: HashSet::new(),
            session_expired: false,
            device_secrets: HashSet::new(),
        });
    }

    /// By handle or DID, in any case.
    pub fn find(&self, name: &str) -> Option<&Person> {
        self.0.iter().find(|person| person.is(name))
    }

    /// By handle or DID, for callers that added the person before.
    pub fn known(&mut self, name: &str) -> &mut Person {
        let person = self.0.iter_mut().find(|person| person.is(name));
        person.unwrap_or_else(|| panic!("{name:?} is not known here: add them with person()"))
    }

    pub fn revoke(&mut self, secret: &str) {
        for person in &mut self.0 {
            person.device_secrets.remove(secret);
            person.app_passwords.remove(secret);
        }
    }

    /// The owner of this Basic user and password.
    pub fn check(&self, user: &str, password: &str) -> Result<&Person, Refusal> {
        match self.find(user) {
            Some(person) if person.app_passwords.contains(password) => Ok(person),
            Some(person) if !person.device_secrets.contains(password) => Err(Refusal::Rejected),
            Some(person) if person.session_expired => Err(Refusal::SessionExpired(person.handle.clone())),
            Some(person) => Ok(person),
            None => Err(Refusal::Rejected),
        }
    }

    /// The one name that a repository is kept under: its owner's handle may be written in any case, or be a DID.
    pub fn repository(&self, name: &str) -> String {
        match name.split_once('/') {
            Some((owner, rest)) => {
                let owner = self.find(owner).map_or(owner, |person| &person.handle);
                format!("{owner}/{rest}")
            }
            None => name.to_owned(),
        }
    }
}
