//! `update` of a copy of the program in its own folder, from the stand-in.

mod check;
#[cfg(unix)]
mod confirmation;
// Not under qemu, which strace would follow.
#[cfg(all(target_os = "linux", not(target_arch = "aarch64")))]
mod guarantees;
mod killed;
#[cfg(unix)]
mod notice;
mod package_manager;
mod refused;
mod replaced;
#[cfg(all(target_os = "linux", not(target_arch = "aarch64")))]
mod rights;
mod signature;
mod source;

use std::env::consts::{ARCH, EXE_SUFFIX, OS};
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::answers::{Endpoint, VERSION};
use crate::support::minisign::Signer;
use crate::support::{Answer, Answers, Home, Run, example, executable, start};

/// Newer than any version with these tests.
const NEWEST: &str = "v99.1.2";
/// The download of most of these tests.
const DOWNLOAD: Endpoint<'_> = ("GET", "/downloads/a.tar.gz");
const CHECKSUMS: Endpoint<'_> = ("GET", "/downloads/checksums.txt");
const SIGNATURE: Endpoint<'_> = ("GET", "/downloads/checksums.txt.minisig");
const THIS: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// The program with the release key that this names.
pub const KEY: &str = "TEST_RELEASE_KEY";

/// Whose signature the installed program wants.
pub fn maintainers() -> Signer {
    Signer::new(1)
}

/// What is installed: the whole program, but for where its release key comes from.
pub fn program() -> PathBuf {
    example("with_release_key")
}

/// The program, installed in its own folder, and the server that names its newest version.
pub struct Installed {
    pub home: Home,
    appview: Answers,
}

impl Installed {
    pub fn new() -> Self {
        let installed = Self { home: Home::beside_the_program(), appview: Answers::start() };
        fs::create_dir(installed.home.path("bin")).unwrap();
        installed.put_back();
        installed
    }

    fn program(&self) -> PathBuf {
        self.home.path("bin").join(format!("docker-credential-atcr{EXE_SUFFIX}"))
    }

    /// Installs the tested version.
    fn put_back(&self) {
        let program = self.program();
        drop(fs::remove_file(&program));
        install(&program);
    }

    /// Whether the program is unchanged, byte for byte.
    pub fn is_as_it_was(&self) -> bool {
        fs::read(self.program()).unwrap() == original()
    }

    /// The names of the files in its folder.
    fn folder(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home.path("bin")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(self.program());
        command.args(arguments).env("ATCR_UPDATE_URL", self.appview.url()).env(KEY, maintainers().public_key());
        if cfg!(unix) {
            // Without the machine's package managers, which take long to say that they don't know the program.
            command.env("PATH", self.home.path("bin"));
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::new(self.command(arguments))
    }

    /// Serves this archive as the latest release, with signed checksums beside it.
    pub fn offer(&self, file_name: &str, archive: &[u8]) {
        self.offer_with(file_name, archive, |_| {});
    }

    /// The same, with a change to the answer that describes it.
    pub fn offer_with(&self, file_name: &str, archive: &[u8], change: impl FnOnce(&mut Value)) {
        let path = format!("/downloads/{file_name}");
        let mut release = release(&format!("{}{path}", self.appview.url()), archive);
        change(&mut release);
        self.appview.always(VERSION, Answer::json(200, release));
        self.appview.always(("GET", &path), Answer::body(200, "application/octet-stream", archive));
        let checksums = checksums(file_name, archive);
        self.serve_checksums(&checksums, &maintainers().sign(checksums.as_bytes(), &comment(NEWEST)));
    }

    /// Takes the place of what was served before.
    fn serve_checksums(&self, checksums: &str, signature: &str) {
        for (endpoint, content) in [(CHECKSUMS, checksums), (SIGNATURE, signature)] {
            self.appview.always(endpoint, Answer::body(200, "text/plain", content));
        }
    }

    /// The version that the program prints.
    fn version(&self) -> String {
        let output = start(|| self.command(&["version"]).output());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().split(' ').nth(1).unwrap().trim_end().to_owned()
    }
}

/// The checksums.txt of a release with this archive.
fn checksums(file_name: &str, archive: &[u8]) -> String {
    format!("{}  another.zip\n{}  {file_name}\n", sha256(b"another"), sha256(archive))
}

/// The trusted comment of a version's signature.
fn comment(version: &str) -> String {
    format!("docker-credential-atcr {version}")
}

/// The bytes of `program`, as they were before a test could change them through a hard link.
fn original() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| fs::read(program()).unwrap())
}

/// The program, as a hard link if possible, which is faster than a copy.
fn install(path: &Path) {
    // Before there is a link.
    original();
    if cfg!(windows) || fs::hard_link(program(), path).is_err() {
        executable::copy(program(), path);
    }
}

/// What a server answers whose newest release is this archive, at this address.
fn release(url: &str, archive: &[u8]) -> Value {
    json!({
        "latest": NEWEST,
        "download_urls": { platform(): url },
        "checksums": { platform(): sha256(archive) },
        "release_notes": "",
    })
}

/// The AppView's name of this platform.
pub fn platform() -> String {
    let os = if OS == "macos" { "darwin" } else { OS };
    format!("{os}_{}", if ARCH == "x86_64" { "amd64" } else { "arm64" })
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// The program's file name.
fn file() -> String {
    format!("docker-credential-atcr{EXE_SUFFIX}")
}

/// A program that prints this, and behaves as `how` says.
fn newer(how: &str, prints: &str) -> Vec<u8> {
    let mut program = fs::read(example("newer")).unwrap();
    program.extend_from_slice(format!("\n{how}says:{prints}").as_bytes());
    program
}

/// The program of the latest release.
fn newest() -> Vec<u8> {
    newer("", &format!("docker-credential-atcr {NEWEST} (built: 2025-01-15T10:30:00Z)"))
}

pub fn tar_gz(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        // The mode of the replaced program counts, not that in the archive.
        header.set_mode(0o600);
        tar.append_data(&mut header, name, *content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
