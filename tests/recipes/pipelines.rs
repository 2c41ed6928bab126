//! Pipelines with the real docker CLI, every version of it on this machine, and dockerd.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::Arc;

use super::other_tools::strings;
use super::page::{scripts, texts};
use super::workplace::{EXAMPLE_SHA256, Workplace, has};
use crate::clients::engine::{self, Engine};
use crate::support::{EVAN, Run, executable};

/// Runs `pipeline` with each docker CLI; none where there is no engine.
fn with_each_docker(pipeline: impl Fn(&Docker)) {
    if !has(&["curl", "wget", "skopeo"]) {
        return;
    }
    for (program, engine) in engine::with_each_docker() {
        pipeline(&Docker { program, engine });
    }
}

struct Docker {
    program: PathBuf,
    engine: Arc<Engine>,
}

impl Docker {
    /// A shell in which `docker` is this one, and the registry's default is the stand-in.
    fn shell(&self, workplace: &Workplace, script: &str) -> Run {
        let run = workplace.shell_with(&[self.folder(workplace)], script);
        run.env("DOCKER_HOST", self.engine.host()).env("ATCR_REGISTRY", workplace.appview.host())
    }

    /// A folder with nothing but this docker.
    fn folder(&self, workplace: &Workplace) -> PathBuf {
        let folder = workplace.home.path("client");
        if !folder.exists() {
            fs::create_dir(&folder).unwrap();
            symlink(&self.program, folder.join("docker")).unwrap();
        }
        folder
    }
}

#[test]
fn github_actions_install_build_and_push() {
    with_each_docker(|docker| {
        let workplace = Workplace::new();
        let [action, push] = &scripts("GitHub Actions")[..] else { panic!() };
        let home = &workplace.home;
        home.write("temp/here", "");
        let install = |sha256: &str| {
            let run = docker.shell(&workplace, action).env("VERSION", "0.1.0").env("SHA256", sha256);
            let run = run.env("RUNNER_TEMP", home.path("temp")).env("GITHUB_PATH", home.path("github-path"));
            run.env("RUNNER_ARCH", "X64").env("REGISTRY", workplace.appview.host())
        };
        install(&"0".repeat(64)).status(1).check();
        assert!(!home.path("temp/atcr/docker-credential-atcr").exists());
        install(&workplace.here(EXAMPLE_SHA256)).check();
        // What the runner does with it between two steps.
        let added = fs::read_to_string(home.path("github-path")).unwrap();
        let folders = [PathBuf::from(added.trim()), docker.folder(&workplace)];
        let push = || {
            let run = workplace.shell_with(&folders, push).env("DOCKER_HOST", docker.engine.host());
            let run = run.env("ATCR_REGISTRY", workplace.appview.host()).env("GITHUB_SHA", "0a1b2c3");
            run.env("ATCR_HANDLE", EVAN)
        };
        push().env("ATCR_DEVICE_SECRET", &workplace.secret).check();
        assert_eq!(workplace.pusher("0a1b2c3").as_deref(), Some(EVAN));
        // As for a pull request from a fork.
        push().env("ATCR_DEVICE_SECRET", "").status(1).stderr_has(&["ATCR_HANDLE is set, but none of"]).check();
        let config = fs::read_to_string(home.path(".docker/config.json")).unwrap();
        assert!(!config.contains("auth"), "{config}");
    });
}

#[test]
fn gitlab_builds_and_pushes_with_either_kind_of_variable() {
    with_each_docker(|docker| {
        let workplace = Workplace::new();
        let [install, push] = &scripts("GitLab CI")[..] else { panic!() };
        let sha256 = workplace.here(EXAMPLE_SHA256);
        let install = docker.shell(&workplace, install).env("ATCR_HELPER_VERSION", "0.1.0");
        install.env("ATCR_HELPER_SHA256", sha256).check();
        // As GitLab's runner leaves it.
        workplace.home.write("build.tmp/ATCR_SECRET", &workplace.secret);
        workplace.home.set_mode("build.tmp", 0o777);
        workplace.home.set_mode("build.tmp/ATCR_SECRET", 0o666);
        let of_file = format!("export ATCR_DEVICE_SECRET=\"$(cat \"$ATCR_SECRET\")\"\n{push}");
        for (tag, script, name, value) in [
            ("1", push, "ATCR_DEVICE_SECRET", workplace.secret.clone()),
            ("2", &of_file, "ATCR_SECRET", workplace.home.path("build.tmp/ATCR_SECRET").display().to_string()),
        ] {
            let run = docker.shell(&workplace, script).env("ATCR_HANDLE", EVAN).env(name, value);
            run.env("CI_COMMIT_SHA", tag).check();
            assert_eq!(workplace.pusher(tag).as_deref(), Some(EVAN));
        }
    });
}

#[test]
fn woodpecker_installs_builds_and_pushes() {
    with_each_docker(|docker| {
        let workplace = Workplace::new();
        let [install, push] = &scripts("Woodpecker")[..] else { panic!() };
        let run = |script| {
            let run =
                docker.shell(&workplace, script).env("VERSION", "0.1.0").env("SHA256", workplace.here(EXAMPLE_SHA256));
            run.env("ATCR_HANDLE", EVAN).env("ATCR_DEVICE_SECRET", &workplace.secret).env("CI_COMMIT_SHA", "1")
        };
        run(install).check();
        run(push).check();
        assert_eq!(workplace.pusher("1").as_deref(), Some(EVAN));
        // Woodpecker would replace it before the shell sees it.
        assert!(!install.contains("${") && !push.contains("${"));
    });
}

#[test]
fn a_runner_logs_in_builds_pushes_and_pulls() {
    with_each_docker(|docker| {
        let workplace = Workplace::with_program();
        let [script] = &scripts("A runner of your own")[..] else { panic!() };
        docker
            .shell(&workplace, script)
            .stderr_has(&["✓ Logged in to", "✓ Docker now uses docker-credential-atcr for"])
            .check();
        assert_eq!(workplace.pusher("1").as_deref(), Some(EVAN));
        let log = workplace.appview.log();
        let pulled = log.iter().rfind(|entry| entry.path.contains("/manifests/")).unwrap();
        assert_eq!((pulled.identity.as_deref(), pulled.status), (Some(EVAN), 200));
    });
}

/// Does what Packer's post-processors do: `docker-tag`, and `docker-push` with a configuration of its own if there is none.
const PACKER: &str = "docker tag built \"$IMAGE\"
    [ -n \"$DOCKER_CONFIG\" ] || own=\"--config $(mktemp -d)\"
    exec docker $own push \"$IMAGE\"";

#[test]
fn packer_pushes_with_the_configuration_it_is_given() {
    with_each_docker(|docker| {
        let workplace = Workplace::with_program();
        let ([file], [script]) = (&texts("Packer", "hcl")[..], &scripts("Packer")[..]) else { panic!() };
        let image = format!("{}:{}", strings(file, "repository")[0], strings(file, "tags")[0]);
        executable::script(workplace.home.path("bin/packer"), PACKER);
        docker.shell(&workplace, "docker build -t built .").check();
        let run = |script: &str| {
            let run = docker.shell(&workplace, script).env("IMAGE", workplace.here(&image)).env("ATCR_HANDLE", EVAN);
            run.env("TMPDIR", workplace.home.path("")).env("ATCR_DEVICE_SECRET", &workplace.secret)
        };
        run(&script.replace("export DOCKER_CONFIG", "unset DOCKER_CONFIG; unused")).any_end().check();
        assert_eq!(workplace.pusher("1"), None);
        run(script).check();
        assert_eq!(workplace.pusher("1").as_deref(), Some(EVAN));
    });
}

#[test]
fn in_a_dev_container_docker_prefers_our_entry() {
    with_each_docker(|docker| {
        let workplace = Workplace::with_program();
        let [file] = &texts("Dev containers", "json")[..] else { panic!() };
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        // What VS Code has written, and its helper, with no credential for anybody.
        workplace.home.write(".docker/config.json", r#"{"credsStore": "dev-containers-1"}"#);
        executable::script(workplace.home.path("bin/docker-credential-dev-containers-1"), "echo '{}'");
        let (install, configure) = file["postCreateCommand"].as_str().unwrap().split_once(" && ").unwrap();
        assert!(install.ends_with("https://atcr.io/install.sh | sh"), "{install}");
        docker.shell(&workplace, configure).check();
        let variables = file["remoteEnv"].as_object().unwrap();
        let local = [("ATCR_HANDLE", EVAN), ("ATCR_DEVICE_SECRET", &workplace.secret)];
        let image = format!("atcr.io/{EVAN}/app:1");
        let mut run = docker.shell(&workplace, &format!("docker build -t {image} . && docker push {image}"));
        for (name, value) in local {
            assert_eq!(variables[name], format!("${{localEnv:{name}}}"));
            run = run.env(name, value);
        }
        run.check();
        assert_eq!(workplace.pusher("1").as_deref(), Some(EVAN));
        let config = fs::read_to_string(workplace.home.path(".docker/config.json")).unwrap();
        assert!(config.contains(r#""credsStore": "dev-containers-1""#), "{config}");
    });
}

/// Runs a script as a user without a home and a name, on a machine whose Docker is at its usual place.
fn without_home(docker: &Docker, workplace: &Workplace, script: &str) -> Run {
    let script = script.replace("/etc/containers", &workplace.home.path("containers").display().to_string());
    let mut command = workplace.home.command("unshare");
    let machine = "mount --bind containers/registries.conf.d /etc/containers/registries.conf.d
        mount -t tmpfs none /run && touch /run/docker.sock && mount --bind \"$SOCKET\" /run/docker.sock
        chmod 666 /run/docker.sock && cd work
        exec setpriv --reuid 54321 --regid 54321 --clear-groups env -u HOME -u USERPROFILE bash -e -c \"$0\"";
    command.args(["--mount", "bash", "-e", "-c", machine, &workplace.here(&script)]);
    let socket = docker.engine.host().trim_start_matches("unix://").to_owned();
    command.env("SOCKET", socket).env("PATH", workplace.path(&[docker.folder(workplace)]));
    command.env("ATCR_HANDLE", EVAN).env("ATCR_DEVICE_SECRET", &workplace.secret);
    command.env_remove("ATCR_CONFIG_DIR").env_remove("DOCKER_CONFIG");
    Run::new(command).any_stdout().any_stderr()
}

#[test]
fn without_a_home_folder_docker_and_skopeo_push() {
    with_each_docker(|docker| {
        let workplace = Workplace::with_program();
        let (home, host) = (&workplace.home, workplace.appview.host());
        let [configure, skopeo, push, system_wide, plain_skopeo] = &scripts("Without a home folder")[..] else {
            panic!()
        };
        // On the page the registry is the default one.
        let named = |script: &str| script.replace("ATCR_HANDLE=", &format!("ATCR_REGISTRY={host} ATCR_HANDLE="));
        workplace.shell(configure).check();
        workplace.make_layout();
        fs::create_dir_all(home.path("work")).unwrap();
        fs::rename(home.path("image"), home.path("work/image")).unwrap();
        home.write(
            "containers/registries.conf.d/insecure.conf",
            format!("[[registry]]\nlocation = \"{host}\"\ninsecure = true\n"),
        );
        for name in [".", "etc-atcr"] {
            home.set_mode(name, 0o755);
        }
        home.set_mode("etc-atcr/config.json", 0o644);

        without_home(docker, &workplace, &named(skopeo)).check();
        assert_eq!(workplace.pusher("1").as_deref(), Some(EVAN));
        without_home(docker, &workplace, &named(plain_skopeo)).status(1).stderr_has(&["denied"]).check();
        let add = system_wide.replace("/etc/containers", &home.path("containers").display().to_string());
        workplace.shell(&add).check();
        without_home(docker, &workplace, &named(&plain_skopeo.replace("app:1", "app:2"))).check();
        assert_eq!(workplace.pusher("2").as_deref(), Some(EVAN));
        let image = format!("atcr.io/{EVAN}/app:3");
        docker.shell(&workplace, &format!("docker build -t {image} .")).check();
        without_home(docker, &workplace, &named(&push.replace("app:1", "app:3"))).check();
        assert_eq!(workplace.pusher("3").as_deref(), Some(EVAN));
    });
}
