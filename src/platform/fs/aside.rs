//! How a file gives up its name, in a command for a person to run.

use std::path::{Path, PathBuf};

use crate::error::Hint;
use crate::text::shell_quote;

/// `PATH.EXTENSION`, or else `PATH.EXTENSION-2` and so on: the first that nothing has, not even a link that leads nowhere.
pub(crate) fn free_name(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.with_added_extension(extension);
    let mut number = 1;
    while name.symlink_metadata().is_ok() {
        number += 1;
        name = path.with_added_extension(format!("{extension}-{number}"));
    }
    name
}

/// The command that renames a file or folder to a free name. To one that is taken it would do nothing, or move it into the
/// folder that has the name; `-n` keeps what comes there in the meantime.
pub(crate) fn move_aside(path: &Path, extension: &str) -> String {
    let mv = if cfg!(windows) { "move" } else { "mv -n" };
    format!("{mv} {} {}", shell_quote(path), shell_quote(&free_name(path, extension)))
}

/// Sets a broken file aside, and then runs a command, if that is not empty.
pub(crate) fn set_aside_broken(file: &Path, then: &str) -> Hint {
    let and = if then.is_empty() { "" } else { " && " };
    Hint::run(format_args!("{}{and}{then}", move_aside(file, "broken")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::platform::fs::replace;

    #[test]
    fn a_name_that_anything_has_is_not_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("device.json");
        let expect = |name: &str| assert_eq!(free_name(&path, "old"), folder.path().join(name));
        expect("device.json.old");
        replace(&folder.path().join("device.json.old"), b"", None).unwrap();
        expect("device.json.old-2");
        fs::create_dir(folder.path().join("device.json.old-2")).unwrap();
        expect("device.json.old-3");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("nowhere", folder.path().join("device.json.old-3")).unwrap();
            expect("device.json.old-4");
        }
    }
}
