//! Downloads of a release that don't end, or lead from https to http.

use std::time::Duration;

use serde_json::json;

use super::server::{MisbehavingServer, answer, goes_on, says};
use super::{Witness, tls};
use crate::update::{Installed, KEY, platform};

/// The program, and a registry whose newest release is at this address.
fn offered(url: &str) -> Installed {
    let installed = Installed::new();
    installed.offer_with("a.tar.gz", b"", |release| release["download_urls"][platform()] = json!(url));
    installed
}

#[test]
fn an_endless_download_is_given_up() {
    let server =
        MisbehavingServer::answering(goes_on("HTTP/1.1 200 OK\r\n\r\n", vec![0; 65_536], Duration::ZERO), None);
    let installed = offered(&format!("http://{}/a.tar.gz", server.host));
    for (words, without) in
        [("checksums.txt: it is longer than 64 kB", "NOTHING"), ("a.tar.gz: it is longer than 64 MB", KEY)]
    {
        installed.run(&["update", "--yes"]).without_env(without).status(1).stderr_has(&[words]).check();
        assert!(installed.is_as_it_was());
    }
}

#[test]
fn a_download_over_https_is_not_redirected_to_http() {
    let (witness, certificates) = (Witness::new(), tls::good());
    let redirect = answer("307 x", &format!("Location: http://{}/a.tar.gz\r\n", witness.host()), "");
    let server = MisbehavingServer::answering(says(redirect), Some(certificates.server));
    let installed = offered(&format!("https://{}/a.tar.gz", server.host));
    installed.home.write("ca.pem", certificates.authority_pem);
    for (file, without) in [("checksums.txt: ", "NOTHING"), ("a.tar.gz: ", KEY)] {
        installed
            .run(&["update", "--yes"])
            .without_env(without)
            .env("SSL_CERT_FILE", installed.home.path("ca.pem"))
            .status(1)
            .stderr_has(&[file, "it is redirected to an address that is not https"])
            .check();
        assert!(installed.is_as_it_was());
    }
    witness.saw_nobody();
}
