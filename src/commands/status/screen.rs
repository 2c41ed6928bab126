//! What a person sees of `status`.

use std::time::SystemTime;

use super::{Docker, Seen};
use crate::app::account_status::{AccountStatus, RegistryStatus};
use crate::platform::executable::NAME;
use crate::storage::accounts_file::exposed;
use crate::terminal::Mark;
use crate::text::sanitize;

/// The whole screen, a paragraph a registry.
pub(super) fn screen(seen: &Seen, now: SystemTime) -> String {
    let mut paragraphs: Vec<String> =
        seen.sections.iter().map(|(section, docker)| registry(section, docker, &seen.file, now)).collect();
    let exposed: String =
        seen.exposures.iter().map(exposed::in_words).map(|(what, mends)| warning(&what, &mends)).collect();
    if !exposed.is_empty() && !paragraphs.is_empty() {
        paragraphs.push(exposed);
    }
    paragraphs.join("\n")
}

fn warning(what: &str, mends: &str) -> String {
    format!("{} {what}\n    {mends}\n", Mark::Warning)
}

fn registry(section: &RegistryStatus, docker: &Docker, file: &str, now: SystemTime) -> String {
    let host = section.registry.host();
    let rows: Vec<Row> = section.members.iter().map(|member| Row::of(member, &host, now)).collect();
    let width = |cell: fn(&Row) -> &String| rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or_default();
    let (names, words) = (width(|row| &row.name), width(|row| &row.standing));
    let rows: String = rows.iter().map(|row| row.lines(names, words)).collect();
    format!("{host}\n{rows}") + &source(section, file) + &undecided(section) + &setup(docker)
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
            remark: member.remark(host).map(|remark| remark.to_string()),
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
    let store = section.members.iter().find_map(AccountStatus::store);
    let secrets = store.map(|store| format!(", secrets in {}", store.program())).unwrap_or_default();
    let hidden = if member.is_hidden { ", not used while ATCR_HANDLE is set" } else { "" };
    format!("  - from {}{secrets}{hidden}\n", sanitize(file))
}

fn undecided(section: &RegistryStatus) -> String {
    let Some(failure) = &section.undecided else { return String::new() };
    let mark = if section.is_blocked { Mark::Bad } else { Mark::Warning };
    let hint = failure.hint.as_ref().map(|hint| format!("      {hint}\n")).unwrap_or_default();
    format!("  {mark} {}\n{hint}", failure.message)
}

fn setup(docker: &Docker) -> String {
    let unused = docker.config.as_ref().ok().filter(|state| !state.uses_atcr());
    let problem = match docker.problem().or_else(|| unused.map(|state| (state.usage(), state.fix()))) {
        Some((problem, Some(fix))) => format!("  {} {}\n      {fix}\n", Mark::Warning, sanitize(&problem)),
        Some((problem, None)) => format!("  {} {}\n", Mark::Warning, sanitize(&problem)),
        None => String::new(),
    };
    let usage = if !docker.is_configured() {
        String::new()
    } else if docker.is_on_path {
        format!("  {} Docker uses {NAME}\n", Mark::Good)
    } else {
        let warning = format!("{NAME} is not on PATH, so Docker can't run it");
        format!("  {} {warning}\n      run: {NAME} doctor\n", Mark::Warning)
    };
    problem + &usage
}
