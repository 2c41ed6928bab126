//! Whether docker itself works, and reaches its daemon, which pushes.

use std::path::Path;

use super::finding::Finding;
use crate::commands::other_program::{Refusal, ask};
use crate::docker::config;
use crate::error::Hint;
use crate::terminal::Mark;
use crate::text::{display_path, sanitize};

const CHECK: &str = "daemon";

/// What others wrote is not for `docker` to read.
pub(super) fn not_asked(docker: &Path, error: &config::Error) -> Finding {
    Finding::warning(CHECK, format!("{} was not run: {error}", display_path(docker)), error.hint())
}

/// Where podman and the like are there, a docker that does not work may not matter.
pub(super) fn finding(docker: &Path, has_podman: bool) -> Finding {
    let shown = display_path(docker);
    let refusal = match ask(docker, &["version", "--format", "{{.Server.Version}}"]) {
        Ok(version) => {
            return Finding::ok(CHECK, format!("{shown} reaches its daemon (version {})", sanitize(version.trim())));
        }
        Err(refusal) => refusal,
    };
    let mark = if has_podman { Mark::Warning } else { Mark::Bad };
    Finding::new(CHECK, mark, message(&shown, &refusal), likely(&refusal))
}

fn message(docker: &str, Refusal { reason, is_its_own }: &Refusal) -> String {
    if *is_its_own {
        format!("{docker} can't reach its daemon: {reason}")
    } else {
        format!("{docker} does not work: {reason}")
    }
}

fn likely(refusal: &Refusal) -> Option<Hint> {
    let said = refusal.reason.to_ascii_lowercase();
    Some(if said.contains("permission denied") {
        Hint::text("to let yourself use it from your next session on, run: sudo usermod -aG docker $USER")
    } else if cfg!(any(windows, target_os = "macos")) {
        "start Docker Desktop".into()
    } else if said.contains("cannot connect") || said.contains("failed to connect") {
        // It names the socket or host that it tried.
        if said.contains("unix://") {
            Hint::text("start Docker Desktop or, if you don't use it, run: sudo systemctl start docker")
        } else {
            "check DOCKER_HOST and docker context, which say where the daemon is".into()
        }
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockers_own_words_decide_what_helps() {
        let refusal = |reason: &str| Refusal { reason: reason.to_owned(), is_its_own: true };
        let hint = |reason: &str| likely(&refusal(reason)).map(|hint| hint.to_string()).unwrap_or_default();
        let denied =
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";
        assert!(hint(denied).contains("usermod -aG docker"));
        if cfg!(target_os = "linux") {
            let stopped =
                "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
            assert!(hint(stopped).contains("systemctl start docker"));
            let elsewhere = "Cannot connect to the Docker daemon at tcp://10.0.0.1:2375. Is the docker daemon running?";
            assert!(hint(elsewhere).contains("DOCKER_HOST"));
            assert_eq!(likely(&refusal("unknown flag: --format")), None);
        }
    }
}
