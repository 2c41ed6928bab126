//! install.sh does nothing if the connection breaks while it is downloaded.

use super::machine::{machines, script};
use super::site;

#[test]
fn cut_off_after_any_line_it_does_nothing() {
    let script = script();
    let ends = script.match_indices('\n').map(|(end, _)| end + 1).filter(|end| *end < script.len());
    check(&script, &ends.collect::<Vec<_>>());
}

#[test]
fn cut_off_anywhere_in_its_last_lines_it_does_nothing() {
    let script = script();
    let start = script.find("\n# The extra braces").unwrap();
    // Without the last line feed it is complete.
    check(&script, &(start..script.len() - 1).collect::<Vec<_>>());
}

fn check(script: &str, ends: &[usize]) {
    let site = site();
    for machine in machines(&site) {
        for &end in ends {
            let seen = machine.run(&script.as_bytes()[..end], &[]);
            assert!(machine.litter().is_empty(), "cut off at byte {end} under {:?}", machine.shell);
            assert_eq!(seen.stdout, "", "cut off at byte {end} under {:?}", machine.shell);
        }
        machine.run(&script.as_bytes()[..script.len() - 1], &[]).succeeds();
    }
}
