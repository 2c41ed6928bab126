//! Word of a newer version, after a person's command and never in its way: the command reads what was heard before, and
//! where a look is due starts one that goes on without it. Most commands are over sooner than a server could answer; one
//! that waited, even briefly, would be the slower for it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{owner, registry, remove_leftovers, this_version};
use crate::app::App;
use crate::error::Error;
use crate::platform::executable::{NAME, running};
use crate::storage::update_check::CheckState;
use crate::terminal::{Mark, is_terminal_session, print_status};

/// The word on the command line that starts a look. For the program itself: neither help nor completion know it.
pub const LOOK: &str = "look-for-update";

/// The longest a look may take to hear something, and then to note it down.
const LIMIT: Duration = Duration::from_secs(20);

/// What comes after a person's command: removes what a killed update left behind, tells of a newer version that is
/// known, once a day, and starts a look where one is due. Nothing of it can fail the command.
pub fn after_command(app: &App) {
    if let Ok(program) = running() {
        remove_leftovers(&program);
    }
    // Without the folder nobody has logged in yet, and nothing can be remembered.
    let folder = app.accounts.folder().filter(|folder| folder.is_dir());
    if let Some(folder) = folder.filter(|_| app.environment.wants_update_notice() && is_terminal_session()) {
        let memory = CheckState::read(folder);
        tell(&memory, folder, app);
        if memory.is_due(app.now()) {
            start_look(folder);
        }
    }
}

fn tell(memory: &CheckState, folder: &Path, app: &App) {
    let current = this_version();
    let Some(latest) = memory.available(&current) else { return };
    // What can't be noted down would be told after every command.
    if !CheckState::change(folder, Duration::ZERO, |memory| Some(memory.notified())).unwrap_or(false) {
        return;
    }
    let owner = running().ok().and_then(|program| owner(&program, app.environment.search_path.as_deref()));
    let command = owner.map_or_else(|| format!("{NAME} update"), |owner| owner.command);
    print_status(format!("\n{} {NAME} v{latest} is out; this is v{current}.\n  {command}", Mark::Warning));
}

/// Starts a look that neither Ctrl-C nor the end of this process stops, and that holds no stream of it.
fn start_look(folder: &Path) {
    let Ok(program) = running() else { return };
    let mut look = Command::new(program);
    look.arg(LOOK).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Not in a folder that somebody may want to remove.
    look.current_dir(folder);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut look, 0);
    #[cfg(windows)]
    {
        const DETACHED_PROCESS: u32 = 0x8;
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(&mut look, DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP);
    }
    // Without a look there is no word of a newer version, and nothing else is amiss.
    drop(look.spawn());
}

/// The look itself, in a process of its own. It is noted down before it is taken, so that there is one a day, of however
/// many commands and whatever comes of it.
///
/// # Errors
/// When nothing was heard, or it can't be noted down. Nobody sees it.
pub fn look(app: &App) -> Result<(), Error> {
    let Some(folder) = app.accounts.folder() else { return Ok(()) };
    let now = app.now();
    let noted = CheckState::change(folder, Duration::ZERO, |memory| memory.is_due(now).then(|| memory.checked(now)));
    if !noted.map_err(Error::new)? {
        return Ok(());
    }
    let release = app.appview(&registry(app)?).newest_release(LIMIT)?;
    // Nobody waits for this process, and what it heard would be lost for a day.
    CheckState::change(folder, LIMIT, |memory| Some(memory.found(release.version))).map(drop).map_err(Error::new)
}
