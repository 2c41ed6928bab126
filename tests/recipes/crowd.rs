//! Many `get`s at the same time, with nothing in the validation cache.

use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::support::answers::CHECK;
use crate::support::{Answer, Answers, EVAN, Home, SLACK, one_account_and};

/// As many as a large build starts; fewer on Windows, where starting a process takes longer, most of all in wine.
const MANY: usize = if cfg!(windows) { 16 } else { 200 };

/// The most checks that many processes may make together.
const FEW: usize = 5;

/// The longest wait for the registry, besides what so many processes take to start.
const TOO_LONG: Duration = Duration::from_secs(6);

/// Exit code, stdout and stderr of many processes started at the same time. None may take too long.
fn all_at_once(registry: &Answers, home: &Home) -> Vec<(i32, String, String)> {
    let _turn = one_at_a_time();
    let crowd = many(home, &registry.host());
    // Only a slow machine needs to be measured without the registry.
    let is_slow = crowd.0 >= TOO_LONG;
    let without_waiting = if is_slow { many(home, "nobody.is.logged.in.example").0 } else { Duration::ZERO };
    in_time(crowd, without_waiting)
}

/// Two crowds would wait for each other's processors.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `without_waiting` is what the same takes without a check. It counts twice, because other programs may want the
/// machine more the second time.
fn in_time((slowest, seen): Crowd, without_waiting: Duration) -> Vec<(i32, String, String)> {
    assert!(slowest < TOO_LONG + 2 * without_waiting + SLACK, "{slowest:?}, and {without_waiting:?} without waiting");
    seen
}

type Crowd = (Duration, Vec<(i32, String, String)>);

/// The time of the slowest, and what each of them printed.
fn many(home: &Home, host: &str) -> Crowd {
    let ready = Barrier::new(MANY);
    let one = || {
        let run = home.verb("get", host);
        ready.wait();
        run.timed()
    };
    let seen: Vec<_> = thread::scope(|scope| {
        let all: Vec<_> = (0..MANY).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let slowest = seen.iter().map(|(taken, _)| *taken).max().unwrap();
    (slowest, seen.into_iter().map(|(_, seen)| seen).collect())
}

#[track_caller]
fn all_say(seen: Vec<(i32, String, String)>, expected: &(i32, String, String)) {
    let others: Vec<_> = seen.into_iter().filter(|one| one != expected).collect();
    assert!(others.is_empty(), "{} of {MANY} say otherwise, such as {:?}", others.len(), others[0]);
}

fn credential(registry: &Answers, home: &Home) -> (i32, String, String) {
    (0, home.credential(registry, EVAN, &registry.host()), String::new())
}

fn failure(line: &str) -> (i32, String, String) {
    (1, format!("{line}\n"), format!("{line}\n"))
}

/// Answers late enough for all processes to be waiting.
fn late(answer: Answer) -> (Answers, Home) {
    one_account_and(answer.after(Duration::from_secs(2)))
}

#[track_caller]
fn got_few_checks(registry: &Answers) {
    let checks = registry.count(CHECK);
    assert!(checks <= FEW, "{checks}");
}

#[test]
fn a_slow_registry_gets_few_checks() {
    let (registry, home) = late(Answer::token());
    all_say(all_at_once(&registry, &home), &credential(&registry, &home));
    got_few_checks(&registry);
}

#[test]
fn a_hanging_registry_gets_few_checks_and_delays_briefly() {
    let (registry, home) = one_account_and(Answer::never());
    all_say(all_at_once(&registry, &home), &credential(&registry, &home));
    got_few_checks(&registry);
}

#[test]
fn a_failing_registry_gets_few_checks() {
    let (registry, home) = late(Answer::status(503));
    all_say(all_at_once(&registry, &home), &credential(&registry, &home));
    got_few_checks(&registry);
}

#[test]
fn a_registry_that_rejects_is_asked_a_handful_of_times_and_all_say_so() {
    let (registry, home) = late(Answer::status(401));
    let host = registry.host();
    let line = format!("{host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host}");
    all_say(all_at_once(&registry, &home), &failure(&line));
    got_few_checks(&registry);
}

#[test]
fn an_expired_session_is_shared_by_all_that_wait_for_it() {
    let page = "https://registry.example/renew";
    let (registry, home) = late(Answer::json(401, json!({"error": "oauth_session_expired", "login_url": page})));
    let host = registry.host();
    let line = format!("the login of {EVAN} at {host} has expired; renew it in a browser: {page}");
    all_say(all_at_once(&registry, &home), &failure(&line));
    got_few_checks(&registry);
}

#[test]
fn without_a_writable_folder_every_process_checks_itself() {
    let (registry, home) = one_account_and(Answer::token());
    home.write(".atcr/validated", "a file where the folder would be");
    let _turn = one_at_a_time();
    let (asking, seen) = many(&home, &registry.host());
    all_say(seen, &credential(&registry, &home));
    assert_eq!(registry.count(CHECK), MANY);
    registry.forget();
    registry.always(CHECK, Answer::never());
    all_say(in_time(many(&home, &registry.host()), asking), &credential(&registry, &home));
}
