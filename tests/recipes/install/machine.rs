//! A machine to install on: a home, a shell, and a PATH with known programs only.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::{AppView, executable, skip};

/// The tools that install.sh needs, besides a downloader and a hash program.
const TOOLS: [&str; 18] = [
    "uname", "sysctl", "mktemp", "mkdir", "rm", "cp", "mv", "chmod", "cat", "sed", "grep", "tar", "gzip", "id",
    "dirname", "basename", "unshare", "mount",
];

/// The script as it is shipped.
pub fn script() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh")).unwrap()
}

/// The shells that must run it, each with its command line.
fn shells() -> Vec<&'static [&'static str]> {
    let all: [&[&str]; 4] = [&["dash"], &["bash"], &["busybox", "sh"], &["zsh", "--emulate", "sh"]];
    let (here, missing): (Vec<_>, Vec<_>) = all.into_iter().partition(|shell| knows_only_path(shell));
    for shell in missing {
        skip(&format!("there is no {}, or it prefers programs of its own to those on PATH", shell[0]));
    }
    here
}

/// Whether a shell exists and runs programs on PATH, unlike that of Debian's busybox-static.
fn knows_only_path(shell: &[&str]) -> bool {
    let Some(program) = find(shell[0]) else { return false };
    let wget = Command::new(program).args(&shell[1..]).args(["-c", "command -v wget"]).env("PATH", "/none").output();
    wget.is_ok_and(|output| output.stdout.is_empty())
}

/// One machine for each shell.
pub fn machines(site: &AppView) -> impl Iterator<Item = Machine> {
    shells().into_iter().map(|shell| Machine::new(shell, site))
}

pub struct Machine {
    folder: TempDir,
    pub shell: &'static [&'static str],
    url: String,
    variables: Vec<(String, String)>,
    unset: Vec<&'static str>,
    prefix: Vec<String>,
}

/// What a run left.
pub struct Seen {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Machine {
    /// With curl and sha256sum (on macOS shasum). busybox brings its own tools.
    fn new(shell: &'static [&'static str], site: &AppView) -> Self {
        let machine = Self {
            folder: TempDir::new().unwrap(),
            shell,
            url: format!("{}/releases", site.url()),
            variables: Vec::new(),
            unset: Vec::new(),
            prefix: Vec::new(),
        };
        for folder in ["bin", "home", "tmp", "opt"] {
            fs::create_dir(machine.path(folder)).unwrap();
        }
        let hasher = if cfg!(target_os = "macos") { "shasum" } else { "sha256sum" };
        for tool in TOOLS.into_iter().chain(["curl", hasher]) {
            machine.add_tool(tool);
        }
        machine
    }

    /// Only busybox: its shell, tar, grep, sed, wget and sha256sum, and the name of Alpine's TLS helper. None without it.
    pub fn of_busybox(site: &AppView) -> Option<Self> {
        let machine = machines(site).find(|machine| machine.shell[0] == "busybox")?;
        let busybox = find("busybox").unwrap();
        for tool in TOOLS.into_iter().chain(["wget", "ssl_client", "sha256sum"]) {
            machine.remove_tool(tool);
            symlink(&busybox, machine.path("bin").join(tool)).unwrap();
        }
        Some(machine.without("curl"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The default folder.
    pub fn folder(&self) -> PathBuf {
        self.path("opt")
    }

    pub fn installed(&self) -> PathBuf {
        self.folder().join("docker-credential-atcr")
    }

    fn add_tool(&self, name: &str) {
        if let Some(tool) = find(name) {
            symlink(tool, self.path("bin").join(name)).unwrap();
        }
    }

    fn remove_tool(&self, name: &str) {
        let _ = fs::remove_file(self.path("bin").join(name));
    }

    pub fn without(self, tool: &str) -> Self {
        self.remove_tool(tool);
        self
    }

    pub fn with(self, tool: &str) -> Self {
        self.add_tool(tool);
        assert!(self.path("bin").join(tool).exists(), "{tool} is needed to test with");
        self
    }

    /// A program that is a script.
    pub fn with_script(self, name: &str, script: &str) -> Self {
        self.remove_tool(name);
        executable::script(self.path("bin").join(name), script);
        self
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap().replace(self.folder.path().to_str().unwrap(), "ROOT")
    }

    pub fn env(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        self.variables.push((name.to_owned(), value.as_ref().to_str().unwrap().to_owned()));
        self
    }

    /// Without a variable that is set by default.
    pub fn without_variable(mut self, name: &'static str) -> Self {
        self.unset.push(name);
        self
    }

    /// A command before the shell's, such as `unshare`.
    pub fn under(mut self, prefix: &[&str]) -> Self {
        self.prefix = prefix.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Runs the script from a pipe.
    pub fn install(&self, arguments: &[&str]) -> Seen {
        self.run(script().as_bytes(), arguments)
    }

    pub fn run(&self, script: &[u8], arguments: &[&str]) -> Seen {
        use std::io::Write;
        let shell = find(self.shell[0]).unwrap();
        let mut words = self.prefix.clone();
        words.push(shell.into_os_string().into_string().unwrap());
        words.extend(self.shell[1..].iter().map(ToString::to_string));
        let mut command = Command::new(find(&words[0]).unwrap());
        command.args(&words[1..]).args(["-s", "--"]).args(arguments).env_clear();
        command.env("PATH", self.path("bin")).env("HOME", self.path("home")).env("TMPDIR", self.path("tmp"));
        // Else the script looks at podman's file of the machine that runs the tests.
        command.env("XDG_RUNTIME_DIR", self.path("home/run"));
        command.env("ATCR_DOWNLOAD_URL", &self.url).env("ATCR_INSTALL_DIR", self.folder()).env("SHELL", "/bin/bash");
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).current_dir(self.folder.path());
        for name in &self.unset {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A script that exits early leaves the rest unread.
        let _ = child.stdin.take().unwrap().write_all(script);
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(self.folder.path().to_str().unwrap(), "ROOT");
        Seen { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Every file besides the tools, to see what a failed run left behind.
    pub fn litter(&self) -> Vec<PathBuf> {
        ["home", "tmp", "opt"].iter().flat_map(|folder| files(&self.path(folder))).collect()
    }
}

impl Seen {
    #[track_caller]
    pub fn succeeds(&self) -> &Self {
        assert!(self.code == Some(0) && self.stderr.is_empty(), "{:?}\n{}\n{}", self.code, self.stdout, self.stderr);
        self
    }

    /// Fails with an error that contains these words.
    #[track_caller]
    pub fn fails(&self, words: &str) -> &Self {
        let fits = self.code == Some(1) && self.stderr.contains("error: ") && self.stderr.contains(words);
        assert!(fits, "expected {words:?}: {:?}\n{}\n{}", self.code, self.stdout, self.stderr);
        self
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A program on the real PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    if name.starts_with('/') {
        return Some(PathBuf::from(name));
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}
