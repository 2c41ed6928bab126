//! Registries over TLS.

#[cfg(target_os = "linux")]
use std::time::{Duration, Instant};

use crate::support::{AppView, EVAN, Home, https_appview};
#[cfg(target_os = "linux")]
use crate::support::{PROGRAM, Run, SLACK};

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
#[cfg(target_os = "linux")]
fn a_pipe_in_the_place_of_a_file_is_not_opened() {
    let (appview, home) = over_tls();
    let pipe = pipe(&home);
    let seen = home.verb("get", appview.url()).env("SSL_CERT_FILE", &pipe).status(1);
    seen.stdout_has(&["not trusted: can't read", "it is a FIFO, not a regular file"]).any_stderr().check();
}

#[test]
#[cfg(unix)]
fn a_certificate_file_that_others_can_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (appview, home) = over_tls();
    let file = home.path("ca.pem");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    let seen = home.verb("get", appview.url()).env("SSL_CERT_FILE", &file).status(1);
    seen.stdout_has(&["ca.pem: it is writable by other users (SSL_CERT_FILE); ", "chmod o-w"]).any_stderr().check();
    assert_eq!(appview.log().len(), 0);
}

/// As of a shell's `<(...)` that never ends: certificates count against the five seconds.
#[test]
#[cfg(target_os = "linux")]
fn a_pipe_whose_writer_is_silent_ends_the_check() {
    let (appview, home) = over_tls();
    let pipe = pipe(&home);
    let mut shell = home.command("sh");
    shell.args(["-c", &format!("exec {} get 9<>{}", *PROGRAM, pipe.display())]).env("SSL_CERT_FILE", "/dev/fd/9");
    let started = Instant::now();
    let run = Run::new(shell).stdin(appview.url()).status(1);
    run.stdout_has(&["the check over TLS failed: no answer within 5 s"]).any_stderr().check();
    assert!(started.elapsed() < Duration::from_secs(8) + *SLACK);
}

#[cfg(target_os = "linux")]
fn pipe(home: &Home) -> std::path::PathBuf {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let pipe = home.path("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    pipe
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
