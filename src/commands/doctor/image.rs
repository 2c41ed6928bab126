//! What the registry lets the account of an image do with it.

use super::finding::Finding;
use crate::app::account_status::{AccountStatus, CheckResult, RegistryStatus};
use crate::app::{App, Permission, Resolved};
use crate::appview::CheckOutcome;
use crate::commands::image::{self, Stranger};
use crate::commands::misnamed::Misnamed;
use crate::domain::{Identity, Reason};
use crate::error::{Error, Hint};

const CHECK: &str = "image";

/// `statuses` is what the check of the accounts found.
pub(super) fn findings(
    image: &str,
    account: Option<&Identity>,
    app: &App,
    statuses: &[RegistryStatus],
) -> Vec<Finding> {
    match ask(image, account, app, statuses) {
        Ok(findings) => findings,
        Err(error) => vec![Finding::problem(CHECK, error.message, error.hint)],
    }
}

fn ask(image: &str, account: Option<&Identity>, app: &App, statuses: &[RegistryStatus]) -> Result<Vec<Finding>, Error> {
    let repository = image::repository(image)?;
    let stranger = Stranger::of(image, app)?;
    let mut findings: Vec<Finding> =
        stranger.iter().map(|stranger| Finding::warning(CHECK, stranger.describe(), None)).collect();
    let resolved = image::resolve_as(image, account, app)?;
    if let Some(misnamed) = Misnamed::of(image, &resolved, app) {
        return Ok(vec![Finding::problem(CHECK, misnamed.problem(), Hint::text(misnamed.question()))]);
    }
    if !is_valid(&resolved, statuses) {
        return Ok(findings);
    }
    let credential = app.credential(&resolved.registry, &resolved.account)?;
    let mut permission = app.registry_token(&resolved, &credential, repository, "pull,push")?;
    if permission == Permission::Denied {
        // A registry may refuse a token for both where it would give one to pull.
        permission = app.registry_token(&resolved, &credential, repository, "pull")?.without_push();
    }
    let likely = likely(image, &resolved, stranger.as_ref());
    findings.push(judge(&resolved, repository, &permission, likely));
    Ok(findings)
}

/// Why it is not has a finding already.
fn is_valid(resolved: &Resolved, statuses: &[RegistryStatus]) -> bool {
    let is_from_environment = resolved.reason == Reason::Environment;
    let at_registry = statuses.iter().filter(|status| status.registry == resolved.registry);
    let mut accounts = at_registry.flat_map(|status| &status.accounts);
    let is_used = |status: &&AccountStatus| {
        status.is_from_environment == is_from_environment && status.account.as_ref() == Some(&resolved.account)
    };
    accounts.find(is_used).is_none_or(|status| status.result == CheckResult::Checked(CheckOutcome::Valid))
}

/// The credential is good, so that no login helps.
fn judge(resolved: &Resolved, repository: &str, permission: &Permission, likely: Hint) -> Finding {
    let (handle, host, reason) = (&resolved.account.handle, resolved.registry.host(), &resolved.reason);
    let who = format!("{host} lets {handle} ({reason})");
    let granted = match permission {
        Permission::Denied => Some(&[][..]),
        Permission::Token(token) => token.granted.as_deref(),
    };
    let Some(granted) = granted else {
        let message = format!("{host} gives {handle} ({reason}) a token for {repository}, without what it allows");
        return Finding::ok(CHECK, message);
    };
    let has = |action: &str| granted.iter().any(|found| found == action);
    let message = match (has("pull"), has("push")) {
        (true, true) => return Finding::ok(CHECK, format!("{who} pull and push {repository}")),
        (false, true) => return Finding::ok(CHECK, format!("{who} push {repository}, but not pull it")),
        (true, false) => format!("{who} pull {repository}, but not push it"),
        (false, false) => format!("{host} lets {handle} ({reason}) neither pull nor push {repository}"),
    };
    Finding::problem(CHECK, message, likely)
}

/// Why the account may not push.
fn likely(image: &str, resolved: &Resolved, stranger: Option<&Stranger<'_>>) -> Hint {
    match (stranger, image::other_owner(image, resolved)) {
        (Some(Stranger { meant: Some(meant), .. }), _) => Hint::text(format_args!("push your own image: {meant}")),
        (Some(Stranger { name, .. }), _) => Hint::text(format_args!(
            "the image is {name}'s, and only the owner may push it; {name} decides who may pull it"
        )),
        (None, Some(owner)) => Hint::text(format_args!("the image is {owner}'s, and only the owner may push it")),
        (None, None) => Hint::text(format_args!(
            "the login is good, but the hold that stores the image may admit its crew only: ask its owner to add {}",
            resolved.account.handle
        )),
    }
}
