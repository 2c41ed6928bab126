//! The demo, step by step. Each step shows what is done, then checks it.

use anyhow::{Result, ensure};

use crate::appview::{AppView, Entry};
use crate::machine::Machine;
use crate::pusher::Pusher;
use crate::screen::{say, step};

const EVAN: &str = "evan.jarrett.net";
const MICHELLE: &str = "michelle.jarrett.net";

pub(crate) struct Story<'a> {
    pub(crate) appview: &'a AppView,
    pub(crate) machine: &'a Machine,
    pub(crate) pusher: Pusher,
}

impl Story<'_> {
    /// Fails with the first step that does not hold: what was expected, and what was seen.
    pub(crate) fn tell(&self) -> Result<()> {
        self.introduce();
        step(1, "Configure Docker, once, to use docker-credential-atcr for this registry.");
        self.configure_docker()?;
        step(2, "Evan logs in. A person would approve that in the browser; the stand-in approves by itself.");
        self.log_in(EVAN)?;
        step(3, "Michelle logs in too, on the same machine.");
        self.log_in(MICHELLE)?;
        step(4, "Both are logged in. Michelle logged in last and is active: images that neither owns use her account.");
        self.show_status()?;
        step(5, "An image's name begins with its owner's handle, which selects the account.");
        self.show_which(EVAN)?;
        self.show_which(MICHELLE)?;
        step(6, "Evan's image is pushed as Evan: the helper reads its name from the command line of the client.");
        self.push(EVAN)?;
        step(7, "Michelle's image is pushed as Michelle.");
        self.push(MICHELLE)?;
        step(
            8,
            "Why it matters: with Michelle's credential (forced by ATCR_ACCOUNT) the push of Evan's image is denied.",
        );
        self.push_as_the_wrong_account()?;
        say("");
        Ok(())
    }

    fn introduce(&self) {
        let (host, pusher) = (self.appview.host(), self.pusher.describe());
        say("docker-credential-atcr gives Docker the account and the secret to push and pull an image with.");
        say(&format!("- {host} stands in for ATCR, website and registry in one, on this machine."));
        say(
            "- The home folder is temporary. Your own accounts and Docker's configuration are neither read nor changed.",
        );
        say(&format!("- Images are pushed by {pusher}."));
    }

    fn configure_docker(&self) -> Result<()> {
        let host = self.appview.host();
        let ran = self.machine.helper(&["configure-docker", &host])?;
        let config = self.machine.read(".docker/config.json");
        let holds = ran.success && config.contains(&format!("\"{host}\": \"atcr\""));
        expect(holds, "the registry in Docker's config.json", config)
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
        expect(user == Some(handle), format!("the helper to return {handle}"), format!("{user:?}"))?;
        let path = format!("/v2/{repository}/manifests/1");
        show(log.iter().find(|entry| entry.method == "PUT" && entry.path == path));
        let by = self.appview.pushed(&repository, "1").map(|pushed| pushed.by);
        expect(by.as_deref() == Some(handle), format!("{repository}:1 to be pushed by {handle}"), format!("{by:?}"))
    }

    fn push_as_the_wrong_account(&self) -> Result<()> {
        let before = self.appview.log().len();
        let (repository, forced) = (format!("{EVAN}/app"), ("ATCR_ACCOUNT", MICHELLE));
        let ran = self.pusher.push(self.machine, (&self.appview.host(), &repository, "2"), Some(forced))?;
        expect(!ran.success, "a push that is denied", &ran.text)?;
        let log = self.appview.log().split_off(before);
        show(token_request(&log));
        let denied = log.iter().find(|entry| entry.status == 401 && entry.identity.as_deref() == Some(MICHELLE));
        show(denied);
        expect(denied.is_some(), format!("{MICHELLE} to be denied"), format!("{log:?}"))?;
        let pushed = self.appview.pushed(&repository, "2");
        expect(pushed.is_none(), format!("no {repository}:2"), format!("{pushed:?}"))
    }
}

/// The client's request for a token. The helper makes one too, to check the credential.
fn token_request(log: &[Entry]) -> Option<&Entry> {
    let is_helper = |entry: &Entry| entry.user_agent.as_ref().is_some_and(|agent| agent.contains("credential-atcr"));
    log.iter().rev().find(|entry| entry.path == "/auth/token" && !is_helper(entry))
}

fn show(entry: Option<&Entry>) {
    if let Some(Entry { method, path, status, identity, .. }) = entry {
        let identity = identity.as_deref().unwrap_or("anonymous");
        say(&format!("   The registry's log: {method} {path} by {identity}: {status}"));
    }
}

fn expect(holds: bool, expected: impl AsRef<str>, seen: impl AsRef<str>) -> Result<()> {
    ensure!(holds, "\nThis step does not hold.\nexpected: {}\nseen: {}", expected.as_ref(), seen.as_ref().trim_end());
    Ok(())
}
