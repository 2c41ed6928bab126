//! What a person sees of `status`.

use super::overview::{Overview, Registry};
use crate::app::account_status::{AccountStatus, RegistryStatus};
use crate::domain::StoreName;
use crate::platform::executable::NAME;
use crate::storage::accounts_file::permissions::{self, PermissionIssue};
use crate::terminal::Mark;
use crate::text::sanitize;

/// A paragraph a registry.
pub(super) fn screen(overview: &Overview) -> String {
    let mut paragraphs = Vec::new();
    for one in &overview.registries {
        paragraphs.push(registry(one, &overview.file));
    }
    let warnings: Vec<String> = overview.permission_issues.iter().map(warning).collect();
    if !warnings.is_empty() && !paragraphs.is_empty() {
        paragraphs.push(warnings.concat());
    }
    paragraphs.join("\n")
}

fn warning(issue: &PermissionIssue) -> String {
    let (message, hint) = permissions::describe(issue);
    format!("{} {message}\n    {hint}\n", Mark::Warning)
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
    let Some(in_file) = status.accounts.iter().find(|account| !account.is_from_environment) else {
        return String::new();
    };
    let secrets = secrets(status);
    let overridden = if in_file.is_overridden { ", not used while ATCR_HANDLE is set" } else { "" };
    format!("  - from {}{secrets}{overridden}\n", sanitize(file))
}

/// The credential stores that hold the secrets, if any does.
fn secrets(status: &RegistryStatus) -> String {
    let (mut stores, mut are_all) = (Vec::new(), true);
    for account in status.accounts.iter().filter(|account| !account.is_from_environment) {
        match account.store().map(StoreName::program) {
            Some(store) if !stores.contains(&store) => stores.push(store),
            Some(_) => {}
            None => are_all = false,
        }
    }
    match (are_all, stores.is_empty()) {
        (_, true) => String::new(),
        (true, false) => format!(", secrets in {}", stores.join(", ")),
        (false, false) => format!(", some secrets in {}", stores.join(", ")),
    }
}

fn select_error(status: &RegistryStatus) -> String {
    let Some(error) = &status.select_error else { return String::new() };
    let mark = if status.is_blocked { Mark::Bad } else { Mark::Warning };
    let hint = error.hint.as_ref().map(|hint| format!("      {hint}\n")).unwrap_or_default();
    format!("  {mark} {}\n{hint}", error.message)
}

fn setup(registry: &Registry) -> String {
    let problem = match registry.problem().or_else(|| registry.unused()) {
        Some((problem, Some(fix))) => format!("  {} {}\n      {fix}\n", Mark::Warning, sanitize(&problem)),
        Some((problem, None)) => format!("  {} {}\n", Mark::Warning, sanitize(&problem)),
        None => String::new(),
    };
    if !registry.is_configured() {
        return problem;
    }
    if registry.is_on_path {
        return format!("{problem}  {} Docker uses this helper\n", Mark::Good);
    }
    let warning = format!("{NAME} is not on PATH, so Docker can't run it");
    format!("{problem}  {} {warning}\n      run: {NAME} doctor\n", Mark::Warning)
}
