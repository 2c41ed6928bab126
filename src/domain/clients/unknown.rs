//! The images in the words of a program that is not in the table.

use super::owner::owners_in_list;
use super::shape;
use crate::domain::{Access, ImageOwner, RegistryUrl};

/// The owners of the images, judged by the words' shape.
pub(super) fn owners<S: AsRef<str>>(words: &[S], registry: &RegistryUrl) -> Option<Vec<ImageOwner>> {
    let mut owners = Vec::new();
    let (mut flag, mut is_push, mut last) = ("", false, None);
    for word in words.iter().skip(1).map(AsRef::as_ref) {
        if word == "--" {
            break;
        }
        let (own_flag, value) = split_flag(word);
        let named = if own_flag.is_empty() { flag } else { own_flag };
        let before = owners.len();
        owners_in_list(value, registry, |key| shape::access(named, key), &mut owners);
        // `make push A=IMAGE B=IMAGE` does not tell which of its variables is pushed.
        if named.is_empty() && !value.contains('=') && owners.len() > before {
            last = Some(before);
        }
        is_push |= shape::is_push(word);
        flag = if value.is_empty() { own_flag } else { "" };
    }
    if let Some(last) = last.and_then(|last| owners.get_mut(last))
        && is_push
        && last.access == Access::Read
    {
        last.access = Access::Written;
    }
    no_rivals(&mut owners);
    if owners.is_empty() { None } else { Some(owners) }
}

/// Shape alone is no ground to stop a command because it seems to push as two accounts.
fn no_rivals(owners: &mut [ImageOwner]) {
    let mut written = owners.iter().filter(|owner| owner.access == Access::Written);
    let first = written.next().map(|owner| owner.identity.clone());
    if written.any(|owner| Some(&owner.identity) != first.as_ref()) {
        for owner in owners.iter_mut().filter(|owner| owner.access == Access::Written) {
            owner.access = Access::Read;
        }
    }
}

/// A flag and its value in the same word: `-tIMAGE`, `-t=IMAGE`, `--tag=IMAGE`, `-image=IMAGE`; or no flag and the whole word.
fn split_flag(word: &str) -> (&str, &str) {
    if !word.starts_with('-') || !word.is_char_boundary(2) {
        return ("", word);
    }
    if let Some((flag, value)) = word.split_once('=')
        && flag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    {
        return (flag, value);
    }
    if word.starts_with("--") { (word, "") } else { word.split_at(2) }
}
