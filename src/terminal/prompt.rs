//! Prompts, for where [`super::is_interactive`]. Esc and Ctrl-C cancel them.

use std::io;

use anstream::{AutoStream, ColorChoice};
use dialoguer::console::{Key, Term, set_colors_enabled_stderr};
use dialoguer::theme::{ColorfulTheme, Theme};
use dialoguer::{Input, Select};
use zeroize::Zeroizing;

use super::interrupt::exit_on_interrupt;
use crate::error::Error;

/// The index of the chosen item. The first is the default.
pub fn select(question: &str, items: &[String]) -> Result<usize, Error> {
    answer(|theme| Select::with_theme(theme).with_prompt(question).items(items).default(0).interact_opt())
}

pub fn confirm(question: &str, default: bool) -> Result<bool, Error> {
    answer(|theme| read_confirmation(question, default, theme).map_err(dialoguer::Error::from))
}

/// As dialoguer's, whose Ctrl-C ends the program: what was done before the question may be left to report.
fn read_confirmation(question: &str, default: bool, theme: &dyn Theme) -> io::Result<Option<bool>> {
    let (terminal, mut prompt, mut report) = (Term::stderr(), String::new(), String::new());
    theme.format_confirm_prompt(&mut prompt, question, Some(default)).map_err(io::Error::other)?;
    terminal.write_str(&prompt)?;
    terminal.hide_cursor()?;
    let answer = loop {
        match terminal.read_key_raw()? {
            Key::Char('y' | 'Y') => break Some(true),
            Key::Char('n' | 'N') => break Some(false),
            Key::Enter => break Some(default),
            Key::Char('q') | Key::Escape | Key::CtrlC => break None,
            _ => {}
        }
    };
    theme.format_confirm_prompt_selection(&mut report, question, answer).map_err(io::Error::other)?;
    terminal.clear_line()?;
    terminal.write_line(&report)?;
    terminal.show_cursor()?;
    Ok(answer)
}

pub fn text(question: &str) -> Result<String, Error> {
    answer(|theme| Input::with_theme(theme).with_prompt(question).interact_text().map(Some))
}

pub fn secret(question: &str) -> Result<Zeroizing<String>, Error> {
    answer(|theme| read_secret(question, theme).map(Some).map_err(dialoguer::Error::from))
}

/// Not dialoguer's: a Ctrl-C while that turns echo off would leave it off.
fn read_secret(question: &str, theme: &dyn Theme) -> io::Result<Zeroizing<String>> {
    const CONTROL_U: char = '\u{15}';
    /// Longer than any secret: a buffer that grew would leave copies of it in memory.
    const CAPACITY: usize = 4096;
    let (terminal, mut prompt) = (Term::stderr(), String::new());
    theme.format_input_prompt(&mut prompt, question, None).map_err(io::Error::other)?;
    terminal.write_str(&prompt)?;
    let mut secret = Zeroizing::new(String::with_capacity(CAPACITY));
    loop {
        match terminal.read_key()? {
            Key::Enter if !secret.is_empty() => break,
            Key::Backspace => {
                secret.pop();
            }
            Key::Char(CONTROL_U) => secret.clear(),
            Key::Char(key) if !key.is_control() => secret.push(key),
            _ => {}
        }
    }
    terminal.write_line("")?;
    Ok(secret)
}

/// What was typed before a question was seen is no answer to it. Not on Windows, where only `unsafe` code can.
pub fn discard_typed() {
    #[cfg(unix)]
    super::raw_mode::discard_typed();
}

fn answer<T>(prompt: impl FnOnce(&ColorfulTheme) -> dialoguer::Result<Option<T>>) -> Result<T, Error> {
    exit_on_interrupt();
    discard_typed();
    // dialoguer turns echo and signals on whenever it does not wait for a key.
    #[cfg(unix)]
    let _mode = super::raw_mode::TerminalMode::raw();
    // dialoguer ignores `NO_COLOR`.
    set_colors_enabled_stderr(AutoStream::choice(&io::stderr()) != ColorChoice::Never);
    let answer = prompt(&ColorfulTheme::default()).map_err(io::Error::from);
    if answer.is_err() {
        // dialoguer leaves it hidden.
        let _ = Term::stderr().show_cursor();
    }
    match answer {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(Error::cancelled()),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Error::cancelled()),
        Err(error) => Err(Error::new(format_args!("can't show a prompt on this terminal: {error}"))),
    }
}
