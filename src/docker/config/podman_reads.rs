//! What keeps podman, buildah and skopeo from reading a file that Docker reads, or only warns of (`dockerConfigFile` of
//! containers/image). They fail then, and ask no helper.

use super::entries::Entries;
use super::json_edit::BLANKS;
use super::json_span::{FormatError, Member, is_field, line};

/// Of an entry of `auths`.
const TEXTS: [&str; 2] = ["auth", "identitytoken"];

impl Entries<'_> {
    /// The reason, and what to do about it. No value is quoted: it may be a password.
    pub(super) fn podman_problem(&self) -> Result<Option<(String, String)>, FormatError> {
        if self.text.trim_matches(BLANKS).is_empty() {
            return Ok(Some(("it is empty".to_owned(), "write {} into it, or delete it".to_owned())));
        }
        if let Some(line) = self.trailing_line() {
            let fix =
                format!("delete all that follows the object's closing brace, from line {line} on: Docker ignores it");
            return Ok(Some((format!("text follows its object (line {line})"), fix)));
        }
        let wrong = self.wrong_value()?;
        Ok(wrong.map(|(wanted, value)| {
            let line = line(self.text, value.value.start);
            (format!("{wanted} (line {line})"), format!("correct what is on line {line}, or delete it"))
        }))
    }

    /// The first value that is of another kind than they read there, and what it should be.
    fn wrong_value(&self) -> Result<Option<(&'static str, Member)>, FormatError> {
        let helpers = self.child("credHelpers")?.unwrap_or_default().members;
        if let Some(helper) = helpers.into_iter().find(|helper| !self.begins(helper, b'"')) {
            return Ok(Some(("a helper in its credHelpers is not a string", helper)));
        }
        for auth in self.child("auths")?.unwrap_or_default().members {
            if !self.begins(&auth, b'{') {
                return Ok(Some(("an entry of its auths is not an object", auth)));
            }
            let members = self.object(&auth)?.unwrap_or_default().members;
            let is_text = |member: &Member| TEXTS.iter().any(|name| is_field(&member.key, name));
            if let Some(secret) = members.into_iter().find(|member| is_text(member) && !self.begins(member, b'"')) {
                return Ok(Some(("a secret in its auths is not a string", secret)));
            }
        }
        Ok(None)
    }

    /// Whether the value is of the kind that begins so, or null, which is none.
    fn begins(&self, member: &Member, first: u8) -> bool {
        let value = &self.text[member.value.clone()];
        value.as_bytes().first() == Some(&first) || value == "null"
    }
}
