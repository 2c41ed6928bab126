//! What other programs call our commands.

/// The command or topic for the words of gh, docker, npm, gcloud and the like.
pub(super) fn near(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "auth" | "signin" | "sign-in" | "log-in" | "add" | "add-account" | "refresh" | "renew" | "connect"
        | "setup" | "set-up" | "init" | "install" => "login",
        "signout" | "sign-out" | "log-out" | "remove" | "rm" | "delete" | "revoke" | "forget" => "logout",
        "whoami" | "who" | "ls" | "accounts" | "account" | "list-accounts" | "users" | "user" | "registry"
        | "registries" | "info" | "show" | "state" | "json" => "status",
        "use" | "select" | "activate" | "set-account" | "default" | "set-default" | "su" => "switch",
        "explain" | "why" | "resolve" | "for" => "which",
        "print-access-token" | "access-token" | "get-token" | "get-login-password" | "jwt" => "token",
        "configure" | "config" | "enable" | "setup-git" | "setup-docker" | "docker" | "podman" | "plugin" | "hooks" => {
            "configure-docker"
        }
        "check" | "diagnose" | "test" | "verify" | "ping" | "fix" | "repair" => "doctor",
        "up" | "upgrade" | "self-update" | "selfupdate" => "update",
        "completions" | "complete" | "autocomplete" => "completion",
        "env" | "envs" | "variables" | "ci" | "pipeline" => "environment",
        "exit" | "exitcodes" | "exit-code" | "codes" | "errors" => "exit-codes",
        "man" | "manual" | "usage" | "docs" => "help",
        _ => return None,
    })
}

/// What is done elsewhere, in words.
pub(super) fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "revoke" | "device" | "devices" => {
            "a device is revoked on the registry's website; logout removes its secret from this machine"
        }
        "push" | "pull" | "build" => "use docker push, pull and build: Docker runs this program by itself",
        "signup" | "sign-up" | "register" => {
            "there is no sign-up: log in with your handle on the AT Protocol, such as Bluesky's"
        }
        "uninstall" => {
            "run docker-credential-atcr configure-docker --remove, then uninstall the program as it was installed"
        }
        _ => return None,
    })
}

/// Whether the word may stand before a command: `auth status` of gh, `registry login` of helm.
pub(super) fn is_group(word: &str) -> bool {
    ["auth", "account", "accounts", "registry", "docker-credential-atcr"].contains(&word)
}
