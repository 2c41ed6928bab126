//! The devices that wait for a person's decision.

use std::collections::HashSet;
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
    interval: Duration,
    polled: Option<Instant>,
    decision: Option<Decision>,
}

enum Decision {
    /// By the person with this handle.
    Approved(String),
    Denied,
}

/// The codes given out, and how to treat them.
pub struct Codes {
    waiting: Vec<Code>,
    /// Seconds between polls.
    pub interval: f64,
    /// Seconds that a code lives.
    pub expires_in: f64,
    /// Whether a poll before its time is told to slow down.
    pub slow_down: bool,
    /// Keys that answers don't have.
    pub left_out: HashSet<String>,
    /// The handle of who approves every device at its next poll.
    pub approve_as: Option<String>,
}

impl Default for Codes {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            interval: 0.05,
            expires_in: 600.0,
            slow_down: false,
            left_out: HashSet::new(),
            approve_as: None,
        }
    }
}

impl Codes {
    pub fn begin(&mut self, device_name: String) -> &Code {
        self.waiting.push(Code {
            device: fresh::hex(),
            user: fresh::user_code(),
            device_name,
            expires: Instant::now() + Duration::from_secs_f64(self.expires_in),
            interval: Duration::from_secs_f64(self.interval),
            polled: None,
            decision: None,
        });
        &self.waiting[self.waiting.len() - 1]
    }

    /// The handle of who approved this device, once, or RFC 8628's word for why there is none.
    pub fn poll(&mut self, device_code: &str) -> Result<String, &'static str> {
        let now = Instant::now();
        let place = self.waiting.iter().position(|code| code.device == device_code && code.expires > now);
        let place = place.ok_or("expired_token")?;
        let code = &mut self.waiting[place];
        let hasty = code.polled.replace(now).is_some_and(|before| now - before < code.interval);
        if hasty && self.slow_down {
            code.interval += Duration::from_secs(5);
            return Err("slow_down");
        }
        let approver = match (&code.decision, &self.approve_as) {
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
