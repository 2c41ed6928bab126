//! Advice about PATH.

use std::ffi::OsString;
use std::path::Path;

use super::machine::machines;
use super::site;

#[test]
fn the_command_for_the_users_shell_is_printed_once() {
    let site = site();
    for (user, command) in [
        ("/bin/bash", r#"echo 'export PATH="ROOT/opt:$PATH"' >> ~/.bash"#),
        ("/usr/bin/zsh", r#"echo 'export PATH="ROOT/opt:$PATH"' >> ~/.zshrc && exec zsh"#),
        ("/usr/bin/fish", "fish_add_path 'ROOT/opt'"),
        ("/bin/tcsh", r#"echo 'setenv PATH "ROOT/opt:$PATH"' >> ~/.cshrc && source ~/.cshrc"#),
        ("/bin/ash", r#"echo 'export PATH="ROOT/opt:$PATH"' >> ~/.profile && . ~/.profile"#),
    ] {
        for machine in machines(&site) {
            let seen = machine.env("SHELL", user).install(&[]);
            assert_eq!(seen.succeeds().stdout.matches(command).count(), 1, "{}", seen.stdout);
        }
    }
}

#[test]
fn nothing_is_printed_if_the_folder_is_on_path() {
    let site = site();
    for machine in machines(&site) {
        let path = [machine.path("bin"), machine.folder()].map(OsString::from).join(":".as_ref());
        let seen = machine.env("PATH", Path::new(&path)).install(&[]);
        assert!(!seen.succeeds().stdout.contains("PATH"), "{}", seen.stdout);
        assert!(seen.stdout.ends_with("Then log in: docker-credential-atcr login\n"));
    }
}

#[test]
fn a_copy_that_docker_would_find_first_is_named() {
    let site = site();
    for machine in machines(&site) {
        let machine = machine.with_script("docker-credential-atcr", "exit 0");
        let path = [machine.path("bin"), machine.folder()].map(OsString::from).join(":".as_ref());
        let seen = machine.env("PATH", Path::new(&path)).install(&[]);
        let note = "note: ROOT/bin/docker-credential-atcr comes first on PATH, so Docker runs that copy\n";
        assert!(seen.succeeds().stdout.contains(note), "{}", seen.stdout);
    }
}
