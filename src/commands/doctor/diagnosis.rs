//! Everything that is looked at, in the order of the report.

use super::clients::{self, ClientFiles};
use super::finding::Finding;
use super::machine::{self, Machine};
use super::{accounts, accounts_file, cleartext, image, network, plugin};
use crate::app::App;
use crate::app::account_status::RegistryStatus;
use crate::cli::Doctor;
use crate::commands::{image as image_argument, registry_argument, wanted_accounts};
use crate::docker::config::daemon_files;
use crate::domain::{Identity, Registries, RegistryUrl, is_foreign_registry};
use crate::error::Error;

/// Of an image its registry alone is looked at.
pub(super) fn findings(
    arguments: &Doctor,
    image: Option<&str>,
    image_account: Option<&Identity>,
    app: &App,
) -> Result<Vec<Finding>, Error> {
    let loaded = app.accounts.load();
    let machine = Machine::of(&app.environment);
    let registries = loaded.as_ref().ok().cloned().unwrap_or_default();
    let (registry, account) = (arguments.registry.as_deref(), arguments.account.as_deref());
    let (mut statuses, error) = match wanted_accounts::load(registry, account, "doctor", &registries, app) {
        Ok(statuses) => (statuses, None),
        Err(error) if registry.is_some() || account.is_some() => return Err(error),
        Err(error) => (Vec::new(), Some(error)),
    };
    let is_anybody = !statuses.is_empty();
    let host = host(registry, image, &registries, app)?;
    if let (Some(host), Some(_)) = (&host, image) {
        statuses.retain(|status| status.registry.is_at(host));
    }
    let in_use = statuses.iter().filter(|status| !status.is_unused);
    let known: Vec<RegistryUrl> = in_use.map(|status| status.registry.clone()).collect();
    let hosts: Vec<String> = match (&host, image) {
        // With the port of the image's name: Docker looks for a helper by that.
        (Some(host), Some(_)) if !known.is_empty() => vec![host.clone()],
        _ => known.iter().map(RegistryUrl::host).collect(),
    };

    let mut findings = vec![machine::program(&app.environment)];
    findings.extend(machine::docker(&machine, &app.environment));
    findings.extend(machine::findings(&machine, !is_anybody, app.accounts.folder()));
    let files = ClientFiles::read(&app.environment, &hosts);
    findings.extend(clients::findings(&files, &machine, &hosts));
    findings.extend(clients::exposures(&app.environment));
    findings.extend(clients::strangers(&app.environment));
    findings.extend(clients::account_helpers(&files, &machine, app));
    findings.extend(plugin::finding(&app.environment));
    findings.extend(clients::rivals(&app.environment, &hosts));
    let foreign = host.as_deref().filter(|host| is_foreign_registry(host));
    let nobody = match &host {
        _ if foreign.is_some() || is_anybody && image.is_some() => None,
        Some(host) if registry.is_some() && statuses.is_empty() => {
            Some(registry_argument::not_logged_in(host, &registries, app))
        }
        _ => Some(Error::nobody_logged_in()),
    };
    findings.extend(accounts_file::findings(app, &loaded, &statuses, nobody));
    findings.extend(error.as_ref().map(accounts::failed));
    findings.extend(accounts::misnamed_registry(app));
    let is_meant = |other: &RegistryUrl| host.as_deref().map_or(account.is_none(), |host| other.is_at(host));
    let contacts = network::contact(app, known, is_meant);
    findings.extend(network::findings(&contacts, app.now()));
    findings.extend(network::broken_proxy(&app.environment));
    findings.extend(cleartext::findings(&daemon_files(&app.environment), &contacts));
    accounts::check(app, &mut statuses, &contacts);
    let used = image.and_then(|image| image_argument::resolve_as(image, image_account, app).ok());
    findings.extend(accounts::findings(&statuses, &contacts, used.as_ref()));
    match (foreign, image) {
        (Some(host), _) => findings.push(not_ours(host)),
        (None, Some(image)) => findings.extend(of_image(image, image_account, app, &statuses, &findings)),
        (None, None) => {}
    }
    Ok(findings)
}

/// The registry of the image, or else the one that is named.
fn host(
    registry: Option<&str>,
    image: Option<&str>,
    registries: &Registries,
    app: &App,
) -> Result<Option<String>, Error> {
    Ok(match (image, registry) {
        (Some(image), _) => Some(image_argument::server(image)?.host()),
        (None, Some(_)) => Some(app.server(registry, registries)?.host()),
        (None, None) => None,
    })
}

/// A push there may well work.
fn not_ours(host: &str) -> Finding {
    let message = format!("{host} is not an ATCR registry: pushing there needs no ATCR account");
    Finding::warning("image", message, None)
}

/// Without what was found before.
fn of_image(
    image: &str,
    account: Option<&Identity>,
    app: &App,
    statuses: &[RegistryStatus],
    before: &[Finding],
) -> Vec<Finding> {
    let mut findings = image::findings(image, account, app, statuses);
    findings.retain(|finding| !before.iter().any(|before| before.says(finding)));
    findings
}
