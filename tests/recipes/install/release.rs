//! Releases to install: good and damaged ones.

use std::collections::BTreeMap;

use flate2::{Compression, write::GzEncoder};
use tar::{Builder, EntryType, Header};

use crate::support::appview;

/// What a host serves, by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A release of one archive, for Linux and macOS on both architectures alike.
pub struct Release {
    pub version: &'static str,
    /// The program in the archive: by default a script that prints its version.
    pub program: Vec<u8>,
    /// Other entries of the archive: name, kind, and link target or content.
    pub more: Vec<(&'static str, EntryType, &'static str)>,
    /// Damages the archive after it was hashed.
    pub damage: fn(Vec<u8>) -> Option<Vec<u8>>,
    /// Whether the hash is that of the served archive.
    pub hash_of_damaged: bool,
    /// The platforms it lists.
    pub platforms: &'static [&'static str],
}

impl Release {
    pub fn of(version: &'static str) -> Self {
        let program = format!("#!/bin/sh\necho \"docker-credential-atcr v{version} $*\" | sed 's/ --version//'\n");
        Self {
            version,
            program: program.into_bytes(),
            more: vec![("README.md", EntryType::Regular, "read me")],
            damage: Some,
            hash_of_damaged: false,
            platforms: &["Linux_x86_64", "Linux_arm64", "Darwin_x86_64", "Darwin_arm64"],
        }
    }

    /// Adds its files to a host, and makes it the latest.
    pub fn publish(&self, files: &mut Files) {
        let sound = self.archive();
        let served = (self.damage)(sound.clone());
        let hashed = if self.hash_of_damaged { served.as_ref().unwrap() } else { &sound };
        let hash = appview::digest(hashed).replace("sha256:", "");
        let mut list = String::new();
        for platform in self.platforms {
            let name = format!("docker-credential-atcr_{}_{platform}.tar.gz", self.version);
            list.extend([&hash, "  ", &name, "\n"]);
            if let Some(served) = &served {
                files.insert(format!("/releases/download/v{}/{name}", self.version), served.clone());
            }
        }
        for folder in ["latest/download".to_owned(), format!("download/v{}", self.version)] {
            files.insert(format!("/releases/{folder}/checksums.txt"), list.clone().into_bytes());
        }
    }

    /// A host with this release only.
    pub fn alone(&self) -> Files {
        let mut files = BTreeMap::new();
        self.publish(&mut files);
        files
    }

    fn archive(&self) -> Vec<u8> {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        add(&mut archive, "docker-credential-atcr", EntryType::Regular, &self.program);
        for (name, kind, content) in &self.more {
            add(&mut archive, name, *kind, content.as_bytes());
        }
        archive.into_inner().unwrap().finish().unwrap()
    }
}

/// Bypasses the library's checks of names, as an attacker's archive would.
fn add(archive: &mut Builder<GzEncoder<Vec<u8>>>, name: &str, kind: EntryType, content: &[u8]) {
    let mut header = Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o755);
    let content = if kind == EntryType::Regular {
        content
    } else {
        header.as_old_mut().linkname[..content.len()].copy_from_slice(content);
        &[]
    };
    header.set_size(content.len() as u64);
    header.set_cksum();
    archive.append(&header, content).unwrap();
}
