//! What a build is told by `--build-arg`.

use std::collections::BTreeMap;

use crate::domain::Command;

use super::client::Client;
use super::files::Files;

type Variables = BTreeMap<String, String>;

/// Podman's and buildah's come from files too, and a name without a value takes away the value that it had.
pub(super) fn of_build(is_buildah: bool, client: &Client, command: &Command<'_>, files: &Files) -> Option<Variables> {
    let mut arguments = Variables::new();
    if is_buildah {
        for name in command.values(&["--build-arg-file"]) {
            let text = files.read_needed(&client.folder.join(name))?;
            let lines = text.split('\n').filter(|line| !line.is_empty() && !line.starts_with('#'));
            add(lines, &client.variables, is_buildah, &mut arguments);
        }
    }
    add(command.values(&["--build-arg"]), &client.variables, is_buildah, &mut arguments);
    Some(arguments)
}

/// `NAME=VALUE`, or `NAME` for the client's own variable. The last of a name counts.
pub(super) fn given<'a>(given: impl Iterator<Item = &'a str>, variables: &Variables) -> Variables {
    let mut arguments = Variables::new();
    add(given, variables, false, &mut arguments);
    arguments
}

fn add<'a>(given: impl Iterator<Item = &'a str>, variables: &Variables, forgets: bool, arguments: &mut Variables) {
    for argument in given {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument, variables.get(argument).map(String::as_str)),
        };
        if let Some(value) = value {
            arguments.insert(name.to_owned(), value.to_owned());
        } else if forgets {
            arguments.remove(name);
        }
    }
}
