//! Docker's CLI plugin `docker-atcr`, and its hooks: docker/cli, cli-plugins/metadata and cli-plugins/manager/hooks.go.

use std::env::consts::EXE_SUFFIX;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;

/// What follows `docker-` in the plugin's name, and `docker` on the command line.
pub const NAME: &str = "atcr";

/// The commands after which Docker calls the plugin, as config.json has them.
pub const HOOKS: &str = "push,pull,image push,image pull";

/// How this program was started as a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Docker asks what the plugin is: for its help, and before it runs it.
    Metadata,
    /// A command of Docker's has ended. `None`: it is not told as this program understands it.
    Hook(Option<Ended>),
    /// A person's command: what follows `docker atcr`.
    Command(Vec<OsString>),
    /// A shell asks Docker what may come next, as cobra's scripts do: the words after `docker atcr`, up to the one at the
    /// cursor. Nothing is run.
    Completion { words: Vec<OsString>, has_descriptions: bool },
}

/// cobra's `ShellCompDirectiveNoFileComp`, which ends the list of what may come next: no file's name may.
pub const NO_FILES: &str = ":4";

/// A command of Docker's that has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ended {
    /// `push` or `pull`, as config.json has it.
    pub root_cmd: String,
    /// Empty if it was successful.
    #[serde(default)]
    pub command_error: String,
}

/// Where Docker looks for everybody's plugins, if not on Windows (`defaultSystemPluginDirs`).
const SYSTEM_FOLDERS: [&str; 4] = [
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
];

/// Docker looks for a person's plugins beside config.json.
pub fn link(config: &Path) -> PathBuf {
    config.with_file_name("cli-plugins").join(file_name())
}

/// The plugin that Docker finds without that link: in the folders that config.json names (`cliPluginsExtraDirs`), or in the
/// system's.
pub fn elsewhere(extra_folders: &[PathBuf]) -> Option<PathBuf> {
    let systems = if cfg!(windows) { &[][..] } else { &SYSTEM_FOLDERS };
    let folders = extra_folders.iter().map(PathBuf::as_path).chain(systems.iter().map(Path::new));
    folders.map(|folder| folder.join(file_name())).find(|plugin| plugin.is_file())
}

fn file_name() -> String {
    format!("docker-{NAME}{EXE_SUFFIX}")
}

impl Call {
    /// `None`: the program was not started as the plugin.
    pub fn of(program: &OsStr, arguments: &[OsString]) -> Option<Self> {
        let name = Path::new(program).file_name()?.to_str()?;
        let is_plugin = if cfg!(windows) {
            name.eq_ignore_ascii_case("docker-atcr.exe") || name.eq_ignore_ascii_case("docker-atcr")
        } else {
            name == "docker-atcr"
        };
        is_plugin.then(|| Self::with(arguments))
    }

    fn with(arguments: &[OsString]) -> Self {
        let at = arguments.iter().position(|word| word == NAME);
        let (before, own) = at.map_or((&[][..], arguments), |at| (&arguments[..at], &arguments[at + 1..]));
        // A command of Docker's own, whatever it is, asks something of the plugin.
        let dockers = before.first().and_then(|first| first.to_str()).filter(|first| !first.starts_with('-'));
        match own.first().and_then(|first| first.to_str()) {
            Some("docker-cli-plugin-metadata") => Self::Metadata,
            Some("docker-cli-plugin-hooks") => Self::Hook(own.get(1).and_then(|ended| Ended::parse(ended))),
            _ => match dockers {
                // `docker help atcr status`
                Some("help") => Self::Command([&before[..1], own].concat()),
                // `docker __complete atcr status --`, or `__completeNoDesc`
                Some(verb) => Self::Completion { words: own.to_vec(), has_descriptions: verb == "__complete" },
                // Docker's own flags may stand before the name.
                None => Self::Command(own.to_vec()),
            },
        }
    }
}

/// The folder of `docker --config FOLDER VERB`, which Docker does not put into `DOCKER_CONFIG` for its plugins.
pub fn config_folder(words: &[OsString], verb: &str) -> Option<PathBuf> {
    let mut before = words.iter().take_while(|word| *word != verb);
    while let Some(word) = before.next() {
        if word == "--config" {
            return before.next().map(PathBuf::from);
        }
        if let Some(folder) = word.to_str().and_then(|word| word.strip_prefix("--config=")) {
            return Some(folder.into());
        }
    }
    None
}

impl Ended {
    fn parse(text: &OsStr) -> Option<Self> {
        serde_json::from_str(text.to_str()?).ok()
    }

    /// Whether the registry refused it, as far as the error's words tell: Docker passes no code.
    pub fn was_denied(&self) -> bool {
        const WORDS: [&str; 7] = [
            "denied",
            "unauthorized",
            "authentication required",
            "authorization failed",
            "no basic auth",
            "401 ",
            "403 ",
        ];
        let error = self.command_error.to_ascii_lowercase();
        // The daemon itself may be out of reach: "permission denied while trying to connect to the Docker daemon socket".
        !error.contains("permission denied") && WORDS.iter().any(|word| error.contains(word))
    }
}

/// What Docker is told about the plugin.
pub fn metadata() -> String {
    let metadata = json!({
        "SchemaVersion": "0.1.0",
        "Vendor": "ATCR",
        "Version": concat!("v", env!("CARGO_PKG_VERSION")),
        "ShortDescription": "Log in to ATCR registries, and see which account is used",
        "URL": "https://atcr.io",
    });
    metadata.to_string()
}

/// What Docker prints under "What's next:", a line each.
pub fn next_steps(lines: &[String]) -> String {
    // A template of Go's text/template.
    let template = lines.join("\n").replace("{{", "{{\"{{\"}}");
    json!({"Type": 0, "Template": template}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(program: &str, words: &[&str]) -> Option<Call> {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        Call::of(program.as_ref(), &words)
    }

    fn command(words: &[&str]) -> Call {
        Call::Command(words.iter().map(OsString::from).collect())
    }

    #[test]
    fn only_the_plugins_name_makes_a_plugin() {
        for program in ["docker-credential-atcr", "docker", "docker-atcr-x", "atcr", ""] {
            assert_eq!(call(program, &["docker-cli-plugin-metadata"]), None, "{program}");
        }
        for program in ["docker-atcr", "/home/a/.docker/cli-plugins/docker-atcr"] {
            assert_eq!(call(program, &["docker-cli-plugin-metadata"]), Some(Call::Metadata), "{program}");
        }
    }

    #[test]
    fn the_words_after_the_name_are_the_command() {
        for (words, expected) in [
            (&["atcr", "status", "--json"][..], &["status", "--json"][..]),
            (&["atcr"], &[]),
            (&[], &[]),
            (&["status"], &["status"]),
            (&["help", "atcr"], &["help"]),
            (&["help", "atcr", "login"], &["help", "login"]),
            (&["--context", "x", "atcr", "which", "h/atcr/app"], &["which", "h/atcr/app"]),
            (&["-D", "atcr", "status"], &["status"]),
            (&["atcr", "get"], &["get"]),
        ] {
            assert_eq!(call("docker-atcr", words), Some(command(expected)), "{words:?}");
        }
    }

    #[test]
    fn dockers_own_flag_names_the_folder() {
        for (words, expected) in [
            (&["--config", "/x", "atcr", "status"][..], Some("/x")),
            (&["-D", "--config=/x", "atcr"], Some("/x")),
            (&["--config", "atcr", "status"], None),
            (&["atcr", "status", "--config", "/x"], None),
        ] {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert_eq!(config_folder(&words, NAME), expected.map(PathBuf::from), "{words:?}");
        }
    }

    #[test]
    fn a_completion_is_no_command() {
        for (verb, has_descriptions) in [("__complete", true), ("__completeNoDesc", false), ("anything", false)] {
            let words = ["logout", "--all", "--yes"].map(OsString::from).to_vec();
            let found = call("docker-atcr", &[verb, "--context", "x", "atcr", "logout", "--all", "--yes"]);
            assert_eq!(found, Some(Call::Completion { words, has_descriptions }), "{verb}");
        }
    }

    #[test]
    fn a_hook_is_parsed_leniently() {
        let ended = |root_cmd: &str, command_error: &str| {
            Some(Ended { root_cmd: root_cmd.to_owned(), command_error: command_error.to_owned() })
        };
        for (text, expected) in [
            (r#"{"RootCmd":"push","Flags":{"quiet":"true"},"CommandError":"denied"}"#, ended("push", "denied")),
            (r#"{"RootCmd":"pull"}"#, ended("pull", "")),
            (r#"{"Flags":{}}"#, None),
            (r#"{"RootCmd":7}"#, None),
            ("[]", None),
            ("", None),
        ] {
            let found = call("docker-atcr", &["atcr", "docker-cli-plugin-hooks", text]);
            assert_eq!(found, Some(Call::Hook(expected)), "{text}");
        }
        assert_eq!(call("docker-atcr", &["atcr", "docker-cli-plugin-hooks"]), Some(Call::Hook(None)));
    }

    #[test]
    fn a_denial_is_known_by_its_words() {
        for (error, expected) in [
            ("denied: requested access to the resource is denied", true),
            ("unauthorized: authentication required", true),
            ("Error response from daemon: pull access denied for h/a/b, repository does not exist", true),
            ("server message: insufficient_scope: authorization failed", true),
            ("no basic auth credentials", true),
            ("unexpected status from HEAD request: 403 Forbidden", true),
            ("", false),
            ("An image does not exist locally with the tag: h/a/b", false),
            ("dial tcp: lookup h: no such host", false),
            ("permission denied while trying to connect to the Docker daemon socket", false),
        ] {
            let ended = Ended { root_cmd: "push".to_owned(), command_error: error.to_owned() };
            assert_eq!(ended.was_denied(), expected, "{error}");
        }
    }

    #[test]
    fn nothing_in_an_answer_is_a_template() {
        let answer = next_steps(&["a {{.Name}}".to_owned(), "b".to_owned()]);
        assert_eq!(answer, r#"{"Type":0,"Template":"a {{\"{{\"}}.Name}}\nb"}"#);
    }
}
