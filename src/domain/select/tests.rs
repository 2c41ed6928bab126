#![expect(clippy::unnecessary_wraps, reason = "what is expected has the type of what is returned")]

use super::*;
use crate::domain::{Secret, SecretLocation};

fn account(handle: &str) -> Account {
    Account { handle: handle.parse().unwrap(), did: None, secret: SecretLocation::Inline(Secret::new(handle)) }
}

fn logged_in(handles: &str, active: &str) -> Accounts {
    let mut accounts = Accounts::default();
    for handle in handles.split_whitespace() {
        accounts.log_in(account(handle));
    }
    accounts.log_in(account("gone.example"));
    accounts.log_out_active();
    if !active.is_empty() {
        assert!(accounts.switch(&active.parse().unwrap()));
    }
    accounts
}

fn written(handle: &str) -> (Access, &str) {
    (Access::Written, handle)
}

fn read(handle: &str) -> (Access, &str) {
    (Access::Read, handle)
}

fn local(handle: &str) -> (Access, &str) {
    (Access::Local, handle)
}

#[derive(Clone, Copy)]
struct Row<'a> {
    accounts: &'a str,
    active: &'a str,
    environment: &'a str,
    variable: &'a str,
    helper: &'a str,
    path: &'a str,
    words: &'a [(Access, &'a str)],
    files: &'a [(Access, &'a str)],
}

const NOTHING: Row<'_> =
    Row { accounts: "", active: "", environment: "", variable: "", helper: "", path: "", words: &[], files: &[] };
const TWO: Row<'_> = Row { accounts: "a.example b.example", ..NOTHING };

fn selected(row: &Row<'_>) -> Result<(String, Reason), SelectError> {
    let accounts = logged_in(row.accounts, row.active);
    let parse = |text: &str| (!text.is_empty()).then(|| text.parse::<Identity>().unwrap());
    let environment = (!row.environment.is_empty()).then(|| account(row.environment));
    let (variable, helper, path) = (parse(row.variable), parse(row.helper), parse(row.path));
    let owners = |images: &[(Access, &str)], file: Option<&str>| {
        let mut owners = Vec::new();
        for &(access, identity) in images {
            owners.push(ImageOwner { identity: identity.parse().unwrap(), access, file: file.map(str::to_owned) });
        }
        owners
    };
    let (words, files) = (owners(row.words, None), owners(row.files, Some("compose.yaml")));
    let inputs = Inputs {
        environment: environment.as_ref(),
        account_variable: variable.as_ref(),
        helper: helper.as_ref(),
        path: path.as_ref(),
        words: || &words[..],
        files: || &files[..],
    };
    select(&accounts, inputs).map(|selected| (selected.account.handle.to_string(), selected.reason))
}

fn image(handle: &str) -> Result<(String, Reason), SelectError> {
    Ok((handle.to_owned(), Reason::Image))
}

fn in_file(handle: &str, access: Access) -> Result<(String, Reason), SelectError> {
    Ok((handle.to_owned(), Reason::File { name: "compose.yaml".to_owned(), access }))
}

fn active(handle: &str) -> Result<(String, Reason), SelectError> {
    Ok((handle.to_owned(), Reason::Active))
}

#[test]
fn each_reason_outranks_the_next() {
    let all = Row {
        accounts: "a.example b.example c.example d.example e.example g.example",
        active: "e.example",
        environment: "f.example",
        variable: "a.example",
        helper: "g.example",
        path: "b.example",
        words: &[(Access::Read, "c.example")],
        files: &[(Access::Read, "d.example")],
    };
    let with_helper = Row { environment: "", variable: "", ..all };
    let without_variables = Row { helper: "", ..with_helper };
    let rows = [
        (Row { ..all }, Ok(("f.example".to_owned(), Reason::Environment))),
        (Row { environment: "", ..all }, Ok(("a.example".to_owned(), Reason::AccountVariable))),
        (with_helper, Ok(("g.example".to_owned(), Reason::Helper))),
        (Row { ..without_variables }, image("b.example")),
        (Row { path: "", ..without_variables }, image("c.example")),
        (Row { path: "", words: &[], ..without_variables }, in_file("d.example", Access::Read)),
        (Row { path: "", words: &[], files: &[], ..without_variables }, active("e.example")),
        (Row { accounts: "a.example", ..NOTHING }, Ok(("a.example".to_owned(), Reason::Sole))),
        (Row { accounts: "a.example", active: "a.example", ..NOTHING }, active("a.example")),
    ];
    for (row, expected) in rows {
        assert_eq!(selected(&row), expected);
    }
}

#[test]
fn without_a_reason_nothing_is_selected() {
    assert_eq!(selected(&NOTHING), Err(SelectError::NotLoggedIn));
    assert_eq!(selected(&TWO), Err(SelectError::Ambiguous));
}

#[test]
fn an_account_variable_without_an_account_is_an_error() {
    let unknown = SelectError::NoSuchAccount("c.example".parse().unwrap());
    assert_eq!(selected(&Row { variable: "c.example", active: "a.example", ..TWO }), Err(unknown));
    assert_eq!(selected(&Row { variable: "c.example", ..NOTHING }), Err(SelectError::NotLoggedIn));
}

#[test]
fn a_helper_named_after_nobody_is_an_error() {
    let unknown = || SelectError::NoHelperAccount("c.example".parse().unwrap());
    let row = Row { helper: "c.example", path: "a.example", active: "a.example", ..TWO };
    assert_eq!(selected(&row), Err(unknown()));
    assert_eq!(selected(&Row { helper: "c.example", ..NOTHING }), Err(unknown()));
    assert_eq!(selected(&Row { helper: "c.example", accounts: "a.example", ..NOTHING }), Err(unknown()));
    let variable = Row { variable: "b.example", ..row };
    assert_eq!(selected(&variable), Ok(("b.example".to_owned(), Reason::AccountVariable)));
}

#[test]
fn written_wins_over_read_and_read_over_local() {
    let (a, b) = ("a.example", "b.example");
    for words in [[read(a), written(b)], [written(b), read(a)], [local(a), read(b)], [read(b), local(a)]] {
        for active in ["", a, b] {
            assert_eq!(selected(&Row { active, words: &words, ..TWO }), image(b), "{words:?}");
        }
    }
}

#[test]
fn a_file_wins_where_its_access_is_stronger() {
    let (a, b) = ("a.example", "b.example");
    for (words, files, expected) in [
        (read(a), written(b), in_file(b, Access::Written)),
        (local(a), written(b), in_file(b, Access::Written)),
        (local(a), read(b), in_file(b, Access::Read)),
        (written(a), written(b), image(a)),
        (read(a), read(b), image(a)),
        (read(a), local(b), image(a)),
        (local(a), local(b), image(a)),
        (read("other.example"), local(b), in_file(b, Access::Local)),
    ] {
        for active in ["", a, b] {
            let row = Row { active, words: &[words], files: &[files], ..TWO };
            assert_eq!(selected(&row), expected, "{words:?} {files:?}");
        }
    }
}

#[test]
fn files_are_read_only_where_the_words_do_not_decide() {
    let unread = || panic!("read");
    let owner = [ImageOwner { identity: "a.example".parse().unwrap(), access: Access::Written, file: None }];
    let words = || &owner[..];
    let inputs = Inputs { environment: None, account_variable: None, helper: None, path: None, words, files: unread };
    assert!(select(&logged_in("a.example b.example", ""), inputs).is_ok());
    let inputs =
        Inputs { environment: None, account_variable: None, helper: None, path: None, words: unread, files: unread };
    assert!(select(&logged_in("a.example", ""), inputs).is_ok());
}

#[test]
fn an_image_of_others_falls_back_to_the_active_account() {
    let other = [written("other.example")];
    assert_eq!(selected(&Row { active: "b.example", words: &other, ..TWO }), active("b.example"));
    assert_eq!(selected(&Row { active: "b.example", files: &other, ..TWO }), active("b.example"));
    assert_eq!(selected(&Row { words: &other, path: "other.example", ..TWO }), Err(SelectError::Ambiguous));
    let words = &[other[0], read("a.example")];
    assert_eq!(selected(&Row { words, active: "b.example", ..TWO }), image("a.example"));
}

#[test]
fn of_two_own_images_that_are_read_the_active_accounts_wins() {
    for named in [read, local] {
        let words = &[named("a.example"), named("b.example")];
        assert_eq!(selected(&Row { words, active: "b.example", ..TWO }), active("b.example"));
        assert_eq!(selected(&Row { files: words, active: "b.example", ..TWO }), active("b.example"));
        let three = Row { accounts: "a.example b.example c.example", words, ..NOTHING };
        assert_eq!(selected(&Row { active: "c.example", ..three }), active("c.example"));
        assert_eq!(selected(&three), Err(SelectError::Ambiguous));
    }
}

#[test]
fn two_own_images_that_are_written_are_rivals() {
    let handles = || vec!["a.example".parse().unwrap(), "b.example".parse().unwrap()];
    let both = &[written("a.example"), written("b.example"), written("other.example"), written("a.example")];
    for active in ["", "a.example"] {
        let error = SelectError::Rivals { handles: handles(), file: None };
        assert_eq!(selected(&Row { words: both, active, ..TWO }), Err(error));
        let error = SelectError::Rivals { handles: handles(), file: Some("compose.yaml".to_owned()) };
        assert_eq!(selected(&Row { files: both, active, ..TWO }), Err(error));
    }
}

#[test]
fn naming_one_account_twice_is_not_ambiguous() {
    let row = Row { words: &[written("a.example"), written("A.example")], ..TWO };
    assert_eq!(selected(&row), image("a.example"));
}
