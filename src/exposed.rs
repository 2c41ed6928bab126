//! What is open to others about the accounts, in words.

use crate::config::Exposure;
use crate::terminal::shown;

/// What is wrong, and the command that mends it.
#[must_use]
pub(crate) fn in_words(exposure: &Exposure) -> (String, String) {
    match exposure {
        Exposure::Loose { path, mode, wanted } => {
            let path = shown(path);
            (format!("{path} is open to other users (mode {mode:04o})"), format!("chmod {wanted:o} {}", quoted(&path)))
        }
        Exposure::Foreign { path, owner, wanted } => {
            let path = shown(path);
            let message = format!("{path} belongs to user {owner}, not to user {wanted} whose home this is");
            (message, format!("sudo chown {wanted} {}", quoted(&path)))
        }
        Exposure::InOpenFolder { path, folder } => {
            let (path, folder) = (shown(path), shown(folder));
            let message = format!("{path} is a link into {folder}, where anybody can put files");
            let path = quoted(&path);
            (message, format!("cp {path} {path}.own && mv {path}.own {path}"))
        }
    }
}

/// A path as one word of a shell's command line.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-~+:@%".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
