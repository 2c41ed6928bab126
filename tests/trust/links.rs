//! No command is suggested that would change the owner or the mode of what a link leads to, which may be anything of root's.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;

use super::{EVANS, EvansHome, MALLORYS, give_all_to_evan, link};
use crate::support::{AppView, EVAN, Home, appview};

const FOLDERS: [&str; 4] = [".docker", ".config", ".config/containers", ".atcr"];

/// Puts a link to a folder of somebody else's into the place of this one.
type Change = fn(&Home, &Path, &Home);

const CHANGES: [(&str, Change); 6] = [
    ("a folder of root's", |roots, folder, _| link(&roots.path("folder"), folder, EVANS)),
    ("a link that is root's", |roots, folder, _| link(&roots.path("folder"), folder, 0)),
    ("a place that is not there", |roots, folder, _| link(&roots.path("none"), folder, EVANS)),
    ("a place deep down", |roots, folder, _| link(&roots.path("none/of/these"), folder, EVANS)),
    ("a folder of another user's", |roots, folder, _| {
        chown(roots.path("folder"), Some(MALLORYS), Some(MALLORYS)).unwrap();
        link(&roots.path("folder"), folder, EVANS);
    }),
    ("a chain to an open folder", |roots, folder, home| {
        roots.set_mode("folder", 0o777);
        link(&roots.path("folder"), &home.path("chain"), EVANS);
        link(Path::new("chain"), &home.path("second"), EVANS);
        link(&home.path("second"), folder, EVANS);
    }),
];

fn commands(host: &str) -> Vec<Vec<String>> {
    let lines = [
        "status".to_owned(),
        "doctor".to_owned(),
        "doctor --fix --yes".to_owned(),
        format!("configure-docker {host} --podman --yes"),
        format!("configure-docker {host} --podman --dry-run"),
        format!("configure-docker {host} --plugin --yes"),
        format!("configure-docker {host} --podman --remove"),
        format!("login {host} --with-token --account {EVAN} --configure-docker=yes"),
        "switch".to_owned(),
        "get".to_owned(),
        format!("logout {host} --all --yes"),
    ];
    lines.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

/// What all commands print, as root and as Evan, where one of the folders is a link.
fn printed(appview: &AppView, folder: &str, change: Change) -> Option<String> {
    let mut printed = String::new();
    for is_root in [true, false] {
        let (roots, evans) = (Home::new(), EvansHome::logged_in(appview)?);
        fs::create_dir(roots.path("folder")).unwrap();
        let path = evans.home.path(folder);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_dir_all(&path);
        give_all_to_evan(&evans);
        change(&roots, &path, &evans.home);
        for words in commands(&appview.host()) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let run = if is_root { evans.sudo(&words) } else { evans.run_as(EVANS, &words) };
            let is_login = words[0] == "login";
            let input = if is_login { appview.device_secret(EVAN) } else { appview.host() };
            let (_, (_, stdout, stderr)) = run.stdin(input).timed();
            printed.extend([words.join(" "), "\n".to_owned(), stdout, stderr]);
        }
    }
    Some(printed)
}

#[test]
fn no_command_changes_what_a_link_leads_to() {
    let appview = appview();
    for folder in FOLDERS {
        for (name, change) in CHANGES {
            let Some(printed) = printed(&appview, folder, change) else { return };
            let is_safe = !["chown", "chmod"].iter().any(|command| printed.contains(command));
            assert!(is_safe, "{folder} is a link to {name}:\n{printed}");
            let helps = ["look at that first", "use a place of your own"].iter().any(|text| printed.contains(text));
            assert!(helps, "{folder} is a link to {name}:\n{printed}");
        }
    }
}

/// As another user's home is reached by a person's link, or one's own files are elsewhere.
#[test]
fn a_mode_behind_ones_own_link_is_not_changed_unseen() {
    let appview = appview();
    let home = Home::new();
    home.log_in(&appview, &[EVAN]);
    fs::rename(home.path(".atcr"), home.path("elsewhere")).unwrap();
    symlink("elsewhere", home.path(".atcr")).unwrap();
    home.set_mode("elsewhere/device.json", 0o644);
    for words in [&["status"][..], &["doctor"], &["doctor", "--fix", "--yes"]] {
        let seen = home.run(words).any_stdout().any_stderr().any_end().check();
        let printed = seen.stdout + &seen.stderr;
        assert!(!printed.contains("chmod"), "{printed}");
        let target = fs::canonicalize(home.path("elsewhere/device.json")).unwrap();
        let hint = format!("a link leads to {}: look at that first", target.display());
        assert!(printed.contains("is open to other users (mode 0644)") && printed.contains(&hint), "{printed}");
    }
}
