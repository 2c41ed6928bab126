//! What podman, buildah and skopeo share: the libraries of github.com/containers and their configuration.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::client::Client;
use super::scenarios::{configured, image, publish};
use crate::support::{AppView, EVAN, Home, MICHELLE, Run, appview, two_accounts};

/// A program of the family whose every file is in `home`.
pub fn command(home: &Home, program: &Path, arguments: &[&str]) -> Command {
    let mut command = home.command(program);
    command.args(arguments);
    environment(home, &mut command);
    // A build would ask for namespaces otherwise.
    command.env("BUILDAH_ISOLATION", "chroot");
    // Where it is set, they write to Docker's file, and don't read their own in XDG_RUNTIME_DIR.
    command.env_remove("DOCKER_CONFIG");
    command
}

/// What the family needs to stay in this home, apart from accounts and helpers.
pub fn environment(home: &Home, command: &mut Command) {
    command.env("CONTAINERS_CONF", home.path("containers.conf"));
    command.env("CONTAINERS_STORAGE_CONF", home.path("storage.conf"));
    command.env("XDG_RUNTIME_DIR", home.path("run")).env("TMPDIR", home.path("tmp"));
}

/// Writes the configuration of the whole family. `host` is spoken to over http.
pub fn configure(home: &Home, host: &str) {
    let folder = |name: &str| {
        let path = home.path(name);
        fs::create_dir_all(&path).unwrap();
        path.display().to_string()
    };
    let (run, tmp) = (folder("run"), folder("tmp"));
    fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).unwrap();
    home.write(".config/containers/policy.json", r#"{"default": [{"type": "insecureAcceptAnything"}]}"#);
    let registry = format!("[[registry]]\nlocation = \"{host}\"\ninsecure = true\n");
    home.write(".config/containers/registries.conf", registry);
    let images = folder("images");
    let storage = format!("[storage]\ndriver = \"vfs\"\ngraphroot = \"{images}\"\nrunroot = \"{run}/images\"\n");
    home.write("storage.conf", storage);
    // Locks are in shared memory and events in the system's journal otherwise, and outlive the test.
    let engine = format!("[engine]\nlock_type = \"file\"\nevents_logger = \"none\"\ntmp_dir = \"{tmp}/podman\"\n");
    home.write("containers.conf", engine);
}

/// Every file that holds `credHelpers`, and the variable that names it, if one has to.
const AUTH_FILES: [(&str, Option<(&str, &str)>); 5] = [
    (".docker/config.json", None),
    (".config/containers/auth.json", None),
    ("run/containers/auth.json", None),
    ("auth.json", Some(("REGISTRY_AUTH_FILE", "auth.json"))),
    ("docker/config.json", Some(("DOCKER_CONFIG", "docker"))),
];

pub fn the_helper_is_found_in_every_file_that_may_name_it<C: Client>(client: &C) {
    for (file, variable) in AUTH_FILES {
        let (appview, home) = two_accounts();
        client.configure(&home, &appview.host());
        name_helper(&home, file, &appview);
        for owner in [EVAN, MICHELLE] {
            client.make(&home, &image(&appview, owner));
            let mut push = client.push(&home, &image(&appview, owner));
            push.envs(variable.map(|(name, path)| (name, home.path(path))));
            Run::new(push).any_stdout().any_stderr().check();
            assert_eq!(appview.pushed(&format!("{owner}/app"), "1").unwrap().by, owner, "{file}");
        }
    }
}

/// A login is stored by the helper only if the file of the login itself names it.
pub fn a_device_secret_that_logs_in_is_kept_and_used<C: Client>(client: &C) {
    let (appview, home) = with_helper(client, (appview(), Home::new()));
    for owner in [EVAN, MICHELLE] {
        let login = ["login", "--username", owner, "--password-stdin", &appview.host()];
        let secret = appview.device_secret(owner);
        with_auth_file(client, &home, &login).stdin(&*secret).stdout("Login Succeeded!\n").any_stderr().check();
        assert_eq!(home.secret(&appview, owner), secret);
    }
    let auth_file = fs::read_to_string(home.path("auth.json")).unwrap();
    assert!(!auth_file.contains("\"auth\""), "{auth_file}");
    let (appview, home) = configured(client, (appview, home));
    publish(client, &home, &image(&appview, EVAN));
}

pub fn a_password_that_logs_in_is_not_kept<C: Client>(client: &C) {
    let (appview, home) = with_helper(client, (appview(), Home::new()));
    appview.app_password(EVAN, "pass-word");
    let login = ["login", "--username", EVAN, "--password-stdin", &appview.host()];
    with_auth_file(client, &home, &login)
        .stdin("pass-word")
        .status(C::FAILURE)
        .stderr_has(&["only device secrets (atcr_device_...) can be stored"])
        .check();
    assert!(!home.path(".atcr/device.json").exists());
}

pub fn logout_removes_exactly_one_of_two_accounts<C: Client>(client: &C) {
    let (appview, home) = with_helper(client, two_accounts());
    let removed = format!("Removed login credentials for {}\n", appview.host());
    let logout = || with_auth_file(client, &home, &["logout", &appview.host()]).stdout(&*removed);
    logout().any_stderr().check();
    let left = home.device_json();
    assert!(left.contains(EVAN) && !left.contains(MICHELLE), "{left}");
    home.age_device_json();
    logout().check();
    assert!(!home.device_json().contains(EVAN));
}

/// skopeo crashes here if the helper fails.
pub fn logout_without_a_login_is_no_failure<C: Client>(client: &C) {
    let (appview, home) = with_helper(client, (appview(), Home::new()));
    let removed = format!("Removed login credentials for {}\n", appview.host());
    with_auth_file(client, &home, &["logout", &appview.host()]).stdout(removed).check();
}

/// With the client configured for the registry, and for the program by `auth.json`.
fn with_helper<C: Client>(client: &C, (appview, home): (AppView, Home)) -> (AppView, Home) {
    client.configure(&home, &appview.host());
    name_helper(&home, "auth.json", &appview);
    (appview, home)
}

fn with_auth_file<C: Client>(client: &C, home: &Home, arguments: &[&str]) -> Run {
    Run::new(client.command(home, arguments)).env("REGISTRY_AUTH_FILE", home.path("auth.json"))
}

fn name_helper(home: &Home, file: &str, appview: &AppView) {
    home.write(file, json!({"credHelpers": {appview.host(): "atcr"}}).to_string());
}

/// Makes a test of everything that the whole family must get right.
macro_rules! every_scenario_of_the_family {
    ($clients:expr) => {
        $crate::clients::scenarios_of! {
            containers, $clients;
            the_helper_is_found_in_every_file_that_may_name_it
            a_device_secret_that_logs_in_is_kept_and_used
            a_password_that_logs_in_is_not_kept
            logout_removes_exactly_one_of_two_accounts
            logout_without_a_login_is_no_failure
        }
    };
}
pub(super) use every_scenario_of_the_family;
