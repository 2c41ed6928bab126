//! What stands above a Dockerfile's first instruction, in comments: `# syntax=IMAGE`, `# escape=CHARACTER`.

/// The image that reads the rest, by `# syntax=IMAGE`. In other languages also by `//syntax=IMAGE`.
pub(super) fn frontend(text: &str) -> Option<String> {
    ["#", "//"].iter().find_map(|comment| {
        let lines = text.lines().skip_while(|line| line.starts_with("#!"));
        let mut directives = lines.map_while(|line| directive_after(comment, line.trim_start()));
        let (_, value) = directives.find(|(name, _)| name == "syntax")?;
        value.split(' ').next().map(str::to_owned)
    })
}

/// `# name=value` at the top, if it is one that BuildKit knows.
pub(super) fn directive(line: &str) -> Option<(String, &str)> {
    directive_after("#", line)
}

fn directive_after<'a>(comment: &str, line: &'a str) -> Option<(String, &'a str)> {
    let (name, value) = line.strip_prefix(comment)?.split_once('=')?;
    let name = name.trim().to_ascii_lowercase();
    let value = value.trim();
    (matches!(&*name, "escape" | "syntax" | "check") && !value.is_empty()).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_stand_at_the_top_only() {
        assert_eq!(frontend("//syntax=a\nbuild x").as_deref(), Some("a"));
        assert_eq!(frontend("# Syntax = a/b:1 x\n# escape=`\nFROM a").as_deref(), Some("a/b:1"));
        assert_eq!(frontend("#!/usr/bin/env x\n#syntax=a\nFROM a").as_deref(), Some("a"));
        for text in ["\n# syntax=a\nFROM a", "# a comment\n# syntax=a\nFROM a", "# x=1\n# syntax=a\nFROM a"] {
            assert_eq!(frontend(text), None, "{text}");
        }
    }
}
