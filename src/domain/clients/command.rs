//! A client's command line, taken apart by what the table knows of it.

use super::table::Client;

/// The words of a command line: `PROGRAM VERBS FLAGS POSITIONALS -- REST`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command<'a> {
    /// `docker` for nerdctl and the plugins too, `podman` for podman-remote; without path, extension and version. The whole
    /// first word, where the table has no such client.
    pub program: &'a str,
    /// `["compose", "push"]`, also for `docker-compose push` and `docker-compose compose push`. Empty where the table has no
    /// such client; one that it has, but not the verb, has its verb here.
    pub verbs: Vec<&'a str>,
    /// With their dashes, as written, in order; a flag without a value has an empty one. Before and after the verbs. A
    /// letter that the table does not have is `-` where it follows others.
    pub flags: Vec<(&'a str, &'a str)>,
    pub positionals: Vec<&'a str>,
    /// What belongs to another program: behind `--`, and behind the image of `run`.
    pub rest: Vec<&'a str>,
    /// Of the table.
    tokens: Option<&'static str>,
}

impl<'a> Command<'a> {
    pub fn parse<S: AsRef<str>>(words: &'a [S]) -> Self {
        let mut words = words.iter().map(AsRef::as_ref);
        let program = words.next().unwrap_or_default();
        let client = Client::of(program);
        let name = client.map_or(program, |client| client.name);
        let mut parser = Parser { client, command: Self { program: name, ..Self::default() }, groups: Vec::new() };
        parser.begin();
        parser.read(words);
        parser.command
    }

    /// Whether it is this program with these verbs.
    pub fn is(&self, program: &str, verbs: &[&str]) -> bool {
        self.program == program && self.verbs == verbs
    }

    /// The values of a flag, which has several names, in order.
    pub fn values(&self, names: &[&str]) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(name, _)| names.contains(name)).map(|(_, value)| *value)
    }

    /// Whether a flag without a value is given, and not as `--flag=false`.
    pub fn is_set(&self, names: &[&str]) -> bool {
        self.values(names).last().is_some_and(|value| !matches!(value, "false" | "False" | "FALSE" | "f" | "F" | "0"))
    }
}

struct Parser<'a> {
    client: Option<Client>,
    command: Command<'a>,
    /// The tokens for the flags of the program, and of each group of verbs.
    groups: Vec<&'static str>,
}

impl<'a> Parser<'a> {
    fn begin(&mut self) {
        let Some(client) = self.client else { return };
        self.groups.push(client.group(&[]));
        if let Some(verb) = client.verb {
            self.command.verbs.push(verb);
            self.groups.push(client.group(&self.command.verbs));
        }
        self.command.tokens = client.verb(&self.command.verbs);
    }

    fn read(&mut self, mut words: impl Iterator<Item = &'a str>) {
        while let Some(word) = words.next() {
            if word == "--" {
                break;
            } else if word.starts_with("--") {
                self.long_flag(word, &mut words);
            } else if word.starts_with('-') && word.len() > 1 {
                self.short_flags(word, &mut words);
            } else if !self.verb(word) {
                self.command.positionals.push(word);
                if self.ends_here() {
                    break;
                }
            }
        }
        self.command.rest.extend(words);
    }

    /// Whether the word belongs to the verbs.
    fn verb(&mut self, word: &'a str) -> bool {
        let Some(client) = self.client else { return false };
        let is_open = self.command.tokens.is_none() && self.command.positionals.is_empty();
        if !is_open || self.is_unknown() {
            return false;
        }
        // A plugin is called with its own name: `docker-compose compose push`.
        if client.verb == Some(word) && self.command.verbs == [word] {
            return true;
        }
        self.command.verbs.push(word);
        self.command.tokens = client.verb(&self.command.verbs);
        self.groups.push(client.group(&self.command.verbs));
        true
    }

    /// Whether the table knows nothing of the verbs so far.
    fn is_unknown(&self) -> bool {
        self.client.is_none_or(|client| !client.has_below(&self.command.verbs))
    }

    /// Whether another program's words follow.
    fn ends_here(&self) -> bool {
        let Some(tokens) = self.command.tokens else { return false };
        let positionals = tokens.split_whitespace().take_while(|token| *token != "...");
        let count = positionals.filter(|token| is_positional(token)).count();
        tokens.split_whitespace().any(|token| token == "...") && self.command.positionals.len() == count
    }

    fn long_flag(&mut self, word: &'a str, words: &mut impl Iterator<Item = &'a str>) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, value),
            None if self.has_value(word) => (word, words.next().unwrap_or_default()),
            None => (word, ""),
        };
        self.command.flags.push((name, value));
    }

    /// `-t VALUE`, `-tVALUE`, `-t=VALUE`, and with flags that have no value in front: `-qt VALUE`.
    fn short_flags(&mut self, word: &'a str, words: &mut impl Iterator<Item = &'a str>) {
        for (at, letter) in word.char_indices().skip(1) {
            let end = at + letter.len_utf8();
            let name = if at == 1 { &word[..end] } else { self.known_name(letter) };
            let rest = &word[end..];
            if let Some(value) = rest.strip_prefix('=') {
                self.command.flags.push((name, value));
                return;
            }
            if self.has_value(name) {
                let value = if rest.is_empty() { words.next().unwrap_or_default() } else { rest };
                self.command.flags.push((name, value));
                return;
            }
            self.command.flags.push((name, ""));
        }
    }

    /// The name of a short flag as the table has it, because `-qt` does not hold `-t`.
    fn known_name(&self, letter: char) -> &'static str {
        let names = self.tokens().flat_map(|token| token.split(['=', ':', ',']));
        let mut short = names.filter(|name| name.strip_prefix('-').is_some_and(|name| name.chars().eq([letter])));
        short.next().unwrap_or("-")
    }

    fn has_value(&self, name: &str) -> bool {
        for token in self.tokens() {
            let (names, role) = split_token(token);
            if names.split(',').any(|known| known == name) {
                return role.is_some();
            }
        }
        self.tokens().any(|token| token == "*=")
    }

    /// Those of the verb first.
    fn tokens(&self) -> impl Iterator<Item = &'static str> {
        let all = self.command.tokens.into_iter().chain(self.groups.iter().rev().copied());
        all.flat_map(str::split_whitespace)
    }
}

/// The names of a flag, and what its value is, if it has one.
fn split_token(token: &str) -> (&str, Option<&str>) {
    match token.split_once('=') {
        Some((names, role)) => (names, Some(role)),
        None => (token.split_once(':').map_or(token, |(names, _)| names), None),
    }
}

fn is_positional(token: &str) -> bool {
    matches!(token.trim_end_matches(['?', '*']), "written" | "read" | "local" | "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        let Command { program, verbs, flags, positionals, rest, .. } = Command::parse(&words);
        let flags: Vec<String> = flags.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{program}|{}|{}|{}|{}", verbs.join(" "), flags.join(" "), positionals.join(" "), rest.join(" "))
    }

    #[test]
    fn a_command_line_is_taken_apart() {
        for (line, expected) in [
            ("docker push -q H/a", "docker|push|-q=|H/a|"),
            ("/usr/bin/docker -H x --log-level debug image push H/a", "docker|image push|-H=x --log-level=debug|H/a|"),
            (r"C:\bin\docker.exe push H/a", "docker|push||H/a|"),
            (
                "docker build -qt a -f F --tag=b -tc --build-arg X=y ctx",
                "docker|build|-q= -t=a -f=F --tag=b -t=c --build-arg=X=y|ctx|",
            ),
            ("docker-buildx buildx --builder x build --push .", "docker|buildx build|--builder=x --push=|.|"),
            ("docker-buildx bake --file - web db", "docker|buildx bake|--file=-|web db|"),
            ("docker-compose compose -p push pull web", "docker|compose pull|-p=push|web|"),
            ("docker-compose-linux-x86_64 -f a.yml push", "docker|compose push|-f=a.yml||"),
            (
                "docker --context x compose --project-directory d up -d -t 3 web",
                "docker|compose up|--context=x --project-directory=d -d= -t=3|web|",
            ),
            ("docker compose run -e A=b web sh -c x", "docker|compose run|-e=A=b|web|sh -c x"),
            ("docker compose ps -a web", "docker|compose ps|-a=|web|"),
            ("docker run --rm -it --new x H/a -e B", "docker|run|--rm= -i= -t= --new=x|H/a|-e B"),
            ("docker scout cves x", "docker|scout||cves x|"),
            ("podman-remote push H/a docker://H/b", "podman|push||H/a docker://H/b|"),
            ("podman5 kube play --network n x.yml", "podman|kube play|--network=n|x.yml|"),
            ("skopeo sync --src yaml --dest docker f.yml H/a", "skopeo|sync|--src=yaml --dest=docker|f.yml H/a|"),
            ("helm dep build -n x chart", "helm|dep build|-n=x|chart|"),
            ("helm --set", "helm||--set=||"),
            ("/opt/tool --x=y -ab z -- w", "/opt/tool||--x=y -a= -=|z|w"),
            ("docker", "docker||||"),
            ("", "||||"),
        ] {
            assert_eq!(parsed(line), expected, "{line}");
        }
    }
}
