//! Modes, owners, links, and files that can't be written or replaced.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use super::{BACKUP, CONFIG, configure, home, is_configured, listing, read, shown, text};
use crate::support::{Home, PROGRAM, Run, skip};

const AUTH: &str = ".config/containers/auth.json";

/// One of them ours.
const TWO_HELPERS: &str = r#"{"credHelpers": {"atcr.io": "pass", "gcr.io": "atcr"}}"#;

fn mode(home: &Home, name: &str) -> u32 {
    fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_new_file_and_its_folder_are_private() {
    let home = Home::new();
    configure(&home, &["atcr.io"]);
    assert_eq!((mode(&home, ".docker"), mode(&home, CONFIG)), (0o700, 0o600));
}

#[test]
fn the_mode_stays_and_the_backup_is_private() {
    for of_file in [0o600, 0o644, 0o640, 0o666, 0o755] {
        let home = home("{}");
        home.set_mode(CONFIG, of_file);
        configure(&home, &["atcr.io"]);
        assert_eq!((mode(&home, CONFIG), mode(&home, BACKUP)), (of_file, 0o600));
        configure(&home, &["--remove"]);
        assert_eq!(mode(&home, CONFIG), of_file);
    }
}

#[test]
fn the_owner_stays() {
    let home = home("{}");
    if chown(home.path(CONFIG), Some(12345), Some(54321)).is_err() {
        skip("only root gives files away");
        return;
    }
    configure(&home, &["atcr.io"]);
    let metadata = fs::metadata(home.path(CONFIG)).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (12345, 54321));
}

/// A home in which config.json is this link.
fn home_with_link(target: &Path) -> Home {
    let home = Home::new();
    fs::create_dir(home.path(".docker")).unwrap();
    symlink(target, home.path(CONFIG)).unwrap();
    home
}

#[test]
fn a_link_stays_a_link_and_its_file_is_changed() {
    let file = "dotfiles/config.json";
    let elsewhere = Home::new();
    for (link, of_file) in [
        (Path::new("../dotfiles/config.json"), None),
        (Path::new("../chain"), None),
        (&elsewhere.path(file), Some(&elsewhere)),
    ] {
        let home = home_with_link(link);
        symlink(file, home.path("chain")).unwrap();
        let of_file = of_file.unwrap_or(&home);
        of_file.write(file, "{}");
        configure(&home, &["atcr.io"]);
        assert_eq!(fs::read_link(home.path(CONFIG)).unwrap(), link);
        assert_eq!(listing(&of_file.path("dotfiles")).len(), 1);
        assert!(is_configured(of_file, file));
        configure(&home, &["--remove", "atcr.io"]);
        assert_eq!(text(of_file, file), "{}");
    }
}

#[test]
fn a_dangling_link_gets_its_file_and_loses_it_again() {
    let home = home_with_link(Path::new("../dotfiles/docker/config.json"));
    configure(&home, &["atcr.io"]);
    assert_eq!(mode(&home, "dotfiles/docker/config.json"), 0o600);
    assert!(home.path(CONFIG).is_symlink());
    configure(&home, &["--remove", "atcr.io"]);
    assert!(home.path(CONFIG).is_symlink());
    assert!(!home.path("dotfiles/docker/config.json").exists());
}

#[test]
fn hard_links_are_not_parted() {
    for file in [CONFIG, "dotfiles/config.json"] {
        let home = home(TWO_HELPERS);
        if file != CONFIG {
            fs::create_dir(home.path("dotfiles")).unwrap();
            fs::rename(home.path(CONFIG), home.path(file)).unwrap();
            symlink(home.path(file), home.path(CONFIG)).unwrap();
        }
        fs::hard_link(home.path(file), home.path("other name")).unwrap();
        let (config, real) = (shown(&home, CONFIG), home.path(file).canonicalize().unwrap());
        for arguments in [&["atcr.io", "--yes"][..], &["buoy.cr"], &["--remove", "gcr.io"]] {
            let run = home.run(&[&["configure-docker"], arguments].concat()).status(1);
            let why =
                format!("error: {config}: can't be written: it has 2 hard links, and replacing it would part them\n");
            let fix = format!("; or run: cp -p {0} {0}.copy && mv {0}.copy {0}\n", real.display());
            run.stderr_has(&[&why, &fix]).check();
            assert_eq!(
                (text(&home, file), text(&home, "other name")),
                (TWO_HELPERS.to_owned(), TWO_HELPERS.to_owned())
            );
            assert_eq!(fs::metadata(home.path(file)).unwrap().nlink(), 2);
            assert!(!home.path(BACKUP).exists());
        }
        // The command that it names.
        let fix = format!("cp -p {0} {0}.copy && mv {0}.copy {0}", real.display());
        assert!(home.command("sh").args(["-c", &fix]).status().unwrap().success());
        configure(&home, &["buoy.cr"]);
        assert_eq!(text(&home, "other name"), TWO_HELPERS);
    }
}

#[test]
fn circular_links_are_an_error() {
    let home = home_with_link(Path::new("config.json"));
    home.run(&["configure-docker", "atcr.io"]).status(1).stderr_has(&["config.json: can't be read: "]).check();
}

#[test]
fn a_read_only_file_stays_and_the_entry_is_printed() {
    let home = home("{}");
    home.set_mode(CONFIG, 0o444);
    let config = shown(&home, CONFIG);
    let expected = format!(
        "error: {config}: can't be written: the file is read-only
  add this to it yourself: \"credHelpers\": {{ \"atcr.io\": \"atcr\", \"buoy.cr\": \"atcr\" }}; or run: chmod u+rw {config}
"
    );
    home.run(&["configure-docker", "atcr.io", "buoy.cr"]).status(1).stderr(expected).check();
    assert_eq!((read(&home, CONFIG), mode(&home, CONFIG)), (b"{}".to_vec(), 0o444));
    assert!(!home.path(BACKUP).exists());
}

#[test]
fn a_read_only_file_of_ours_is_not_removed() {
    let home = Home::new();
    configure(&home, &["atcr.io"]);
    home.set_mode(CONFIG, 0o400);
    home.run(&["configure-docker", "--remove"])
        .status(1)
        .stderr_has(&[
            "the file is read-only",
            "  remove this from its credHelpers yourself: \"atcr.io\"; or run: chmod u+rw ",
        ])
        .check();
    assert!(home.path(CONFIG).exists());
}

#[test]
fn what_is_left_in_a_read_only_file_is_named_by_its_keys() {
    let home = home(r#"{"credHelpers": {"atcr.io": "atcr", "atcr.io/a.example/app": "atcr-a.example"}}"#);
    home.set_mode(CONFIG, 0o400);
    let hint =
        r#"  remove these from its credHelpers yourself: "atcr.io", "atcr.io/a.example/app"; or run: chmod u+rw "#;
    home.run(&["configure-docker", "--remove"]).status(1).stderr_has(&[hint]).check();
}

#[test]
fn podmans_file_is_changed_where_dockers_can_not_be() {
    for remove in [&[][..], &["--remove"]] {
        let home = home("{}");
        home.write(AUTH, "{}");
        if !remove.is_empty() {
            configure(&home, &["atcr.io", "--podman"]);
        }
        home.set_mode(CONFIG, 0o400);
        let before = read(&home, CONFIG);
        home.run(&[&["configure-docker", "atcr.io", "--podman"], remove].concat())
            .status(1)
            .stderr_has(&[&shown(&home, AUTH), "config.json: can't be written: the file is read-only"])
            .check();
        assert_eq!(read(&home, CONFIG), before);
        assert_eq!(is_configured(&home, AUTH), remove.is_empty());
    }
}

#[test]
fn a_configured_read_only_file_is_no_error() {
    let home = home(r#"{"credHelpers": {"atcr.io": "atcr"}}"#);
    home.set_mode(CONFIG, 0o444);
    configure(&home, &["atcr.io"]);
}

/// A container is given the file alone: it can be neither replaced nor accompanied.
#[test]
fn a_mounted_file_is_changed_in_place() {
    let home = home("");
    home.write("outside.json", "{}");
    let script = "mount --bind outside.json .docker/config.json && \"$0\" configure-docker atcr.io";
    let Some(run) = in_mount_namespace(&home, script) else { return };
    run.stderr_has(&["now uses"]).check();
    assert!(is_configured(&home, "outside.json"));
}

#[test]
fn nothing_is_taken_where_no_backup_can_be_made() {
    let content = r#"{"credHelpers": {"atcr.io": "pass"}}"#;
    let home = home("");
    home.write("outside.json", content);
    let script = "mount --bind .docker .docker && mount -o remount,ro,bind .docker &&
        mount --bind outside.json .docker/config.json && \"$0\" configure-docker atcr.io --yes";
    let Some(run) = in_mount_namespace(&home, script) else { return };
    run.status(1).stderr_has(&["config.json: can't be written: no backup can be made: Read-only file system"]).check();
    assert_eq!(text(&home, "outside.json"), content);
}

#[test]
fn on_a_read_only_file_system_the_entry_is_printed() {
    let home = home("{}");
    let before = listing(&home.path(".docker"));
    let script = "mount --bind .docker .docker && mount -o remount,ro,bind .docker && \"$0\" configure-docker atcr.io";
    let Some(run) = in_mount_namespace(&home, script) else { return };
    run.status(1)
        .stderr_has(&[
            "config.json: can't be written: Read-only file system\n",
            "  add this to it yourself: \"credHelpers\": { \"atcr.io\": \"atcr\" }; or use a place of your own: set DOCKER_CONFIG\n",
        ])
        .check();
    assert_eq!(listing(&home.path(".docker")), before);
}

/// A run of the program (`$0`) by a script that may mount, if this machine lets it.
fn in_mount_namespace(home: &Home, script: &str) -> Option<Run> {
    let unshare = |script: &str| {
        let mut command = home.command("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-c", script, *PROGRAM]);
        command
    };
    let may_mount = unshare("mount --bind . .").output().is_ok_and(|output| output.status.success());
    if !may_mount {
        skip("this machine does not allow mounting");
    }
    may_mount.then(|| Run::new(unshare(script)))
}
