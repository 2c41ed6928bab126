//! Whether the registries accept the accounts.

use std::time::SystemTime;

use super::finding::{Finding, State};
use super::network::Contact;
use crate::app::App;
use crate::app::account_status::{Member, Section, Standing, ask as ask_all};
use crate::error::Failure;
use crate::terminal::Mark;

const CHECK: &str = "account";

/// Asks about everybody at the registries that could be reached.
pub(super) fn ask(app: &App, sections: &mut [Section], contacts: &[Contact]) {
    let is_reached = |section: &Section| {
        contacts.iter().any(|contact| contact.registry == section.registry && contact.answer.is_ok())
    };
    let (reached, others): (Vec<&mut Section>, Vec<_>) = sections.iter_mut().partition(|section| is_reached(section));
    for member in others.into_iter().flat_map(|section| &mut section.members).filter(|member| member.account.is_some())
    {
        member.standing = Standing::NotAsked("its registry can't be reached".to_owned());
    }
    ask_all(app, reached);
}

pub(super) fn findings(sections: &[Section], now: SystemTime) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in sections {
        findings.extend(section.members.iter().map(|member| account(section, member, now)));
        findings.extend(section.undecided.as_ref().map(|failure| undecided(section, failure)));
    }
    findings
}

fn account(section: &Section, member: &Member, now: SystemTime) -> Finding {
    let host = section.registry.host();
    let source = if member.is_from_environment && member.account.is_some() { " (ATCR_HANDLE)" } else { "" };
    let message = format!("{}{source} at {host}: {}", member.name(), member.standing.in_words(now));
    let state = match member.standing.mark() {
        Mark::Good => State::Ok,
        Mark::Warning => State::Warning,
        Mark::Bad => State::Problem,
    };
    Finding { check: CHECK, state, message, hint: member.remark(&host) }
}

fn undecided(section: &Section, failure: &Failure) -> Finding {
    let state = if section.is_blocked { State::Problem } else { State::Warning };
    Finding { state, ..failed(failure) }
}

/// The accounts can't even be looked through.
pub(super) fn failed(failure: &Failure) -> Finding {
    let hint = failure.hint.as_ref().map(|hint| hint.strip_prefix("run: ").unwrap_or(hint).to_owned());
    Finding { check: CHECK, state: State::Problem, message: failure.message.clone(), hint }
}
