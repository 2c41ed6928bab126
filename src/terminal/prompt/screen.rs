//! A part of the screen that is drawn again with each key.

use std::io;

use console::{Key, Term};

use super::look::Row;

pub(super) struct Screen {
    terminal: Term,
    /// Of the rows that are there.
    widths: Vec<usize>,
}

impl Screen {
    /// With the cursor hidden, until it is dropped.
    pub(super) fn open() -> io::Result<Self> {
        let terminal = Term::stderr();
        terminal.hide_cursor()?;
        Ok(Self { terminal, widths: Vec::new() })
    }

    /// Of a row that does not fill the terminal's, which some then continue in the next one.
    pub(super) fn width(&self) -> usize {
        self.columns() - 1
    }

    pub(super) fn height(&self) -> usize {
        self.terminal.size().0.into()
    }

    fn columns(&self) -> usize {
        usize::from(self.terminal.size().1).max(8)
    }

    pub(super) fn key(&self) -> io::Result<Key> {
        self.terminal.read_key_raw()
    }

    pub(super) fn show(&mut self, rows: &[Row]) -> io::Result<()> {
        self.erase()?;
        self.widths = rows.iter().map(|row| row.width).collect();
        self.terminal.write_str(&texts(rows))
    }

    /// Leaves these in the place of all rows.
    pub(super) fn close(mut self, rows: &[Row]) -> io::Result<()> {
        self.erase()?;
        self.terminal.write_line(&texts(rows))
    }

    /// Leaves nothing.
    pub(super) fn cancel(mut self) -> io::Result<()> {
        self.erase()
    }

    /// A terminal that was made narrower has broken long rows in several.
    fn erase(&mut self) -> io::Result<()> {
        let columns = self.columns();
        let height: usize = self.widths.drain(..).map(|width| width.div_ceil(columns).max(1)).sum();
        self.terminal.write_str("\r")?;
        self.terminal.move_cursor_up(height.saturating_sub(1))?;
        self.terminal.clear_to_end_of_screen()
    }
}

fn texts(rows: &[Row]) -> String {
    let texts: Vec<&str> = rows.iter().map(|row| &*row.text).collect();
    texts.join("\n")
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Fails where the terminal is gone.
        let _ = self.terminal.show_cursor();
    }
}
