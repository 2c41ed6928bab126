//! `update`: replaces this program with its newest version, once that is verified.

use std::cmp::Ordering;
use std::env::consts::EXE_SUFFIX;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::confirmation;
use super::output::{with_json_error, write_json};
use crate::app::App;
use crate::appview::{Archive, Checksum, Release, UpdateServer};
use crate::cli::Update;
use crate::error::{Error, Hint};
use crate::platform::executable::{NAME, running};
use crate::platform::fs::is_mounted;
use crate::storage::update_check::LockedCheckState;
use crate::terminal::{Mark, Progress, print_status, waiting};
use crate::text::{display_path, sanitize};
use crate::update::{Notice, PackageManager, Staging, this_version, unpack, verify_binary, verify_release};

/// The longest the AppView may take to name the newest version.
const LIMIT: Duration = Duration::from_secs(20);

/// How much of the server's release notes is shown: lines, and characters of a line.
const MOST_NOTES: usize = 15;
const LONGEST_NOTE: usize = 120;

pub(super) fn run(arguments: &Update, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let result = update(arguments, app, data);
    with_json_error(result, arguments.json, data)
}

fn update(arguments: &Update, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    let program =
        running().map_err(|error| Error::new(format_args!("can't find the path of this program: {error}")))?;
    let manager = match PackageManager::of(&program, app.environment.search_path().as_deref()) {
        Err(_) if arguments.check => None,
        found => found?,
    };
    match manager {
        // Whether there is a newer version is for the package manager to know.
        Some(manager) if !arguments.check => Err(managed(&program, manager)),
        None if !arguments.check && is_mounted(&program) => Err(mounted(&program)),
        manager => check(arguments, &program, manager, app, data),
    }
}

fn managed(program: &Path, PackageManager { name, hint }: PackageManager) -> Error {
    Error::new(format_args!("{} was installed with {name}; update it with {name}", display_path(program))).hint(hint)
}

/// Such a file can't be replaced, and is another one after the next start.
fn mounted(program: &Path) -> Error {
    let path = display_path(program);
    Error::new(format_args!("{path} is a mounted file, as in a container: it can't be replaced"))
        .hint("update it where it is mounted from")
}

fn check(
    arguments: &Update,
    program: &Path,
    manager: Option<PackageManager>,
    app: &App,
    data: &mut dyn Write,
) -> Result<(), Error> {
    let server = UpdateServer::of(&app.environment)?;
    let looking = format!("Asking {} for the latest version", server.host());
    let release = waiting(&looking, || server.newest_release(LIMIT))?;
    record(&release, app);
    // Not every version is built for every platform.
    let fix = match manager {
        Some(manager) => Ok(manager.hint),
        None => release.archive().map(|_| Hint::run(format_args!("{NAME} update"))),
    };
    if arguments.json {
        return write_json(data, &json(&release, &server, fix.ok()));
    }
    let (latest, current) = (&release.version, this_version());
    let up_to_date = match latest.cmp_precedence(&current) {
        Ordering::Less => Some(format!("is newer than the latest release (v{latest})")),
        Ordering::Equal => Some("is the latest version".to_owned()),
        Ordering::Greater => None,
    };
    if let Some(up_to_date) = up_to_date {
        print_status(format!("{} {NAME} v{current} {up_to_date}.", Mark::Good));
        return Ok(());
    }
    show(&release, &server);
    if arguments.check {
        match fix.map_err(Error::from) {
            Ok(fix) => print_status(format!("  {fix}")),
            Err(lack) => print_status(format!("{} {}.", Mark::Warning, lack.message)),
        }
        return Ok(());
    }
    fix?;
    if !arguments.yes {
        confirmation::require_terminal("update")?;
        confirmation::require(&format!("Update to v{latest}?"), true)?;
    }
    replace(program, &release, app)
}

/// `fix` is how to get it, where there is something to get.
fn json(release: &Release, server: &UpdateServer, fix: Option<Hint>) -> Value {
    let (latest, current) = (&release.version, this_version());
    let (state, fix) = match latest.cmp_precedence(&current) {
        Ordering::Less => ("newer", None),
        Ordering::Equal => ("latest", None),
        Ordering::Greater => ("available", fix),
    };
    let hint = fix.as_ref().map(ToString::to_string);
    let command = match fix {
        Some(Hint::Run(command)) => Some(command),
        _ => None,
    };
    json!({
        "installed": current.to_string(),
        "latest": latest.to_string(),
        "state": state,
        "server": server.host(),
        "notes": release.notes,
        "hint": hint,
        "command": command,
    })
}

/// The notification that may follow another command; starts the check for it.
pub(crate) fn update_notice(app: &App) -> Option<Notice<'_>> {
    Notice::prepare(app.accounts.folder()?, &app.environment, app.now())
}

/// No notification is needed, and no other check today.
fn record(release: &Release, app: &App) {
    let Some(folder) = app.accounts.folder().filter(|folder| folder.is_dir()) else { return };
    if let Ok(file) = LockedCheckState::lock(folder) {
        let state = file.read().checked(app.now(), Some(release.version.clone())).notified();
        // Not recorded, the next command checks again.
        let _ = file.write(&state);
    }
}

fn show(release: &Release, server: &UpdateServer) {
    let (latest, host, current) = (&release.version, server.host(), this_version());
    print_status(format!("A new version of {NAME} is available at {host}: v{latest} (installed: v{current})"));
    for line in release.notes.lines().filter(|line| !line.trim().is_empty()).take(MOST_NOTES) {
        // Behind a mark: they are not signed, and no line of theirs looks like one of ours.
        print_status(format!("  > {:.LONGEST_NOTE$}", sanitize(line.trim())));
    }
}

/// Everything that can fail comes before the one step that changes something.
fn replace(program: &Path, release: &Release, app: &App) -> Result<(), Error> {
    let unwritable = |error| unwritable(program, &error);
    let (path, current) = (display_path(program), this_version());
    let unchanged = |error: Error| match error.hint {
        None => error.hint(format_args!("{path} was not changed and is still v{current}")),
        Some(_) => error,
    };
    let archive = release.archive()?;
    let staging = Staging::beside(program).map_err(unwritable)?;
    verify_signature(&archive, release, app).map_err(unchanged)?;
    let packed = download(&archive, release, app)?;
    verify_checksum(&packed, &archive)?;
    let content = unpack(&packed, archive.url.file_name(), &format!("{NAME}{EXE_SUFFIX}"))?;
    let new = staging.write(&content).map_err(unwritable)?;
    verify_binary(&new, &release.version).map_err(|error| unchanged(error.into()))?;
    staging.put_in_place(&new).map_err(unwritable)?;
    print_status(format!("{} Updated {path} from v{current} to v{}.", Mark::Good, release.version));
    Ok(())
}

/// Before anything of the archive is read.
fn verify_signature(archive: &Archive, release: &Release, app: &App) -> Result<(), Error> {
    let version = &release.version;
    let Some(key) = app.release_key else {
        print_status(format!("This build has no release key: v{version} is verified by https and SHA-256 alone."));
        return Ok(());
    };
    verify_release(key, version, archive, &app.environment.certificates()).map_err(|error| Error {
        message: format!("can't verify that v{version} is a release of {NAME}: {}", error.message),
        ..error
    })
}

fn download(archive: &Archive, release: &Release, app: &App) -> Result<Vec<u8>, Error> {
    let progress = Progress::start(&format!("Downloading v{}", release.version));
    archive.url.fetch(&app.environment.certificates(), |done, whole| progress.at(done, whole))
}

/// That of the answer, which with a release key is the signed one.
fn verify_checksum(packed: &[u8], archive: &Archive) -> Result<(), Error> {
    let (actual, expected) = (Checksum::of(packed), archive.checksum);
    if actual == expected {
        return Ok(());
    }
    Err(Error::new(format_args!("checksum mismatch for {}", archive.url))
        .hint(format_args!("expected SHA-256 {expected}, got {actual}; nothing was changed")))
}

fn unwritable(program: &Path, error: &io::Error) -> Error {
    let (path, folder) = (display_path(program), display_path(program.parent().unwrap_or(program)));
    match error.kind() {
        io::ErrorKind::ResourceBusy => Error::new(format_args!("another update is in progress in {folder}")),
        io::ErrorKind::PermissionDenied => {
            Error::new(format_args!("can't replace {path}: {error}")).hint(as_administrator(&path))
        }
        _ => Error::new(format_args!("can't write the new version to {folder}: {error}"))
            .hint(format_args!("{path} was not changed")),
    }
}

/// Without a variable or an address: what root installs is not for this environment to say.
fn as_administrator(program: &str) -> Hint {
    if cfg!(windows) {
        return Hint::text(format_args!("in a terminal opened as administrator, run: \"{program}\" update"));
    }
    Hint::run(format_args!("sudo \"{program}\" update"))
}
