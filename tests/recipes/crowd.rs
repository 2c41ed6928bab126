//! Many `get`s at the same time, with nothing in the validation cache.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::support::answers::CHECK;
use crate::support::{Answer, Answers, EVAN, Home, SLACK, home_of_evan, one_account_and};

/// As many as a large build starts; fewer on Windows, where starting a process takes longer, most of all in wine.
const MANY: usize = if cfg!(windows) { 16 } else { 200 };

/// The most checks that many processes may make together.
const FEW: usize = 5;

/// The longest wait for the registry, besides what so many processes take to start.
const TOO_LONG: Duration = Duration::from_secs(6);

/// Exit code, stdout and stderr.
type Seen = (i32, String, String);

/// The time of the slowest process, and what each of them printed.
type Crowd = (Duration, Vec<Seen>);

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

/// `without_waiting` is what the same takes without a check. It counts twice, because other programs may want the
/// machine more the second time.
#[track_caller]
fn is_in_time(name: &str, slowest: Duration, without_waiting: Duration) {
    let most = TOO_LONG + 2 * without_waiting + *SLACK;
    assert!(slowest < most, "{name}: {slowest:?}, and {without_waiting:?} without waiting");
}

#[track_caller]
fn all_say(name: &str, seen: Vec<Seen>, expected: &Seen) {
    let others: Vec<_> = seen.into_iter().filter(|one| one != expected).collect();
    assert!(others.is_empty(), "{name}: {} of {MANY} say otherwise, such as {:?}", others.len(), others[0]);
}

fn credential(registry: &Answers, home: &Home) -> Seen {
    (0, home.credential(registry, EVAN, &registry.host()), String::new())
}

/// What a registry answers, and the line of an error, or None where everybody gets the credential.
fn share_few_checks(name: &str, answer: impl FnOnce(&Answers) -> Answer, error: Option<&str>) {
    let registry = Answers::start();
    registry.always(CHECK, answer(&registry));
    let home = home_of_evan(&registry);
    let expected = match error {
        Some(line) => {
            let line = format!("{}\n", line.replace("HOST", &registry.host()));
            (1, line.clone(), line)
        }
        None => credential(&registry, &home),
    };
    let (slowest, seen) = many(&home, &registry.host());
    // Only a slow machine needs to be measured without the registry.
    let is_slow = slowest >= TOO_LONG;
    let without_waiting = if is_slow { many(&home, "nobody.is.logged.in.example").0 } else { Duration::ZERO };
    is_in_time(name, slowest, without_waiting);
    all_say(name, seen, &expected);
    let checks = registry.count(CHECK);
    assert!(checks <= FEW, "{name}: {checks} checks");
}

fn check_one_by_one_without_a_writable_folder() {
    let name = "without a writable folder";
    let (registry, home) = one_account_and(Answer::token());
    home.write(".atcr/validated", "a file where the folder would be");
    let (checking, seen) = many(&home, &registry.host());
    all_say(name, seen, &credential(&registry, &home));
    assert_eq!(registry.count(CHECK), MANY);
    registry.forget();
    registry.always(CHECK, Answer::never());
    let (slowest, seen) = many(&home, &registry.host());
    is_in_time(name, slowest, checking);
    all_say(name, seen, &credential(&registry, &home));
}

/// One test: two crowds would wait for each other's processors.
#[test]
fn concurrent_gets_share_few_checks_and_agree() {
    // Late enough for all processes to be waiting.
    let late = |answer: Answer| answer.after(Duration::from_secs(2));
    let expired = |registry: &Answers| {
        let page = format!("{}/renew", registry.url());
        late(Answer::json(401, json!({"error": "oauth_session_expired", "login_url": page})))
    };
    let renew = format!("the login of {EVAN} at HOST has expired; renew it in a browser: http://HOST/renew");
    let log_in =
        format!("HOST rejected the credential of {EVAN}; run: docker-credential-atcr login HOST --account {EVAN}");
    share_few_checks("a slow registry", |_| late(Answer::token()), None);
    share_few_checks("a hanging registry", |_| Answer::never(), None);
    share_few_checks("a failing registry", |_| late(Answer::status(503)), None);
    share_few_checks("a rejecting registry", |_| late(Answer::status(401)), Some(&log_in));
    share_few_checks("an expired session", expired, Some(&renew));
    check_one_by_one_without_a_writable_folder();
}
