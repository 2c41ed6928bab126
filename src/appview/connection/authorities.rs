//! The certificate authorities to trust: those that the environment names, else the system's.

use std::env;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::authority::Authority;
use crate::error::Hint;
use crate::platform::environment::Certificates;
use crate::platform::fs::{OpenError, Trusted, entries, is_foreign, not_found, read_regular};
#[cfg(unix)]
use crate::platform::fs::{is_descriptor, read_descriptor};
use crate::text::{display_path, without_os_code};

/// Where systems keep all of them in one file, and else in folders, as in Go's `root_linux.go`. A file is the better
/// one: the folders hold other certificates too, such as that of Debian's ssl-cert.
const FILES: [&str; 7] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
];
const FOLDERS: [&str; 3] = ["/etc/ssl/certs", "/etc/pki/tls/certs", "/usr/local/share/certs"];

/// In bytes. The authorities of a system have a fortieth of it.
const LONGEST: u64 = 8 * 1024 * 1024;

/// May be empty: then no certificate is trusted.
pub(super) fn load(named: &Certificates) -> Vec<(CertificateDer<'static>, Authority)> {
    if is_named(named) { of_variables(named) } else { of_system() }
}

/// Whether the variables name any, which then are instead of the system's.
pub(super) fn is_named(Certificates { file, folder }: &Certificates) -> bool {
    file.is_some() || folder.is_some()
}

/// Why the variables name no authority, if they name none, and what fixes it if that is known.
pub(super) fn problem(named: &Certificates) -> Option<(String, Option<Hint>)> {
    // A pipe was read by now.
    let files = files(named).into_iter().filter(|(_, file)| !is_pipe(file));
    for (name, file) in files {
        let path = display_path(&file);
        match read_named(&file) {
            Err(OpenError::Untrusted(untrusted)) => {
                return Some((format!("{untrusted} ({name})"), Some(untrusted.hint())));
            }
            Err(OpenError::Failed(error)) => {
                let reason = error.to_string();
                return Some((format!("can't read {path} ({name}): {}", without_os_code(&reason)), None));
            }
            Ok(pem) if authorities(&pem).is_empty() => {
                return Some((format!("{path} ({name}) contains no certificate authority"), None));
            }
            Ok(_) => {}
        }
    }
    None
}

fn of_variables(named: &Certificates) -> Vec<(CertificateDer<'static>, Authority)> {
    files(named)
        .iter()
        .flat_map(|(_, file)| read_named(file).map(|pem| authorities(&pem)).unwrap_or_default())
        .collect()
}

fn of_system() -> Vec<(CertificateDer<'static>, Authority)> {
    let in_file = |file: &&str| read_regular(Path::new(file), LONGEST).map(|pem| authorities(&pem)).unwrap_or_default();
    let of_files = FILES.iter().map(in_file).find(|authorities| !authorities.is_empty());
    of_files.unwrap_or_else(|| {
        let files = FOLDERS.iter().flat_map(|folder| files_in(Path::new(folder)));
        files.flat_map(|file| read_regular(&file, LONGEST).map(|pem| authorities(&pem)).unwrap_or_default()).collect()
    })
}

/// The files that the variables name, each with its variable. As OpenSSL reads them, `SSL_CERT_DIR` has several folders.
fn files(Certificates { file, folder }: &Certificates) -> Vec<(&'static str, PathBuf)> {
    let mut files: Vec<_> = file.iter().map(|file| ("SSL_CERT_FILE", file.clone())).collect();
    for folder in folder.iter().flat_map(env::split_paths) {
        files.extend(files_in(&folder).into_iter().map(|file| ("SSL_CERT_DIR", file)));
    }
    files
}

/// Links too, which `openssl rehash` makes. A folder that is not listed stands for its files, and is refused with the reason.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    if is_foreign(folder) {
        return vec![folder.to_owned()];
    }
    entries(folder).map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}

fn authorities(pem: &[u8]) -> Vec<(CertificateDer<'static>, Authority)> {
    let certificates = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
    certificates.filter_map(|certificate| Authority::of(&certificate).map(|of| (certificate, of))).collect()
}

/// Who could put another file there would decide whom the secret goes to.
fn read_named(path: &Path) -> Result<Vec<u8>, OpenError> {
    #[cfg(unix)]
    if is_pipe(path) {
        return Ok(read_descriptor(path, LONGEST)?);
    }
    let content = Trusted::find(path)?.closed_to_others()?.read(LONGEST)?;
    content.ok_or_else(|| not_found().into())
}

/// What a shell passes on for `<(...)`.
#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    is_descriptor(path)
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}
