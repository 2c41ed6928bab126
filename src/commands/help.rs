//! `help`: of a command or a topic.

use std::io::Write;

use super::written;
use crate::cli::Help;
use crate::cli::help::{command, topic};
use crate::error::Failure;
use crate::terminal::harmless;

pub(super) fn run(arguments: &Help, data: &mut dyn Write) -> Result<(), Failure> {
    let mut root = command();
    // Gives each command the name that it is called by.
    root.build();
    let Some(name) = arguments.topic.as_deref() else {
        return written(write!(data, "{}", root.render_long_help().ansi()));
    };
    if let Some(text) = topic(name) {
        return written(write!(data, "{text}"));
    }
    match root.find_subcommand_mut(name) {
        Some(command) => written(write!(data, "{}", command.render_help().ansi())),
        None => Err(Failure::usage(format_args!("{:?} is neither a command nor a topic", harmless(name)))
            .hint("see them all: docker-credential-atcr help")),
    }
}
