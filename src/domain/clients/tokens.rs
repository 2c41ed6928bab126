//! The tokens of the table that hold for one command line.

/// What a flag of a known client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Switch,
    /// A switch that plays this role.
    Marks(&'static str),
    /// With it the command pushes, or does not.
    Pushes(bool),
    /// It has a value, which plays this role; an empty one if it is no image.
    Value(&'static str),
}

/// Those of the verb, and those of the groups it is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// None where the table does not have the verb.
    pub(super) verb: Option<&'static str>,
    pub(super) groups: Vec<&'static str>,
}

impl Tokens {
    /// None: the table does not have it.
    pub(super) fn flag(&self, name: &str) -> Option<Flag> {
        for token in self.all() {
            if names(token).split(',').any(|known| known == name) {
                return Some(kind(token));
            }
        }
        let others_have_values = self.verb.is_some_and(|verb| verb.split_ascii_whitespace().any(|token| token == "*="));
        others_have_values.then_some(Flag::Value(""))
    }

    /// The name of a short flag, because `-qt` does not hold `-t`.
    pub(super) fn short_name(&self, letter: char) -> Option<&'static str> {
        let mut names = self.all().flat_map(|token| names(token).split(','));
        names.find(|name| name.strip_prefix('-').is_some_and(|name| name.chars().eq([letter])))
    }

    /// Whether the command pushes without a flag that says so.
    pub(super) fn pushes(&self) -> bool {
        self.of_verb().any(|token| token == "pushes")
    }

    /// Whether the client reads files that may name images. None: the table does not have the verb.
    pub(super) fn reads_files(&self) -> Option<bool> {
        self.verb?;
        let groups = self.groups.iter().flat_map(|group| group.split_ascii_whitespace());
        Some(self.of_verb().chain(groups).any(|token| token == "files"))
    }

    /// The number of positional words after which another program's words begin.
    pub(super) fn end(&self) -> Option<usize> {
        let mut count = 0;
        for token in self.of_verb() {
            match token {
                "..." => return Some(count),
                _ if is_positional(token) => count += 1,
                _ => {}
            }
        }
        None
    }

    /// The most positional words that are expected. None: any number.
    pub(super) fn most(&self) -> Option<usize> {
        let mut count = 0;
        for token in self.of_verb().filter(|token| is_positional(token)) {
            if token.ends_with('*') {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// The roles of so many positional words. Where there are more than expected, they are like the last.
    pub(super) fn roles(&self, count: usize) -> Vec<&'static str> {
        let pattern: Vec<&str> = self.of_verb().filter(|token| is_positional(token)).collect();
        let required = pattern.iter().filter(|token| !token.ends_with(['?', '*'])).count();
        let mut spare = count.saturating_sub(required);
        let mut roles = Vec::with_capacity(count);
        for token in pattern {
            let (role, times) = match (token.strip_suffix('?'), token.strip_suffix('*')) {
                (Some(role), _) => (role, spare.min(1)),
                (_, Some(role)) => (role, spare),
                _ => (token, 1),
            };
            if role != token {
                spare -= times;
            }
            roles.extend(std::iter::repeat_n(role, times));
        }
        roles.resize(roles.len().max(count), roles.last().copied().unwrap_or("-"));
        roles
    }

    fn of_verb(&self) -> impl Iterator<Item = &'static str> {
        self.verb.unwrap_or_default().split_ascii_whitespace()
    }

    /// Those of the verb first, then those of the nearest group.
    fn all(&self) -> impl Iterator<Item = &'static str> {
        let groups = self.groups.iter().rev().flat_map(|group| group.split_ascii_whitespace());
        self.of_verb().chain(groups).filter(|token| token.starts_with('-') && token.len() > 1)
    }
}

/// The names of a flag, separated by commas.
fn names(token: &'static str) -> &'static str {
    let end = token.bytes().position(|byte| matches!(byte, b'=' | b':'));
    &token[..end.unwrap_or(token.len())]
}

fn kind(token: &'static str) -> Flag {
    if let Some((_, role)) = token.split_once('=') {
        return Flag::Value(role);
    }
    match token.split_once(':') {
        Some((_, "on")) => Flag::Pushes(true),
        Some((_, "off")) => Flag::Pushes(false),
        Some((_, role)) => Flag::Marks(role),
        None => Flag::Switch,
    }
}

fn is_positional(token: &str) -> bool {
    matches!(
        token.trim_end_matches(['?', '*']),
        "written" | "read" | "rewritten" | "local" | "pushed" | "mirror" | "mirrored" | "-"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positional_words_have_roles() {
        for (tokens, expected) in [
            ("written", ["", "written", "written written", "written written written"]),
            ("read written", ["", "read", "read written", "read written written"]),
            ("local? written", ["", "written", "local written", "local written written"]),
            ("local read*", ["", "local", "local read", "local read read"]),
            ("read* written -a=", ["", "written", "read written", "read read written"]),
            ("-a=", ["", "-", "- -", "- - -"]),
        ] {
            let tokens = Tokens { verb: Some(tokens), groups: Vec::new() };
            for (count, roles) in expected.iter().enumerate() {
                let got = tokens.roles(count);
                assert_eq!(got[..count].join(" "), *roles, "{tokens:?}");
            }
        }
    }
}
