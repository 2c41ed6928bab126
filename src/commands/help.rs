//! `help`: shows help for a command or topic.

use std::ffi::OsStr;
use std::io::Write;

use super::output::write_text;
use crate::cli::Help;
use crate::cli::help::{closest_topic, command, in_width, rendered, topic};
use crate::docker::protocol::Verb;
use crate::error::Error;
use crate::text::sanitize_name;

pub(super) fn run(arguments: &Help, data: &mut dyn Write) -> Result<(), Error> {
    let mut root = command();
    // Sets the full name of each command.
    root.build();
    let Some(name) = arguments.topic.as_deref() else {
        return write_text(data, &rendered(&root.render_long_help()));
    };
    if let Some(text) = topic(name) {
        return write_text(data, &in_width(text));
    }
    if let Some(verb) = Verb::named(OsStr::new(name)) {
        return write_text(data, &verb.help());
    }
    if let Some(command) = root.find_subcommand_mut(name) {
        return write_text(data, &rendered(&command.render_help()));
    }
    let error = Error::usage(format_args!("unknown command or help topic {:?}", sanitize_name(name)));
    let meant = closest_topic(name).map(|topic| format!(" {topic}")).unwrap_or_default();
    Err(error.run(format_args!("docker-credential-atcr help{meant}")))
}
