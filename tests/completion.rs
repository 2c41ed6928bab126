use crate::support::Home;
#[cfg(unix)]
use crate::support::skip;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

#[test]
fn each_script_has_the_commands_but_no_docker_verbs() {
    for shell in SHELLS {
        let script = Home::new().run(&["completion", shell]).stdout_has(&["logout", "with-token"]).check().stdout;
        assert!(!script.contains("erase"), "{shell}");
    }
}

#[test]
fn an_unknown_shell_is_a_usage_error_that_lists_the_shells() {
    Home::new().run(&["completion", "cmd"]).status(2).stderr_has(&SHELLS).check();
}

#[test]
#[cfg(unix)]
fn bash_completes_commands_and_flags() {
    if !std::path::Path::new("/bin/bash").exists() {
        return skip("there is no bash");
    }
    let home = Home::new();
    let script = home.run(&["completion", "bash"]).any_stdout().check().stdout;
    let complete = r#"
COMP_WORDS=(docker-credential-atcr "$@"); COMP_CWORD=$#
function=$(complete -p docker-credential-atcr) && function=${function#*-F } && function=${function%% *}
"$function" docker-credential-atcr "${@: -1}" "${@: -2:1}"
echo "${COMPREPLY[*]}""#;
    home.write("complete", format!("{script}{complete}"));
    for (words, expected) in [(&["sw"][..], "switch\n"), (&["logout", "--acc"], "--account\n")] {
        let mut bash = home.command("/bin/bash");
        bash.arg("complete").args(words);
        crate::support::Run::new(bash).stdout(expected).check();
    }
}
