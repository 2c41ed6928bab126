//! `help`: shows help for a command or topic.

use std::io::Write;

use super::output::written;
use crate::cli::Help;
use crate::cli::help::{command, topic};
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
    match root.find_subcommand_mut(name) {
        Some(command) => written(write!(data, "{}", command.render_help().ansi())),
        None => Err(Error::usage(format_args!("unknown command or help topic {:?}", sanitize(name)))
            .run("docker-credential-atcr help")),
    }
}
