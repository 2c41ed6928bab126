//! skopeo.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::client::{Client, EMPTY_TAR};
use super::containers::every_scenario_of_the_family;
use super::scenarios::{configured, image, is_refused, publish, succeeds};
use super::{every_scenario, installed};
use crate::support::{AppView, EVAN, Home, MICHELLE, appview, two_accounts};

pub struct Skopeo(PathBuf);

every_scenario!(skopeos());
every_scenario_of_the_family!(skopeos());

/// A process gets a registry's credential once, so a copy has that of the destination for both sides.
#[test]
fn skopeo_copies_as_the_account_in_the_destination() {
    for skopeo in skopeos() {
        let (appview, home) = configured(&skopeo, two_accounts());
        publish(&skopeo, &home, &image(&appview, EVAN));
        is_refused::<Skopeo>(between(&skopeo, &home, &appview, &[]));
        let evans = format!("{EVAN}:{}", home.secret(&appview, EVAN));
        succeeds(between(&skopeo, &home, &appview, &["--src-creds", &evans]));
        assert_eq!(appview.pushed(&format!("{MICHELLE}/app"), "1").unwrap().by, MICHELLE);
    }
}

#[test]
fn skopeo_copies_a_public_image_of_another_account() {
    for skopeo in skopeos() {
        let (appview, home) = configured(&skopeo, two_accounts());
        publish(&skopeo, &home, &image(&appview, EVAN));
        appview.make_public(&format!("{EVAN}/app"));
        succeeds(between(&skopeo, &home, &appview, &[]));
        assert_eq!(appview.pushed(&format!("{MICHELLE}/app"), "1").unwrap().by, MICHELLE);
    }
}

/// Copies Evan's image to Michelle's.
fn between(skopeo: &Skopeo, home: &Home, appview: &AppView, flags: &[&str]) -> Command {
    let [from, to] = [EVAN, MICHELLE].map(|owner| format!("docker://{}", image(appview, owner)));
    skopeo.command(home, &[&["copy"], flags, &[&*from, &*to]].concat())
}

pub fn skopeos() -> Vec<Skopeo> {
    installed::speaking("skopeo", "skopeo version").into_iter().map(Skopeo).collect()
}

impl Client for Skopeo {
    const FAILURE: i32 = 1;

    fn program(&self) -> &Path {
        &self.0
    }

    fn make(&self, home: &Home, _: &str) {
        make_folder(home);
    }

    fn push(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["copy", "dir:made", &format!("docker://{image}")])
    }

    fn pull(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["copy", &format!("docker://{image}"), "dir:pulled"])
    }
}

/// skopeo has no storage of its own: an image is a folder (`dir:made`), and a name is given to it when it is pushed.
pub fn make_folder(home: &Home) {
    let part = |media_type: &str, content: &[u8]| {
        let digest = appview::digest(content);
        home.write(&digest.replace("sha256:", "made/"), content);
        json!({"mediaType": media_type, "digest": digest, "size": content.len()})
    };
    let layer = part("application/vnd.oci.image.layer.v1.tar", &EMPTY_TAR);
    let rootfs = json!({"type": "layers", "diff_ids": [layer["digest"]]});
    let config = json!({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}).to_string();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": part("application/vnd.oci.image.config.v1+json", config.as_bytes()),
        "layers": [layer],
    });
    home.write("made/manifest.json", manifest.to_string());
    home.write("made/version", "Directory Transport Version: 1.1\n");
}
