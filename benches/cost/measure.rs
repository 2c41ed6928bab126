//! Time by the wall clock, instructions by callgrind, memory by the kernel.

use std::fs;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::case::Case;
use super::row::Row;

pub(crate) struct Measurement<'a> {
    pub(crate) row: &'a Row,
    pub(crate) median: Option<Duration>,
    pub(crate) instructions: Option<u64>,
    /// In KiB.
    pub(crate) peak: Option<u64>,
}

/// How often each row is started, and how often one that takes longer than [`SLOW`].
const STARTS: usize = 400;
const SLOW_STARTS: usize = 5;
const SLOW: Duration = Duration::from_millis(100);

/// The starts of one turn: the first ones find the processor's caches full of another program.
const TURN: usize = 20;

struct Timing<'a> {
    row: &'a Row,
    times: Vec<Duration>,
}

impl Timing<'_> {
    fn take_turn(&mut self) {
        for _ in 0..TURN {
            let is_slow = self.times.first().is_some_and(|time| *time >= SLOW);
            if !is_slow || self.times.len() < SLOW_STARTS {
                self.times.push(time(&self.row.case));
            }
        }
    }

    fn median(&mut self) -> Option<Duration> {
        self.times.sort_unstable();
        self.times.get(self.times.len() / 2).copied()
    }
}

pub(crate) fn all(rows: &[Row], instructions_only: bool) -> Vec<Measurement<'_>> {
    let mut timings: Vec<_> = rows.iter().map(|row| Timing { row, times: Vec::new() }).collect();
    if !instructions_only {
        for _ in 0..STARTS / TURN {
            timings.iter_mut().for_each(Timing::take_turn);
        }
    }
    let mut measurements = Vec::new();
    for mut timing in timings {
        let row = timing.row;
        measurements.push(Measurement {
            row,
            median: timing.median(),
            instructions: if row.is_counted { instructions(&row.case) } else { None },
            // It depends on the machine: the kernel maps more or less of the program's file.
            peak: if row.has_peak() && !instructions_only { peak(&row.case) } else { None },
        });
    }
    measurements
}

fn time(case: &Case) -> Duration {
    let mut command = case.command(&[]);
    let started = Instant::now();
    command.status().expect("start a case");
    started.elapsed()
}

/// The instructions of one run; None where there is no valgrind.
fn instructions(case: &Case) -> Option<u64> {
    let valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let output = case.command(&valgrind).stderr(Stdio::piped()).output().ok()?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    stderr.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

/// The peak memory of one run, in KiB; None where the kernel does not tell (Linux does).
///
/// It is read at the end, when the program blocks on writing its output into a pipe that is full: what `wait` reports
/// includes the memory of the parent, with which the child starts.
fn peak(case: &Case) -> Option<u64> {
    const PIPE: usize = 64 * 1024;
    let (reader, mut writer) = io::pipe().ok()?;
    writer.write_all(&vec![0; PIPE]).ok()?;
    let mut child = case.command(&[]).stdout(writer).spawn().ok()?;
    let of_child = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", child.id())).ok();
    let is_asleep = || Some(of_child("stat")?.rsplit_once(") ")?.1.starts_with('S'));
    let is_this_program = || Some(of_child("cmdline")?.ends_with("\0get\0"));
    while !(is_asleep()? && is_this_program()?) {
        std::thread::yield_now();
    }
    let status = of_child("status")?;
    drop(reader);
    let _ = child.wait();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The processor and the compiler that the numbers are of.
pub(crate) fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let rustc = Command::new("rustc").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let rustc = String::from_utf8_lossy(&rustc);
    format!("{}, {}", model.trim_start_matches([' ', '\t', ':']), rustc.trim_end())
}
