//! What follows the object in config.json: Docker ignores it, others refuse the file.

use super::{CONFIG, configure, home, is_configured, shown};

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
