//! Many `get`s at the same time, with an empty stamp.

use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::support::answers::CHECK;
use crate::support::{Answer, Answers, EVAN, Home, SLACK, one_account_and};

/// As many as a large build starts. Fewer on Windows, where a process takes longer to start, and more so in wine.
const MANY: usize = if cfg!(windows) { 16 } else { 200 };

/// How often a handful is at most.
const HANDFUL: usize = 5;

/// Longer than anybody may wait, whatever the registry does, besides what so many processes take to start.
const TOO_LONG: Duration = Duration::from_secs(6);

/// What each of many says that are started at the same time: exit code, stdout and stderr. None may take too long.
fn crowd(registry: &Answers, home: &Home) -> Vec<(i32, String, String)> {
    let _turn = one_at_a_time();
    let (without_asking, _) = many(home, "nobody.is.logged.in.example");
    in_time(many(home, &registry.host()), without_asking)
}

/// Two crowds would wait for each other's processes.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `without_waiting` is what the same takes where nobody waits for the registry. It counts twice, because other
/// programs may want the machine more the second time.
fn in_time((slowest, seen): Crowd, without_waiting: Duration) -> Vec<(i32, String, String)> {
    assert!(slowest < TOO_LONG + 2 * without_waiting + SLACK, "{slowest:?}, and {without_waiting:?} without waiting");
    seen
}

type Crowd = (Duration, Vec<(i32, String, String)>);

/// The time of the slowest, and what each of them says.
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

/// Late enough for all of them to be waiting.
fn late(answer: Answer) -> (Answers, Home) {
    one_account_and(answer.after(Duration::from_secs(2)))
}

/// Few asked the registry.
#[track_caller]
fn was_asked_a_handful_of_times(registry: &Answers) {
    let checks = registry.count(CHECK);
    assert!(checks <= HANDFUL, "{checks}");
}

#[test]
fn a_slow_registry_is_asked_a_handful_of_times_and_all_are_answered() {
    let (registry, home) = late(Answer::token());
    all_say(crowd(&registry, &home), &credential(&registry, &home));
    was_asked_a_handful_of_times(&registry);
}

#[test]
fn a_hanging_registry_is_asked_a_handful_of_times_and_holds_nobody_too_long() {
    let (registry, home) = one_account_and(Answer::never());
    all_say(crowd(&registry, &home), &credential(&registry, &home));
    was_asked_a_handful_of_times(&registry);
}

#[test]
fn a_failing_registry_is_asked_a_handful_of_times_and_all_are_answered() {
    let (registry, home) = late(Answer::status(503));
    all_say(crowd(&registry, &home), &credential(&registry, &home));
    was_asked_a_handful_of_times(&registry);
}

#[test]
fn a_registry_that_rejects_is_asked_a_handful_of_times_and_all_say_so() {
    let (registry, home) = late(Answer::status(401));
    let host = registry.host();
    let line = format!("{host} rejected the credential of {EVAN}; log in again: docker-credential-atcr login {host}");
    all_say(crowd(&registry, &home), &failure(&line));
    was_asked_a_handful_of_times(&registry);
}

#[test]
fn an_expired_session_is_heard_of_a_handful_of_times_and_all_show_where_to_renew_it() {
    let page = "https://registry.example/renew";
    let (registry, home) = late(Answer::json(401, json!({"error": "oauth_session_expired", "login_url": page})));
    let host = registry.host();
    let line = format!("the login of {EVAN} at {host} has expired; renew it in a browser: {page}");
    all_say(crowd(&registry, &home), &failure(&line));
    was_asked_a_handful_of_times(&registry);
}

/// Nobody can wait for anybody there.
#[test]
fn where_nothing_can_be_written_each_asks_and_none_waits_for_another() {
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
