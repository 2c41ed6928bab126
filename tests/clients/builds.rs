//! Builds on a private base image: nothing is pushed, and so the Dockerfile chooses the account.

use std::process::Command;

use super::client::Client;
use super::scenarios::{configured, image, last_read, publish, succeeds};
use crate::support::{AppView, EVAN, Home, MICHELLE, two_accounts};

/// A client that builds images as well.
pub trait Builder: Client {
    /// The command that builds the folder `context`, looking in the registry for what it is built upon.
    fn build(&self, home: &Home, tag: &str) -> Command;
}

pub fn a_base_image_of_the_tagged_account_is_pulled<B: Builder>(client: &B) {
    let (appview, home) = configured(client, two_accounts());
    for owner in [EVAN, MICHELLE] {
        publish(client, &home, &image(&appview, owner));
        let tag = built_upon(&appview, &home, owner, owner);
        succeeds(client.build(&home, &tag));
        assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
        succeeds(client.push(&home, &tag));
        assert_eq!(appview.pushed(&format!("{owner}/built"), "1").unwrap().by, owner);
    }
}

pub fn a_base_image_of_another_account_is_pulled_as_that_account<B: Builder>(client: &B) {
    let (appview, home) = configured(client, two_accounts());
    for (owner, other) in [(EVAN, MICHELLE), (MICHELLE, EVAN)] {
        publish(client, &home, &image(&appview, other));
        let tag = built_upon(&appview, &home, owner, other);
        succeeds(client.build(&home, &tag));
        assert_eq!(last_read(&appview, other), (Some(other.to_owned()), 200));
    }
}

/// Prepares a build for one account upon the image of another, and returns the tag.
fn built_upon(appview: &AppView, home: &Home, owner: &str, base: &str) -> String {
    home.write("context/Dockerfile", format!("FROM {}\nCOPY Dockerfile /\n", image(appview, base)));
    format!("{}/{owner}/built:1", appview.host())
}
