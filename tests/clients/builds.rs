//! Builds on a private base image: the command line has the tag, and so the tag chooses the account.

use std::process::Command;

use super::client::Client;
use super::scenarios::{acting_as, configured, image, is_refused, last_read, publish, succeeds};
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

/// A process gets a registry's credential once.
pub fn a_base_image_of_another_account_needs_atcr_account<B: Builder>(client: &B) {
    let (appview, home) = configured(client, two_accounts());
    for (owner, other) in [(EVAN, MICHELLE), (MICHELLE, EVAN)] {
        publish(client, &home, &image(&appview, other));
        let tag = built_upon(&appview, &home, owner, other);
        is_refused::<B>(client.build(&home, &tag));
        succeeds(acting_as(other, client.build(&home, &tag)));
        assert_eq!(last_read(&appview, other), (Some(other.to_owned()), 200));
    }
}

/// Prepares a build for one account upon the image of another, and returns the tag.
fn built_upon(appview: &AppView, home: &Home, owner: &str, base: &str) -> String {
    home.write("context/Dockerfile", format!("FROM {}\nCOPY Dockerfile /\n", image(appview, base)));
    format!("{}/{owner}/built:1", appview.host())
}
