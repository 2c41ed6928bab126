//! The screen of `status`.

use super::overview::{Overview, Registry};
use crate::app::account_status::{AccountStatus, RegistryStatus};
use crate::commands::{device_json, path_lookup};
use crate::error::Hint;
use crate::platform::executable::NAME;
use crate::terminal::Mark;
use crate::text::{sanitize, width_of};

/// A paragraph a registry.
pub(super) fn screen(overview: &Overview) -> String {
    let mut paragraphs = Vec::new();
    for one in &overview.registries {
        paragraphs.push(registry(one, &overview.file));
    }
    if !overview.warnings.is_empty() && !paragraphs.is_empty() {
        let warning =
            |(message, hint): &(String, Hint)| format!("{} {}\n    {hint}\n", Mark::Warning, sanitize(message));
        paragraphs.push(overview.warnings.iter().map(warning).collect());
    }
    paragraphs.join("\n")
}

fn registry(registry: &Registry, file: &str) -> String {
    let status = &registry.status;
    let host = status.registry.host();
    let (mut marks, mut names, mut results) = (0, 0, 0);
    for account in &status.accounts {
        marks = marks.max(width_of(account.result.mark().text()));
        names = names.max(name(account).chars().count());
        results = results.max(account.result.to_string().chars().count());
    }
    let mut text = format!("{host}\n");
    for status in &status.accounts {
        text += &account(status, &host, [marks, names, results]);
    }
    text + &source(status, file) + &select_error(status) + &setup(registry)
}

/// A line in columns of these widths, and details under it.
fn account(status: &AccountStatus, host: &str, [marks, names, results]: [usize; 3]) -> String {
    let (mark, name, result) = (status.result.mark(), name(status), status.result.to_string());
    let did = status.account.as_ref().and_then(|account| account.did.as_ref());
    let did = did.map(ToString::to_string).unwrap_or_default();
    let marks = marks - width_of(mark.text());
    let line = format!("  {mark}{:marks$} {name:names$}  {result:results$}  {did}", "");
    format!("{}\n{}", line.trim_end(), indented(status.detail(host).as_ref()))
}

/// What is under a line; empty if there is nothing.
fn indented(detail: Option<&Hint>) -> String {
    detail.map(|detail| format!("      {}\n", sanitize(&detail.to_string()))).unwrap_or_default()
}

fn name(status: &AccountStatus) -> String {
    match &status.reason {
        Some(reason) if status.account.is_some() => format!("{} ({reason})", status.name()),
        _ => status.name().to_owned(),
    }
}

/// Where the accounts of the file come from, and their secrets; the environment's are marked with their variable.
fn source(status: &RegistryStatus, file: &str) -> String {
    let in_file: Vec<_> = status.accounts.iter().filter(|account| !account.is_from_environment).collect();
    let Some(first) = in_file.first() else { return String::new() };
    let secrets = device_json::secrets(in_file.iter().filter_map(|status| status.account.as_ref()));
    let overridden = if first.is_overridden { ", not used while ATCR_HANDLE is set" } else { "" };
    format!("  - from {}{secrets}{overridden}\n", sanitize(file))
}

fn select_error(status: &RegistryStatus) -> String {
    let Some(error) = &status.select_error else { return String::new() };
    let mark = if status.is_blocked { Mark::Bad } else { Mark::Warning };
    format!("  {mark} {}\n{}", error.message, indented(error.hint.as_ref()))
}

/// Whether Docker uses this helper.
fn setup(registry: &Registry) -> String {
    let (good, warning) = (Mark::Good, Mark::Warning);
    let mut problem = match registry.problem().or_else(|| registry.unused()) {
        Some((problem, fix)) => format!("  {warning} {}\n{}", sanitize(&problem), indented(fix.as_ref())),
        None => String::new(),
    };
    for (message, fix) in &registry.helper_problems {
        problem = format!("{problem}  {warning} {}\n{}", sanitize(message), indented(fix.as_ref()));
    }
    for (rival, fix) in registry.rivals() {
        problem = format!("{problem}  {warning} {}\n{}", sanitize(&rival), indented(Some(&fix)));
    }
    if !registry.is_configured() || !registry.helper_problems.is_empty() {
        return problem;
    }
    if !registry.is_on_path {
        return format!("{problem}  {warning} {}\n      run: {NAME} doctor\n", path_lookup::not_on_path(NAME));
    }
    match registry.only_account() {
        Some(account) => format!("{problem}  {good} Docker uses this helper, for {account} alone\n"),
        None => format!("{problem}  {good} Docker uses this helper\n"),
    }
}
