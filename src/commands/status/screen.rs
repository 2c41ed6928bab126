//! The screen of `status`.

use super::lines::{indented, marked, neutral};
use super::overview::{Overview, Registry};
use super::rows;
use crate::app::account_status::RegistryStatus;
use crate::commands::device_json;
use crate::error::Hint;
use crate::terminal::{self, Mark, ellipsis};
use crate::text::{sanitize, shorten};

/// A paragraph a registry.
pub(super) fn screen(overview: &Overview) -> String {
    let mut paragraphs = Vec::new();
    for one in &overview.registries {
        let host = one.status.registry.host();
        let is_alone = overview.registries.iter().filter(|other| other.status.registry.is_at(&host)).count() == 1;
        let name = if is_alone { host } else { one.status.registry.to_string() };
        paragraphs.push(registry(one, &name, overview));
    }
    if !overview.warnings.is_empty() && !paragraphs.is_empty() {
        let warning =
            |(message, hint): &(String, Hint)| format!("{} {}\n    {hint}\n", Mark::Warning, sanitize(message));
        paragraphs.push(overview.warnings.iter().map(warning).collect());
    }
    paragraphs.join("\n")
}

fn registry(registry: &Registry, name: &str, overview: &Overview) -> String {
    let status = &registry.status;
    let name = shorten(name, terminal::width(), ellipsis());
    let accounts = rows::accounts(status);
    let setup = if status.is_unused { String::new() } else { setup(registry) };
    let source = source(status, &overview.short_file);
    format!("{name}\n{accounts}{source}{}{setup}", select_error(status, overview))
}

/// Where the accounts of the file come from, and their secrets; the environment's are marked with their variable.
fn source(status: &RegistryStatus, file: &str) -> String {
    let in_file: Vec<_> = status.accounts.iter().filter(|account| !account.is_from_environment).collect();
    let Some(first) = in_file.first() else { return String::new() };
    let secrets = device_json::secrets(in_file.iter().filter_map(|status| status.account.as_ref()));
    let overridden = if first.is_overridden { ", not used while ATCR_HANDLE is set" } else { "" };
    neutral(&format!("from {file}{secrets}{overridden}"))
}

/// What ends the command is not said of each registry too.
fn select_error(status: &RegistryStatus, overview: &Overview) -> String {
    let error = status.select_error.as_ref().filter(|error| !overview.is_everywhere(error));
    let Some(error) = error else { return String::new() };
    let mark = if status.is_blocked { Mark::Bad } else { Mark::Warning };
    marked(mark, &error.message) + &indented(error.hint.as_ref())
}

/// Whether Docker uses this helper.
fn setup(registry: &Registry) -> String {
    let mut text = String::new();
    let mut warn = |(problem, fix): &(String, Option<Hint>)| {
        text += &marked(Mark::Warning, problem);
        text += &indented(fix.as_ref());
    };
    let (mut unused, problem) = (registry.unused(), registry.problem());
    if let (Some((_, fix)), Some((_, same))) = (&mut unused, &problem)
        && fix == same
    {
        *fix = None;
    }
    unused.iter().chain(&problem).for_each(&mut warn);
    registry.helper_problems.iter().for_each(&mut warn);
    for (rival, fix) in registry.rivals() {
        warn(&(rival, Some(fix)));
    }
    if registry.is_configured() && registry.helper_problems.is_empty() {
        match (&registry.missing, registry.usage()) {
            (Some(missing), _) => warn(missing),
            (None, Some(usage)) => text += &marked(Mark::Good, &usage),
            (None, None) => {}
        }
    }
    text
}
