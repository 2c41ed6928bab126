//! What a person sees of `status`.

use std::time::SystemTime;

use super::{Docker, Seen};
use crate::app::account_status::{AccountStatus, RegistryStatus};
use crate::domain::StoreName;
use crate::platform::executable::NAME;
use crate::storage::accounts_file::permissions;
use crate::terminal::Mark;
use crate::text::sanitize;

/// The whole screen, a paragraph a registry.
pub(super) fn screen(seen: &Seen, now: SystemTime) -> String {
    let mut paragraphs: Vec<String> =
        seen.sections.iter().map(|(section, docker)| registry(section, *docker, &seen.file, now)).collect();
    let exposed: String =
        seen.exposures.iter().map(permissions::describe).map(|(what, mends)| warning(&what, &mends)).collect();
    if !exposed.is_empty() && !paragraphs.is_empty() {
        paragraphs.push(exposed);
    }
    paragraphs.join("\n")
}

fn warning(what: &str, mends: &str) -> String {
    format!("{} {what}\n    {mends}\n", Mark::Warning)
}

fn registry(section: &RegistryStatus, docker: Docker, file: &str, now: SystemTime) -> String {
    let host = section.registry.host();
    let rows: Vec<Row> = section.members.iter().map(|member| Row::of(member, &host, now)).collect();
    let width = |cell: fn(&Row) -> &String| rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or_default();
    let (names, words) = (width(|row| &row.name), width(|row| &row.standing));
    let rows: String = rows.iter().map(|row| row.lines(names, words)).collect();
    format!("{host}\n{rows}") + &source(section, file) + &undecided(section) + &setup(&host, docker)
}

/// One account: a line in columns, and under it what else is to be said.
struct Row {
    mark: Mark,
    name: String,
    standing: String,
    did: String,
    remark: Option<String>,
}

impl Row {
    fn of(member: &AccountStatus, host: &str, now: SystemTime) -> Self {
        let did = member.account.as_ref().and_then(|account| account.did.as_ref());
        Self {
            mark: member.standing.mark(),
            name: name(member),
            standing: member.standing.in_words(now),
            did: did.map(ToString::to_string).unwrap_or_default(),
            remark: member.remark(host),
        }
    }

    fn lines(&self, names: usize, words: usize) -> String {
        let Self { mark, name, standing, did, remark } = self;
        let line = format!("  {mark} {name:names$}  {standing:words$}  {did}");
        let remark = remark.as_ref().map(|remark| format!("      {}\n", sanitize(remark))).unwrap_or_default();
        format!("{}\n{remark}", line.trim_end())
    }
}

fn name(member: &AccountStatus) -> String {
    let why = member.why.filter(|_| member.account.is_some());
    why.map_or_else(|| member.name().to_owned(), |why| format!("{} ({why})", member.name()))
}

/// Where the accounts of the file come from, and their secrets; the environment's are marked with their variable.
fn source(section: &RegistryStatus, file: &str) -> String {
    let Some(member) = section.members.iter().find(|member| !member.is_from_environment) else { return String::new() };
    let secrets = secrets(section);
    let hidden = if member.is_hidden { ", not used while ATCR_HANDLE is set" } else { "" };
    format!("  - from {}{secrets}{hidden}\n", sanitize(file))
}

/// The credential stores that hold the secrets, if any does.
fn secrets(section: &RegistryStatus) -> String {
    let (mut stores, mut are_all) = (Vec::new(), true);
    for member in section.members.iter().filter(|member| !member.is_from_environment) {
        match member.store().map(StoreName::program) {
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

fn undecided(section: &RegistryStatus) -> String {
    let Some(failure) = &section.undecided else { return String::new() };
    let mark = if section.is_blocked { Mark::Bad } else { Mark::Warning };
    let hint = failure.hint.as_ref().map(|hint| format!("      {hint}\n")).unwrap_or_default();
    format!("  {mark} {}\n{hint}", failure.message)
}

fn setup(host: &str, docker: Docker) -> String {
    match docker {
        Docker { is_configured: false, .. } => format!(
            "  {} Docker does not ask this program for {host}\n      run: {NAME} configure-docker {host}\n",
            Mark::Warning
        ),
        Docker { is_on_path: false, .. } => {
            format!("  {} Docker asks for {NAME}, which is not on PATH\n      run: {NAME} doctor\n", Mark::Warning)
        }
        Docker { .. } => format!("  {} Docker asks this program\n", Mark::Good),
    }
}
