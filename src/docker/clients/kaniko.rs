//! kaniko: `executor --context dir:///workspace --dockerfile Dockerfile`.

use std::path::{Path, PathBuf};

use crate::domain::Command;

use super::arguments;
use super::build::read_by;
use super::client::Client;
use super::dockerfile::{Build, Builder};
use super::files::Files;
use super::image::Image;

const DEFAULT_CONTEXT: &str = "dir:///workspace";

/// What the Dockerfile reads.
pub(super) fn images(client: &Client, command: &Command<'_>, files: &Files) -> Option<Vec<Image>> {
    let last = |names: &[&str]| command.values(names).last();
    let skips_unused = command.is_set(&["--skip-unused-stages"]);
    let build = Build {
        builder: if skips_unused { Builder::BuildKit } else { Builder::Classic },
        arguments: arguments::given(command.values(&["--build-arg"]), &client.variables),
        target: last(&["--target"]).unwrap_or_default().to_owned(),
        platforms: last(&["--custom-platform", "--customPlatform"]).into_iter().map(str::to_owned).collect(),
        ..Build::default()
    };
    let context = context(last(&["-c", "--context"]).unwrap_or(DEFAULT_CONTEXT))?;
    let context = client.folder.join(context).join(last(&["--context-sub-path"]).unwrap_or_default());
    read_by(
        &build,
        &[dockerfile(last(&["-f", "--dockerfile"]).unwrap_or("Dockerfile"), client, &context, files)],
        files,
    )
}

/// A folder; archives and other stores are not ours to read.
fn context(context: &str) -> Option<&Path> {
    let path = context.strip_prefix("dir://").unwrap_or(context);
    (!path.contains("://")).then(|| Path::new(path))
}

/// The working folder's, or else the context's.
fn dockerfile(name: &str, client: &Client, context: &Path, files: &Files) -> PathBuf {
    let here = client.folder.join(name);
    if files.exists(&here) { here } else { context.join(name) }
}
