//! `kill -9` at each call of the system, and at moments of chance.

use std::time::{Duration, Instant};

use super::{SCENARIOS, Scenario, strace};
use crate::support::{Chance, PROGRAM, rounds, tried};

/// Between two calls that touch its files nothing changes on disk: a kill there shows no other state.
fn killed_at_each_call(scenario: &'static Scenario, wanted: impl Fn(&strace::Call) -> bool) {
    let rehearsed = scenario.rehearse();
    let calls: Vec<_> = scenario.calls().into_iter().filter(wanted).collect();
    let mut done = Vec::new();
    for call in &calls {
        let home = scenario.home();
        scenario.killed_at(call, &home);
        let trouble = format!("kill -9 at {}", call.line);
        done.push(rehearsed.is_done(&home, &trouble));
        rehearsed.recovers(&home, &trouble);
    }
    tried(&format!("{}: killed at {} calls", scenario.name, calls.len()));
    assert!(done.contains(&false) && done.contains(&true), "{}: killed before and after it", scenario.name);
}

#[test]
fn killed_at_each_call_about_its_files_it_leaves_old_or_new() {
    if crate::support::can_trace() {
        for scenario in &SCENARIOS {
            killed_at_each_call(scenario, |call| call.is_at_home);
        }
    }
}

#[test]
#[ignore = "takes minutes; .ci/long-proofs runs it"]
fn killed_at_each_call_it_leaves_old_or_new() {
    assert!(crate::support::can_trace());
    for scenario in &SCENARIOS {
        killed_at_each_call(scenario, |_| true);
    }
}

#[test]
fn killed_at_random_moments_it_leaves_old_or_new() {
    let mut chance = Chance::new();
    for scenario in &SCENARIOS {
        let rehearsed = scenario.rehearse();
        let home = scenario.home();
        let started = Instant::now();
        scenario.command(&home, *PROGRAM, &[]).output().unwrap();
        let length = started.elapsed();
        let mut done = 0;
        for round in 0..rounds(20) {
            let home = scenario.home();
            let moment = length.mul_f64(chance.part());
            let mut program = scenario.command(&home, *PROGRAM, &[]).stdout(null()).stderr(null()).spawn().unwrap();
            wait_until(Instant::now() + moment);
            program.kill().unwrap();
            program.wait().unwrap();
            let trouble = format!("kill -9 after {moment:?} (round {round}, {chance})");
            done += usize::from(rehearsed.is_done(&home, &trouble));
            rehearsed.recovers(&home, &trouble);
        }
        tried(&format!(
            "{}: killed at {} moments, {done} of them after the change ({chance})",
            scenario.name,
            rounds(20)
        ));
    }
}

fn null() -> std::process::Stdio {
    std::process::Stdio::null()
}

/// A sleep would wake up too late: these are fractions of milliseconds.
fn wait_until(moment: Instant) {
    while Instant::now() + Duration::from_micros(1) < moment {
        std::hint::spin_loop();
    }
}
