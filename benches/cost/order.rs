//! The order of the program's functions: those that run at every start stand together, so that few pages hold them all.
//! A page that is touched for the first time costs microseconds in a virtual machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::rows::{Bench, Goal, Row};

/// What the build script hands to the linker.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/build/order.ld");

const HEAD: &str = "\
/* The functions that run in get, list, store and erase, kept together: written by `cargo bench -- --order`. Hashes are
   left out of the names, so that most still match after a change; what matches nothing does no harm. */
SECTIONS
{
  .text.get :
  {
";
const END: &str = "  }\n}\nINSERT AFTER .text;\n";

/// Writes the linker script anew from what callgrind sees of the program, which must have its symbols.
pub(crate) fn write(bench: &Bench) {
    let rows: Vec<&Row> = bench.rows.iter().filter(|row| is_mostly_start(row)).collect();
    let functions: BTreeSet<String> = rows.into_iter().flat_map(executed).collect();
    let sections: BTreeSet<String> = functions.iter().filter_map(|name| section(name)).collect();
    assert!(sections.len() > 100, "only {} functions were seen: has the program no symbols?", sections.len());
    let lines: Vec<String> = sections.iter().map(|section| format!("    *({section})\n")).collect();
    fs::write(SCRIPT, format!("{HEAD}{}{END}", lines.concat())).expect("write the linker script");
    println!("written to {SCRIPT}: {} functions", sections.len());
}

/// A TLS handshake is not.
fn is_mostly_start(row: &Row) -> bool {
    row.goals.iter().any(|goal| matches!(goal, Goal::Times(..)))
}

fn executed(row: &Row) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder for callgrind");
    let file = folder.path().join("out");
    let option = format!("--callgrind-out-file={}", file.display());
    let valgrind = ["valgrind", "--quiet", "--tool=callgrind", "--demangle=no", &option];
    let status = row.case.command(&valgrind).status().expect("start valgrind");
    assert!(status.success(), "{} under valgrind", row.name);
    names(&file)
}

/// In callgrind's format (Callgrind Format Specification, "Name compression") a name stands where its number first does.
fn names(file: &Path) -> Vec<String> {
    let content = fs::read_to_string(file).expect("read what callgrind wrote");
    let names = content.lines().filter_map(|line| {
        let line = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn="))?;
        // Of a function that calls itself there are several, behind an apostrophe.
        Some(line.split_once(") ")?.1.split('\'').next()?.to_owned())
    });
    names.collect()
}

/// The section that the compiler gives a function, without the hashes of its crate and of this build.
fn section(name: &str) -> Option<String> {
    if name.starts_with("_ZN") {
        return Some(format!(".text*{}17h*", name.rsplit_once("17h")?.0));
    }
    if name.starts_with("_R") {
        return Some(format!(".text*{}", without_crate_hashes(name)));
    }
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then(|| format!(".text.{name}"))
}

/// `Cs7NtBJF_4core` has the crate's hash between `Cs` and `_` (RFC 2603).
fn without_crate_hashes(name: &str) -> String {
    let mut parts = name.split("Cs");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| match part.split_once('_') {
        Some((hash, rest)) if hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) => format!("{name}Cs*_{rest}"),
        _ => format!("{name}Cs{part}"),
    })
}
