//! The devices that wait for approval.

use super::fresh;

/// One request for authorization.
pub struct Code {
    /// The secret half, which only the device knows.
    pub device: String,
    /// The half that a person reads and types.
    pub user: String,
    decision: Option<Decision>,
}

/// What a person decided about a device.
#[derive(Clone)]
pub enum Decision {
    /// The handle of the account that approved it.
    Approved(String),
    Denied,
}

/// The codes given out.
#[derive(Default)]
pub struct Codes {
    waiting: Vec<Code>,
    /// The handle of the account that approves every device at its next poll.
    pub approve_as: Option<String>,
}

impl Codes {
    pub fn begin(&mut self) -> &Code {
        self.waiting.push(Code { device: fresh::hex(), user: fresh::user_code(), decision: None });
        &self.waiting[self.waiting.len() - 1]
    }

    /// The handle that approved this device, once, or RFC 8628's error code.
    pub fn poll(&mut self, device_code: &str) -> Result<String, &'static str> {
        let place = self.waiting.iter().position(|code| code.device == device_code).ok_or("expired_token")?;
        let decision = self.waiting[place].decision.clone().or(self.approve_as.clone().map(Decision::Approved));
        let decision = decision.ok_or("authorization_pending")?;
        self.waiting.remove(place);
        match decision {
            Decision::Approved(handle) => Ok(handle),
            Decision::Denied => Err("access_denied"),
        }
    }

    /// Whether a device waits with this user code.
    pub fn is_waiting(&self, user_code: &str) -> bool {
        self.waiting.iter().any(|code| code.user == user_code)
    }

    /// False if no device waits with this user code.
    pub fn decide(&mut self, user_code: &str, decision: Decision) -> bool {
        let code = self.waiting.iter_mut().find(|code| code.user == user_code);
        code.map(|code| code.decision = Some(decision)).is_some()
    }
}
