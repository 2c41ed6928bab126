//! A client's command line, taken apart by what the table knows of it.

use super::table::Client;
use super::tokens::{Flag, Tokens};

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
    /// What belongs to another program: behind the image of `run`, and what is left behind `--`.
    pub rest: Vec<&'a str>,
    pub(super) tokens: Tokens,
}

/// How many words that are names of clients are tried: behind each, all others may have to be read.
const MOST_NAMES: usize = 4;

impl<'a> Command<'a> {
    /// A known command counts behind a program that is not in the table too: `sudo docker push IMAGE`,
    /// `/usr/bin/python3 /usr/bin/podman-compose push`.
    pub fn parse<S: AsRef<str>>(words: &'a [S]) -> Self {
        let Some(first) = words.first() else { return Self::default() };
        if let Some(client) = Client::of(first.as_ref()) {
            return Self::of_client(client, words);
        }
        let before_rest = words.iter().enumerate().skip(1).take_while(|(_, word)| word.as_ref() != "--");
        let clients = before_rest.filter_map(|(at, word)| Some((at, word, Client::of(word.as_ref())?)));
        for (at, word, client) in clients.take(MOST_NAMES) {
            let command = Self::of_client(client, &words[at..]);
            // Many words are names of programs, but few are followed by one of their verbs.
            if command.tokens.verb.is_some() && (!command.verbs.is_empty() || word.as_ref().contains('/')) {
                return command;
            }
        }
        let command = Self { program: first.as_ref(), ..Self::default() };
        let mut parser = Parser { client: None, command, awaits_verb: false };
        parser.read(words[1..].iter().map(AsRef::as_ref));
        parser.command
    }

    fn of_client<S: AsRef<str>>(client: Client, words: &'a [S]) -> Self {
        let command = Self { program: client.name, ..Self::default() };
        let mut parser = Parser { client: Some(client), command, awaits_verb: true };
        parser.begin(client);
        parser.read(words[1..].iter().map(AsRef::as_ref));
        parser.end(client);
        parser.command
    }

    /// Whether it is this program with these verbs.
    pub fn is(&self, program: &str, verbs: &[&str]) -> bool {
        self.program == program && self.verbs == verbs
    }

    pub fn is_bake(&self) -> bool {
        self.program == "docker" && matches!(self.verbs[..], ["buildx", "bake" | "f"] | ["bake"])
    }

    /// Whether images may stand in files that it reads, or in its environment. None: the table does not tell.
    pub fn reads_files(&self) -> Option<bool> {
        self.tokens.reads_files()
    }

    /// The values of a flag, which has several names, in order.
    pub fn values(&self, names: &[&str]) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(name, _)| names.contains(name)).map(|(_, value)| *value)
    }

    /// Whether a flag without a value is given, and not as `--flag=false`.
    pub fn is_set(&self, names: &[&str]) -> bool {
        self.values(names).last().is_some_and(is_true)
    }
}

/// Whether the value of a flag, or that it has none, sets it.
pub(super) fn is_true(value: &str) -> bool {
    !matches!(value, "false" | "False" | "FALSE" | "f" | "F" | "0")
}

struct Parser<'a> {
    client: Option<Client>,
    command: Command<'a>,
    /// Whether the next positional word may be a verb.
    awaits_verb: bool,
}

impl<'a> Parser<'a> {
    fn begin(&mut self, client: Client) {
        self.command.tokens.groups.push(client.group(&[]));
        if let Some(verb) = client.verb {
            self.command.verbs.push(verb);
            self.command.tokens.groups.push(client.group(&self.command.verbs));
        }
    }

    /// Only flags were given.
    fn end(&mut self, client: Client) {
        if self.command.verbs.is_empty() && self.command.tokens.verb.is_none() {
            self.command.tokens.verb = client.entry(&["."]);
        }
    }

    fn read(&mut self, mut words: impl Iterator<Item = &'a str>) {
        while let Some(word) = words.next() {
            if word == "--" {
                // `docker -- push IMAGE`: the verb is still to come.
                if self.client.is_none() || !self.awaits_verb {
                    self.positionals_only(&mut words);
                    break;
                }
            } else if word.starts_with("--") {
                self.long_flag(word, &mut words);
            } else if word.starts_with('-') && word.len() > 1 {
                self.short_flags(word, &mut words);
            } else if !self.verb(word) {
                self.command.positionals.push(word);
                if self.command.tokens.end() == Some(self.command.positionals.len()) {
                    break;
                }
            }
        }
        self.command.rest.extend(words);
    }

    /// `--` ends the options: as many words follow as the verb still has places for.
    fn positionals_only(&mut self, words: &mut impl Iterator<Item = &'a str>) {
        let most = self.command.tokens.end().or_else(|| self.command.tokens.most()).unwrap_or(usize::MAX);
        let left = most.saturating_sub(self.command.positionals.len());
        self.command.positionals.extend(words.take(left));
    }

    /// Whether the word belongs to the verbs.
    fn verb(&mut self, word: &'a str) -> bool {
        let Some(client) = self.client.filter(|_| self.awaits_verb) else { return false };
        let command = &mut self.command;
        // A plugin is called with its own name: `docker-compose compose push`.
        if client.verb == Some(word) && command.verbs == [word] {
            return true;
        }
        command.verbs.push(word);
        command.tokens.verb = client.entry(&command.verbs);
        self.awaits_verb = command.tokens.verb.is_none() && client.has_below(&command.verbs);
        if self.awaits_verb {
            command.tokens.groups.push(client.group(&command.verbs));
        }
        if self.awaits_verb || command.tokens.verb.is_some() {
            return true;
        }
        // A program may have an entry for what is no verb: `syft IMAGE`.
        command.tokens.verb = client.entry(&["."]);
        if command.tokens.verb.is_some() {
            command.verbs.pop();
        }
        command.tokens.verb.is_none()
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
            let (start, rest) = word.split_at(at + letter.len_utf8());
            let name = if at == 1 { start } else { self.command.tokens.short_name(letter).unwrap_or("-") };
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

    fn has_value(&self, name: &str) -> bool {
        matches!(self.command.tokens.flag(name), Some(Flag::Value(_)))
    }
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
            ("/usr/bin/python3 /usr/bin/podman-compose -f x push", "podman-compose|push|-f=x||"),
            ("sudo -u x docker push H/a", "docker|push||H/a|"),
            ("make docker img x", "make|||docker img x|"),
            ("x -- docker push", "x||||docker push"),
            ("docker push -q -- H/a -b", "docker|push|-q=|H/a|-b"),
            ("docker push H/a -- H/b", "docker|push||H/a|H/b"),
            ("docker -- push H/a", "docker|push||H/a|"),
            ("docker compose push -- web db", "docker|compose push||web db|"),
            ("docker run -- H/a -e B", "docker|run||H/a|-e B"),
            ("docker run H/a -- B", "docker|run||H/a|-- B"),
            ("docker model ps -- x", "docker|model ps|||x"),
            ("skopeo copy H/a -- H/b -c", "skopeo|copy||H/a H/b|-c"),
            ("podman pull H/a -- H/b H/c", "podman|pull||H/a H/b H/c|"),
            ("syft -- H/a", "scanner|||H/a|"),
            ("sudo docker push -- H/a", "docker|push||H/a|"),
            ("docker model ps x", "docker|model ps||x|"),
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
