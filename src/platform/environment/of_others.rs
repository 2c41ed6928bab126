//! Variables of other programs, and what they say of the session.

use std::path::PathBuf;

use super::Environment;
use crate::domain::Secret;

impl Environment {
    /// `REGISTRY_AUTH_FILE`: the auth.json of podman, buildah and skopeo.
    pub(crate) fn registry_auth_file(&self) -> Option<PathBuf> {
        self.path("REGISTRY_AUTH_FILE")
    }

    /// `CONTAINERS_REGISTRIES_CONF`, or as it was called before, which those read instead of registries.conf.
    pub(crate) fn registries_conf(&self) -> Option<PathBuf> {
        self.path("CONTAINERS_REGISTRIES_CONF").or_else(|| self.path("REGISTRIES_CONFIG_PATH"))
    }

    /// `XDG_RUNTIME_DIR`, where those keep auth.json until the next boot.
    pub(crate) fn runtime_dir(&self) -> Option<PathBuf> {
        self.path("XDG_RUNTIME_DIR")
    }

    /// `HTTPS_PROXY`, also in lower case, as reqwest reads it. Empty where none is set.
    pub(crate) fn https_proxy(&self) -> String {
        let value = self.variable("HTTPS_PROXY").or_else(|| self.variable("https_proxy"));
        value.map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// `TMPDIR`.
    #[cfg(target_os = "linux")]
    pub(crate) fn temporary_folder(&self) -> PathBuf {
        self.path("TMPDIR").unwrap_or_else(|| "/tmp".into())
    }

    /// `SHELL`: the name of the user's shell; empty if none is set.
    pub(crate) fn shell(&self) -> String {
        let name = self.path("SHELL").and_then(|shell| Some(shell.file_name()?.to_string_lossy().into_owned()));
        name.unwrap_or_default()
    }

    /// `ZDOTDIR`: where zsh has its files, instead of the home folder.
    pub(crate) fn zsh_folder(&self) -> Option<PathBuf> {
        self.path("ZDOTDIR")
    }

    /// Which of `DOCKER_CLI_HOOKS` and `DOCKER_CLI_HINTS` turns Docker's hooks off. It reads the second only without the first,
    /// and whatever is not true is false.
    pub(crate) fn turns_hooks_off(&self) -> Option<&'static str> {
        let name = ["DOCKER_CLI_HOOKS", "DOCKER_CLI_HINTS"].into_iter().find(|name| self.is_set(name))?;
        let is_on =
            self.variable(name).is_some_and(|value| ["1", "t", "true"].iter().any(|on| value.eq_ignore_ascii_case(on)));
        (!is_on).then_some(name)
    }

    /// `XDG_CONFIG_HOME`, instead of `~/.config`.
    pub(crate) fn config_home(&self) -> Option<PathBuf> {
        self.path("XDG_CONFIG_HOME")
    }

    /// `XDG_DATA_HOME`, instead of `~/.local/share`.
    pub(crate) fn data_home(&self) -> Option<PathBuf> {
        self.path("XDG_DATA_HOME")
    }

    /// `BASH_COMPLETION_USER_DIR`, instead of the folder `bash-completion` in that of data. It may be several, as in `PATH`.
    pub(crate) fn bash_completion(&self) -> Option<PathBuf> {
        std::env::split_paths(&self.variable("BASH_COMPLETION_USER_DIR")?).next()
    }

    /// `HELM_REGISTRY_CONFIG`: where helm keeps passwords.
    pub(crate) fn helm_registry_config(&self) -> Option<PathBuf> {
        self.path("HELM_REGISTRY_CONFIG")
    }

    /// `DOCKER_AUTH_CONFIG`: passwords in the format of config.json.
    pub(crate) fn docker_auth_config(&self) -> Option<Secret> {
        self.variable("DOCKER_AUTH_CONFIG").map(|value| Secret::new(&value.to_string_lossy()))
    }

    /// `SUDO_USER`: the user who ran sudo. `None` also where it is no user name, which nobody should type into a command.
    pub(crate) fn sudo_user(&self) -> Option<String> {
        self.variable("SUDO_USER")?.into_string().ok().filter(|name| is_user_name(name))
    }

    /// `ProgramData`, where Docker for Windows keeps daemon.json.
    pub(crate) fn program_data(&self) -> Option<PathBuf> {
        self.path("ProgramData")
    }

    /// `PASSWORD_STORE_DIR`: where `pass` keeps its passwords, instead of `~/.password-store`.
    pub(crate) fn pass_folder(&self) -> Option<PathBuf> {
        self.path("PASSWORD_STORE_DIR")
    }

    /// `GNUPGHOME`, instead of `~/.gnupg`.
    pub(crate) fn gnupg_home(&self) -> Option<PathBuf> {
        self.path("GNUPGHOME")
    }

    /// Whether the session has a bus, over which Linux' desktops offer their keychain. A display alone may be another
    /// machine's, or a container's.
    pub(crate) fn has_session_bus(&self) -> bool {
        let has_socket = || self.runtime_dir().is_some_and(|folder| folder.join("bus").exists());
        self.is_set("DBUS_SESSION_BUS_ADDRESS") || has_socket()
    }

    /// Whether a browser that is started here would be seen: not over ssh, and on Linux only with a display.
    pub fn has_browser(&self) -> bool {
        let is_over_ssh = || self.is_set("SSH_CONNECTION") || self.is_set("SSH_TTY");
        let has_desktop = || self.is_set("DISPLAY") || self.is_set("WAYLAND_DISPLAY");
        self.is_set("BROWSER") || ((cfg!(any(windows, target_os = "macos")) || has_desktop()) && !is_over_ssh())
    }
}

/// Such as `evan`, `e.jarrett` and, of a directory service, `evan@corp.example`.
fn is_user_name(name: &str) -> bool {
    const LONGEST: usize = 256;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    starts_well && name.len() <= LONGEST && name.bytes().all(is_part)
}
