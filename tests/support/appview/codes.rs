//! The devices that wait for a person's decision.

use std::time::{Duration, Instant};

use super::fresh;
use super::people::Person;

/// One request for authorization.
pub struct Code {
    /// The secret half, which only the device knows.
    pub device: String,
    /// The half that a person reads and types.
    pub user: String,
    pub device_name: String,
    expires: Instant,
    decision: Option<Decision>,
}

enum Decision {
    /// By the person with this handle.
    Approved(String),
    Denied,
}

pub const LIFETIME: Duration = Duration::from_mins(10);

/// The codes given out.
#[derive(Default)]
pub struct Codes {
    waiting: Vec<Code>,
    /// The handle of who approves every device at its next poll.
    pub approve_as: Option<String>,
}

impl Codes {
    pub fn begin(&mut self, device_name: String) -> &Code {
        self.waiting.push(Code {
            device: fresh::hex(),
            user: fresh::user_code(),
            device_name,
            expires: Instant::now() + LIFETIME,
            decision: None,
        });
        &self.waiting[self.waiting.len() - 1]
    }

    /// The handle of who approved this device, once, or RFC 8628's word for why there is none.
    pub fn poll(&mut self, device_code: &str) -> Result<String, &'static str> {
        let is_meant = |code: &Code| code.device == device_code && code.expires > Instant::now();
        let place = self.waiting.iter().position(is_meant).ok_or("expired_token")?;
        let approver = match (&self.waiting[place].decision, &self.approve_as) {
            (Some(Decision::Denied), _) => return Err("access_denied"),
            (Some(Decision::Approved(handle)), _) | (None, Some(handle)) => handle.clone(),
            (None, None) => return Err("authorization_pending"),
        };
        self.waiting.remove(place);
        Ok(approver)
    }

    /// By user code; dash and case don't matter to people, RFC 8628, section 6.1.
    pub fn find(&mut self, user_code: &str) -> Option<&mut Code> {
        let bare = |code: &str| code.replace('-', "").to_ascii_uppercase();
        self.waiting.iter_mut().find(|code| bare(&code.user) == bare(user_code) && code.expires > Instant::now())
    }

    /// Approves as somebody, or denies as nobody; false if no such code waits.
    pub fn decide(&mut self, user_code: &str, approver: Option<&Person>) -> bool {
        let decision = approver.map_or(Decision::Denied, |person| Decision::Approved(person.handle.clone()));
        self.find(user_code).map(|code| code.decision = Some(decision)).is_some()
    }
}
