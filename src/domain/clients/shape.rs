//! Words of which the table knows nothing, judged by their shape.

use crate::domain::Access;

/// What the value of a flag that is not in the table is, by the flag's name and the key in front of the value:
/// `--cache-from=IMAGE`, `-Djib.to.image=IMAGE`, `BASE=IMAGE`. None: no image.
pub(super) fn access(flag: &str, key: &str) -> Option<Access> {
    match flag {
        "-t" | "-o" => return Some(Access::Written),
        // Environment, labels, annotations.
        "-e" | "-l" | "-a" if !key.is_empty() => return None,
        _ => {}
    }
    let names = [flag, key].map(words);
    let any = |known: &[&str]| names.iter().flatten().any(|word| known.contains(&word.as_str()));
    if any(&NO_IMAGES) {
        None
    } else if any(&DESTINATIONS) {
        Some(Access::Written)
    } else if any(&SOURCES) {
        Some(Access::Local)
    } else {
        Some(Access::Read)
    }
}

/// Whether a verb writes the last image of those that follow it.
pub(super) fn is_push(verb: &str) -> bool {
    matches!(verb, "copy" | "cp" | "push" | "publish" | "sync" | "mirror" | "upload")
}

const NO_IMAGES: [&str; 12] = [
    "label",
    "labels",
    "annotation",
    "annotations",
    "env",
    "set",
    "values",
    "volume",
    "mount",
    "meta",
    "metadata",
    "header",
];

const DESTINATIONS: [&str; 13] = [
    "to",
    "dest",
    "destination",
    "dst",
    "target",
    "tag",
    "tags",
    "output",
    "push",
    "publish",
    "address",
    "export",
    "final",
];

const SOURCES: [&str; 19] = [
    "from", "base", "source", "src", "builder", "run", "cache", "input", "import", "subject", "original", "old",
    "parent", "mirror", "arg", "args", "context", "pull", "stack",
];

/// In lower case: `--runImage` and `--run-image` are `run` and `image`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && before.is_ascii_lowercase()) {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_flag_tells_what_its_value_is() {
        for (flag, key, expected) in [
            ("--to-repo", "", Some(Access::Written)),
            ("--cache-to", "ref", Some(Access::Written)),
            ("--targetImage", "", Some(Access::Written)),
            ("-Djib.to.image", "", Some(Access::Written)),
            ("-t", "", Some(Access::Written)),
            ("--cache-from", "", Some(Access::Local)),
            ("--runImage", "", Some(Access::Local)),
            ("--build-arg", "IMAGE", Some(Access::Local)),
            ("", "BASE_IMAGE", Some(Access::Local)),
            ("--image", "", Some(Access::Read)),
            ("", "IMAGE", Some(Access::Read)),
            ("", "", Some(Access::Read)),
            ("--tool", "", Some(Access::Read)),
            ("--set-string", "image", None),
            ("--imageLabels", "a", None),
            ("-e", "IMAGE", None),
        ] {
            assert_eq!(access(flag, key), expected, "{flag} {key}");
        }
    }
}
