//! Recipes for tools that run the program by themselves, with what each of them sends and expects, after their sources:
//! drivers/docker/utils.go of Nomad, RegistryAuthLocator.java of Testcontainers, and dockercfg, which its Go library uses.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use hcl_edit::structure::Body;
use serde_json::Value;

use super::page::{scripts, texts};
use super::workplace::Workplace;
use crate::support::{EVAN, MICHELLE, Run};

/// The strings that this key has in an HCL file, in whichever block.
pub fn strings(hcl: &str, key: &str) -> Vec<String> {
    fn collect(body: &Body, key: &str, found: &mut Vec<String>) {
        for attribute in body.attributes().filter(|attribute| attribute.key.as_str() == key) {
            let values =
                attribute.value.as_array().map_or_else(|| vec![&attribute.value], |array| array.iter().collect());
            found.extend(values.into_iter().filter_map(|value| Some(value.as_str()?.to_owned())));
        }
        body.blocks().for_each(|block| collect(&block.body, key, found));
    }
    let mut found = Vec::new();
    collect(&hcl.parse().unwrap(), key, &mut found);
    assert!(!found.is_empty(), "no {key} in {hcl}");
    found
}

/// The helper that a config file names for a registry.
fn helper(workplace: &Workplace, config: &str) -> String {
    let config: Value = serde_json::from_str(config).unwrap();
    config["credHelpers"][workplace.appview.host()].as_str().unwrap().to_owned()
}

/// A tool's call of a helper on PATH.
fn get(workplace: &Workplace, helper: &str, server: &str) -> Run {
    let mut command: Command = workplace.home.command("env");
    command.arg(format!("docker-credential-{helper}")).arg("get").env("PATH", workplace.path(&[]));
    Run::new(command).stdin(server)
}

#[test]
fn nomad_gets_a_credential_by_file_and_by_helper() {
    let workplace = Workplace::with_program();
    let ([script], [by_file, by_helper]) = (&scripts("Nomad")[..], &texts("Nomad", "hcl")[..]) else { panic!() };
    workplace.shell(script).check();
    let file = workplace.here(&strings(by_file, "config")[0]);
    let of_file = helper(&workplace, &fs::read_to_string(file).unwrap());
    for helper in [&of_file, &strings(by_helper, "helper")[0]] {
        let host = workplace.appview.host();
        let run = |secret: &str| {
            let run = get(&workplace, helper, &host).env("ATCR_REGISTRY", &host).env("ATCR_HANDLE", EVAN);
            workplace.home.write("secret", secret);
            run.env("ATCR_DEVICE_SECRET_FILE", workplace.home.path("secret"))
        };
        let answer = run(&workplace.secret).any_stdout().check().stdout;
        // What it is parsed into: with a value that is no string, all would be an error.
        let answer: BTreeMap<String, String> = serde_json::from_str(&answer).unwrap();
        assert_eq!((&*answer["Username"], &answer["Secret"]), (EVAN, &workplace.secret));
        run("atcr_device_old").any_stdout().status(1).stderr_has(&["rejected the credential of"]).check();
        let elsewhere = get(&workplace, helper, "docker.io").any_stdout().status(1);
        elsewhere.stderr_has(&["not logged in to docker.io, which is not an ATCR registry"]).check();
    }
}

#[test]
fn testcontainers_get_the_active_account_of_the_host() {
    let workplace = Workplace::with_program();
    let host = workplace.appview.host();
    let ([script], [variable]) = (&scripts("Testcontainers")[..], &texts("Testcontainers", "json")[..]) else {
        panic!()
    };
    workplace.shell(script).check();
    workplace.home.log_in(&workplace.appview, &[MICHELLE, EVAN]);
    let file = fs::read_to_string(workplace.home.path(".docker/config.json")).unwrap();
    for config in [&file, &workplace.here(variable)] {
        let helper = helper(&workplace, config);
        let credential = workplace.home.credential(&workplace.appview, EVAN, &host);
        // Java reads stderr as part of the answer: nothing may be there.
        get(&workplace, &helper, &host).stdout(credential).check();
        let credential = workplace.home.credential(&workplace.appview, MICHELLE, &host);
        get(&workplace, &helper, &host).env("ATCR_ACCOUNT", MICHELLE).stdout(credential).check();
        // To learn what a helper says where it has none, Java asks for this; Go compares stdout with the text.
        for unknown in ["https://not.a.real.registry/url", "registry.example"] {
            let run = get(&workplace, &helper, unknown).status(1).any_stderr();
            run.stdout("credentials not found in native keychain\n").check();
        }
    }
}
