//! What a person sees of `status`.

use super::overview::{Overview, Registry};
use crate::app::account_status::{AccountStatus, RegistryStatus};
use crate::commands::{device_json, path_lookup};
use crate::platform::executable::NAME;
use crate::terminal::Mark;
use crate::text::sanitize;

/// A paragraph a registry.
pub(super) fn screen(overview: &Overview) -> String {
    let mut paragraphs = Vec::new();
    for one in &overview.registries {
        paragraphs.push(registry(one, &overview.file));
    }
    if !overview.warnings.is_empty() && !paragraphs.is_empty() {
        let warning = |(message, hint): &_| format!("{} {message}\n    {hint}\n", Mark::Warning);
        paragraphs.push(overview.warnings.iter().map(warning).collect());
    }
    paragraphs.join("\n")
}

fn registry(registry: &Registry, file: &str) -> String {
    let status = &registry.status;
    let host = status.registry.host();
    let rows: Vec<Row> = status.accounts.iter().map(|account| Row::new(account, &host)).collect();
    let width = |cell: fn(&Row) -> &String| rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or_default();
    let (names, results) = (width(|row| &row.name), width(|row| &row.result));
    let rows: String = rows.iter().map(|row| row.lines(names, results)).collect();
    format!("{host}\n{rows}") + &source(status, file) + &select_error(status) + &setup(registry)
}

/// One account: a line in columns, and details under it.
struct Row {
    mark: Mark,
    name: String,
    result: String,
    did: String,
    detail: Option<String>,
}

impl Row {
    fn new(status: &AccountStatus, host: &str) -> Self {
        let did = status.account.as_ref().and_then(|account| account.did.as_ref());
        Self {
            mark: status.result.mark(),
            name: name(status),
            result: status.result.to_string(),
            did: did.map(ToString::to_string).unwrap_or_default(),
            detail: status.detail(host).map(|detail| detail.to_string()),
        }
    }

    fn lines(&self, names: usize, results: usize) -> String {
        let Self { mark, name, result, did, detail } = self;
        let line = format!("  {mark} {name:names$}  {result:results$}  {did}");
        let detail = detail.as_ref().map(|detail| format!("      {}\n", sanitize(detail))).unwrap_or_default();
        format!("{}\n{detail}", line.trim_end())
    }
}

fn name(status: &AccountStatus) -> String {
    match status.reason {
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
    let hint = error.hint.as_ref().map(|hint| format!("      {hint}\n")).unwrap_or_default();
    format!("  {mark} {}\n{hint}", error.message)
}

/// Whether Docker uses this helper.
fn setup(registry: &Registry) -> String {
    let mut lines = String::new();
    if let Some((problem, fix)) = registry.problem().or_else(|| registry.unused()) {
        let fix = fix.map(|fix| format!("      {fix}\n")).unwrap_or_default();
        lines = format!("  {} {}\n{fix}", Mark::Warning, sanitize(&problem));
    }
    if registry.is_configured() && registry.is_on_path {
        lines += &format!("  {} Docker uses this helper\n", Mark::Good);
    } else if registry.is_configured() {
        lines += &format!("  {} {}\n      run: {NAME} doctor\n", Mark::Warning, path_lookup::not_on_path());
    }
    lines
}
