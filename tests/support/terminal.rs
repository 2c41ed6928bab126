//! A pseudo-terminal, to see what the program does in front of a person.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use vt100::Parser;

use super::home::example;

/// Longer than any limit of the program's own: what takes this long hangs.
const HANGS: Duration = Duration::from_mins(1);

const ROWS: u16 = 24;
const COLUMNS: u16 = 100;

/// Runs a command whose stdin is a terminal without input.
pub fn output_with_terminal_stdin(mut command: Command) -> Output {
    let (_ours, theirs) = open(ROWS, COLUMNS);
    command.stdin(Stdio::from(theirs)).output().unwrap()
}

/// Both ends of a new pseudo-terminal: a person's, and the program's.
fn open(rows: u16, columns: u16) -> (File, File) {
    // A program of another test that had our end, too, would keep the terminal from hanging up with the test.
    #[cfg(target_os = "linux")]
    let closed_elsewhere = OpenptFlags::CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    let closed_elsewhere = OpenptFlags::empty();
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | closed_elsewhere).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = OpenOptions::new().read(true).write(true).open(name).unwrap();
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&theirs, size).unwrap();
    (File::from(ours), theirs)
}

/// Killed when it is dropped.
struct Program(Child);

/// A program in the foreground of a terminal, with a person before it.
pub struct Terminal {
    program: Program,
    keyboard: File,
    output: Receiver<Vec<u8>>,
    screen: Parser,
    printed: Vec<u8>,
}

impl Terminal {
    /// Starts a command on a terminal of its own.
    pub fn start(command: &Command) -> Self {
        Self::start_of(command, ROWS, COLUMNS)
    }

    /// Starts a command on a terminal of this size.
    pub fn start_of(command: &Command, rows: u16, columns: u16) -> Self {
        let (ours, theirs) = open(rows, columns);
        let end = || Stdio::from(theirs.try_clone().unwrap());
        let mut foreground = Command::new(example("foreground"));
        foreground.arg(command.get_program()).args(command.get_args()).env_clear().env("TERM", "xterm-256color");
        foreground.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        foreground.current_dir(command.get_current_dir().unwrap());
        let program = Program(foreground.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap());
        drop((theirs, foreground));
        let (sender, output) = channel();
        let mut from = ours.try_clone().unwrap();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Linux says EIO where the other end is closed.
            while let Ok(length @ 1..) = from.read(&mut bytes) {
                if sender.send(bytes[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { program, keyboard: ours, output, screen: Parser::new(rows, columns, 0), printed: Vec::new() }
    }

    /// Waits until the screen shows this.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.waits_for(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until the screen's text is as it should be.
    #[track_caller]
    pub fn waits_for(&mut self, what: &str, is_there: impl Fn(&str) -> bool) -> &mut Self {
        let end = Instant::now() + HANGS;
        while !is_there(&self.text()) {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.printed.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited for {what} on\n{}", self.text())
                }
            }
        }
        self
    }

    /// The screen, with its colours.
    #[cfg(target_os = "linux")]
    pub fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// All that was ever printed, whether the screen still shows it or not.
    #[cfg(target_os = "linux")]
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.printed).into_owned()
    }

    /// Waits until what is typed does not show: what is typed before is thrown away, or shows.
    #[track_caller]
    pub fn hides_what_is_typed(&mut self) -> &mut Self {
        let end = Instant::now() + HANGS;
        while tcgetattr(&self.keyboard).unwrap().local_modes.contains(LocalModes::ECHO) {
            assert!(Instant::now() < end, "what is typed shows on\n{}", self.text());
            thread::yield_now();
        }
        self
    }

    /// Types the answer to a question, once it is waited for: keys that come between questions would show.
    #[track_caller]
    pub fn answers(&mut self, keys: &str) -> &mut Self {
        self.hides_what_is_typed().types(keys)
    }

    /// Types these keys.
    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits for the program's end, and returns its exit code and what the screen shows. The terminal must be as it
    /// was found: the cursor is there, and what is typed shows.
    #[track_caller]
    pub fn ends(mut self) -> (i32, String) {
        let has_ended = |text: &str| text.rsplit_once("[ended with ").is_some_and(|(_, end)| end.contains(']'));
        let text = self.waits_for("the program's end", has_ended).text();
        let (screen, end) = text.rsplit_once("[ended with ").unwrap();
        assert!(!self.screen.screen().hide_cursor(), "the cursor is hidden on\n{screen}");
        let code = end.strip_prefix("Some(").and_then(|end| end.strip_suffix("), the terminal is as it was]"));
        let code = code.unwrap_or_else(|| panic!("ended with {end}, on\n{screen}"));
        (code.parse().unwrap(), screen.trim_end().to_owned())
    }

    /// Sends the program a signal, which the terminal would send for no key.
    #[cfg(target_os = "linux")]
    pub fn signal(&self, signal: rustix::process::Signal) {
        let above = self.program.0.id();
        let below = std::fs::read_to_string(format!("/proc/{above}/task/{above}/children")).unwrap();
        let program = rustix::process::Pid::from_raw(below.trim().parse().unwrap()).unwrap();
        rustix::process::kill_process(program, signal).unwrap();
    }

    /// Closes the terminal, as its window is, and returns the program's exit code.
    #[cfg(target_os = "linux")]
    pub fn closes(self) -> Option<i32> {
        let Self { mut program, keyboard, output, .. } = self;
        drop(output);
        // What reads our end keeps it open, until there is something to read that nobody takes.
        let name = ptsname(&keyboard, Vec::new()).unwrap().into_string().unwrap();
        OpenOptions::new().write(true).open(name).unwrap().write_all(b" ").unwrap();
        drop(keyboard);
        program.0.wait().unwrap().code()
    }

    /// What the screen shows.
    pub fn text(&self) -> String {
        let text = self.screen.screen().contents();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
