//! Waiting for Enter while something else may end the wait.

/// Whether [`enter_pressed`] can give up waiting. Elsewhere than on Unix a read that began can't.
pub const ENTER_CAN_WAIT: bool = cfg!(unix);

/// Waits until the person presses Enter (`true`) or, where that can be noticed, until `is_over` says that nobody need
/// press it any more.
#[cfg(unix)]
pub fn enter_pressed(is_over: impl Fn() -> bool) -> bool {
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
    use std::time::{Duration, Instant};

    super::interrupt::end_on_interrupt();
    let stdin = rustix::stdio::stdin();
    let Ok(before) = tcgetattr(stdin) else { return false };
    // Reads return after a tenth of a second, with or without a key, and no key shows on the spinner's line. macOS
    // can't poll a terminal.
    let mut modes = before.clone();
    modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    modes.special_codes[SpecialCodeIndex::VMIN] = 0;
    modes.special_codes[SpecialCodeIndex::VTIME] = 1;
    if tcsetattr(stdin, OptionalActions::Now, &modes).is_err() {
        return false;
    }
    let pressed = loop {
        let (mut key, started) = ([0], Instant::now());
        match rustix::io::read(stdin, &mut key) {
            Ok(1) if matches!(key, [b'\n' | b'\r']) => break true,
            // At once and nothing: the terminal is gone.
            Ok(0) if started.elapsed() < Duration::from_millis(20) => break false,
            Ok(_) | Err(rustix::io::Errno::INTR) if !is_over() => {}
            _ => break false,
        }
    };
    let _ = tcsetattr(stdin, OptionalActions::Now, &before);
    pressed
}

/// The same, where nothing but Enter ends it.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "the terminal holds the real stream")]
pub fn enter_pressed(_is_over: impl Fn() -> bool) -> bool {
    super::interrupt::end_on_interrupt();
    std::io::stdin().read_line(&mut String::new()).is_ok_and(|length| length > 0)
}
