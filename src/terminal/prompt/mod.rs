//! Prompts, for where [`super::is_interactive`]. Esc, Ctrl-C and Ctrl-D cancel them.

mod keys;
mod list;
mod look;
mod numbered;
mod screen;

use std::io;

use anstream::{AutoStream, ColorChoice};
use console::{Key, Term, set_colors_enabled_stderr};
use zeroize::Zeroizing;

use self::keys::{CONTROL_U, cancels, interrupts};
use self::list::{List, Step};
use self::look::{Row, answered, arrow, hint, item, plain, value};
use self::screen::Screen;
use super::interrupt::{exit_if_interrupted, exit_on_interrupt, reading_keys};
use super::symbols::is_accessible;
use crate::error::Error;

/// The index of the chosen item, at first `default`.
pub fn select(question: &str, items: &[String], default: usize) -> Result<usize, Error> {
    answer(|| numbered::select(question, items, default), || choose(question, items, default))
}

fn choose(question: &str, items: &[String], default: usize) -> io::Result<Option<usize>> {
    let mut list = List::new(items, default);
    let mut screen = Screen::open()?;
    let chosen = loop {
        screen.show(&list_rows(question, &list, &screen))?;
        match list.press(&screen.key()?) {
            Step::Continue => {}
            Step::Choose(chosen) => break chosen,
            Step::Cancel => return screen.cancel().map(|()| None),
        }
    };
    let rows = answered(question, &items[chosen], screen.width());
    screen.close(&rows)?;
    Ok(Some(chosen))
}

fn list_rows(question: &str, list: &List<'_>, screen: &Screen) -> Vec<Row> {
    let width = screen.width();
    let mut parts = vec![(hint(), arrow())];
    match list.filter() {
        "" => parts.push((hint(), "type to filter")),
        filter => parts.push((value(), filter)),
    }
    let mut rows = look::question(question, &parts, width);
    let visible = list.visible(screen.height().saturating_sub(rows.len() + 1).max(1));
    if visible.is_empty() {
        rows.push(item("(none contains this)", false, width));
    }
    rows.extend(visible.iter().map(|(text, is_chosen)| item(text, *is_chosen, width)));
    rows
}

pub fn confirm(question: &str, default: bool) -> Result<bool, Error> {
    answer(|| numbered::confirm(question, default), || read_confirmation(question, default))
}

fn read_confirmation(question: &str, default: bool) -> io::Result<Option<bool>> {
    let parts = [(hint(), "(y/n)"), (hint(), arrow()), (value(), yes_or_no(default))];
    let mut screen = Screen::open()?;
    loop {
        screen.show(&look::question(question, &parts, screen.width()))?;
        let answer = match screen.key()? {
            Key::Char('y' | 'Y') => true,
            Key::Char('n' | 'N') => false,
            Key::Enter => default,
            key if cancels(&key) || key == Key::Char('q') => return screen.cancel().map(|()| None),
            _ => continue,
        };
        let rows = answered(question, yes_or_no(answer), screen.width());
        screen.close(&rows)?;
        return Ok(Some(answer));
    }
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

pub fn text(question: &str) -> Result<String, Error> {
    answer(|| numbered::text(question), || read_text(question))
}

fn read_text(question: &str) -> io::Result<Option<String>> {
    let (mut screen, mut text) = (Screen::open()?, String::new());
    loop {
        screen.show(&look::question(question, &[(hint(), arrow()), (plain(), &text)], screen.width()))?;
        match screen.key()? {
            Key::Enter if !text.is_empty() => break,
            key if cancels(&key) => return screen.cancel().map(|()| None),
            key => edit(&mut text, &key),
        }
    }
    let rows = answered(question, &text, screen.width());
    screen.close(&rows)?;
    Ok(Some(text))
}

pub fn secret(question: &str) -> Result<Zeroizing<String>, Error> {
    in_raw_mode(|| read_secret(question).map(Some))
}

/// Not console's: a Ctrl-C while that turns echo off would leave it off.
fn read_secret(question: &str) -> io::Result<Zeroizing<String>> {
    /// Longer than any secret: a buffer that grew would leave copies of it in memory.
    const CAPACITY: usize = 4096;
    let terminal = Term::stderr();
    if is_accessible() {
        terminal.write_str(&format!("{question}: "))?;
    } else {
        let rows = look::question(question, &[(hint(), arrow())], terminal.size().1.into());
        let rows: Vec<String> = rows.into_iter().map(|row| row.text).collect();
        terminal.write_str(&format!("{} ", rows.join("\n")))?;
    }
    let mut secret = Zeroizing::new(String::with_capacity(CAPACITY));
    loop {
        match terminal.read_key_raw()? {
            key if interrupts(&key) => {
                terminal.write_line("")?;
                return Err(io::ErrorKind::Interrupted.into());
            }
            Key::Enter if !secret.is_empty() => break,
            key => edit(&mut secret, &key),
        }
    }
    terminal.write_line("")?;
    Ok(secret)
}

fn edit(text: &mut String, key: &Key) {
    match key {
        Key::Backspace => {
            text.pop();
        }
        Key::Char(CONTROL_U) => text.clear(),
        Key::Char(key) if !key.is_control() => text.push(*key),
        _ => {}
    }
}

/// What was typed before a question was seen is no answer to it. Not on Windows, where only `unsafe` code can.
pub fn discard_typed() {
    #[cfg(unix)]
    super::raw_mode::discard_typed();
}

fn answer<T>(
    numbered: impl FnOnce() -> io::Result<Option<T>>,
    with_keys: impl FnOnce() -> io::Result<Option<T>>,
) -> Result<T, Error> {
    if !is_accessible() {
        return in_raw_mode(with_keys);
    }
    exit_on_interrupt();
    discard_typed();
    result(numbered())
}

fn in_raw_mode<T>(prompt: impl FnOnce() -> io::Result<Option<T>>) -> Result<T, Error> {
    exit_on_interrupt();
    discard_typed();
    // console turns echo and signals on whenever it does not wait for a key.
    #[cfg(unix)]
    let _mode = super::raw_mode::TerminalMode::raw();
    // console ignores `NO_COLOR`.
    set_colors_enabled_stderr(AutoStream::choice(&io::stderr()) != ColorChoice::Never);
    result(reading_keys(prompt))
}

fn result<T>(answer: io::Result<Option<T>>) -> Result<T, Error> {
    let error = match answer {
        Ok(Some(answer)) => return Ok(answer),
        Ok(None) => Error::cancelled(),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Error::cancelled(),
        Err(error) => Error::new(format_args!("can't show a prompt on this terminal: {error}")),
    };
    exit_if_interrupted();
    Err(error)
}
