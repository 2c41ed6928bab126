//! What `configure-docker --remove` makes of a text, with the backups from before it was changed.

use std::collections::HashSet;

use super::entries::{Entries, Own, is_for};
use super::json_span::{FormatError, has_byte_order_mark, without_byte_order_mark};
use super::ours::{Hooks, Part};

/// The file from before a change, as far as it can be parsed.
pub(super) struct Before<'a> {
    /// The newest first.
    backups: Vec<Entries<'a>>,
}

impl<'a> Before<'a> {
    pub(super) fn new(present: &Entries<'_>, newest_first: impl IntoIterator<Item = &'a str>) -> Self {
        let backups = newest_first.into_iter().filter_map(|text| present.of_same_client(text).ok());
        Self { backups: backups.collect() }
    }

    /// What the file said about `host` before this program took anything from it. `None`: no backup tells.
    ///
    /// A later backup can be from when this program was the helper already, and took a secret alone.
    pub(super) fn own(&self, host: &str) -> Result<Option<Own>, FormatError> {
        let mut later_secrets = Vec::new();
        for backup in &self.backups {
            let own = backup.own(host)?;
            let secrets = if later_secrets.is_empty() { own.secrets } else { later_secrets };
            if !backup.names_atcr(host)? {
                return Ok(Some(Own { helper: own.helper, secrets }));
            }
            later_secrets = secrets;
        }
        Ok((!later_secrets.is_empty()).then_some(Own { helper: None, secrets: later_secrets }))
    }

    /// The file before the plugin was added, or before hooks were turned on where the plugin was there already.
    fn plugin(&self) -> Option<&Entries<'a>> {
        self.backups.iter().find(|backup| !backup.has_plugin() || backup.hooks() != Hooks::On)
    }

    /// `features.hooks` then.
    fn switch(&self) -> Option<String> {
        self.plugin().and_then(Entries::switch)
    }

    /// That other plugins had hooks, and nothing turned them on.
    fn had_idle_hooks(&self) -> Result<bool, FormatError> {
        self.plugin().map_or(Ok(false), |before| Ok(before.hooks() == Hooks::Unset && before.has_other_hooks()?))
    }

    /// The text without a part of what is ours, and with what that took. `None`: there was no file.
    ///
    /// A text that nobody else changed becomes what it would be without the part, byte for byte: that tells whether there was
    /// an empty `credHelpers`, an empty file or none, which no rule could.
    pub(super) fn undo(&self, present: &Entries<'_>, part: Part<'_>) -> Result<Option<String>, FormatError> {
        for backup in &self.backups {
            let is_before = !backup.has(part)? && self.is_last(backup, part)?;
            if is_before && is_same_but_for_mark(&redone(backup, present, None)?, present.text) {
                let rest = redone(backup, present, Some(part))?;
                return Ok(Some(with_mark_of(backup.text, present.text, rest)));
            }
        }
        let nothing = present.of_same_client("")?;
        if self.took_nothing(present)? && redone(&nothing, present, None)? == present.text {
            let rest = redone(&nothing, present, Some(part))?;
            return Ok(Some(rest).filter(|rest| !rest.is_empty()));
        }
        match part {
            Part::Helper(host) => self.without_helper(present, host).map(Some),
            Part::Plugin => present.without_plugin(self.switch().as_deref(), self.had_idle_hooks()?).map(Some),
        }
    }

    /// Whether nothing else was taken from a part after this backup.
    fn is_last(&self, backup: &Entries<'_>, part: Part<'_>) -> Result<bool, FormatError> {
        Ok(match part {
            Part::Plugin => backup.switch() == self.switch(),
            Part::Helper(host) => self.own(host)?.unwrap_or_default().secrets == backup.own(host)?.secrets,
        })
    }

    /// Whether `text` lacks something of `original` that undoing would not find here.
    pub(super) fn takes_more(&self, original: &Entries<'_>, text: &Entries<'_>) -> Result<bool, FormatError> {
        for host in text.atcr_hosts()? {
            let (was, is) = (original.own(&host)?, text.own(&host)?);
            let was_ours = original.names_atcr(&host)?;
            let is_known = match self.own(&host)? {
                Some(known) => known.secrets == was.secrets && (was_ours || known.helper == was.helper),
                None => was.secrets == is.secrets && (was_ours || was.helper.is_none()),
            };
            let present: HashSet<_> = is.secrets.iter().collect();
            let loses = was.helper != is.helper || was.secrets.iter().any(|secret| !present.contains(secret));
            if loses && !is_known {
                return Ok(true);
            }
        }
        let (was, is) = (original.switch(), text.switch());
        Ok(text.has_plugin() && was.is_some() && was != is && was != self.switch())
    }

    fn took_nothing(&self, present: &Entries<'_>) -> Result<bool, FormatError> {
        if present.has_plugin() && self.switch().is_some() {
            return Ok(false);
        }
        for host in present.atcr_hosts()? {
            if self.own(&host)?.is_some_and(|own| own != Own::default()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A text that others changed too: the entry, and the secrets where none is now.
    fn without_helper(&self, present: &Entries<'_>, host: &str) -> Result<String, FormatError> {
        let mut own = self.own(host)?.unwrap_or_default();
        let text = match own.helper {
            Some(helper) => present.with_value(&["credHelpers", host], &helper)?,
            None => present.without_helper(host)?,
        };
        let with_secrets: HashSet<String> = present.plaintext_auths(host)?.into_iter().collect();
        own.secrets.retain(|secret| !with_secrets.contains(&secret.auth));
        present.of_same_client(&text)?.with_secrets(&own.secrets)
    }
}

/// Whether `present` is this text, or what is left of it without a byte order mark, which no client can parse.
fn is_same_but_for_mark(text: &str, present: &str) -> bool {
    text == present || without_byte_order_mark(text) == present
}

/// A mark that was removed comes back with the last part of ours that goes: until then clients have to read the file.
fn with_mark_of(backup: &str, present: &str, rest: String) -> String {
    if has_byte_order_mark(present) || rest == backup { rest } else { without_byte_order_mark(&rest).to_owned() }
}

/// `backup` with everything that this program did to it to get `present`, but for one part.
fn redone(backup: &Entries<'_>, present: &Entries<'_>, but: Option<Part<'_>>) -> Result<String, FormatError> {
    let mut text = backup.text.to_owned();
    for value in present.own_values()?.iter().filter(|value| !but.is_some_and(|part| value.is_of(part))) {
        text = backup.of_same_client(&text)?.with_value(&value.path(), &value.json)?;
        let Some(host) = &value.host else { continue };
        let stay: HashSet<String> = present.plaintext_auths(host)?.into_iter().collect();
        let entries = backup.of_same_client(&text)?;
        let mut gone = entries.plaintext_auths(host)?;
        gone.retain(|key| !stay.contains(key));
        // An entry that was there before, such as one in capitals, took nothing from the part that goes.
        if let Some(Part::Helper(removed)) = but
            && backup.names_atcr(host)?
        {
            gone.retain(|key| !is_for(key, removed));
        }
        text = entries.without_secrets(&gone)?;
    }
    Ok(text)
}
