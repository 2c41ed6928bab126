//! No file descriptors left.

use super::SCENARIOS;
use crate::support::skip;

#[test]
fn out_of_descriptors_the_old_or_the_new_file_is_there() {
    for scenario in &SCENARIOS {
        let rehearsed = scenario.rehearse();
        let mut succeeded = false;
        // Three are the standard streams; none of the scenarios holds more than a few at a time.
        for most in 3..12 {
            let home = scenario.home();
            let Ok(output) = scenario.command(&home, "prlimit", &[&format!("--nofile={most}")]).output() else {
                return skip("out of file descriptors: there is no prlimit");
            };
            let trouble = format!("at most {most} file descriptors");
            let is_done = rehearsed.is_done(&home, &trouble);
            // 127: not even the C library could be opened.
            assert!(matches!(output.status.code(), Some(0 | 1 | 127)), "{} with {trouble}: {output:?}", scenario.name);
            succeeded = output.status.success();
            assert!(is_done || !succeeded || scenario.goes_on, "{} with {trouble}: {output:?}", scenario.name);
            rehearsed.recovers(&home, &trouble);
        }
        assert!(succeeded, "{}: enough file descriptors in the end", scenario.name);
    }
}
