//! The devices that wait for approval.

use super::fresh;

/// One request for authorization.
pub struct Code {
    /// The secret half, which only the device knows.
    pub device: String,
    /// The half that a person reads and types.
    pub user: String,
    /// The handle of the account that approved it.
    approver: Option<String>,
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
        self.waiting.push(Code { device: fresh::hex(), user: fresh::user_code(), approver: None });
        &self.waiting[self.waiting.len() - 1]
    }

    /// The handle that approved this device, once, or RFC 8628's error code.
    pub fn poll(&mut self, device_code: &str) -> Result<String, &'static str> {
        let place = self.waiting.iter().position(|code| code.device == device_code).ok_or("expired_token")?;
        let approver = self.waiting[place].approver.as_ref().or(self.approve_as.as_ref());
        let approver = approver.ok_or("authorization_pending")?.clone();
        self.waiting.remove(place);
        Ok(approver)
    }

    /// False if no device waits with this user code.
    pub fn approve(&mut self, user_code: &str, approver: String) -> bool {
        let code = self.waiting.iter_mut().find(|code| code.user == user_code);
        code.map(|code| code.approver = Some(approver)).is_some()
    }
}
