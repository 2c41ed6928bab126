//! Whether the registries can be reached, through which proxy, and whether the clocks agree.

use std::time::{Duration, SystemTime};

use super::finding::Finding;
use crate::app::App;
use crate::appview::{CHECK_LIMIT, Failure, Reached, is_proxy, reach_all};
use crate::domain::RegistryUrl;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::time::in_words;
use crate::terminal::waiting;
use crate::text::shell_word;

/// A clock that is further off than this makes certificates and tokens look expired, or not yet valid.
const MOST_SKEW: Duration = Duration::from_mins(5);

#[derive(Debug)]
pub(super) struct Contact {
    pub(super) registry: RegistryUrl,
    proxy: Option<String>,
    pub(super) answer: Result<Reached, Failure>,
}

impl Contact {
    /// Whether no push there can work.
    pub(super) fn is_failing(&self) -> bool {
        !matches!(self.answer, Ok(Reached { status: ..500, .. }))
    }
}

/// Tries to reach all registries, and the one that the environment names, if that is meant too.
pub(super) fn contact(
    app: &App,
    mut registries: Vec<RegistryUrl>,
    is_meant: impl Fn(&RegistryUrl) -> bool,
) -> Vec<Contact> {
    let named = app.environment.registry().and_then(|named| app.registry(&named.parse().ok()?).ok());
    registries.extend(named.filter(|named| is_meant(named) && !registries.contains(named)));
    let appviews = registries.iter().map(|registry| app.appview(registry)).collect();
    let answers = waiting("Trying to reach your registries", || reach_all(appviews, CHECK_LIMIT));
    let mut contacts = Vec::new();
    for (registry, answer) in registries.into_iter().zip(answers) {
        contacts.push(Contact { proxy: app.appview(&registry).proxy(), registry, answer });
    }
    contacts
}

pub(super) fn findings(contacts: &[Contact], now: SystemTime) -> Vec<Finding> {
    let mut findings = Vec::new();
    for contact in contacts {
        findings.push(registry(contact));
        findings.extend(proxy(contact));
        findings.extend(clock(contact, now));
    }
    findings
}

fn registry(contact: &Contact) -> Finding {
    const CHECK: &str = "registry";
    let url = &contact.registry;
    let command = Hint::run(format_args!("curl -v {}", shell_word(&format!("{url}/v2/"))));
    match &contact.answer {
        Err(failure) => Finding::problem(CHECK, format!("{url}: {failure}"), failure.hint.clone().unwrap_or(command)),
        Ok(Reached { status: 200 | 401, .. }) => {
            let trust = if url.is_https() { ", and its certificate is trusted" } else { "" };
            Finding::ok(CHECK, format!("{url} answers{trust}"))
        }
        Ok(Reached { status: status @ 500.., .. }) => {
            Finding::problem(CHECK, format!("{url} returned {status}"), command)
        }
        Ok(Reached { status, .. }) => {
            Finding::warning(CHECK, format!("{url} does not answer like a registry: it returned {status}"), command)
        }
    }
}

fn proxy(contact: &Contact) -> Option<Finding> {
    // What fails names the proxy itself.
    let proxy = contact.proxy.as_ref().filter(|_| contact.answer.is_ok())?;
    Some(Finding::ok("proxy", format!("{} is reached through the proxy {proxy}", contact.registry)))
}

/// Requests would go without one, which may fail or be what nobody wants.
pub(super) fn broken_proxy(environment: &Environment) -> Option<Finding> {
    let address = environment.https_proxy();
    (!address.is_empty() && !is_proxy(&address)).then(|| {
        let fix = Hint::text("set it to http://HOST:PORT");
        Finding::warning("proxy", "HTTPS_PROXY is not the address of a proxy, and counts as none", fix)
    })
}

fn clock(contact: &Contact, now: SystemTime) -> Option<Finding> {
    let theirs = contact.answer.as_ref().ok()?.clock?;
    let (skew, side) = match now.duration_since(theirs) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let host = contact.registry.host();
    if skew <= MOST_SKEW {
        return Some(Finding::ok("clock", format!("the clock agrees with {host}")));
    }
    let message = format!("the clock is {} {side} {host}", in_words(skew));
    let command = if cfg!(windows) {
        "w32tm /resync"
    } else if cfg!(target_os = "macos") {
        "sudo sntp -sS time.apple.com"
    } else {
        "sudo timedatectl set-ntp true"
    };
    Some(Finding::warning("clock", message, Hint::run(command)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Mark;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_hours(500_000)
    }

    fn findings_of(url: &str, answer: Reached) -> Vec<(Mark, String, Option<Hint>)> {
        let contact = Contact { registry: url.parse().unwrap(), proxy: None, answer: Ok(answer) };
        let findings = findings(&[contact], now());
        findings.into_iter().map(|finding| (finding.mark, finding.message, finding.hint)).collect()
    }

    #[test]
    fn every_status_has_its_finding() {
        for (status, mark, message) in [
            (200, Mark::Good, "https://atcr.io answers, and its certificate is trusted"),
            (401, Mark::Good, "https://atcr.io answers, and its certificate is trusted"),
            (404, Mark::Warning, "https://atcr.io does not answer like a registry: it returned 404"),
            (302, Mark::Warning, "https://atcr.io does not answer like a registry: it returned 302"),
            (503, Mark::Bad, "https://atcr.io returned 503"),
        ] {
            let found = findings_of("https://atcr.io", Reached { status, clock: None });
            let [(found_mark, found_message, _)] = &found[..] else { panic!("{found:?}") };
            assert_eq!((*found_mark, found_message.as_str()), (mark, message));
        }
    }

    #[test]
    fn clocks_may_be_five_minutes_apart() {
        let minutes = |minutes| Duration::from_mins(minutes);
        for (clock, mark, message) in [
            (now(), Mark::Good, "the clock agrees with atcr.io"),
            (now() - minutes(5), Mark::Good, "the clock agrees with atcr.io"),
            (now() + minutes(5), Mark::Good, "the clock agrees with atcr.io"),
            (now() - minutes(6), Mark::Warning, "the clock is 6 minutes ahead of atcr.io"),
            (now() + minutes(180), Mark::Warning, "the clock is 3 hours behind atcr.io"),
        ] {
            let found = findings_of("https://atcr.io", Reached { status: 401, clock: Some(clock) });
            assert_eq!((found[1].0, found[1].1.as_str()), (mark, message));
        }
    }
}
