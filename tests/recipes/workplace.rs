//! A machine of a pipeline: the recipes' paths and addresses lead into a home of its own and to the stand-in.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::clients::{containers, installed, skopeo};
use crate::support::appview::digest;
use crate::support::{AppView, EVAN, Home, PROGRAM, Run, appview, executable, skip};

/// The checksum that the recipes show.
pub const EXAMPLE_SHA256: &str = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

/// The version that the recipes show.
const EXAMPLE_VERSION: &str = "0.1.0";

/// Whether these programs are on this machine; the test that needs them is skipped if one is not.
pub fn has(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|name| installed::all(name).is_empty());
    if let Some(name) = missing {
        skip(&format!("{name} is not installed"));
    }
    missing.is_none()
}

pub struct Workplace {
    pub appview: AppView,
    pub home: Home,
    pub secret: String,
    sha256: String,
}

impl Workplace {
    /// A machine without the program, beside a registry that offers a release of it and knows Evan.
    pub fn new() -> Self {
        let (appview, home) = (appview(), Home::new());
        let secret = appview.device_secret(EVAN);
        home.write("secret", format!("{secret}\n"));
        home.write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        fs::create_dir_all(home.path("bin")).unwrap();
        containers::configure(&home, &appview.host());
        let archive = archive(&home);
        let sha256 = digest(&archive).replace("sha256:", "");
        let name = format!("docker-credential-atcr_{EXAMPLE_VERSION}_Linux_x86_64.tar.gz");
        appview.serve_file(&format!("/downloads/v{EXAMPLE_VERSION}/{name}"), archive);
        Self { appview, home, secret, sha256 }
    }

    /// The same with the program at its place.
    pub fn with_program() -> Self {
        let workplace = Self::new();
        executable::script(workplace.home.path("bin/docker-credential-atcr"), &wrapper(&workplace.home));
        workplace
    }

    /// A script of the page, leading to here.
    pub fn here(&self, script: &str) -> String {
        let path = |name: &str| self.home.path(name).display().to_string();
        let mut here = script.to_owned();
        for (there, here_instead) in [
            (
                "https://github.com/atcr-io/docker-credential-atcr/releases/download",
                format!("{}/downloads", self.appview.url()),
            ),
            ("docker://atcr.io", format!("docker://{}", self.appview.host())),
            ("atcr.io", self.appview.host()),
            (EXAMPLE_SHA256, self.sha256.clone()),
            ("/usr/local/bin", path("bin")),
            ("/etc/atcr", path("etc-atcr")),
            ("/var/lib/rancher/credentialprovider", path("rancher")),
            ("/run/secrets/atcr", path("secret")),
        ] {
            here = here.replace(there, &here_instead);
        }
        here
    }

    /// A shell with a script of the page, in an environment with nothing of ATCR's.
    pub fn shell(&self, script: &str) -> Run {
        self.shell_with(&[], script)
    }

    /// The same with folders first on PATH.
    pub fn shell_with(&self, folders: &[PathBuf], script: &str) -> Run {
        let mut command = self.home.command("bash");
        command.args(["-e", "-o", "pipefail", "-c", &self.here(script)]);
        command.env_remove("ATCR_CONFIG_DIR").env_remove("DOCKER_CONFIG").env("PATH", self.path(folders));
        containers::environment(&self.home, &mut command);
        Run::new(command).any_stdout().any_stderr()
    }

    /// PATH with the home's `bin` in place of `/usr/local/bin`, and without the program being tested.
    pub fn path(&self, folders: &[PathBuf]) -> String {
        let system = env::var_os("PATH").unwrap_or_default();
        let system: Vec<PathBuf> = env::split_paths(&system).collect();
        let folders = folders.iter().cloned().chain([self.home.path("bin")]).chain(system);
        env::join_paths(folders).unwrap().into_string().unwrap()
    }

    /// The account that pushed this image of Evan's.
    pub fn pusher(&self, tag: &str) -> Option<String> {
        Some(self.appview.pushed(&format!("{EVAN}/app"), tag)?.by)
    }

    /// Makes an OCI layout in `image`.
    pub fn make_layout(&self) {
        skopeo::make_folder(&self.home);
        self.skopeo(&["copy", "dir:made", "oci:image"]);
    }

    /// Puts an image into the registry, as Evan.
    pub fn publish(&self, name: &str) {
        skopeo::make_folder(&self.home);
        let (image, login) =
            (format!("docker://{}/{EVAN}/{name}", self.appview.host()), format!("{EVAN}:{}", self.secret));
        self.skopeo(&["copy", "--dest-creds", &login, "dir:made", &image]);
    }

    fn skopeo(&self, arguments: &[&str]) {
        let mut command = self.home.command("skopeo");
        command.arg("--insecure-policy").args(arguments).env_remove("DOCKER_CONFIG");
        Run::new(command).any_stdout().any_stderr().check();
    }
}

/// The program for every user with read access to this home; its own folder may be closed to others.
fn wrapper(home: &Home) -> String {
    if !home.path("program").exists() {
        executable::copy(*PROGRAM, home.path("program"));
        home.set_mode("program", 0o755);
    }
    // What it replaces is the client's child still, whose command line is read.
    format!("exec {} \"$@\"", home.path("program").display())
}

/// An archive as releases have it.
fn archive(home: &Home) -> Vec<u8> {
    executable::script(home.path("release/docker-credential-atcr"), &wrapper(home));
    home.write("release/README.md", "");
    let mut tar = home.command("tar");
    tar.args(["-czf", "release.tar.gz", "-C", "release", "docker-credential-atcr", "README.md"]);
    Run::new(tar).check();
    fs::read(home.path("release.tar.gz")).unwrap()
}
