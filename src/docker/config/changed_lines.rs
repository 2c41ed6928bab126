//! Which lines of a text are changed. In a time that grows with the lines alone: the fewest changes would take longer.

use std::collections::HashMap;
use std::ops::Range;

/// Lines of the old text, and those of the new in their place.
pub(super) type Change = (Range<usize>, Range<usize>);

/// What is changed between the lines that stand once in each text, but for what each such piece begins and ends with in both.
/// This program moves no lines.
pub(super) fn changed_lines(old: &[&str], new: &[&str]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut old_start, mut new_start) = (0, 0);
    for (old_end, new_end) in kept_lines(old, new).into_iter().chain([(old.len(), new.len())]) {
        let (old_start, new_start) =
            (std::mem::replace(&mut old_start, old_end + 1), std::mem::replace(&mut new_start, new_end + 1));
        let (same_at_start, same_at_end) = same(&old[old_start..old_end], &new[new_start..new_end]);
        let change =
            (old_start + same_at_start..old_end - same_at_end, new_start + same_at_start..new_end - same_at_end);
        if !(change.0.is_empty() && change.1.is_empty()) {
            changes.push(change);
        }
    }
    changes
}

/// Where lines that stand once in each text are in both.
fn kept_lines(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let (of_old, of_new) = (only_once(old), only_once(new));
    let mut kept = Vec::new();
    let mut next = 0;
    for (at, line) in old.iter().enumerate() {
        if let (Some(Some(_)), Some(&Some(new_at))) = (of_old.get(line), of_new.get(line))
            && new_at >= next
        {
            kept.push((at, new_at));
            next = new_at + 1;
        }
    }
    kept
}

/// Each line's place; `None`: it has several.
fn only_once<'a>(lines: &[&'a str]) -> HashMap<&'a str, Option<usize>> {
    let mut places = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        places.entry(*line).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places
}

/// How many lines two pieces have in common at the start, and how many after that at the end.
fn same(old: &[&str], new: &[&str]) -> (usize, usize) {
    let at_start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[at_start..], &new[at_start..]);
    (at_start, old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_that_stay_are_not_shown() {
        for (old, new, expected) in [
            ("a b c", "a b c", &[][..]),
            ("", "a b", &[(0..0, 0..2)]),
            ("a b", "", &[(0..2, 0..0)]),
            ("a b c", "a x c", &[(1..2, 1..2)]),
            ("a { p e } b { p e } c", "a { e } b { e } c", &[(2..3, 2..2), (7..8, 6..6)]),
            ("{ }", "{ { } }", &[(1..1, 1..3)]),
            ("a a a", "a a", &[(2..3, 2..2)]),
        ] {
            let lines = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
            assert_eq!(changed_lines(&lines(old), &lines(new)), expected, "{old} -> {new}");
        }
    }

    proptest! {
        #[test]
        fn the_changes_make_the_new_text_of_the_old(old in "[a-h]{0,12}", new in "[a-h]{0,12}") {
            let lines = |text: &'static str| text.split_inclusive(|_| true).collect::<Vec<_>>();
            let (old, new) = (lines(old.leak()), lines(new.leak()));
            let (mut made, mut end) = (Vec::new(), 0);
            for (of_old, of_new) in changed_lines(&old, &new) {
                made.extend_from_slice(&old[end..of_old.start]);
                made.extend_from_slice(&new[of_new]);
                end = of_old.end;
            }
            made.extend_from_slice(&old[end..]);
            prop_assert_eq!(made, new);
        }
    }
}
