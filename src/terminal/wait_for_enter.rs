//! Waiting for Enter until something else ends the wait.

/// Whether [`enter_pressed`] can stop waiting. On Windows a read can't be cancelled.
pub const CANCELLABLE: bool = cfg!(unix);

/// Waits until Enter is pressed (`true`) or, if [`CANCELLABLE`], until `is_over`.
#[cfg(unix)]
pub fn enter_pressed(is_over: impl Fn() -> bool) -> bool {
    use std::time::{Duration, Instant};

    super::interrupt::exit_on_interrupt();
    let Some(_mode) = super::raw_mode::TerminalMode::raw_with_timeout() else { return false };
    loop {
        let (mut key, started) = ([0], Instant::now());
        match rustix::io::read(rustix::stdio::stdin(), &mut key) {
            Ok(1) if matches!(key, [b'\n' | b'\r']) => break true,
            // Nothing, and at once: the terminal is gone.
            Ok(0) if started.elapsed() < Duration::from_millis(20) => break false,
            Ok(_) | Err(rustix::io::Errno::INTR) if !is_over() => {}
            _ => break false,
        }
    }
}

#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "the terminal holds the real stream")]
pub fn enter_pressed(_is_over: impl Fn() -> bool) -> bool {
    super::interrupt::exit_on_interrupt();
    std::io::stdin().read_line(&mut String::new()).is_ok_and(|length| length > 0)
}
