//! Writes the man pages into a folder: `cargo run --example man FOLDER`. The release ships them.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder =
        folder.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "name a folder for the man pages"))?;
    fs::create_dir_all(&folder)?;
    clap_mangen::generate_to(atcr::cli::help::command(), &folder)
}
