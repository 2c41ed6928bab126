//! What is measured, and how good it has to be.
//!
//! The goals are for the static program of a Linux release. Instructions of `get`, `list`, `store` and `erase`: what
//! commit 4e8d798 took, linked position-independent and without an ordered layout of its functions, and 5 % more; of
//! `erase` and 8,000 more, for which it reads the words of the client since then, and looks for keys that are there twice.

use std::fs;
use std::time::Duration;

use serde_json::json;

use super::accounts::{self, handle, secret};
use super::appview::AppView;
use super::case::{Before, Case};
use super::competitors;
use super::row::{BASELINE, Goal, Row};
use super::sandbox::Sandbox;

/// A client's words, which name one of two accounts.
pub(crate) const CLIENT_WORDS: [&str; 2] = ["push", "localhost:9/a.example/app:1"];

/// Names the helper that this program, by the name and with the words of compose, is to start.
pub(crate) const BELOW_COMPOSE: &str = "COST_BELOW_COMPOSE";

/// Nothing listens there: a request that should not be made fails.
const REGISTRY: &str = "localhost:9";
const REGISTRY_URL: &str = "http://localhost:9";

const GET: &str = "get, two accounts";
const GET_WITHOUT_FILE: &str = "get below compose, no file";

/// The rows, and what has to stay while they are measured.
pub(crate) struct Bench {
    pub(crate) rows: Vec<Row>,
    _sandbox: Sandbox,
    _appviews: [AppView; 2],
}

impl Bench {
    pub(crate) fn set_up() -> Self {
        let sandbox = Sandbox::new();
        let (https, slow) = (AppView::start_https(), AppView::start());
        let mut rows = vec![
            Row::counted(BASELINE, Case::new(BASELINE, &[]), &[]),
            get(&sandbox),
            list(&sandbox),
            store(&sandbox),
            erase(&sandbox),
            get_of_50_accounts(&sandbox),
            get_of_5_000_accounts(&sandbox),
            get_of_1_000_accounts_in_one_registry(&sandbox),
            get_below_compose(&sandbox, GET_WITHOUT_FILE, 0, "b.example", &[]),
            get_below_compose(&sandbox, "get, compose file of 100 lines", 100, "a.example", &COMPOSE_GOALS),
            get_over_https(&sandbox, &https),
            status(&sandbox, &slow),
        ];
        rows.extend(competitors::installed());
        Self { rows, _sandbox: sandbox, _appviews: [https, slow] }
    }
}

fn get(sandbox: &Sandbox) -> Row {
    let case = sandbox.case("get", "get", &accounts::two(REGISTRY_URL), REGISTRY);
    sandbox.record_validation("get", REGISTRY_URL, "a.example", &secret("a.example"));
    assert_account(&case, "a.example");
    let goals = [Goal::TimesMedian(1.5, BASELINE), Goal::Instructions(182_744), Goal::Peak(2_662)];
    Row::counted(GET, case, &goals)
}

fn list(sandbox: &Sandbox) -> Row {
    let case = sandbox.case("list", "list", &accounts::two(REGISTRY_URL), "");
    assert!(case.output().contains(REGISTRY), "the registry is not listed");
    Row::counted("list", case, &[Goal::TimesMedian(1.0, BASELINE), Goal::Instructions(139_604)])
}

fn store(sandbox: &Sandbox) -> Row {
    let credential = json!({"ServerURL": REGISTRY, "Username": "c.example", "Secret": "atcr_device_new"});
    let case = changing_case(sandbox, "store", &credential.to_string());
    Row::counted("store", case, &[Goal::TimesMedian(1.5, BASELINE), Goal::Instructions(260_417)])
}

fn erase(sandbox: &Sandbox) -> Row {
    let case = changing_case(sandbox, "erase", REGISTRY);
    Row::counted("erase", case, &[Goal::TimesMedian(1.5, BASELINE), Goal::Instructions(285_068)])
}

/// A verb that changes device.json, which is restored before each start.
fn changing_case(sandbox: &Sandbox, verb: &str, input: &str) -> Case {
    let before = accounts::two(REGISTRY_URL);
    let device_json = sandbox.path(&format!("{verb}/.atcr/device.json"));
    let restore = Before::Write(device_json.clone(), before.clone().into_bytes());
    let case = sandbox.case(verb, verb, &before, input).after(restore);
    case.output();
    assert_ne!(fs::read_to_string(device_json).expect("read device.json"), before, "nothing was changed");
    case
}

fn get_of_50_accounts(sandbox: &Sandbox) -> Row {
    let case = case_of_many(sandbox, 10, 5);
    // In time: one pass of serde_json over the 11 KB is as many instructions as all the rest of a get. The words above are
    // of no known client and name none of the accounts, so that each process is looked at.
    Row::counted("get, 50 accounts in 10 registries", case, &[Goal::TimesMedian(1.5, GET), Goal::Instructions(420_000)])
}

fn get_of_5_000_accounts(sandbox: &Sandbox) -> Row {
    let case = case_of_many(sandbox, 200, 25);
    Row::counted("get, 5,000 accounts in 200 registries", case, &[Goal::Instructions(12_000_000)])
}

fn get_of_1_000_accounts_in_one_registry(sandbox: &Sandbox) -> Row {
    let case = case_of_many(sandbox, 1, 1_000);
    Row::counted("get, 1,000 accounts in one registry", case, &[Goal::Instructions(12_000_000)])
}

/// A `get` of the registry in the middle, whose active account is validated.
fn case_of_many(sandbox: &Sandbox, registries: usize, accounts_each: usize) -> Case {
    let home = format!("{registries}-registries");
    let names: Vec<String> = (1..=registries).map(|number| format!("registry{number}.example.com")).collect();
    let urls: Vec<String> = names.iter().map(|name| format!("https://{name}")).collect();
    let middle = (registries - 1) / 2;
    let device_json = accounts::in_registries(&urls, accounts_each);
    let case = sandbox.case(&home, "get", &device_json, &names[middle]);
    sandbox.record_validation(&home, &urls[middle], &handle(0), &secret(&handle(0)));
    assert_account(&case, &handle(0));
    case
}

const COMPOSE_GOALS: [Goal; 1] = [Goal::Added(Duration::from_millis(2), GET_WITHOUT_FILE)];

/// A `get` whose words do not tell the account, but the last service of the compose file, if there is one.
fn get_below_compose(sandbox: &Sandbox, name: &str, lines: usize, account: &str, goals: &[Goal]) -> Row {
    // Not that of the words above all cases.
    let (registry, home) = ("localhost:8", format!("compose-{lines}"));
    let url = format!("http://{registry}");
    let helper = sandbox.case(&home, "get", &accounts::two(&url), registry);
    sandbox.record_validation(&home, &url, account, &secret(account));
    let folder = sandbox.path(&home);
    if lines > 0 {
        sandbox.write(&format!("{home}/compose.yaml"), compose_file(lines, registry));
    }
    let compose = sandbox.this_program_as("docker-compose");
    let words = ["compose", "--project-directory", folder.to_str().expect("a path in UTF-8"), "push"];
    let case = helper.started_by(BELOW_COMPOSE, compose, &words);
    assert_account(&case, account);
    Row::uncounted(name, case, goals)
}

/// Services of eight lines each, of which the last is pushed.
fn compose_file(lines: usize, registry: &str) -> String {
    let mut text = vec!["services:".to_owned()];
    for at in 0..(lines - 4) / 8 {
        text.extend([
            format!("  s{at:02}:"),
            format!("    image: ${{REGISTRY:-docker.io}}/library/app{at}:${{TAG:-1}}"),
            format!("    ports:\n      - '80{at:02}:80'"),
            "    environment:\n      - KEY=value".to_owned(),
            "    restart: always".to_owned(),
            "    command: [serve]".to_owned(),
        ]);
    }
    text.push(format!("  web:\n    image: {registry}/a.example/app:1\n    build: .\n"));
    text.join("\n")
}

fn assert_account(case: &Case, handle: &str) {
    let output = case.output();
    assert!(output.contains(&format!("\"Username\":\"{handle}\"")), "another account than {handle}: {output}");
}

/// As on a machine with its usual certificates, and with the stand-in's authority among them.
fn get_over_https(sandbox: &Sandbox, appview: &AppView) -> Row {
    appview.person("a.example", "did:plc:a");
    let secrets = [("a.example".to_owned(), appview.device_secret("a.example"))];
    let system = fs::read_to_string("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
    let certificates = sandbox.write("https/ca.pem", system + appview.ca_pem());
    let case = sandbox.case("https", "get", &accounts::with_secrets(&appview.url(), &secrets), &appview.url());
    let case = case.with("SSL_CERT_FILE", certificates);
    let case = case.after(Before::RemoveFolder(sandbox.path("https/.atcr/validated")));
    case.output();
    assert_eq!((appview.connections(), appview.log().len()), (1, 1), "connections and requests of one get");
    let goals = [Goal::Median(Duration::from_millis(3)), Goal::Instructions(13_000_000)];
    Row::counted("get, checked over https, system's CAs", case, &goals)
}

fn status(sandbox: &Sandbox, appview: &AppView) -> Row {
    let mut secrets = Vec::new();
    for person in (0..20).map(handle) {
        appview.person(&person, &format!("did:plc:{person}"));
        secrets.push((person.clone(), appview.device_secret(&person)));
    }
    appview.delay_checks(Duration::from_millis(300));
    let case = sandbox.case("status", "status", &accounts::with_secrets(&appview.url(), &secrets), "");
    let goals = [Goal::Median(Duration::from_millis(600))];
    Row::uncounted("status, 20 accounts, 300 ms each", case, &goals)
}
