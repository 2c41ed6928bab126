//! What Docker makes of a config.json in which a key is there twice. Go's decoder adds a later object to a map, or takes its
//! entries instead, and a later text in the place of a text.

use super::client::Client;
use super::entries::Entries;
use super::json_span::{Member, decode, is_field};
use super::{file, paths};
use crate::platform::environment::Environment;
use crate::platform::wsl::is_wsl;

/// Whether Docker asks this program for all these registries.
pub(crate) fn is_used_all_the_same(environment: &Environment, hosts: &[String]) -> bool {
    let Some(Ok(Some(content))) = paths::docker(environment).map(|path| file::read(&path)) else { return false };
    let Ok(text) = decode(&content) else { return false };
    let Ok(entries) = Entries::parse(text, Client::Docker, cfg!(windows) || is_wsl()) else { return false };
    hosts.iter().all(|host| helper(&entries, host).is_some_and(|name| entries.is_atcr(&name)))
}

fn helper(entries: &Entries<'_>, host: &str) -> Option<String> {
    let fields = |name: &'static str| entries.root.members.iter().filter(move |member| is_field(&member.key, name));
    let mut own: Option<Member> = None;
    for helpers in fields("credHelpers") {
        match entries.object(helpers).ok()? {
            // `null` is no map.
            None => own = None,
            Some(object) => own = object.members.into_iter().rfind(|member| member.key == host).or(own),
        }
    }
    let of_default = || fields("credsStore").next_back().map(|member| entries.string(member));
    own.map(|member| entries.string(&member)).or_else(of_default)
}
