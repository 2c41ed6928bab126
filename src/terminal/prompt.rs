//! Questions. Only for a terminal: who asks has made sure of one with [`super::is_interactive`].

use std::io;

use anstream::{AutoStream, ColorChoice};
use dialoguer::console::{Key, Term, set_colors_enabled_stderr};
use dialoguer::theme::{ColorfulTheme, Theme};
use dialoguer::{Confirm, Input, Select};
use zeroize::Zeroizing;

use super::interrupt::end_on_interrupt;
use crate::error::Error;

/// Has one of `items` picked, and returns its place. The first is proposed.
///
/// # Errors
/// When the person cancels (Esc, Ctrl-C), or the terminal is gone.
pub fn select(question: &str, items: &[String]) -> Result<usize, Error> {
    answer(|theme| Select::with_theme(theme).with_prompt(question).items(items).default(0).interact_opt())
}

/// Asks for yes or no; Enter takes `default`.
///
/// # Errors
/// When the person cancels (Esc, Ctrl-C), or the terminal is gone.
pub fn confirm(question: &str, default: bool) -> Result<bool, Error> {
    answer(|theme| Confirm::with_theme(theme).with_prompt(question).default(default).interact_opt())
}

/// Asks for a line of text.
///
/// # Errors
/// When the person cancels (Ctrl-C), or the terminal is gone.
pub fn text(question: &str) -> Result<String, Error> {
    answer(|theme| Input::with_theme(theme).with_prompt(question).interact_text().map(Some))
}

/// Asks for a secret, which is not shown.
///
/// # Errors
/// When the person cancels (Ctrl-C), or the terminal is gone.
pub fn secret(question: &str) -> Result<Zeroizing<String>, Error> {
    answer(|theme| Ok(Some(unseen(question, theme)?)))
}

/// Not dialoguer's own: while it reads a secret Ctrl-C is a signal, which may come before what is typed is hidden, and
/// then leaves it hidden.
fn unseen(question: &str, theme: &dyn Theme) -> io::Result<Zeroizing<String>> {
    const CONTROL_U: char = '\u{15}';
    /// More than any, so that it is never moved and left behind.
    const ROOM: usize = 4096;
    let (terminal, mut prompt) = (Term::stderr(), String::new());
    theme.format_input_prompt(&mut prompt, question, None).map_err(io::Error::other)?;
    terminal.write_str(&prompt)?;
    let mut secret = Zeroizing::new(String::with_capacity(ROOM));
    loop {
        match terminal.read_key()? {
            Key::Enter if !secret.is_empty() => break,
            Key::Backspace => drop(secret.pop()),
            Key::Char(CONTROL_U) => secret.clear(),
            Key::Char(key) if !key.is_control() => secret.push(key),
            _ => {}
        }
    }
    terminal.write_line("")?;
    Ok(secret)
}

/// In colour where our own lines are: dialoguer knows nothing of `NO_COLOR`.
fn theme() -> ColorfulTheme {
    set_colors_enabled_stderr(AutoStream::choice(&io::stderr()) != ColorChoice::Never);
    ColorfulTheme::default()
}

/// What is answered. dialoguer hides the cursor, and leaves it so when it fails.
fn answer<T>(ask: impl FnOnce(&ColorfulTheme) -> dialoguer::Result<Option<T>>) -> Result<T, Error> {
    end_on_interrupt();
    // dialoguer lets keys show, and Ctrl-C be a signal, whenever it does not wait for one.
    #[cfg(unix)]
    let _keys = super::raw_mode::TerminalMode::one_by_one();
    let answer = ask(&theme()).map_err(io::Error::from);
    if answer.is_err() {
        drop(Term::stderr().show_cursor());
    }
    match answer {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(Error::cancelled()),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Error::cancelled()),
        Err(error) => Err(Error::new(format_args!("can't ask on this terminal: {error}"))),
    }
}
