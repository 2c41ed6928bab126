//! Registries over TLS.

use crate::support::{AppView, EVAN, Home, https_appview};

fn over_tls() -> (AppView, Home) {
    let (appview, home) = (https_appview(), Home::new());
    home.log_in(&appview, &[EVAN]);
    home.write("ca.pem", appview.ca_pem());
    (appview, home)
}

#[test]
fn an_authority_named_by_the_environment_is_trusted() {
    let (appview, home) = over_tls();
    home.verb("get", appview.url())
        .env("SSL_CERT_FILE", home.path("ca.pem"))
        .stdout(home.credential(&appview, EVAN, &appview.url()))
        .check();
    assert_eq!(appview.log().len(), 1);
}

#[test]
fn a_revoked_credential_is_rejected_over_tls_too() {
    let (appview, home) = over_tls();
    appview.revoke(&home.secret(&appview, EVAN));
    home.verb("get", appview.url())
        .env("SSL_CERT_FILE", home.path("ca.pem"))
        .status(1)
        .stdout_has(&["rejected the credential"])
        .stderr_has(&["rejected the credential"])
        .check();
}

#[test]
fn an_untrusted_server_gets_no_secret() {
    let (appview, home) = over_tls();
    home.verb("get", appview.url()).stdout(home.credential(&appview, EVAN, &appview.url())).check();
    assert_eq!(appview.log().len(), 0);
}

#[test]
fn login_says_why_a_server_is_not_trusted() {
    let (appview, home) = over_tls();
    home.run(&["login", &appview.url()])
        .status(1)
        .stderr_has(&["error: can't log in to https://", "certificate"])
        .check();
}

#[test]
fn a_login_over_tls_is_found_by_the_bare_host_on_loopback() {
    let (appview, home) = over_tls();
    appview.approve_devices_as(EVAN);
    home.run(&["login", &appview.url()]).env("SSL_CERT_FILE", home.path("ca.pem")).stderr_has(&["Logged in"]).check();
    let host = appview.host();
    home.verb("get", &*host)
        .env("SSL_CERT_FILE", home.path("ca.pem"))
        .stdout(home.credential(&appview, EVAN, &host))
        .check();
}
