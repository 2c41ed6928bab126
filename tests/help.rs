use crate::support::Home;

#[test]
fn no_arguments_at_all_show_the_help_on_stdout() {
    let home = Home::new();
    let bare = home.run(&[]).stdout_has(&["Usage: docker-credential-atcr", "login", "status", "which"]).check();
    let asked = home.run(&["--help"]).stdout_has(&["Usage"]).check();
    assert_eq!(bare.stdout, asked.stdout);
}

#[test]
fn dockers_verbs_are_hidden_from_the_help() {
    let home = Home::new();
    let help = home.run(&["--help"]).stdout_has(&["Commands:"]).check().stdout;
    for verb in ["get", "store", "erase", "list"] {
        assert!(!help.lines().any(|line| line.trim_start().starts_with(verb)), "{verb} in {help}");
    }
}

#[test]
fn the_version_is_one_line_on_stdout() {
    let line = concat!("docker-credential-atcr v", env!("CARGO_PKG_VERSION"), "\n");
    for argument in ["version", "--version", "-V"] {
        Home::new().run(&[argument]).stdout(line).check();
    }
}

#[test]
fn an_unknown_command_is_a_usage_error_with_a_suggestion() {
    Home::new().run(&["statsu"]).status(2).stderr_has(&["unrecognized subcommand 'statsu'", "'status'"]).check();
}
