//! Many processes at once on one device.json.

use std::fs::{self, File};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::support::{AppView, Home, Run, SLACK, appview, rounds, tried, two_accounts};

/// Processes of each kind; there are four kinds.
const EACH: usize = 16;

/// What the registries are before a round: `erase` and `switch` have one each of their own to change.
fn before() -> Value {
    let account = |name: &str| (format!("{name}.example"), json!({"device_secret": format!("atcr_device_{name}")}));
    let registry = |active: &str, names: [&str; 2]| {
        let accounts: Map<String, Value> = names.into_iter().map(account).collect();
        json!({"active": format!("{active}.example"), "accounts": accounts, "mine": [active]})
    };
    let mut registries = Map::new();
    for number in 0..EACH {
        registries.insert(format!("https://erase{number}.example"), registry("gone", ["kept", "gone"]));
        registries.insert(format!("https://switch{number}.example"), registry("a", ["a", "b"]));
    }
    json!({"version": 2, "registries": registries, "unknown": {"1": 2.50}})
}

/// One change by one process.
fn change(home: &Home, appview: &AppView, kind: usize, number: usize) -> Run {
    match kind {
        0 => {
            let secret = format!("atcr_device_{number}");
            let credential =
                json!({"ServerURL": "store.example", "Username": format!("s{number}.example"), "Secret": secret});
            home.verb("store", credential.to_string())
        }
        1 => {
            let removed = format!("logged out of erase{number}.example as gone.example\n");
            home.verb("erase", format!("erase{number}.example")).stderr(removed)
        }
        2 => {
            let handle = format!("p{number}.example");
            let words = ["login", &appview.host(), "--with-token", "--handle", &handle, "--configure-docker=no"];
            home.run(&words).stdin(appview.device_secret(&handle)).stderr_has(&["Logged in to"])
        }
        _ => {
            let words = ["switch", "b.example", "--registry", &format!("switch{number}.example")];
            home.run(&words).stderr_has(&["b.example"])
        }
    }
}

/// Every change is there, and everything else as it was.
fn check(home: &Home, appview: &AppView) {
    let file: Value = serde_json::from_str(&home.device_json()).unwrap();
    let registries = &file["registries"];
    assert_eq!(file["unknown"], before()["unknown"]);
    assert_eq!(registries.as_object().unwrap().len(), 2 * EACH + 2);
    let names = |registry: &Value| registry["accounts"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for number in 0..EACH {
        let stored = &registries["https://store.example"]["accounts"][format!("s{number}.example")];
        assert_eq!(stored["device_secret"], json!(format!("atcr_device_{number}")));
        let erased = &registries[format!("https://erase{number}.example")];
        assert_eq!((names(erased), &erased["active"]), (vec!["kept.example".to_owned()], &json!("")));
        assert_eq!(erased["mine"], json!(["gone"]));
        let logged_in = &registries[appview.url()]["accounts"][format!("p{number}.example")];
        assert!(logged_in["device_secret"].is_string(), "{number} is not logged in: {file:#}");
        let switched = &registries[format!("https://switch{number}.example")];
        assert_eq!((names(switched).len(), &switched["active"]), (2, &json!("b.example")));
    }
    let files = fs::read_dir(home.path(".atcr")).unwrap();
    let mut files: Vec<String> = files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|name| name.starts_with("device.json"));
    files.sort();
    assert_eq!(files, ["device.json", "device.json.lock"]);
}

/// Reads the file until all changes are made: what is never changed is in it each time, and so is its last brace.
fn read(home: &Home, is_over: &AtomicBool, reads: &AtomicUsize) {
    while !is_over.load(Ordering::Relaxed) {
        let file: Value = serde_json::from_slice(&fs::read(home.path(".atcr/device.json")).unwrap()).unwrap();
        for number in 0..EACH {
            assert!(
                file["registries"][format!("https://erase{number}.example")]["accounts"]["kept.example"].is_object()
            );
        }
        reads.fetch_add(1, Ordering::Relaxed);
        // A file that is never closed can't be replaced there, unless Windows is newer than wine.
        if cfg!(windows) {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn changes_at_once_lose_nothing_and_readers_see_whole_files() {
    let reads = AtomicUsize::new(0);
    for _ in 0..rounds(2) {
        let (appview, home) = (appview(), Home::new());
        (0..EACH).for_each(|number| appview.person(&format!("p{number}.example"), &format!("did:plc:p{number}")));
        home.write_device_json(before().to_string());
        let is_over = AtomicBool::new(false);
        thread::scope(|threads| {
            let (home, appview, is_over, reads) = (&home, &appview, &is_over, &reads);
            threads.spawn(move || read(home, is_over, reads));
            threads.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    home.run(&["list"]).stdout_has(&["\"switch0.example\":"]).check();
                }
            });
            let kinds = (0..EACH).flat_map(|number| (0..4).map(move |kind| (kind, number)));
            let changes: Vec<_> = kinds
                .map(|(kind, number)| threads.spawn(move || change(home, appview, kind, number).check()))
                .collect();
            let all: Vec<_> = changes.into_iter().map(thread::ScopedJoinHandle::join).collect();
            is_over.store(true, Ordering::Relaxed);
            for change in all {
                drop(change.unwrap());
            }
        });
        check(&home, &appview);
    }
    let reads = reads.into_inner();
    assert!(reads > 0);
    tried(&format!("{} changes, and {reads} reads meanwhile", rounds(2) * 64));
}

#[test]
fn readers_do_not_take_the_lock() {
    let (appview, home) = two_accounts();
    let lock = File::create(home.path(".atcr/device.json.lock")).unwrap();
    lock.lock().unwrap();
    let host = appview.host();
    home.configure_docker(&host);
    let started = Instant::now();
    home.verb("get", &*host).stdout_has(&["\"Secret\""]).check();
    home.verb("list", "").stdout_has(&[&host]).check();
    home.run(&["which", &format!("{host}/a.example/app")]).stdout_has(&[&host]).check();
    home.run(&["status", "--offline"]).stdout_has(&[&host]).check();
    // A change waits for 20 seconds before it gives up.
    assert!(started.elapsed() < Duration::from_secs(15) + *SLACK, "{:?}", started.elapsed());
}
