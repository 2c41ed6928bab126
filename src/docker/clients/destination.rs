//! Programs that push to where a variable of their environment says.

use crate::domain::{Access, Command};

use super::client::Client;
use super::image::Image;

struct Pusher {
    program: &'static str,
    verbs: &'static [&'static str],
    variables: &'static [&'static str],
    /// What wins over the variables.
    flags: &'static [&'static str],
    /// What keeps the image on this machine.
    local: &'static [&'static str],
}

const PUSHERS: [Pusher; 4] = [
    Pusher {
        program: "ko",
        verbs: &["build", "publish", "apply", "create", "resolve", "run"],
        variables: &["KO_DOCKER_REPO"],
        flags: &[],
        local: &["-L", "--local"],
    },
    Pusher {
        program: "skaffold",
        verbs: &["build", "run", "dev", "debug"],
        variables: &["SKAFFOLD_DEFAULT_REPO"],
        flags: &["-d", "--default-repo"],
        local: &[],
    },
    Pusher {
        program: "werf",
        verbs: &["build", "converge", "publish", "bundle"],
        variables: &["WERF_REPO", "WERF_FINAL_REPO"],
        flags: &["--repo", "--final-repo"],
        local: &[],
    },
    Pusher {
        program: "func",
        verbs: &["deploy"],
        variables: &["FUNC_IMAGE", "FUNC_REGISTRY"],
        flags: &["-i", "--image", "-r", "--registry"],
        local: &[],
    },
];

/// Whether its environment may say where it pushes.
pub(super) fn is_known(command: &Command<'_>) -> bool {
    pusher(command).is_some()
}

fn pusher(command: &Command<'_>) -> Option<&'static Pusher> {
    let name = command.program.rsplit(['/', '\\']).next()?;
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let verb = command.verbs.first().or(command.positionals.first())?;
    PUSHERS.iter().find(|pusher| pusher.program == name && pusher.verbs.contains(verb))
}

pub(super) fn images(client: &Client, command: &Command<'_>) -> Option<Vec<Image>> {
    let pusher = pusher(command)?;
    let is_overruled = command.values(pusher.flags).next().is_some();
    let is_pushed = command.values(&["--push"]).last().is_none_or(|value| value != "false");
    if is_overruled || !is_pushed || command.is_set(pusher.local) {
        return None;
    }
    let named = pusher.variables.iter().filter_map(|name| Some((*name, client.variables.get(*name)?)));
    Some(named.map(|(name, image)| Image::new(image, Access::Written).in_file(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(line: &str) -> Vec<String> {
        let variables = [
            ("KO_DOCKER_REPO", "r/ko"),
            ("SKAFFOLD_DEFAULT_REPO", "r/skaffold"),
            ("WERF_REPO", "r/werf"),
            ("FUNC_REGISTRY", "r/func"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let words = line.split(' ').map(str::to_owned).collect();
        let client = Client { words, folder: ".".into(), variables };
        let images = images(&client, &Command::parse(&client.words)).unwrap_or_default();
        images.into_iter().map(|image| image.reference).collect()
    }

    #[test]
    fn the_environment_says_where_some_programs_push() {
        for (line, expected) in [
            ("ko build ./cmd/app", &["r/ko"][..]),
            ("/usr/bin/ko apply -f config", &["r/ko"]),
            ("ko build --push=true .", &["r/ko"]),
            ("ko build --push=false .", &[]),
            ("ko build -L .", &[]),
            ("ko login atcr.io", &[]),
            ("skaffold run", &["r/skaffold"]),
            ("skaffold run --default-repo=x", &[]),
            ("skaffold delete", &[]),
            ("werf.exe converge --dev", &["r/werf"]),
            ("func deploy", &["r/func"]),
            ("func deploy --image x", &[]),
            ("docker push x", &[]),
            ("make", &[]),
        ] {
            assert_eq!(pushed(line), expected, "{line}");
        }
    }
}
