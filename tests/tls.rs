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
fn an_untrusted_server_gets_no_secret_and_docker_neither() {
    let (appview, home) = over_tls();
    let line = format!(
        "the secret of {EVAN} is not for {}: its certificate is not trusted: no certificate authority that is trusted \
         here issued it; trust the certificate authority of your network: \
         export SSL_CERT_FILE=/path/to/authority.pem",
        appview.host()
    );
    home.verb("get", appview.url()).fails_with(&line).check();
    assert_eq!(appview.log().len(), 0);
}

#[test]
fn variables_that_name_no_authority_are_the_reason() {
    let (appview, home) = over_tls();
    home.write("empty.pem", "");
    for (file, reason) in [("empty.pem", "contains no certificate authority"), ("missing.pem", "can't read ")] {
        let seen = home.verb("get", appview.url()).env("SSL_CERT_FILE", home.path(file)).status(1);
        seen.stdout_has(&["not trusted: ", file, "(SSL_CERT_FILE)", reason]).any_stderr().check();
    }
}

#[test]
fn every_folder_of_the_variable_is_read() {
    let (appview, home) = over_tls();
    home.write("one/readme.txt", "no certificate");
    home.write("two/ca.pem", appview.ca_pem());
    let folders = std::env::join_paths([home.path("one"), home.path("two")]).unwrap();
    home.verb("get", appview.url())
        .env("SSL_CERT_DIR", folders)
        .stdout(home.credential(&appview, EVAN, &appview.url()))
        .check();
    assert_eq!(appview.log().len(), 1);
}

#[test]
#[cfg(unix)]
fn a_pipe_without_a_writer_is_not_waited_for() {
    let (appview, home) = over_tls();
    let pipe = home.path("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let started = std::time::Instant::now();
    let seen = home.verb("get", appview.url()).env("SSL_CERT_FILE", &pipe).status(1);
    seen.stdout_has(&["contains no certificate authority"]).any_stderr().check();
    assert!(started.elapsed() < std::time::Duration::from_secs(5) + crate::support::SLACK);
}

/// As the pipe of a program that never ends: the certificates count against the five seconds.
#[test]
#[cfg(unix)]
fn a_pipe_whose_writer_is_silent_ends_the_check() {
    let (appview, home) = over_tls();
    let pipe = home.path("pipe");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let _writer = std::fs::File::options().read(true).write(true).open(&pipe).unwrap();
    let started = std::time::Instant::now();
    let expected = home.credential(&appview, EVAN, &appview.url());
    home.verb("get", appview.url()).env("SSL_CERT_FILE", &pipe).stdout(expected).check();
    assert!(started.elapsed() < std::time::Duration::from_secs(8) + crate::support::SLACK);
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
