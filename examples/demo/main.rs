//! The main job on one machine, with nothing installed but Rust: `cargo run --example demo`.
//!
//! Two accounts log in through the real program, and an image of each is pushed to a registry that stands in for ATCR.
//! skopeo pushes them where it is on `PATH`, else (or with `-- --own-client`) a small client of the demo's own. Every
//! step is checked; the first one that fails ends the demo with exit code 1.
#![allow(
    clippy::disallowed_methods,
    reason = "a program of its own: real streams, files of a temporary folder, a client for one loopback server"
)]

#[path = "../../tests/support/appview/mod.rs"]
mod appview;
mod client;
mod helper;
mod image;
mod machine;
mod pusher;
mod screen;
mod story;

use std::env;
use std::process::ExitCode;

use anyhow::Result;

use self::appview::AppView;
use self::machine::Machine;
use self::pusher::Pusher;
use self::story::Story;

fn main() -> ExitCode {
    if helper::is_this_process() {
        return atcr::main();
    }
    let arguments: Vec<String> = env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demonstrate(false),
        ["--own-client"] => demonstrate(true),
        ["push", image] => client::push(image),
        _ => {
            screen::complain("usage: cargo run --example demo [-- --own-client]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Returns after the stand-in has stopped and the temporary home is removed, whatever the outcome.
fn demonstrate(own_client: bool) -> Result<()> {
    let appview = AppView::start();
    let machine = Machine::new()?;
    let pusher = Pusher::find(&machine, own_client);
    Story { appview: &appview, machine: &machine, pusher }.tell()?;
    machine.remove()?;
    screen::say("Each push arrived as the account in the image's name. The temporary home was removed.");
    Ok(())
}
