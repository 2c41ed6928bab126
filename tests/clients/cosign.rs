//! cosign, which signs an image that is in the registry.

use std::path::Path;
use std::process::Command;

use super::crane::cranes;
use super::installed;
use super::scenarios::{image, publish, succeeds};
use super::shape::{logged_in, other_than};
use crate::support::{EVAN, Home, MICHELLE};

#[test]
fn signatures_are_pushed_as_the_account_in_the_image_name() {
    let (Some(cosign), Some(crane)) = (installed::fetched("cosign").pop(), cranes().pop()) else { return };
    for owner in [EVAN, MICHELLE] {
        let (appview, home) = logged_in(&[owner, other_than(owner)]);
        let image = image(&appview, owner);
        publish(&crane, &home, &image);
        let before = appview.log().len();
        succeeds(command(&cosign, &home, &["generate-key-pair"]));
        let offline = ["--tlog-upload=false", "--use-signing-config=false", "--yes"];
        succeeds(command(&cosign, &home, &[&["sign", "--key", "cosign.key"], &offline[..], &[&*image]].concat()));
        succeeds(command(&cosign, &home, &["verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true", &image]));
        let (written, read): (Vec<_>, Vec<_>) = appview
            .log()
            .split_off(before)
            .into_iter()
            .filter(|request| request.path.contains("/manifests/") && request.status < 300)
            .partition(|request| request.method == "PUT");
        assert!(!written.is_empty() && !read.is_empty());
        assert!(written.iter().chain(&read).all(|request| request.identity.as_deref() == Some(owner)));
    }
}

fn command(cosign: &Path, home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(cosign);
    command.args(arguments).env("COSIGN_PASSWORD", "");
    command
}
