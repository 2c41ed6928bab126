//! An image that is as small as images get: an empty layer, and a label that tells one image from another.

use anyhow::Result;
use serde_json::{Value, json};

use crate::appview::digest;
use crate::machine::Machine;

/// The media type of [`Image::manifest`].
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// An image, in the form of the OCI image specification.
pub(crate) struct Image {
    /// Layer and configuration.
    pub(crate) blobs: [Vec<u8>; 2],
    /// What ties the blobs together.
    pub(crate) manifest: Vec<u8>,
}

impl Image {
    /// The image that carries this label.
    pub(crate) fn labelled(label: &str) -> Self {
        // A tar archive of no files is two blocks of zeros.
        let layer = vec![0; 1024];
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "config": { "Labels": { "demo": label } },
            "rootfs": { "type": "layers", "diff_ids": [digest(&layer)] },
        });
        let config = config.to_string().into_bytes();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
            "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", &layer)],
        });
        Self { blobs: [layer, config], manifest: manifest.to_string().into_bytes() }
    }

    /// Writes the image as an OCI layout, the form in which tools without an engine take one from a folder.
    pub(crate) fn write(&self, machine: &Machine, folder: &str) -> Result<()> {
        let index = json!({ "schemaVersion": 2, "manifests": [descriptor(MANIFEST, &self.manifest)] });
        machine.write(&format!("{folder}/oci-layout"), json!({ "imageLayoutVersion": "1.0.0" }).to_string())?;
        machine.write(&format!("{folder}/index.json"), index.to_string())?;
        for blob in self.blobs.iter().chain([&self.manifest]) {
            machine.write(&format!("{folder}/blobs/{}", digest(blob).replace(':', "/")), blob)?;
        }
        Ok(())
    }
}

fn descriptor(media_type: &str, content: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(content), "size": content.len() })
}
