//! What Docker accepts in config.json, and others refuse the file for.

use super::{CONFIG, configure, home, is_configured, shown};
#[cfg(unix)]
use crate::support::Home;

#[test]
fn text_after_the_object_is_said_to_keep_others_out() {
    for (content, line, line_after) in [
        ("{\"auths\": {}}s3cret", 1, 1),
        ("\u{feff}{\"auths\": {}} \u{a0}", 1, 1),
        ("{\"auths\": {}}\n{\"auths\": {\"s3cret\": {}}}\n", 2, 2),
        ("{\n}\n\n{}", 4, 8),
        ("{\n\t\"auths\": {}\n}\n}", 4, 8),
    ] {
        let home = home(content);
        let config = shown(&home, CONFIG);
        let problem =
            |line| format!("! podman, buildah and skopeo can't read {config}: text follows its object (line {line})");
        let fix = |line| {
            format!("  delete all that follows the object's closing brace, from line {line} on: Docker ignores it\n")
        };
        let stdout = home.run(&["doctor"]).any_end().check().stdout;
        assert!(stdout.contains(&format!("{}\n  {}", problem(line), fix(line))), "{stdout}");
        let says = |arguments: &[&str], line: usize| {
            let text = home.run(&[&["configure-docker"], arguments].concat()).any_end().check().stderr;
            assert!(text.contains(&format!("{}.\n{}", problem(line), fix(line))), "{text}");
            assert!(!text.contains("s3cret") && text.matches("can't read").count() == 1, "{text}");
        };
        says(&["atcr.io", "--dry-run"], line);
        says(&["atcr.io", "buoy.cr"], line_after);
        says(&["atcr.io"], line_after);
        assert!(is_configured(&home, CONFIG));
        says(&["--remove"], line);
    }
}

#[test]
fn blanks_after_the_object_keep_nobody_out() {
    for content in ["{}", "{}\n \t\r\n", "", "\n", "{\"auths\": {}}\n"] {
        let home = home(content);
        assert!(!configure(&home, &["atcr.io"]).contains("follows"), "{content:?}");
        assert!(!home.run(&["doctor"]).any_end().check().stdout.contains("follows"), "{content:?}");
    }
}

/// They fail, and ask no helper, where Docker warns at most. Windows has the file elsewhere.
#[test]
#[cfg(unix)]
fn values_that_podman_cant_read_are_found() {
    for (content, reason) in [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("{\n\"credHelpers\": {\"s3cret\": 1}}", "a helper in its credHelpers is not a string (line 2)"),
        ("{\"CredHelpers\": {\"a\": []}}", "a helper in its credHelpers is not a string (line 1)"),
        ("{\"auths\": {\n\"a\": \"s3cret\"}}", "an entry of its auths is not an object (line 2)"),
        ("{\"auths\": {\"a\":\n{\"auth\":\n12345}}}", "a secret in its auths is not a string (line 3)"),
        ("{\"auths\": {\"a\": {\"IdentityToken\": true}}}", "a secret in its auths is not a string (line 1)"),
    ] {
        for file in [CONFIG, ".config/containers/auth.json"] {
            let home = Home::new();
            home.write(file, content);
            // Without podman it is only a warning.
            let stdout = home.run(&["doctor"]).env("PATH", "").any_end().check().stdout;
            let path = home.path(file);
            let line = format!("! podman, buildah and skopeo can't read {}: {reason}\n", path.display());
            assert!(stdout.contains(&line), "{content:?}, {file}: {stdout}");
            assert!(!stdout.contains("s3cret") && !stdout.contains("12345"), "{stdout}");
        }
    }
    for content in
        ["{}", "{\"credHelpers\": {\"a\": null}, \"auths\": {\"a\": null, \"b\": {\"auth\": null, \"x\": 1}}}"]
    {
        let home = home(content);
        assert!(!home.run(&["doctor"]).any_end().check().stdout.contains("can't read"), "{content}");
    }
}
