//! Opening a URL that a server sent.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::child;
use super::environment::Environment;
use super::executable::resolve;

/// How long a browser is watched for a failure.
const SOON: Duration = Duration::from_millis(250);

/// Opens a URL, as one argument, in `BROWSER` or else the default browser. Does not wait for the browser.
pub fn open(url: &str, environment: &Environment) -> io::Result<()> {
    open_in(environment.browser().as_deref(), url, environment.search_path().as_deref())
}

fn open_in(browsers: Option<&str>, url: &str, search_path: Option<&OsStr>) -> io::Result<()> {
    let commands = match browsers {
        Some(browsers) => named(browsers, url, search_path),
        None => default(url, search_path),
    };
    let none = match browsers {
        Some(browsers) => format!("BROWSER names no program that is there: {browsers}"),
        None => "no program that opens addresses is installed".to_owned(),
    };
    let mut result = Err(io::Error::new(io::ErrorKind::NotFound, none));
    for command in commands {
        result = start(command);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// The programs of `BROWSER` that are there.
fn named(browsers: &str, url: &str, search_path: Option<&OsStr>) -> Vec<Command> {
    let mut commands = Vec::new();
    for browser in browsers.split(SEPARATOR).filter(|browser| !browser.trim().is_empty()) {
        let words = words(browser, url);
        if let Some(program) = resolve(&words[0], search_path) {
            let mut command = child::command(&program);
            command.args(&words[1..]);
            commands.push(command);
        }
    }
    commands
}

/// xdg-open, gio and the like, those that are there.
#[cfg(unix)]
fn default(url: &str, search_path: Option<&OsStr>) -> Vec<Command> {
    let mut commands = Vec::new();
    for launcher in open::commands(url) {
        if let Some(program) = launcher.get_program().to_str().and_then(|name| resolve(name, search_path)) {
            let mut command = child::command(&program);
            let variables = launcher.get_envs().filter_map(|(name, value)| Some((name, value?)));
            command.args(launcher.get_args()).envs(variables);
            commands.push(command);
        }
    }
    commands
}

/// Programs of Windows, which looks in its own folders before those of `PATH`.
#[cfg(not(unix))]
fn default(url: &str, _: Option<&OsStr>) -> Vec<Command> {
    let mut commands = open::commands(url);
    commands.iter_mut().for_each(child::restrict);
    commands
}

const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

/// `browser` is a program, or a program and its arguments. The URL replaces `%s`, else it comes last. There is no shell.
fn words(browser: &str, url: &str) -> Vec<String> {
    let words = || browser.split_whitespace().map(str::to_owned);
    let mut words: Vec<String> = if Path::new(browser).is_absolute() && Path::new(browser).is_file() {
        vec![browser.to_owned()]
    } else {
        words().collect()
    };
    let mut is_placed = false;
    for word in words.iter_mut().skip(1).filter(|word| word.contains("%s")) {
        *word = word.replace("%s", url);
        is_placed = true;
    }
    if !is_placed {
        words.push(url.to_owned());
    }
    words
}

/// Starts a program that Ctrl-C in this terminal does not kill, and that prints nothing there. Fails if it soon ends in
/// failure, as xdg-open does where it knows no browser.
fn start(mut command: Command) -> io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let program = command.get_program().to_string_lossy().into_owned();
    let named = |reason: &dyn fmt::Display| io::Error::other(format!("{program}: {reason}"));
    let mut child = command.spawn().map_err(|error| named(&error))?;
    let started = Instant::now();
    while started.elapsed() < SOON {
        match child.try_wait()? {
            Some(status) if status.success() => break,
            Some(status) => return Err(named(&format_args!("it failed: {status}"))),
            None => thread::sleep(Duration::from_millis(10)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_one_argument_in_the_place_of_percent_s() {
        let url = "https://atcr.io/device?a=1&b=$(x)%20";
        for (browser, expected) in [
            ("firefox", &["firefox", url][..]),
            (" firefox --new-window ", &["firefox", "--new-window", url]),
            ("firefox --url=%s -P me", &["firefox", "--url=https://atcr.io/device?a=1&b=$(x)%20", "-P", "me"]),
            ("w3m %s", &["w3m", url]),
            ("/no such/browser", &["/no", "such/browser", url]),
        ] {
            assert_eq!(words(browser, url), expected);
        }
    }

    #[test]
    fn a_browser_path_with_a_blank_is_one_program() {
        let folder = tempfile::tempdir().unwrap();
        let browser = folder.path().join("my browser");
        std::fs::File::create(&browser).unwrap();
        assert_eq!(words(browser.to_str().unwrap(), "u"), [browser.to_str().unwrap(), "u"]);
    }

    #[test]
    fn the_first_browser_that_starts_is_used() {
        let open = |browsers: &str| {
            let browsers = browsers.replace(':', &SEPARATOR.to_string());
            open_in(Some(&browsers), "u", Environment::read().search_path().as_deref())
        };
        let there = if cfg!(windows) { "cmd /c rem" } else { "true" };
        assert!(open(&format!("no-such-browser::{there}")).is_ok());
        assert!(open("no-such-browser:nor-this-one").is_err());
        assert!(open("./no-such-browser:bin/nor-this-one").is_err());
        assert!(open(" : ").is_err());
    }
}
