//! A list to choose from, of which what is typed leaves fewer.

use console::Key;

use super::keys::{CONTROL_U, cancels};

/// How many lines a page has.
const PAGE: usize = 10;

#[derive(Debug)]
pub(super) struct List<'a> {
    items: &'a [String],
    filter: String,
    /// The place of the chosen item among all.
    chosen: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Continue,
    Choose(usize),
    Cancel,
}

impl<'a> List<'a> {
    pub(super) fn new(items: &'a [String], chosen: usize) -> Self {
        Self { items, filter: String::new(), chosen }
    }

    pub(super) fn filter(&self) -> &str {
        &self.filter
    }

    /// Of at most `height` items that contain what was typed, each with whether it is the chosen one.
    pub(super) fn visible(&self, height: usize) -> Vec<(&'a str, bool)> {
        let matching = self.matching();
        let at = matching.iter().position(|&item| item == self.chosen).unwrap_or_default();
        let first = at.saturating_sub(height / 2).min(matching.len().saturating_sub(height));
        let window = matching.iter().skip(first).take(height);
        window.map(|&item| (&*self.items[item], item == self.chosen)).collect()
    }

    pub(super) fn press(&mut self, key: &Key) -> Step {
        match key {
            key if cancels(key) => return Step::Cancel,
            Key::Enter if self.matching().contains(&self.chosen) => return Step::Choose(self.chosen),
            Key::ArrowDown | Key::Tab => self.step(1),
            Key::ArrowUp | Key::BackTab => self.step(-1),
            Key::PageDown => self.move_to(|at, last| (at + PAGE).min(last)),
            Key::PageUp => self.move_to(|at, _| at.saturating_sub(PAGE)),
            Key::Home => self.move_to(|_, _| 0),
            Key::End => self.move_to(|_, last| last),
            Key::Backspace => self.refilter(|filter| {
                filter.pop();
            }),
            Key::Char(CONTROL_U) => self.refilter(String::clear),
            Key::Char(c) if !c.is_control() => self.refilter(|filter| filter.push(*c)),
            _ => {}
        }
        Step::Continue
    }

    fn matching(&self) -> Vec<usize> {
        let wanted = self.filter.to_lowercase();
        let items = self.items.iter().enumerate();
        items.filter(|(_, item)| item.to_lowercase().contains(&wanted)).map(|(at, _)| at).collect()
    }

    /// After the last comes the first.
    fn step(&mut self, by: isize) {
        let count = self.matching().len();
        self.move_to(|at, _| at.saturating_add(count).saturating_add_signed(by) % count);
    }

    fn move_to(&mut self, place: impl Fn(usize, usize) -> usize) {
        let matching = self.matching();
        let at = matching.iter().position(|&item| item == self.chosen).unwrap_or_default();
        if let Some(last) = matching.len().checked_sub(1) {
            self.chosen = matching[place(at, last)];
        }
    }

    /// Stays with the chosen item as long as it is there.
    fn refilter(&mut self, change: impl Fn(&mut String)) {
        change(&mut self.filter);
        let matching = self.matching();
        if let Some(first) = matching.first().filter(|_| !matching.contains(&self.chosen)) {
            self.chosen = *first;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn press(list: &mut List<'_>, keys: &[Key]) -> Step {
        keys.iter().map(|key| list.press(key)).last().unwrap()
    }

    #[test]
    fn keys_move_through_the_list_and_around_its_ends() {
        let items = items(&["a", "b", "c"]);
        for (keys, expected) in [
            (&[Key::Enter][..], 1),
            (&[Key::ArrowDown, Key::Enter], 2),
            (&[Key::ArrowDown, Key::Tab, Key::Enter], 0),
            (&[Key::ArrowUp, Key::BackTab, Key::Enter], 2),
            (&[Key::Home, Key::Enter], 0),
            (&[Key::End, Key::Enter], 2),
            (&[Key::PageDown, Key::Enter], 2),
            (&[Key::PageUp, Key::Enter], 0),
            (&[Key::Insert, Key::Char('\u{1}'), Key::Enter], 1),
        ] {
            assert_eq!(press(&mut List::new(&items, 1), keys), Step::Choose(expected), "{keys:?}");
        }
        for key in [Key::Escape, Key::CtrlC, Key::Char('\u{4}')] {
            assert_eq!(press(&mut List::new(&items, 1), &[Key::Char('a'), key]), Step::Cancel);
        }
    }

    #[test]
    fn what_is_typed_leaves_the_items_that_contain_it() {
        let items = items(&["evan.example", "Michelle.example", "mich.example"]);
        let mut list = List::new(&items, 0);
        assert_eq!(press(&mut list, &[Key::Char('M'), Key::Char('i')]), Step::Continue);
        assert_eq!(list.visible(9), [("Michelle.example", true), ("mich.example", false)]);
        assert_eq!(press(&mut list, &[Key::Char('x'), Key::Enter]), Step::Continue);
        assert_eq!((list.visible(9), list.filter()), (vec![], "Mix"));
        press(&mut list, &[Key::ArrowDown, Key::ArrowUp, Key::End]);
        assert_eq!(press(&mut list, &[Key::Backspace, Key::ArrowDown, Key::Enter]), Step::Choose(2));
        press(&mut list, &[Key::Char(CONTROL_U)]);
        assert_eq!(list.visible(9).len(), 3);
    }

    #[test]
    fn the_chosen_item_is_among_the_visible_ones() {
        let items: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        for (chosen, height, first, last) in
            [(0, 5, "0", "4"), (10, 5, "8", "12"), (19, 5, "15", "19"), (7, 1, "7", "7")]
        {
            let list = List::new(&items, chosen);
            let visible = list.visible(height);
            assert_eq!((visible[0].0, visible[visible.len() - 1].0), (first, last));
            assert!(visible.contains(&(&*items[chosen], true)));
        }
    }
}
