//! `which`: the account an image is pushed or pulled with.

use std::io::Write;

use super::written;
use crate::app::{App, Resolved};
use crate::cli::Which;
use crate::domain::{ServerString, without_transport};
use crate::failure::Failure;
use crate::terminal::harmless;

pub(super) fn run(arguments: &Which, app: &App, data: &mut dyn Write) -> Result<(), Failure> {
    for image in &arguments.images {
        // The image itself names the identity, so nobody's command line is asked.
        let Resolved { account, why, .. } = app.resolve(&server(image)?, |_| Vec::new())?;
        written(writeln!(data, "{}: {} ({why})", harmless(image), account.handle))?;
    }
    Ok(())
}

/// The registry and identity that an image's name begins with. Docker takes the first part for a host only if it has a
/// dot or a port, or is localhost.
fn server(image: &str) -> Result<ServerString, Failure> {
    let (reference, _) = without_transport(image);
    let host = reference.split_once('/').map(|(host, _)| host);
    let is_host = |host: &str| host.contains(['.', ':']) || host.eq_ignore_ascii_case("localhost");
    let server = host.filter(|host| is_host(host)).and_then(|_| reference.parse().ok());
    server.ok_or_else(|| {
        Failure::usage(format_args!(
            "{:?} is not an image with a registry, such as atcr.io/evan.jarrett.net/app",
            harmless(image)
        ))
    })
}
