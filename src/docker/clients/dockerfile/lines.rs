//! A Dockerfile's instructions: directives, comments, lines that go on, and heredocs.

use super::directives::directive;
use super::words;
use crate::docker::clients::files::Files;

const INSTRUCTIONS: [&str; 18] = [
    "add",
    "arg",
    "cmd",
    "copy",
    "entrypoint",
    "env",
    "expose",
    "from",
    "healthcheck",
    "label",
    "maintainer",
    "onbuild",
    "run",
    "shell",
    "stopsignal",
    "user",
    "volume",
    "workdir",
];

/// The steps of a byte and of a line, and those of a byte that is split into words.
const BYTE: usize = 7;
const LINE: usize = 9;
const BYTE_OF_WORD: usize = 24;

/// Far more than anybody writes.
const MOST_INSTRUCTIONS: usize = 4096;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    /// In lower case.
    pub(super) name: String,
    /// `--name=value` in front of the rest.
    flags: Vec<(String, String)>,
    pub(super) rest: String,
}

#[derive(Debug)]
pub(super) struct Instructions {
    pub(super) escape: char,
    pub(super) all: Vec<Instruction>,
}

impl Instructions {
    /// None for what BuildKit refuses.
    pub(super) fn parse(text: &str, files: &Files) -> Option<Self> {
        files.spend(text.len() * BYTE + text.bytes().filter(|&byte| byte == b'\n').count() * LINE)?;
        let mut lines = text.split_inclusive('\n').map(|line| line.trim_end_matches(['\r', '\n'])).peekable();
        let mut parsed = Self { escape: '\\', all: Vec::new() };
        lines.next_if(|line| line.starts_with("#!"));
        while let Some(line) = lines.next_if(|line| directive(line.trim_start()).is_some()) {
            parsed.add_directive(line.trim_start())?;
        }
        while let Some(line) = lines.next() {
            let line = line.trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (begin, goes_on) = without_continuation(line, parsed.escape);
            let mut whole = begin.to_owned();
            if goes_on {
                parsed.continue_line(&mut whole, &mut lines);
            }
            for heredoc in parsed.add(&whole, files)? {
                // Without its end, it is an error.
                lines.find(|line| heredoc.ends_at(line))?;
            }
        }
        Some(parsed)
    }

    fn continue_line<'a>(&self, whole: &mut String, lines: &mut impl Iterator<Item = &'a str>) {
        for line in lines {
            let begin = line.trim_start();
            if begin.is_empty() || begin.starts_with('#') {
                continue;
            }
            let (part, goes_on) = without_continuation(line, self.escape);
            whole.push_str(part);
            if !goes_on {
                break;
            }
        }
    }

    fn add_directive(&mut self, line: &str) -> Option<()> {
        match directive(line)? {
            (name, value) if name == "escape" => {
                self.escape = value.parse().ok().filter(|escape| matches!(escape, '\\' | '`'))?;
            }
            _ => {}
        }
        Some(())
    }

    /// The heredocs that follow the instruction.
    fn add(&mut self, line: &str, files: &Files) -> Option<Vec<Heredoc>> {
        let instruction = Instruction::parse(line, self.escape, files)?;
        let can_have_heredocs = matches!(&*instruction.name, "add" | "copy" | "run") && line.contains("<<");
        let is_json = instruction.rest.starts_with('[') && instruction.rest.ends_with(']');
        self.all.push(instruction);
        if self.all.len() > MOST_INSTRUCTIONS {
            return files.give_up(format!("it has more than {MOST_INSTRUCTIONS} instructions"));
        }
        if !can_have_heredocs || is_json {
            return Some(Vec::new());
        }
        files.spend(line.len() * BYTE_OF_WORD)?;
        Some(heredocs(line))
    }
}

impl Instruction {
    pub(super) fn parse(line: &str, escape: char, files: &Files) -> Option<Self> {
        let line = line.trim();
        let (name, mut rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let name = name.to_ascii_lowercase();
        if !INSTRUCTIONS.contains(&&*name) {
            return None;
        }
        let mut flags = Vec::new();
        rest = rest.trim_start();
        while let Some(word) = rest.strip_prefix("--") {
            let (flag, after) = first_word(word, escape);
            files.spend((word.len() - after.len()) * BYTE_OF_WORD)?;
            rest = after.trim_start();
            if flag.is_empty() {
                break;
            }
            let (name, value) = flag.split_once('=').unwrap_or((&flag, ""));
            flags.push((name.to_owned(), value.to_owned()));
        }
        Some(Self { name, flags, rest: rest.to_owned() })
    }

    pub(super) fn values<'a>(&'a self, flag: &'a str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(name, _)| name == flag).map(|(_, value)| &**value)
    }
}

/// The line without the escape character at its end, and whether there was one that is not escaped itself.
fn without_continuation(line: &str, escape: char) -> (&str, bool) {
    match line.trim_end_matches([' ', '\t']).strip_suffix(escape) {
        Some(before) if !before.ends_with(escape) => (before, true),
        _ => (line, false),
    }
}

/// The first word, without its quotes, and what follows it.
fn first_word(text: &str, escape: char) -> (String, &str) {
    let mut word = String::new();
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        if quote.is_none() && character.is_whitespace() {
            return (word, &text[at..]);
        }
        if quote == Some(character) {
            quote = None;
        } else if quote.is_none() && matches!(character, '\'' | '"') {
            quote = Some(character);
        } else if character == escape {
            word.extend(characters.next().map(|(_, next)| next));
        } else {
            word.push(character);
        }
    }
    (word, "")
}

/// `<<NAME`, `<<-NAME`, `3<<"NAME"`.
#[derive(Debug, PartialEq, Eq)]
struct Heredoc {
    name: String,
    strips_tabs: bool,
}

impl Heredoc {
    fn parse(word: &str) -> Option<Self> {
        let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (name, strips_tabs) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
        if name.is_empty() || name.contains('<') {
            return None;
        }
        let name = name.chars().filter(|character| !matches!(character, '\'' | '"' | '\\')).collect();
        Some(Self { name, strips_tabs })
    }

    fn ends_at(&self, line: &str) -> bool {
        let line = if self.strips_tabs { line.trim_start_matches('\t') } else { line };
        line == self.name
    }
}

fn heredocs(line: &str) -> Vec<Heredoc> {
    // BuildKit's words of a line with an open quote are none.
    let words = words::split(line, '\\');
    let is_open = |word: &String| words::is_open(word, '\\');
    if words.iter().any(is_open) {
        return Vec::new();
    }
    words.iter().filter_map(|word| Heredoc::parse(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<Vec<String>> {
        let all = Instructions::parse(text, &Files::new())?.all;
        Some(all.into_iter().map(|instruction| format!("{} {}", instruction.name, instruction.rest)).collect())
    }

    #[test]
    fn a_line_that_goes_on_is_one_instruction() {
        for text in [
            "FROM a\nRUN b \\\nFROM c\n",
            "FROM a\r\nRUN b \\\r\nFROM c",
            "FROM a\nRUN b \\\n  # no\n\n# no\nFROM c\n",
            "# escape=`\nFROM a\nRUN b `\nFROM c\n",
            "#escape = `\n\n  FROM a\nRUN b `  \t\nFROM c\n",
            "FROM \\\na\nRUN b \\\nFROM c\\\n",
        ] {
            assert_eq!(names(text).as_deref(), Some(&["from a".to_owned(), "run b FROM c".to_owned()][..]), "{text}");
        }
        assert_eq!(names("FROM a\nRUN b \\\\\nFROM c").unwrap().len(), 3);
    }

    #[test]
    fn heredocs_hold_no_instructions() {
        for heredoc in [
            "RUN <<EOF\nFROM b\nEOF",
            "RUN <<-EOF\nFROM b\n\tEOF",
            "RUN cat <<'EOF' > /x\nFROM b\nEOF",
            "COPY <<A <<B /x\nFROM b\nA\nFROM c\nB",
            "RUN 3<<\"EOF\" cat\nFROM b\nEOF\r",
            "ADD --chmod=1 <<EOF /x\nFROM b\nEOF",
        ] {
            assert_eq!(names(&format!("FROM a\n{heredoc}\nCMD z")).map(|names| names.len()), Some(3), "{heredoc}");
        }
        for line in [
            "RUN echo $((1<<2))",
            "RUN echo $((1 << 2))",
            "RUN cat <<<x",
            "RUN [\"a\", \"<<b\"]",
            "CMD <<EOF",
            "RUN it's <<EOF",
        ] {
            assert_eq!(names(&format!("FROM a\n{line}\nCMD z")).map(|names| names.len()), Some(3), "{line}");
        }
        assert_eq!(names("FROM a\nRUN <<EOF\nFROM b\n"), None);
    }

    #[test]
    fn only_two_characters_escape() {
        assert_eq!(names("# escape=x\nFROM a"), None);
    }

    #[test]
    fn flags_stand_before_the_words() {
        let parse = |line| Instruction::parse(line, '\\', &Files::new()).unwrap();
        let copy = parse("COPY --chown=1:1 --from=\"r/a\" --link  /x --from=no");
        let from: Vec<_> = copy.values("from").chain(copy.values("link")).collect();
        assert_eq!((from, &*copy.rest), (vec!["r/a", ""], "/x --from=no"));
        assert_eq!(parse("RUN -- --mount=x").rest, "--mount=x");
        assert_eq!(Instruction::parse("NOTHING x", '\\', &Files::new()), None);
    }
}
