//! The secret of an account.

use std::fmt;

use zeroize::Zeroizing;

/// What an account proves itself with: a device secret (`atcr_device_...`), or the ATProto app password
/// that `ATCR_APP_PASSWORD` gives. It has no `Display` and its `Debug` is redacted, so that it can only
/// reach an output through [`Secret::expose`]. Its memory is zeroed when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Takes over a secret as it was issued.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself, for the file, the wire and Docker's answer alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether an AppView issued it to a device. `docker login` hands over app passwords in the same place.
    #[must_use]
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
    fn only_what_an_appview_issued_is_a_device_secret() {
        for (text, expected) in
            [("atcr_device_x", true), ("atcr_device_", false), ("abcd-efgh-ijkl", false), ("", false)]
        {
            assert_eq!(Secret::new(text).is_device_secret(), expected, "{text}");
        }
    }
}
