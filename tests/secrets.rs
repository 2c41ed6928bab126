//! Secrets stay where they belong: every command and verb is run, in as many ways as it can fail, and everything that it
//! prints, starts and leaves behind is searched for the secrets it was given.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::clients::installed::all;
use crate::support::answers::{CHECK, POLL};
use crate::support::terminal::Terminal;
use crate::support::{
    Answer, Answers, AppView, EVAN, Home, MICHELLE, PROGRAM, appview, executable, skip, store_does, two_accounts,
};

const APP_PASSWORD: &str = "marked-app-password";
const MARKED: &str = "atcr_device_marked";

/// A home, and the secrets to search for.
struct Watch {
    home: Home,
    secrets: Vec<String>,
    /// Files that may hold secrets.
    keeps: Vec<&'static str>,
}

/// One run: its arguments, its stdin, and what its environment adds.
struct Case<'a> {
    arguments: Vec<&'a str>,
    stdin: String,
    variables: Vec<(&'a str, String)>,
    /// Whether stdout is a full device.
    is_full: bool,
}

fn case<'a>(arguments: &[&'a str]) -> Case<'a> {
    Case { arguments: arguments.to_vec(), stdin: String::new(), variables: Vec::new(), is_full: false }
}

impl<'a> Case<'a> {
    fn reads(self, stdin: impl Into<String>) -> Self {
        Self { stdin: stdin.into(), ..self }
    }

    fn with(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }
}

impl Watch {
    /// None where it can't be seen what the program starts.
    fn new(home: Home, secrets: Vec<String>) -> Option<Self> {
        if all("strace").is_empty() {
            skip("strace is not installed");
            return None;
        }
        // The program lets only root look into it.
        if !rustix::process::geteuid().is_root() {
            skip("only root can see what the program starts");
            return None;
        }
        let keeps = vec![".atcr/device.json", ".atcr/device.json.bak", ".docker"];
        fs::create_dir(home.path("tmp")).unwrap();
        Some(Self { home, secrets, keeps })
    }

    /// Runs one case, and searches all of it. Only the answer of a successful `get` may hold a secret.
    #[track_caller]
    fn sees(&self, case: &Case<'_>) -> String {
        let mut traced = self.traced(case);
        if case.is_full {
            traced.stdout(fs::File::options().write(true).open("/dev/full").unwrap());
        } else {
            traced.stdout(Stdio::piped());
        }
        let input = self.home.path("tmp/input");
        fs::write(&input, &case.stdin).unwrap();
        traced.stdin(fs::File::open(&input).unwrap()).stderr(Stdio::piped());
        let output = traced.spawn().unwrap().wait_with_output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        fs::remove_file(input).unwrap();
        let what = format!("{:?} {:?}", case.arguments, case.stdin);
        self.search(&format!("stderr of {what}"), &stderr);
        if case.arguments != ["get"] || !output.status.success() {
            self.search(&format!("stdout of {what}"), &stdout);
        }
        self.search_the_rest(&what);
        format!("{stdout}{stderr}")
    }

    /// Runs one case twice: with a pipe and with a full device as stdout.
    #[track_caller]
    fn sees_on_a_full_device_too(&self, case: Case<'_>) {
        self.sees(&case);
        self.sees(&Case { is_full: true, ..case });
    }

    /// Runs one case on a terminal, where `person` does something, and searches all of it.
    #[track_caller]
    fn sees_on_a_terminal(&self, case: &Case<'_>, person: impl FnOnce(&mut Terminal)) {
        let mut terminal = Terminal::start(&self.traced(case));
        person(&mut terminal);
        let printed = terminal.shows("[ended with Some(").printed();
        let what = format!("{:?}", case.arguments);
        self.search(&format!("the terminal of {what}"), &printed);
        self.search_the_rest(&what);
    }

    /// The program under strace, which writes down the command line of everything that is started.
    fn traced(&self, case: &Case<'_>) -> Command {
        let mut command = self.home.command_with_stores("");
        let program = command.get_program().to_owned();
        let mut traced = Command::new("strace");
        traced.args(["-f", "-qq", "-e", "trace=execve", "-s", "65536", "-o"]).arg(self.trace()).arg(program);
        traced.args(&case.arguments).env_clear().current_dir(self.home.path(""));
        command.env("TMPDIR", self.home.path("tmp")).env("ATCR_DEBUG", "1").env("RUST_BACKTRACE", "full");
        command.envs(case.variables.iter().map(|(name, value)| (name, value)));
        traced.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        traced
    }

    /// Lets the accounts of one registry be those of another.
    fn move_accounts(&self, from: &str, to: &str) {
        for file in [".atcr/device.json", "stores/docker-credential-fake/entries.json"] {
            if let Ok(content) = fs::read_to_string(self.home.path(file)) {
                fs::write(self.home.path(file), content.replace(from, to)).unwrap();
            }
        }
    }

    fn trace(&self) -> PathBuf {
        self.home.path("tmp/trace")
    }

    /// Everything but what was printed.
    #[track_caller]
    fn search_the_rest(&self, what: &str) {
        let started = fs::read_to_string(self.trace()).unwrap();
        fs::remove_file(self.trace()).unwrap();
        assert!(started.contains("execve("), "strace saw nothing");
        self.search(&format!("the command lines of {what}"), &started);
        self.search_files(what);
    }

    fn search(&self, place: &str, text: &str) {
        for secret in &self.secrets {
            for form in [secret.clone(), BASE64_STANDARD.encode(secret)] {
                assert!(!text.contains(form.trim_end_matches('=')), "{place} has a secret:\n{text}");
            }
        }
    }

    fn search_files(&self, what: &str) {
        let root = self.home.path("");
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let name = entry.strip_prefix(&root).unwrap();
                self.search("a file's name", &name.to_string_lossy());
                if entry.is_dir() {
                    folders.push(entry);
                } else if !self.keeps.iter().any(|keeps| name.starts_with(keeps)) && !name.starts_with("bin") {
                    let content = fs::read(&entry).unwrap();
                    self.search(&format!("{} after {what}", name.display()), &String::from_utf8_lossy(&content));
                }
            }
        }
        let left: Vec<PathBuf> =
            fs::read_dir(self.home.path("tmp")).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(left.is_empty(), "{what} left {left:?}");
    }
}

fn login<'a>(host: &'a str, handle: &'a str) -> Case<'a> {
    case(&["login", host, "--with-token", "--handle", handle, "--configure-docker=no"])
}

fn stored(host: &str, user: &str, secret: &str) -> String {
    json!({"ServerURL": host, "Username": user, "Secret": secret}).to_string()
}

/// Every command that changes nothing, and every verb.
fn all_read_only_commands(watch: &Watch, host: &str) {
    let image = format!("{host}/{EVAN}/app");
    for arguments in [
        &[][..],
        &["help"],
        &["version"],
        &["completion", "bash"],
        &["status"],
        &["status", "--json"],
        &["status", "--offline"],
        &["doctor"],
        &["doctor", "--json"],
        &["which", &image, "example.com/x"],
        &["which", "--json", &image],
        &["configure-docker", "--dry-run"],
        &["configure-docker", "--dry-run", "--yes"],
        &["logout"],
        &["switch", "c.example"],
        &["list"],
        &["get", "extra"],
    ] {
        watch.sees_on_a_full_device_too(case(arguments));
    }
    for server in [host, &image, "example.com", "", "no server", "http://example.com"] {
        watch.sees_on_a_full_device_too(case(&["get"]).reads(server));
    }
}

/// Every answer of a registry but a token, among them the secret itself. It has the accounts of `host`.
fn all_failed_checks(watch: &Watch, host: &str) {
    let registry = Answers::start();
    let there = registry.host();
    watch.move_accounts(host, &there);
    let repeated = json!({"error": watch.secrets[0], "message": watch.secrets[0]}).to_string();
    for answer in [
        Answer::status(401),
        Answer::status(500),
        Answer::error(401, "oauth_session_expired"),
        Answer::body(200, "application/json", &*repeated),
        Answer::body(401, "text/plain", repeated),
        Answer::redirect(&format!("http://127.0.0.1:1/{there}")),
        Answer::dropped(),
    ] {
        registry.forget();
        registry.always(CHECK, answer);
        for arguments in [&["status"][..], &["doctor"], &["status", "--json"]] {
            watch.sees(&case(arguments));
        }
        fs::remove_dir_all(watch.home.path(".atcr/validated")).ok();
        watch.sees(&case(&["get"]).reads(&*there));
        assert!(registry.count(CHECK) > 1);
    }
    watch.move_accounts(&there, host);
}

/// Every command that stores, refuses or removes something. `secret` is one of Michelle's.
fn all_changing_commands(watch: &Watch, secret: &str, host: &str) {
    let two = format!("{secret}\n{secret}");
    for stdin in [secret, &two, APP_PASSWORD, "", "atcr_device_"] {
        watch.sees(&login(host, MICHELLE).reads(stdin));
    }
    watch.sees(&login(host, EVAN).reads(secret));
    watch.sees(&login(host, "nobody").reads(secret));
    watch.sees(&login("127.0.0.1:1", EVAN).reads(secret));
    watch.sees(&login(host, MICHELLE).reads(secret).with("ATCR_REGISTRY", host).with("ATCR_HANDLE", EVAN));
    for (user, secret) in
        [(EVAN, secret), (EVAN, APP_PASSWORD), ("c.example", APP_PASSWORD), ("no handle", secret), ("", secret)]
    {
        watch.sees(&case(&["store"]).reads(stored(host, user, secret)));
    }
    for broken in [secret, &format!("{{\"Secret\": \"{secret}\""), &format!("{{\"Secret\": [\"{secret}\"]}}")] {
        watch.sees(&case(&["store"]).reads(broken));
    }
    watch.sees(&case(&["configure-docker", host]));
    watch.sees(&case(&["configure-docker", "--remove"]));
    watch.sees(&case(&["switch", EVAN]));
    watch.sees(&case(&["erase"]).reads(host));
    watch.sees(&case(&["erase"]).reads(host));
    watch.sees(&case(&["logout", "--all", "--yes"]));
}

/// Two accounts that are logged in, another device secret of Michelle's, and all of the secrets.
fn two_accounts_and_their_secrets() -> (AppView, Home, String, Vec<String>) {
    let (appview, home) = two_accounts();
    let spare = appview.device_secret(MICHELLE);
    let of = |handle| home.secret(&appview, handle);
    let secrets = vec![of(EVAN), of(MICHELLE), APP_PASSWORD.to_owned(), spare.clone()];
    (appview, home, spare, secrets)
}

#[test]
fn secrets_in_device_json_stay_there() {
    let (appview, home, spare, secrets) = two_accounts_and_their_secrets();
    let host = appview.host();
    // A password in plain text that Docker keeps, in the diff of whose file it could be seen.
    let auth = BASE64_STANDARD.encode(format!("{EVAN}:{APP_PASSWORD}"));
    home.write(".docker/config.json", json!({"auths": {&host: {"auth": auth}}}).to_string());
    let Some(watch) = Watch::new(home, [&secrets[..], &[auth]].concat()) else { return };
    all_read_only_commands(&watch, &host);
    all_failed_checks(&watch, &host);
    all_changing_commands(&watch, &spare, &host);
}

#[test]
fn secrets_in_a_credential_store_stay_there() {
    let (appview, home, spare, secrets) = two_accounts_and_their_secrets();
    let host = appview.host();
    home.install_credential_store("fake");
    home.install_credential_store("other");
    let evans = secrets[0].clone();
    let Some(mut watch) = Watch::new(home, secrets) else { return };
    watch.keeps.extend(["stores/docker-credential-fake/entries.json", "stores/docker-credential-other/entries.json"]);
    let store_in = |name, handle, secret: &str| {
        let mut case = login(&host, handle).reads(secret);
        case.arguments.extend(["--store", name]);
        case
    };
    let use_store = |name| store_in(name, MICHELLE, &spare);
    for does in ["store echo", "store silence", "get echo", "get garbage", "store nothing"] {
        watch.sees(&use_store("fake").with("STORE_DOES", store_does(does)));
    }
    assert!(watch.sees(&use_store("fake")).contains("The device secret is stored in docker-credential-fake."));
    watch.sees(&store_in("fake", EVAN, &evans));
    // From here on device.json holds none.
    watch.keeps.retain(|kept| !kept.starts_with(".atcr"));
    all_read_only_commands(&watch, &host);
    all_failed_checks(&watch, &host);
    let says = format!("get {spare}");
    for does in ["get echo", "get garbage", "get flood", "get silence", &says] {
        for arguments in [&["status"][..], &["status", "--json"], &["status", "--offline"], &["doctor"]] {
            watch.sees(&case(arguments).with("STORE_DOES", store_does(does)));
        }
        watch.sees(&case(&["get"]).reads(&*host).with("STORE_DOES", store_does(does)));
    }
    watch.sees(&use_store("other"));
    let says = format!("store {spare}");
    for does in ["store echo", "store silence", &says, "erase echo"] {
        watch.sees(&case(&["store"]).reads(stored(&host, EVAN, &spare)).with("STORE_DOES", store_does(does)));
        watch.sees(&case(&["erase"]).reads(&*host).with("STORE_DOES", store_does(does)));
    }
    // A new account's goes there again.
    watch.keeps.push(".atcr/device.json");
    all_changing_commands(&watch, &spare, &host);
}

#[test]
fn secrets_in_the_environment_stay_there() {
    let (appview, home) = (appview(), Home::new());
    let host = appview.host();
    let secret = appview.device_secret(EVAN);
    appview.app_password(EVAN, APP_PASSWORD);
    home.write("kept-secret", &secret);
    let Some(mut watch) = Watch::new(home, vec![secret.clone(), APP_PASSWORD.to_owned()]) else { return };
    watch.keeps.push("kept-secret");
    let file = watch.home.path("kept-secret").to_str().unwrap().to_owned();
    let handle = || ("ATCR_HANDLE", EVAN.to_owned());
    let device = || ("ATCR_DEVICE_SECRET", secret.clone());
    let password = || ("ATCR_APP_PASSWORD", APP_PASSWORD.to_owned());
    for variables in [
        vec![handle(), device()],
        vec![handle(), password()],
        vec![handle(), ("ATCR_DEVICE_SECRET_FILE", file.clone())],
        vec![device()],
        vec![handle(), device(), password()],
        vec![("ATCR_HANDLE", "no handle".to_owned()), password()],
    ] {
        for arguments in [&["get"][..], &["list"], &["status"], &["status", "--json"], &["doctor"], &["login"]] {
            for registry in [&host, "127.0.0.1:1"] {
                let mut case = case(arguments).reads(&*host).with("ATCR_REGISTRY", registry);
                case.variables.extend(variables.clone());
                watch.sees(&case);
            }
        }
    }
}

#[test]
fn secrets_in_a_broken_file_are_not_shown() {
    let Some(watch) = Watch::new(Home::new(), vec![MARKED.to_owned()]) else { return };
    for content in [
        r#"{"version": 2, "registries": {"https://h": {"accounts": {"a.example": "atcr_device_marked"}}}}"#,
        r#"{"version": 2, "registries": "atcr_device_marked"}"#,
        r#"{"version": 2, "credential_store": "atcr_device_marked/"}"#,
        r#"{"version": "atcr_device_marked"}"#,
        r#"{"version": 3, "device_secret": "atcr_device_marked"}"#,
        r#"{"handle": "atcr_device_marked", "device_secret": "atcr_device_marked"}"#,
        r#"{"handle": "a.example", "device_secret": "atcr_device_marked"#,
        r#"{"handle": "a.example", "device_secret": atcr_device_marked}"#,
        r#"{"handle": "a.example", "device_secret": "atcr_device_marked", "appview_url": "a b"}"#,
        r#"{"handle": "a.example", "device_secret": "atcr_device_marked"}"#,
        MARKED,
    ] {
        watch.home.write_device_json(content);
        for arguments in [&["status"][..], &["doctor"], &["list"], &["switch"], &["logout"], &["which", "atcr.io/a/b"]]
        {
            watch.sees(&case(arguments));
        }
        watch.sees(&case(&["get"]).reads("127.0.0.1:1"));
        watch.sees(&case(&["erase"]).reads("h"));
        watch.sees(&case(&["store"]).reads(stored("h", "a.example", "atcr_device_new")));
    }
}

#[test]
fn a_login_in_the_browser_shows_no_secret() {
    let Some(watch) = Watch::new(Home::new(), vec![MARKED.to_owned()]) else { return };
    let registry = Answers::with_device_code();
    let host = registry.host();
    for (status, body) in [
        (200, json!({"device_secret": MARKED, "handle": "no handle"})),
        (400, json!({"device_secret": MARKED, "handle": EVAN})),
        (200, json!({"device_secret": format!("{MARKED}\n"), "handle": EVAN})),
        (200, json!([MARKED])),
        (200, json!({"device_secret": MARKED, "handle": EVAN})),
    ] {
        registry.next(POLL, [Answer::json(status, body)]);
        watch.sees(&case(&["login", &host]));
    }
    assert!(watch.home.device_json().contains(MARKED));
}

#[test]
fn a_login_on_a_terminal_shows_no_secret() {
    let Some(watch) = Watch::new(Home::new(), vec![MARKED.to_owned()]) else { return };
    let registry = Answers::with_device_code();
    let host = registry.host();
    // Prints its arguments, where a terminal would show them, and leaves its environment in a file.
    watch.home.write("bin/browser", "echo \"opens $*\"; env > opened.part; mv opened.part opened\n");
    for device_name in ["first", "second"] {
        let approved = Answer::json(200, json!({"device_secret": MARKED, "handle": EVAN}));
        registry.next(POLL, [Answer::error(400, "authorization_pending"), approved]);
        let words = ["login", &host, "--device-name", device_name];
        watch.sees_on_a_terminal(&case(&words).with("BROWSER", "sh bin/browser %s"), |terminal| {
            terminal.shows("Press Enter to open your browser").answers("\r");
            watch.home.wait_for("opened");
            if device_name == "first" {
                terminal.shows(&format!("Use docker-credential-atcr for {host} in Docker")).answers("\r");
            }
        });
        fs::remove_file(watch.home.path("opened")).unwrap();
    }
    watch.sees_on_a_terminal(&case(&["status"]), |_| {});
    watch.sees_on_a_terminal(&case(&["logout"]), |_| {});
    assert!(!watch.home.device_json().contains(MARKED));
}

/// The owner of a process' memory file tells whether the system would dump it.
#[test]
fn a_core_dump_is_never_written() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const SOMEBODY: u32 = 54321;
    let home = Home::new();
    let mut command = home.command(*PROGRAM);
    let mut us = rustix::process::geteuid().as_raw();
    if us == 0 {
        // Root's processes are root's to look into in any case.
        executable::copy(*PROGRAM, home.path("program"));
        fs::set_permissions(home.path("program"), fs::Permissions::from_mode(0o755)).unwrap();
        chown(home.path(""), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        command = home.command(home.path("program"));
        command.uid(SOMEBODY).gid(SOMEBODY);
        us = SOMEBODY;
    }
    let mut child = command.arg("get").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let memory = format!("/proc/{}/mem", child.id());
    let started = Instant::now();
    let mut owner = us;
    while owner != 0 && started.elapsed() < Duration::from_secs(10) {
        owner = fs::metadata(&memory).unwrap().uid();
    }
    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(owner, 0, "the memory of a get is open to its user");
}
