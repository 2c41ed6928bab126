//! A file that can't be replaced is written over: killed in the middle of it, it means the old or the new.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Output;

use serde_json::Value;

use super::{CONFIG_JSON, PLAIN, strace};
use crate::support::{Home, PROGRAM, can_trace};

/// As where the file is mounted by itself; the first rename is that of its backup.
const NO_RENAME: [&str; 4] =
    ["-e", "inject=?renameat2:error=EBUSY", "-e", "inject=?rename,?renameat:error=EBUSY:when=2+"];
const CONFIGURED: &str =
    "{\n\t\"credHelpers\": {\n\t\t\"atcr.io\": \"atcr\",\n\t\t\"other.example\": \"pass\"\n\t}\n}\n";

fn traced(home: &Home, arguments: &[&str], words: &[&str]) -> Output {
    let mut command = home.command("strace");
    command.args(words).args(NO_RENAME).args([*PROGRAM, "configure-docker"]).args(arguments).output().unwrap()
}

fn home(content: &str) -> Home {
    let home = Home::in_memory();
    home.write(CONFIG_JSON, content);
    home
}

fn value(home: &Home, trouble: &str) -> Value {
    let content = fs::read_to_string(home.path(CONFIG_JSON)).unwrap();
    serde_json::from_str(&content).unwrap_or_else(|error| panic!("{trouble}: {error}: {content:?}"))
}

#[test]
fn killed_while_it_writes_in_place_it_leaves_old_or_new() {
    if !can_trace() {
        return;
    }
    let long = PLAIN.replace("c2VjcmV0", &"c2VjcmV0".repeat(40_000));
    for (before, arguments) in [
        (PLAIN, &["atcr.io"][..]),
        (CONFIGURED, &["--remove", "atcr.io"]),
        (&*long, &["atcr.io", "buoy.cr"]),
        ("", &["atcr.io"]),
    ] {
        let whole = home(before);
        let inode = |home: &Home| std::os::unix::fs::MetadataExt::ino(&fs::metadata(home.path(CONFIG_JSON)).unwrap());
        let same = inode(&whole);
        let calls = strace::calls(|words| traced(&whole, arguments, words), &whole);
        assert_eq!(inode(&whole), same, "it is written in place");
        let new = value(&whole, "");
        let old = serde_json::from_str(before).unwrap_or(Value::Null);
        let mut seen = [false; 2];
        let writes = ["write", "ftruncate", "fsync", "lseek", "unlink"];
        for call in calls.iter().filter(|call| call.is_at_home && writes.contains(&&*call.name)) {
            let home = home(before);
            let kill = format!("inject={}:signal=SIGKILL:when={}", call.name, call.nth);
            let output = traced(&home, arguments, &["-f", "-qq", "-o", "/dev/null", "-e", &kill]);
            assert_eq!(output.status.signal(), Some(9), "not killed at {}", call.line);
            let blank = fs::read_to_string(home.path(CONFIG_JSON)).unwrap().trim().is_empty();
            let found = if blank { Value::Null } else { value(&home, &format!("killed at {}", call.line)) };
            assert!(found == old || found == new, "killed at {}: {found}", call.line);
            seen[usize::from(found == new)] = true;
        }
        assert_eq!(seen, [true; 2], "killed before and after it");
    }
}
