//! Changes by this program and by others, in any order.

use serde_json::json;

use super::undo::{TAKEN, backups, docker_logs_in, parsed};
use super::{CONFIG, configure, text};
use crate::support::{Chance, Home, rounds, tried};

/// Anything in any order: a helper or secret that somebody wrote is in the file or in a backup at every moment.
#[test]
fn nothing_is_ever_gone_for_good() {
    let mut chance = Chance::new();
    for round in 0..rounds(6) {
        let home = Home::in_memory();
        home.write(CONFIG, TAKEN);
        let mut words: Vec<String> =
            ["c2VjcmV0OmE=", "secret-b", "c2VjcmV0OmM=", "\"pass\"", "ecr-login"].map(str::to_owned).to_vec();
        for step in 0..20 {
            let host = one_of(&mut chance, &["atcr.io", "buoy.cr", "quay.io"]);
            match one_of(&mut chance, &["add", "add", "remove", "remove all", "docker", "login"]) {
                "add" => drop(configure(&home, &[host, "--yes"])),
                "remove" => drop(configure(&home, &["--remove", host])),
                "remove all" => drop(configure(&home, &["--remove"])),
                "docker" => docker_logs_in(&home, &format!("r{step}.example")),
                // Somebody logs in anew, in plain text: what this replaces is theirs to lose, if it was in the file.
                _ => {
                    let mut config = parsed(&home, CONFIG);
                    let secret = format!("secret-{round}-{step}");
                    let was = std::mem::replace(&mut config["auths"][host], json!({"auth": secret}));
                    words.retain(|word| !was.to_string().contains(word.as_str()));
                    words.push(secret);
                    home.write(CONFIG, config.to_string());
                }
            }
            let mut everything = text(&home, CONFIG);
            for backup in backups(&home) {
                everything += &text(&home, &format!(".docker/{backup}"));
            }
            for word in &words {
                assert!(everything.contains(word.as_str()), "{word} is gone (round {round}, step {step}, {chance})");
            }
        }
    }
    tried(&format!("{} sequences of changes ({chance})", rounds(6)));
}

fn one_of<'a>(chance: &mut Chance, all: &[&'a str]) -> &'a str {
    let mut left = f64::from(u32::try_from(all.len()).unwrap());
    for one in all {
        if chance.part() * left < 1.0 {
            return one;
        }
        left -= 1.0;
    }
    all[0]
}
