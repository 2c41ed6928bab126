//! Questions. Only for a terminal: who asks has made sure of one with [`super::is_interactive`].

use std::io;

use anstream::{AutoStream, ColorChoice};
use dialoguer::console::{Term, set_colors_enabled_stderr};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Input, Password, Select};

use super::interrupt::end_on_interrupt;
use crate::failure::Failure;

/// Has one of `items` picked, and returns its place. The first is proposed.
///
/// # Errors
/// When the person cancels (Esc, Ctrl-C), or the terminal is gone.
pub fn select(question: &str, items: &[String]) -> Result<usize, Failure> {
    end_on_interrupt();
    answered(Select::with_theme(&theme()).with_prompt(question).items(items).default(0).interact_opt())
}

/// Asks for yes or no; Enter takes `default`.
///
/// # Errors
/// When the person cancels (Esc, Ctrl-C), or the terminal is gone.
pub fn confirm(question: &str, default: bool) -> Result<bool, Failure> {
    end_on_interrupt();
    answered(Confirm::with_theme(&theme()).with_prompt(question).default(default).interact_opt())
}

/// Asks for a line of text.
///
/// # Errors
/// When the person cancels (Ctrl-C), or the terminal is gone.
pub fn text(question: &str) -> Result<String, Failure> {
    end_on_interrupt();
    answered(Input::with_theme(&theme()).with_prompt(question).interact_text().map(Some))
}

/// Asks for a secret, which is not shown.
///
/// # Errors
/// When the person cancels (Ctrl-C), or the terminal is gone.
pub fn secret(question: &str) -> Result<String, Failure> {
    end_on_interrupt();
    answered(Password::with_theme(&theme()).with_prompt(question).interact().map(Some))
}

/// In colour where our own lines are: dialoguer knows nothing of `NO_COLOR`.
fn theme() -> ColorfulTheme {
    set_colors_enabled_stderr(AutoStream::choice(&io::stderr()) != ColorChoice::Never);
    ColorfulTheme::default()
}

/// What was answered. dialoguer hides the cursor, and leaves it so when it fails.
fn answered<T>(answer: dialoguer::Result<Option<T>>) -> Result<T, Failure> {
    let answer = answer.map_err(io::Error::from);
    if answer.is_err() {
        drop(Term::stderr().show_cursor());
    }
    match answer {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(Failure::cancelled()),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Failure::cancelled()),
        Err(error) => Err(Failure::new(format_args!("can't ask on this terminal: {error}"))),
    }
}
