//! A credential store in the place of Docker's own (osxkeychain, wincred, secretservice, pass), which keeps what it is
//! given in a file, and can be told to misbehave.
//!
//! The folder of its own name in `STORES_FOLDER` holds `entries.json` (what it keeps) and `calls` (a line of JSON a
//! call: its arguments, the secret variables that it could see, how many secrets device.json holds by then, and whether
//! it names a store). `STORE_DOES` is what it does instead, as `VERB BEHAVIOUR`, with
//! `SECRET_` for `atcr_device_`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_macros,
    reason = "a program of the tests"
)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

const NOT_FOUND: &str = "credentials not found in native keychain";

fn main() -> ExitCode {
    let name = env::current_exe().unwrap().file_stem().unwrap().to_owned();
    let folder = PathBuf::from(env::var_os("STORES_FOLDER").unwrap()).join(name);
    let arguments: Vec<String> = env::args().skip(1).collect();
    let secrets = ["ATCR_DEVICE_SECRET", "ATCR_APP_PASSWORD"].into_iter().filter(|name| env::var_os(name).is_some());
    let device_json = env::var_os("ATCR_CONFIG_DIR").map(|folder| PathBuf::from(folder).join("device.json"));
    let device_json = device_json.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    let (held, is_named) = (device_json.matches("\"device_secret\"").count(), device_json.contains("credential_store"));
    let call = json!([arguments, secrets.collect::<Vec<_>>(), held, is_named]);
    let calls = fs::OpenOptions::new().create(true).append(true).open(folder.join("calls"));
    writeln!(calls.unwrap(), "{call}").unwrap();
    let verb = arguments.first().map(String::as_str).unwrap_or_default();
    let does = env::var("STORE_DOES").unwrap_or_default().replace("SECRET_", "atcr_device_");
    let behaviour = does.split_once(' ').filter(|(of, _)| *of == verb || *of == "*").map(|(_, behaviour)| behaviour);
    let mut input = String::new();
    if behaviour != Some("ignore") {
        io::stdin().read_to_string(&mut input).unwrap();
    }
    let (text, code) = match behaviour {
        None => return answer(verb, &input, &folder, str::to_owned),
        // As a store would that knows no paths.
        Some("by-host") => return answer(verb, &input, &folder, |key| key.split('/').nth(2).unwrap().to_owned()),
        Some("hang") => {
            thread::sleep(Duration::from_mins(2));
            return ExitCode::FAILURE;
        }
        Some("ignore" | "nothing") => return ExitCode::SUCCESS,
        Some("silence") => return ExitCode::FAILURE,
        Some("bytes") => {
            let handle = input.rsplit('/').next().unwrap_or_default();
            let answer = json!({"ServerURL": input, "Username": handle, "Secret": "atcr_device_?"}).to_string();
            let answer: Vec<u8> = answer.bytes().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
            io::stdout().write_all(&answer).unwrap();
            return ExitCode::SUCCESS;
        }
        // As one that matches a part of the key.
        Some("elsewhere") => {
            let handle = input.rsplit('/').next().unwrap_or_default();
            let answer = json!({"ServerURL": "https://elsewhere", "Username": handle, "Secret": "atcr_device_x"});
            (answer.to_string(), ExitCode::SUCCESS)
        }
        Some("flood") => ("a".repeat(1 << 20), ExitCode::SUCCESS),
        Some("garbage") => (format!("{input} garbage"), ExitCode::SUCCESS),
        Some("empty") => (json!({"ServerURL": input, "Username": "", "Secret": ""}).to_string(), ExitCode::SUCCESS),
        Some("echo") => (format!("\u{1b}[31mcan't: {input}"), ExitCode::FAILURE),
        Some(text) => (text.to_owned(), ExitCode::FAILURE),
    };
    println!("{text}");
    code
}

fn answer(verb: &str, input: &str, folder: &std::path::Path, key: impl Fn(&str) -> String) -> ExitCode {
    let file = folder.join("entries.json");
    let mut entries: BTreeMap<String, Value> =
        fs::read(&file).map(|bytes| serde_json::from_slice(&bytes).unwrap()).unwrap_or_default();
    match verb {
        "store" => {
            let object: Value = serde_json::from_str(input).unwrap();
            entries.insert(key(object["ServerURL"].as_str().unwrap()), object);
        }
        "get" => {
            let Some(entry) = entries.get(&key(input)) else {
                println!("{NOT_FOUND}");
                return ExitCode::FAILURE;
            };
            println!("{entry}");
            return ExitCode::SUCCESS;
        }
        "erase" => drop(entries.remove(&key(input))),
        _ => return ExitCode::FAILURE,
    }
    fs::write(file, serde_json::to_string(&entries).unwrap()).unwrap();
    ExitCode::SUCCESS
}
