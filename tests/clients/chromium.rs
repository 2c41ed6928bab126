//! A person at a real browser, Debian's chromium-headless-shell: it opens what the program has it open, and is seen and
//! pressed through its `DevTools`, on two pipes.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::installed;
use crate::support::{Home, executable, skip};

/// Longer than any answer of a browser.
const HANGS: Duration = Duration::from_mins(1);

/// It may start as root and where /dev/shm is small, keeps its files in the home, and speaks to nobody but the test.
const FLAGS: &str = "--no-sandbox --disable-dev-shm-usage --user-data-dir=\"$HOME/profile\" --no-first-run \
                     --disable-background-networking --disable-component-update --no-proxy-server \
                     --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' --remote-debugging-pipe";

/// The browser, if it is on this machine; the test that needs it is skipped if not.
pub fn installed() -> Option<PathBuf> {
    let found = installed::all("chromium-headless-shell").into_iter().next();
    if found.is_none() {
        skip("chromium-headless-shell is not installed");
    }
    found
}

/// What `BROWSER` is to be, for [`Chromium::opened`] in this home.
pub fn launcher(home: &Home, browser: &Path) -> PathBuf {
    let path = home.path("browser");
    let script = format!(
        "mkfifo \"$HOME/commands\" \"$HOME/answers\"\n\
         printf %s \"$1\" > \"$HOME/part\" && mv \"$HOME/part\" \"$HOME/opened\"\n\
         exec {} {FLAGS} \"$1\" 3< \"$HOME/commands\" 4> \"$HOME/answers\"",
        browser.display()
    );
    executable::script(&path, &script);
    path
}

/// A running browser with one page.
pub struct Chromium {
    /// None: the browser is told to end.
    commands: Option<File>,
    answers: Receiver<Value>,
    page: Value,
}

impl Chromium {
    /// The one that the program opened, once it has, and the address that it was given.
    pub fn opened(home: &Home) -> (Self, String) {
        let url = home.wait_for("opened");
        let commands = File::options().write(true).open(home.path("commands")).unwrap();
        let pipe = BufReader::new(File::open(home.path("answers")).unwrap());
        let (sender, answers) = channel();
        thread::spawn(move || {
            for message in pipe.split(0).map_while(Result::ok) {
                // Nobody waits for what comes after the test.
                let _ = sender.send(serde_json::from_slice(&message).unwrap());
            }
        });
        let mut browser = Self { commands: Some(commands), answers, page: Value::Null };
        let targets = browser.call("Target.getTargets", &json!({}));
        let targets = targets["targetInfos"].as_array().unwrap();
        let page = &targets.iter().find(|target| target["type"] == "page").unwrap()["targetId"];
        let session = browser.call("Target.attachToTarget", &json!({"targetId": page, "flatten": true}));
        browser.page = session["sessionId"].clone();
        (browser, url)
    }

    /// Goes to another address.
    pub fn goes_to(&mut self, url: &str) -> &mut Self {
        self.call("Page.navigate", &json!({"url": url}));
        self
    }

    /// Waits until the page shows this text.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        let end = Instant::now() + HANGS;
        loop {
            let page = self.evaluate("document.body ? document.body.innerText : ''");
            if page.as_str().is_some_and(|page| page.contains(text)) {
                return self;
            }
            assert!(Instant::now() < end, "waited for {text:?} on {page}");
        }
    }

    /// Presses the element, with the mouse.
    #[track_caller]
    pub fn presses(&mut self, selector: &str) -> &mut Self {
        let place = self.evaluate(&format!(
            "(() => {{ const {{x, y, width, height}} = document.querySelector({selector:?}).getBoundingClientRect(); \
             return {{x: x + width / 2, y: y + height / 2}}; }})()"
        ));
        for event in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": event, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", &event);
        }
        self
    }

    /// Types into what was pressed.
    pub fn types(&mut self, text: &str) -> &mut Self {
        self.call("Input.insertText", &json!({"text": text}));
        self
    }

    /// A value from the page; null while there is none, as between two pages.
    fn evaluate(&mut self, expression: &str) -> Value {
        let found = self.call("Runtime.evaluate", &json!({"expression": expression, "returnByValue": true}));
        found["result"]["value"].clone()
    }

    /// Sends a command of the `DevTools` protocol, and waits for its result.
    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let mut command = json!({"id": 1, "method": method, "params": parameters});
        if !self.page.is_null() {
            command["sessionId"] = self.page.clone();
        }
        self.commands.as_mut().unwrap().write_all(format!("{command}\0").as_bytes()).unwrap();
        loop {
            let mut answer = self.answers.recv_timeout(HANGS).unwrap();
            if answer["id"] == 1 {
                return answer["result"].take();
            }
        }
    }
}

/// Ends the browser, which else would write into a home that is gone.
impl Drop for Chromium {
    fn drop(&mut self) {
        self.commands = None;
        while self.answers.recv_timeout(HANGS).is_ok() {}
    }
}
