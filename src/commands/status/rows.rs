//! The accounts of one registry: a row each where it fits, else two.

use super::lines::{indented, reason};
use crate::app::account_status::{AccountStatus, RegistryStatus};
use crate::domain::Did;
use crate::terminal::{self, ellipsis};
use crate::text::{shorten, width_of};

/// What is shown of a DID: its method, and enough to tell two of them apart. `--json` has all of it.
const DID_START: usize = 11;
const DID_END: usize = 3;

/// As long as one that is shortened, with an ellipsis of dots.
const LONGEST_DID: usize = DID_START + DID_END + 3;

/// As wide as the widest of each.
#[derive(Debug, Default)]
struct Columns {
    marks: usize,
    names: usize,
    results: usize,
    dids: usize,
}

impl Columns {
    fn of(accounts: &[AccountStatus]) -> Self {
        let mut columns = Self::default();
        for account in accounts {
            columns.marks = columns.marks.max(width_of(account.result.mark().text()));
            columns.names = columns.names.max(width_of(&name(account)));
            columns.results = columns.results.max(width_of(&account.result.to_string()));
            columns.dids = columns.dids.max(width_of(&did(account)));
        }
        columns
    }

    fn fit(&self) -> bool {
        2 + self.marks + 1 + self.names + 2 + self.results + 2 + self.dids <= terminal::width()
    }
}

/// What is said of several accounts is said once, under the last of them.
pub(super) fn accounts(status: &RegistryStatus) -> String {
    let (host, columns) = (status.registry.host(), Columns::of(&status.accounts));
    let details = status.accounts.iter().map(|account| account.reason_and_fix(&host));
    let (reasons, fixes): (Vec<_>, Vec<_>) = details.unzip();
    let mut text = String::new();
    for (at, account) in status.accounts.iter().enumerate() {
        text += &row(account, &columns);
        if !reasons[at + 1..].contains(&reasons[at]) {
            text += &reason(reasons[at].as_deref());
        }
        if !fixes[at + 1..].contains(&fixes[at]) {
            text += &indented(fixes[at].as_ref());
        }
    }
    text
}

fn row(status: &AccountStatus, columns: &Columns) -> String {
    let (mark, name, result, did) = (status.result.mark(), name(status), status.result.to_string(), did(status));
    let Columns { names, results, .. } = *columns;
    let padding = columns.marks - width_of(mark.text());
    let line = if columns.fit() {
        format!("  {mark}{:padding$} {name:names$}  {result:results$}  {did}", "")
    } else {
        let name = shorten(&name, terminal::width() - columns.marks - 3, ellipsis());
        format!("  {mark}{:padding$} {name}\n      {result:results$}  {did}", "")
    };
    line.trim_end().to_owned() + "\n"
}

fn name(status: &AccountStatus) -> String {
    match &status.reason {
        Some(reason) if status.account.is_some() => format!("{} ({reason})", status.name()),
        _ => status.name().to_owned(),
    }
}

fn did(status: &AccountStatus) -> String {
    let did = status.account.as_ref().and_then(|account| account.did.as_ref());
    did.map(Did::as_str).map(shortened).unwrap_or_default()
}

/// `did:plc:abc…xyz`
fn shortened(did: &str) -> String {
    let length = width_of(did);
    if length <= LONGEST_DID {
        return did.to_owned();
    }
    let start: String = did.chars().take(DID_START).collect();
    let end: String = did.chars().skip(length - DID_END).collect();
    format!("{start}{}{end}", ellipsis())
}
