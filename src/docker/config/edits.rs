//! The text of a config file with a value added, removed or put back; every other byte stays.

use super::entries::Entries;
use super::json_edit::{Style, appended, indentation, quoted, removed, spliced};
use super::json_span::{FormatError, Member, Object};
use crate::domain::HelperName;

impl Entries<'_> {
    /// The text that names this program for `host`, instead of any other helper. A text that does so, under whichever name,
    /// stays.
    pub(super) fn with_helper(&self, host: &str, name: &HelperName) -> Result<String, FormatError> {
        if self.names_atcr(host)? {
            return Ok(self.text.to_owned());
        }
        self.with_value(&["credHelpers", host], &quoted(&name.to_string()))
    }

    /// The text that does not name this program for `host`, without a `credHelpers` that would be left empty. Other
    /// helpers stay.
    pub(super) fn without_helper(&self, host: &str) -> Result<String, FormatError> {
        if !self.names_atcr(host)? {
            return Ok(self.text.to_owned());
        }
        self.without_value(&["credHelpers", host])
    }

    /// The text with a value, as JSON, at the end of a path of keys, the first of which is a field of Docker's.
    pub(super) fn with_value(&self, path: &[&str], value: &str) -> Result<String, FormatError> {
        if self.root.whole.is_empty() {
            return self.of_same_client("{}\n")?.with_value(path, value);
        }
        let (text, style) = (self.text, Style::of(self.text, &self.root));
        let mut object = self.root.clone();
        for (depth, key) in path.iter().enumerate() {
            let below = &path[depth + 1..];
            let Some(member) = self.member(&object, depth, key)? else {
                let new = appended(text, &object, &style, key, |outer| style.nested(outer, below, value));
                return Ok(spliced(text, [new]));
            };
            let inner = if below.is_empty() { None } else { self.object(member)? };
            let Some(inner) = inner else {
                let new = style.nested(indentation(text, member.whole.start), below, value);
                return Ok(spliced(text, [(member.value.clone(), new)]));
            };
            object = inner;
        }
        Ok(text.to_owned())
    }

    /// The text without what is at the end of a path, and without the objects that would be left empty.
    pub(super) fn without_value(&self, path: &[&str]) -> Result<String, FormatError> {
        let mut steps = self.steps(path)?;
        if steps.len() < path.len() {
            return Ok(self.text.to_owned());
        }
        while steps.len() > 1 && steps.last().is_some_and(|(object, _)| object.members.len() == 1) {
            steps.pop();
        }
        Ok(steps.last().map_or_else(|| self.text.to_owned(), |(object, member)| removed(self.text, object, member)))
    }

    /// What is at the end of a path, as JSON.
    pub(super) fn value(&self, path: &[&str]) -> Result<Option<String>, FormatError> {
        let steps = self.steps(path)?;
        let last = steps.last().filter(|_| steps.len() == path.len());
        Ok(last.map(|(_, member)| self.text[member.value.clone()].to_owned()))
    }

    /// The members on a path as far as it exists, each with its object.
    fn steps(&self, path: &[&str]) -> Result<Vec<(Object, Member)>, FormatError> {
        let mut steps = Vec::new();
        let mut next = Some(self.root.clone());
        for (depth, key) in path.iter().enumerate() {
            let Some(object) = next else { break };
            let Some(member) = self.member(&object, depth, key)?.cloned() else { break };
            next = if depth + 1 < path.len() { self.object(&member)? } else { None };
            steps.push((object, member));
        }
        Ok(steps)
    }

    fn member<'b>(&self, object: &'b Object, depth: usize, key: &str) -> Result<Option<&'b Member>, FormatError> {
        if depth == 0 { object.field(self.text, key) } else { object.entry(self.text, key) }
    }

    /// The text without `credsStore`, if that names this program.
    pub(super) fn without_default_atcr(&self) -> Result<String, FormatError> {
        Ok(match self.root.field(self.text, "credsStore")? {
            Some(member) if self.is_atcr(&self.string(member)) => removed(self.text, &self.root, member),
            _ => self.text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::client::Client;
    use super::*;

    fn parse(text: &str) -> Entries<'_> {
        Entries::parse(text, Client::Docker, false).unwrap()
    }

    #[test]
    fn an_entry_is_removed_with_its_comma() {
        for (before, host, after) in [
            (r#"{"credHelpers":{"a":"atcr","b":"x"}}"#, "a", r#"{"credHelpers":{"b":"x"}}"#),
            (r#"{"credHelpers":{"b":"x","a":"atcr"}}"#, "a", r#"{"credHelpers":{"b":"x"}}"#),
            (
                r#"{"credHelpers": {"b": "x" , "a": "atcr" , "c": "y"}}"#,
                "a",
                r#"{"credHelpers": {"b": "x" , "c": "y"}}"#,
            ),
            (r#"{"CredHelpers": {"a": "atcr"}, "x": 1}"#, "a", r#"{"x": 1}"#),
            (r#"{"credHelpers": {"a": "atcr"}} text"#, "a", "{} text"),
            (r#"{"x": 1, "credHelpers": {"a": "atcr"}}"#, "a", r#"{"x": 1}"#),
            (r#"{"credHelpers": {"a": "atcr"}}"#, "a", "{}"),
            (r#"{"credHelpers": {"a": "pass"}}"#, "a", r#"{"credHelpers": {"a": "pass"}}"#),
            (r#"{"credHelpers": {"a": "atcr"}}"#, "b", r#"{"credHelpers": {"a": "atcr"}}"#),
        ] {
            assert_eq!(parse(before).without_helper(host).as_deref(), Ok(after), "{before}");
        }
    }
}
