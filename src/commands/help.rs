//! `help`: shows help for a command or topic.

use std::ffi::OsStr;
use std::io::Write;

use super::output::written;
use crate::cli::Help;
use crate::cli::help::{closest_topic, command, topic};
use crate::docker::protocol::Verb;
use crate::error::Error;
use crate::text::sanitize;

pub(super) fn run(arguments: &Help, data: &mut dyn Write) -> Result<(), Error> {
    let mut root = command();
    // Sets the full name of each command.
    root.build();
    let Some(name) = arguments.topic.as_deref() else {
        return written(write!(data, "{}", root.render_long_help().ansi()));
    };
    if let Some(text) = topic(name) {
        return written(write!(data, "{text}"));
    }
    if let Some(verb) = Verb::named(OsStr::new(name)) {
        return written(write!(data, "{}", verb.help()));
    }
    if let Some(command) = root.find_subcommand_mut(name) {
        return written(write!(data, "{}", command.render_help().ansi()));
    }
    let error = Error::usage(format_args!("unknown command or help topic {:?}", sanitize(name)));
    let meant = closest_topic(name).map(|topic| format!(" {topic}")).unwrap_or_default();
    Err(error.run(format_args!("docker-credential-atcr help{meant}")))
}
