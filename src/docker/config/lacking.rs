//! What `configure-docker --remove` can't put back.

use super::state::program;

/// What a backup says about a registry and the file does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lacking {
    /// The name of another helper.
    pub helper: Option<String>,
    pub has_secrets: bool,
}

impl Lacking {
    /// What is no longer lacking.
    pub fn without(&self, still: &Self) -> Self {
        Self {
            helper: self.helper.clone().filter(|_| still.helper.is_none()),
            has_secrets: self.has_secrets && !still.has_secrets,
        }
    }

    /// For a person. `None`: nothing is lacking.
    pub fn describe(&self) -> Option<String> {
        match (&self.helper, self.has_secrets) {
            (None, false) => None,
            (None, true) => Some("the password".to_owned()),
            (Some(helper), false) => Some(program(helper)),
            (Some(helper), true) => Some(format!("{} and the password", program(helper))),
        }
    }
}
