//! Waiting for Enter while something else may end the wait.

/// Whether [`enter_pressed`] can give up waiting. Elsewhere than on Unix a read that began can't.
pub const CANCELLABLE: bool = cfg!(unix);

/// Waits until the person presses Enter (`true`) or, where that can be noticed, until `is_over` says that nobody need
/// press it any more.
#[cfg(unix)]
pub fn enter_pressed(is_over: impl Fn() -> bool) -> bool {
    use std::time::{Duration, Instant};

    super::interrupt::end_on_interrupt();
    let Some(_keys) = super::raw_mode::TerminalMode::for_a_moment() else { return false };
    loop {
        let (mut key, started) = ([0], Instant::now());
        match rustix::io::read(rustix::stdio::stdin(), &mut key) {
            Ok(1) if matches!(key, [b'\n' | b'\r']) => break true,
            // At once and nothing: the terminal is gone.
            Ok(0) if started.elapsed() < Duration::from_millis(20) => break false,
            Ok(_) | Err(rustix::io::Errno::INTR) if !is_over() => {}
            _ => break false,
        }
    }
}

/// The same, where nothing but Enter ends it.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "the terminal holds the real stream")]
pub fn enter_pressed(_is_over: impl Fn() -> bool) -> bool {
    super::interrupt::end_on_interrupt();
    std::io::stdin().read_line(&mut String::new()).is_ok_and(|length| length > 0)
}
