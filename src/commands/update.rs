//! `update`: puts the newest version of this program in its place, once it is known to be good.

use std::cmp::Ordering;
use std::env::consts::EXE_SUFFIX;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::app::App;
use crate::appview::{Archive, Checksum, Release};
use crate::cli::Update;
use crate::domain::RegistryUrl;
use crate::error::Error;
use crate::platform::executable::{NAME, running};
use crate::storage::update_check::CheckState;
use crate::terminal::{Mark, Progress, confirm, is_interactive, print_status};
use crate::text::{display_path, sanitize};
use crate::update::{Owner, Staging, owner, registry, this_version, unpack, verify_binary};

/// The longest the AppView may take to name the newest version.
const LIMIT: Duration = Duration::from_secs(20);

/// The most that is shown of what a server says is new, in lines and in characters of a line.
const MOST_NOTES: usize = 15;
const LONGEST_NOTE: usize = 120;

pub(super) fn run(arguments: &Update, app: &App) -> Result<(), Error> {
    let program =
        running().map_err(|error| Error::new(format_args!("can't find the file of this program: {error}")))?;
    let owner = owner(&program, app.environment.search_path.as_deref());
    if let Some(owner) = owner.as_ref().filter(|_| !arguments.check) {
        // Whether there is a newer version is for the owner to know.
        return Err(Error::new(format_args!(
            "{} was installed by {}, which updates it",
            display_path(&program),
            owner.name
        ))
        .run(format_args!("{}", owner.command)));
    }
    let registry = registry(app)?;
    let release = app.appview(&registry).newest_release(LIMIT)?;
    remember(&release, app);
    match release.version.cmp_precedence(&this_version()) {
        Ordering::Less => {
            let (newest, this) = (&release.version, this_version());
            print_status(format!(
                "{} This is {NAME} v{this}, which is newer than the newest release (v{newest}).",
                Mark::Good
            ));
            Ok(())
        }
        Ordering::Equal => {
            print_status(format!("{} This is {NAME} v{}, the newest version.", Mark::Good, this_version()));
            Ok(())
        }
        Ordering::Greater if arguments.check => {
            say_what_is_new(&release, &registry);
            let command = owner.map_or_else(|| format!("{NAME} update"), |owner: Owner| owner.command);
            print_status(format!("  run: {command}"));
            Ok(())
        }
        Ordering::Greater => {
            say_what_is_new(&release, &registry);
            agree(arguments, &release)?;
            replace(&program, &release, &registry, app)
        }
    }
}

/// Whoever has looked needs no word of it, and no other look today.
fn remember(release: &Release, app: &App) {
    if let Some(folder) = app.accounts.folder().filter(|folder| folder.is_dir()) {
        let looked = |memory: CheckState| Some(memory.checked(app.now()).found(release.version.clone()).notified());
        // The next command looks again.
        drop(CheckState::change(folder, Duration::from_secs(1), looked));
    }
}

fn say_what_is_new(release: &Release, registry: &RegistryUrl) {
    let (newest, host, this) = (&release.version, registry.host(), this_version());
    print_status(format!("{NAME} v{newest} is out, says {host}; this is v{this}."));
    for line in release.notes.lines().filter(|line| !line.trim().is_empty()).take(MOST_NOTES) {
        print_status(format!("    {:.LONGEST_NOTE$}", sanitize(line.trim_end())));
    }
}

/// Makes sure that the update is meant.
fn agree(arguments: &Update, release: &Release) -> Result<(), Error> {
    if arguments.yes {
        return Ok(());
    }
    if !is_interactive() {
        return Err(Error::usage("nobody can be asked here whether to update").hint("if that is meant, add --yes"));
    }
    if confirm(&format!("Update to v{}?", release.version), true)? { Ok(()) } else { Err(Error::cancelled()) }
}

/// Everything that can fail comes before the one step that changes something.
fn replace(program: &Path, release: &Release, registry: &RegistryUrl, app: &App) -> Result<(), Error> {
    let unwritable = |error| unwritable(program, &error, registry);
    let archive = release.archive()?;
    let staging = Staging::beside(program).map_err(unwritable)?;
    let packed = download(&archive, release, app)?;
    verify(&packed, &archive)?;
    let name = format!("{NAME}{EXE_SUFFIX}");
    let content = unpack(&packed, archive.url.file_name(), &name)?;
    let new = staging.write(&content).map_err(unwritable)?;
    verify_binary(&new, &release.version).map_err(|error| {
        Error::from(error).hint(format_args!("{} stays as it was, at v{}", display_path(program), this_version()))
    })?;
    staging.put_in_place(&new).map_err(unwritable)?;
    print_status(format!(
        "{} Updated {} from v{} to v{}.",
        Mark::Good,
        display_path(program),
        this_version(),
        release.version
    ));
    Ok(())
}

fn download(archive: &Archive, release: &Release, app: &App) -> Result<Vec<u8>, Error> {
    let progress = Progress::start(&format!("Downloading v{}", release.version));
    let fetched = archive.url.fetch(&app.environment.certificates, |done, whole| progress.at(done, whole));
    fetched.map_err(|error| {
        let (url, error) = (archive.url.to_string(), format!("{error:#}"));
        Error::new(format_args!("can't download {}: {}", sanitize(&url), sanitize(&error)))
    })
}

fn verify(packed: &[u8], archive: &Archive) -> Result<(), Error> {
    let found = Checksum::of(packed);
    if found == archive.checksum {
        return Ok(());
    }
    let url = archive.url.to_string();
    Err(Error::new(format_args!("{} is not the file that was announced", sanitize(&url)))
        .hint(format_args!("its SHA-256 is {found}, and should be {}; nothing was changed", archive.checksum)))
}

/// The folder of the program can't be written, or not for its owner.
fn unwritable(program: &Path, error: &io::Error, registry: &RegistryUrl) -> Error {
    let folder = display_path(program.parent().unwrap_or(program));
    match error.kind() {
        io::ErrorKind::ResourceBusy => Error::new(format_args!("another update is under way in {folder}")),
        io::ErrorKind::PermissionDenied => Error::new(format_args!("can't replace {}: {error}", display_path(program)))
            .hint(as_administrator(program, registry)),
        _ => Error::new(format_args!("can't write the new program into {folder}: {error}"))
            .hint(format_args!("{} stays as it was", display_path(program))),
    }
}

/// The same, by somebody who may. They have other variables, and another home: the registry that was asked is named.
fn as_administrator(program: &Path, registry: &RegistryUrl) -> String {
    let program = display_path(program);
    if cfg!(windows) {
        return format!("in a terminal of an administrator, run: \"{program}\" update");
    }
    format!("run: sudo ATCR_REGISTRY={registry} \"{program}\" update")
}
