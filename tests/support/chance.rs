//! Random numbers that can be repeated, and the number of rounds.

use std::env;
use std::fmt;

/// A number from the environment, for the long form of a test.
fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text:?}")))
}

/// How many rounds to go: `ATCR_TESTS_ROUNDS`, else a number that takes seconds.
pub fn rounds(short: u64) -> u64 {
    number("ATCR_TESTS_ROUNDS").unwrap_or(short)
}

/// Says on the real stderr, past the test harness, how much a long form tried.
pub fn tried(what: &str) {
    use std::io::Write;
    if number("ATCR_TESTS_ROUNDS").is_some() {
        let _ = writeln!(std::io::stderr(), "tried: {what}");
    }
}

/// Numbers that differ in each run, unless `ATCR_TESTS_SEED` repeats those of an earlier one (`SplitMix64`).
pub struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    pub fn new() -> Self {
        let of_now = || {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            u64::from(now.subsec_nanos()) ^ now.as_secs() << 32
        };
        let seed = number("ATCR_TESTS_SEED").unwrap_or_else(of_now);
        Self { seed, state: seed }
    }

    /// From 0 up to 1.
    pub fn part(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(((mixed ^ mixed >> 31) >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

/// How to see it again.
impl fmt::Display for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ATCR_TESTS_SEED={}", self.seed)
    }
}
