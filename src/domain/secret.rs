//! A secret that no output shows by accident.

use std::fmt;

use zeroize::Zeroizing;

/// The secret of an account: a device secret (`atcr_device_...`), or the ATProto app password
/// that `ATCR_APP_PASSWORD` gives. It has no `Display` and its `Debug` is redacted, so that it can only
/// reach an output through [`Secret::expose`]. Its memory is zeroed when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Only for the file, the wire and Docker's answer.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether an AppView issued it to a device. `docker login` sends app passwords in the same place.
    pub fn is_device_secret(&self) -> bool {
        self.0.strip_prefix("atcr_device_").is_some_and(|rest| !rest.is_empty())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_does_not_show_the_secret() {
        assert_eq!(format!("{:?}", Secret::new("atcr_device_x")), "Secret(redacted)");
    }

    #[test]
    fn only_a_secret_of_an_appview_is_a_device_secret() {
        for (text, expected) in
            [("atcr_device_x", true), ("atcr_device_", false), ("abcd-efgh-ijkl", false), ("", false)]
        {
            assert_eq!(Secret::new(text).is_device_secret(), expected, "{text}");
        }
    }
}
