//! The demo, step by step. Each step shows what is done, then checks it.

use anyhow::{Result, ensure};

use crate::appview::{AppView, Entry};
use crate::machine::Machine;
use crate::pusher::Pusher;
use crate::screen::{say, step};

const EVAN: &str = "evan.jarrett.net";
const MICHELLE: &str = "michelle.jarrett.net";

/// Who takes part.
pub(crate) struct Story<'a> {
    pub(crate) appview: &'a AppView,
    pub(crate) machine: &'a Machine,
    pub(crate) pusher: Pusher,
}

impl Story<'_> {
    /// Tells all of it.
    ///
    /// # Errors
    /// The first step that does not hold: what was expected, and what was seen.
    pub(crate) fn tell(&self) -> Result<()> {
        self.introduce();
        step(1, "Docker is told, once, to ask docker-credential-atcr about this registry.");
        self.configure_docker()?;
        step(2, "Evan logs in. A person approves that in the browser; here the stand-in approves by itself.");
        self.log_in(EVAN)?;
        step(3, "Michelle logs in too, on the same machine.");
        self.log_in(MICHELLE)?;
        step(4, "Both are logged in. Michelle came last and is active: hers is the account where no image says which.");
        self.show_status()?;
        step(5, "An image's name says which: it begins with its owner's handle.");
        self.show_which(EVAN)?;
        self.show_which(MICHELLE)?;
        step(6, "Evan's image is pushed, as Evan: the program reads its name in the command line of who asks.");
        self.push(EVAN)?;
        step(7, "Michelle's image is pushed, as Michelle.");
        self.push(MICHELLE)?;
        step(8, "Why it matters: with Michelle's credential (ATCR_ACCOUNT forces it) Evan's image is refused.");
        self.push_in_the_wrong_name()?;
        say("");
        Ok(())
    }

    fn introduce(&self) {
        let (host, pusher) = (self.appview.host(), self.pusher.describe());
        say("docker-credential-atcr tells Docker as whom, and with which secret, to push and pull an image.");
        say(&format!("- {host} stands in for ATCR, website and registry in one, on this machine alone."));
        say("- The home is a temporary one. Your own accounts and Docker's settings are neither read nor changed.");
        say(&format!("- The pushes are made by {pusher}."));
    }

    fn configure_docker(&self) -> Result<()> {
        let ran = self.machine.helper(&["configure-docker", &self.appview.host()])?;
        expect(ran.success && ran.text.contains("now uses"), "the registry in Docker's config.json", &ran.text)
    }

    fn log_in(&self, handle: &str) -> Result<()> {
        self.appview.person(handle, &format!("did:plc:{}", handle.replace('.', "")));
        self.appview.approve_devices_as(handle);
        let ran = self.machine.helper(&["login", &self.appview.host(), "--no-browser"])?;
        expect(ran.success && ran.text.contains(&format!(" as {handle}")), format!("a login as {handle}"), &ran.text)
    }

    fn show_status(&self) -> Result<()> {
        let ran = self.machine.helper(&["status"])?;
        let says = |words: &[&str]| ran.text.lines().any(|line| words.iter().all(|word| line.contains(word)));
        let holds = ran.success && says(&[EVAN]) && says(&[MICHELLE, "active"]) && !says(&[EVAN, "active"]);
        expect(holds, "both accounts, Michelle's alone marked active", &ran.text)
    }

    fn show_which(&self, handle: &str) -> Result<()> {
        let image = format!("{}/{handle}/app:1", self.appview.host());
        let ran = self.machine.helper(&["which", &image])?;
        // The image's name holds the handle too, which proves nothing.
        let holds = ran.success && ran.text.replace(&image, "").contains(handle);
        expect(holds, format!("the account {handle}"), &ran.text)
    }

    fn push(&self, handle: &str) -> Result<()> {
        let before = self.appview.log().len();
        let repository = format!("{handle}/app");
        let ran = self.pusher.push(self.machine, (&self.appview.host(), &repository, "1"), None)?;
        expect(ran.success, "a push that succeeds", &ran.text)?;
        let log = self.appview.log().split_off(before);
        let asked = token_request(&log);
        show(asked);
        let user = asked.and_then(|entry| entry.user.as_deref());
        expect(user == Some(handle), format!("the helper's answer to be {handle}"), format!("{user:?}"))?;
        let path = format!("/v2/{repository}/manifests/1");
        show(log.iter().find(|entry| entry.method == "PUT" && entry.path == path));
        let by = self.appview.pushed(&repository, "1").map(|pushed| pushed.by);
        expect(by.as_deref() == Some(handle), format!("{repository}:1 to be pushed by {handle}"), format!("{by:?}"))
    }

    fn push_in_the_wrong_name(&self) -> Result<()> {
        let before = self.appview.log().len();
        let (repository, forced) = (format!("{EVAN}/app"), ("ATCR_ACCOUNT", MICHELLE));
        let ran = self.pusher.push(self.machine, (&self.appview.host(), &repository, "2"), Some(forced))?;
        expect(!ran.success, "a push that is refused", &ran.text)?;
        let log = self.appview.log().split_off(before);
        show(token_request(&log));
        let refused = log.iter().find(|entry| entry.status == 401 && entry.identity.as_deref() == Some(MICHELLE));
        show(refused);
        expect(refused.is_some(), format!("a refusal of {MICHELLE}"), format!("{log:?}"))?;
        let pushed = self.appview.pushed(&repository, "2");
        expect(pushed.is_none(), format!("no {repository}:2"), format!("{pushed:?}"))
    }
}

/// The client's request for a token, with the credential that the helper gave it. (The helper itself makes one, to see
/// whether the credential is still good.)
fn token_request(log: &[Entry]) -> Option<&Entry> {
    let is_helper = |entry: &Entry| entry.user_agent.as_ref().is_some_and(|agent| agent.contains("credential-atcr"));
    log.iter().rev().find(|entry| entry.path == "/auth/token" && !is_helper(entry))
}

/// A request in the registry's own words.
fn show(entry: Option<&Entry>) {
    if let Some(Entry { method, path, status, identity, .. }) = entry {
        let identity = identity.as_deref().unwrap_or("nobody");
        say(&format!("   The registry's log: {method} {path} by {identity}: {status}"));
    }
}

fn expect(holds: bool, expected: impl AsRef<str>, seen: impl AsRef<str>) -> Result<()> {
    ensure!(holds, "\nThis step does not hold.\nexpected: {}\nseen: {}", expected.as_ref(), seen.as_ref().trim_end());
    Ok(())
}
