//! Time by the wall clock, instructions by callgrind, memory by the kernel.

use std::fs;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::case::Case;
use super::rows::{Bench, Row};

/// What was seen of one row.
pub(crate) struct Measurement<'a> {
    pub(crate) row: &'a Row,
    pub(crate) median: Option<Duration>,
    pub(crate) instructions: Option<u64>,
    /// In KiB.
    pub(crate) peak: Option<u64>,
}

/// How often each row is started, and how often one that takes longer than a tenth of a second.
const STARTS: usize = 400;
const SLOW_STARTS: usize = 5;
const SLOW: Duration = Duration::from_millis(100);

/// The starts of one turn: the first ones find the processor's caches full of another program.
const TURN: usize = 20;

pub(crate) fn all(bench: &Bench, instructions_only: bool) -> Vec<Measurement<'_>> {
    let mut times: Vec<Vec<Duration>> = bench.rows.iter().map(|_| Vec::new()).collect();
    for _ in 0..if instructions_only { 0 } else { STARTS / TURN } {
        for (row, times) in bench.rows.iter().zip(&mut times) {
            for _ in 0..TURN {
                if times.len() < SLOW_STARTS || times[0] < SLOW {
                    times.push(time(&row.case));
                }
            }
        }
    }
    let seen = bench.rows.iter().zip(times).map(|(row, mut times)| {
        times.sort_unstable();
        Measurement {
            row,
            median: times.get(times.len() / 2).copied(),
            instructions: row.is_counted.then(|| instructions(&row.case)).flatten(),
            // How much of the program's file the kernel maps along is another matter on each machine.
            peak: (row.has_peak() && !instructions_only).then(|| peak(&row.case)).flatten(),
        }
    });
    seen.collect()
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
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

/// The most memory that one run ever had, in KiB; None where the kernel does not tell (Linux does).
///
/// It is asked at the end, when the program writes its answer into a pipe that is full: what `wait` tells of a child
/// counts the parent's memory too, which the child is started with.
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
    drop(child.wait());
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The version of the compiler and the processor, to say what the numbers are of.
pub(crate) fn machine() -> String {
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let rustc = Command::new("rustc").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    format!("{}, {}", cpu.trim_start_matches([' ', '\t', ':']), first(String::from_utf8_lossy(&rustc).into_owned()))
}
