//! The registry that most others are made from, behind the stand-in's tokens: JWTs that it verifies by itself.

use std::fs::File;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::crane::cranes;
use super::installed;
use super::scenarios::{acting_as, configured, image, last_read, last_written, publish, succeeds};
use super::skopeo::skopeos;
use crate::support::appview::jwt::{ISSUER, Signer};
use crate::support::{AppView, EVAN, Home, MICHELLE, Run, two_accounts};

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

struct Registry {
    _home: Home,
    process: Child,
}

impl Registry {
    /// Behind this AppView.
    fn start(program: &Path, appview: &AppView) -> Self {
        let (home, signer) = (Home::new(), Signer::new());
        home.write("tokens.pem", signer.pem());
        let path = |name: &str| home.path(name).display().to_string();
        let settings = format!(
            "version: 0.1\nstorage: {{ filesystem: {{ rootdirectory: {} }} }}\n\
             http: {{ net: unix, addr: {}, relativeurls: true, secret: none }}\n\
             auth: {{ token: {{ realm: {}/auth/token, service: 127.0.0.1, issuer: {ISSUER}, rootcertbundle: {} }} }}\n",
            path("images"),
            path("socket"),
            appview.url(),
            path("tokens.pem"),
        );
        home.write("config.yml", settings);
        let log = File::create(home.path("log")).unwrap();
        let mut command = home.command(program);
        command.arg("serve").arg(home.path("config.yml")).stdin(Stdio::null());
        let process = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let end = Instant::now() + PATIENCE;
        while UnixStream::connect(home.path("socket")).is_err() {
            assert!(Instant::now() < end, "{}", std::fs::read_to_string(home.path("log")).unwrap());
            thread::sleep(Duration::from_millis(10));
        }
        appview.keep_images_in(home.path("socket"), signer);
        Self { _home: home, process }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn crane_uses_the_account_in_the_image_name() {
    cranes().iter().for_each(each_account_has_its_own_images);
}

#[test]
fn skopeo_uses_the_account_in_the_image_name() {
    skopeos().iter().for_each(each_account_has_its_own_images);
}

fn each_account_has_its_own_images<C: Client>(client: &C) {
    let Some(program) = installed::fetched("docker-registry").pop() else { return };
    let (appview, home) = configured(client, two_accounts());
    let _registry = Registry::start(&program, &appview);
    for (owner, other) in [(EVAN, MICHELLE), (MICHELLE, EVAN)] {
        let image = image(&appview, owner);
        publish(client, &home, &image);
        assert_eq!(last_written(&appview, owner), (Some(owner.to_owned()), 201));
        succeeds(client.pull(&home, &image));
        assert_eq!(last_read(&appview, owner), (Some(owner.to_owned()), 200));
        for command in [client.push(&home, &image), client.pull(&home, &image)] {
            Run::new(acting_as(other, command)).status(C::FAILURE).any_stdout().any_stderr().check();
        }
    }
}
