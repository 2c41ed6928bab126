//! The real program, which `cargo run --example` does not build.

use std::env::{self, consts};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, bail, ensure};

use crate::screen;

const NAME: &str = "docker-credential-atcr";

/// The program, built by the cargo that runs the demo. Without a cargo, the program that was built before.
pub(crate) fn build() -> Result<PathBuf> {
    let demo = env::current_exe().context("can't find the demo's own file")?;
    let folder = demo.ancestors().nth(2).context("the demo's file is not in cargo's target folder")?;
    let binary = folder.join(NAME).with_extension(consts::EXE_EXTENSION);
    match env::var_os("CARGO").and_then(|cargo| run(&mut command(cargo, folder))) {
        Some(status) => ensure!(status.success(), "{NAME} can't be built"),
        None if binary.exists() => {}
        None => bail!("{} is missing; run: cargo run --example demo", binary.display()),
    }
    Ok(binary)
}

/// None if it can't be started.
fn run(cargo: &mut Command) -> Option<ExitStatus> {
    screen::say("Building the program...\n");
    cargo.status().ok()
}

/// With the profile, the target and the target folder of the demo itself, as `folder` shows them:
/// `target/debug` or `target/x86_64-unknown-linux-musl/debug`.
fn command(cargo: OsString, folder: &Path) -> Command {
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--bin", NAME]);
    let profile = name(folder);
    command.args(["--profile", if profile == "debug" { "dev" } else { &profile }]);
    if let Some(package) = env::var_os("CARGO_MANIFEST_DIR") {
        command.arg("--manifest-path").arg(Path::new(&package).join("Cargo.toml"));
    }
    let above = folder.parent().unwrap_or(folder);
    let triple = Some(name(above)).filter(|name| name.starts_with(consts::ARCH) && name.matches('-').count() >= 2);
    let target_folder = triple.as_ref().and_then(|_| above.parent()).unwrap_or(above);
    command.arg("--target-dir").arg(target_folder);
    command.args(triple.iter().flat_map(|triple| ["--target", triple]));
    forget_outer_cargo(&mut command);
    command
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What cargo sets for the programs it runs is no setting of cargo's, but makes build scripts that look at it run again.
fn forget_outer_cargo(command: &mut Command) {
    for (variable, _) in env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&variable);
        }
    }
}
