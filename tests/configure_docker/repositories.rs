//! `--repository`: one repository, always as its owner, with `docker-credential-atcr-HANDLE`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::{Value, json};

use super::undo::parsed;
use super::{CONFIG, home, listing, shown, text};
use crate::support::{EVAN, Home, MICHELLE, PROGRAM, Run, executable, two_accounts};

const KEY: &str = "atcr.io/evan.jarrett.net/app";
const HELPER: &str = "docker-credential-atcr-evan.jarrett.net";

/// A home with the program alone in a folder of its own, which is on PATH.
fn home_with_bin(content: &str) -> Home {
    let home = home(content);
    fs::create_dir(home.path("bin")).unwrap();
    symlink(*PROGRAM, home.path("bin/docker-credential-atcr")).unwrap();
    home
}

fn run(home: &Home, arguments: &[&str]) -> Run {
    // With the usual config.json: beside another one, a link stays.
    let run = home.run(&[&["configure-docker"], arguments].concat()).without_env("DOCKER_CONFIG");
    run.env("PATH", home.path("bin"))
}

#[test]
fn a_repository_gets_its_owners_helper() {
    let home = home_with_bin("{}");
    let (config, bin) = (shown(&home, CONFIG), shown(&home, "bin"));
    let helper = "docker-credential-atcr-evan.jarrett.net";
    let set_up = |change: &str, now: &str, backup: &str| {
        format!(
            "! evan.jarrett.net is not logged in to atcr.io.
  run: docker-credential-atcr login atcr.io --account evan.jarrett.net
✓ crane (like cosign, kaniko and ko) {change} {helper} for {KEY} ({config}).
{backup}✓ docker-credential-atcr is on PATH ({bin}/docker-credential-atcr).
✓ {helper} is {now}on PATH ({bin}/{helper}).
"
        )
    };
    let backup = format!("  Backup saved to {config}.atcr-backup.\n");
    run(&home, &["--repository", KEY]).stderr(set_up("now uses", "now ", &backup)).check();
    assert_eq!(parsed(&home, CONFIG), json!({"credHelpers": {KEY: "atcr-evan.jarrett.net"}}));
    let link = home.path("bin").join(helper);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("docker-credential-atcr"));
    run(&home, &["--repository", KEY]).stderr(set_up("already uses", "", "")).check();
    let removed = format!(
        "✓ crane (like cosign, kaniko and ko) no longer uses {helper} for {KEY} ({config}).\n✓ Removed {bin}/{helper}.\n"
    );
    run(&home, &["--remove", "--repository", KEY]).stderr(removed).check();
    assert_eq!((text(&home, CONFIG), link.is_symlink()), ("{}".to_owned(), false));
}

#[test]
fn an_image_is_written_as_its_repository() {
    for (image, key, helper) in [
        ("atcr.io/evan.jarrett.net/app:1", KEY, "atcr-evan.jarrett.net"),
        ("docker://ATCR.io/Evan.Jarrett.Net/app@sha256:0123", KEY, "atcr-evan.jarrett.net"),
        ("localhost:5000/a.example/nested/app:1", "localhost:5000/a.example/nested/app", "atcr-a.example"),
        ("atcr.io/did:plc:abc/app", "atcr.io/did:plc:abc/app", "atcr-did:plc:abc"),
    ] {
        let home = home_with_bin("{}");
        run(&home, &["--repository", image]).any_stderr().check();
        assert_eq!(parsed(&home, CONFIG), json!({"credHelpers": {key: helper}}), "{image}");
        run(&home, &["--remove", "--repository", image]).any_stderr().check();
        assert_eq!(text(&home, CONFIG), "{}", "{image}");
    }
}

#[test]
fn a_did_is_written_as_the_accounts_handle() {
    let (appview, home) = two_accounts();
    let key = format!("{}/did:plc:evan/app", appview.host());
    run(&home, &["--repository", &key]).any_stderr().check();
    assert_eq!(parsed(&home, CONFIG), json!({"credHelpers": {key: format!("atcr-{EVAN}")}}));
}

#[test]
fn what_names_no_owner_is_refused() {
    let (appview, home) = two_accounts();
    let host = appview.host();
    for image in
        ["app", "atcr.io", "atcr.io/app", "atcr.io//app", "", "evan.jarrett.net/app", "atcr.io/evan.jarrett.net/"]
    {
        run(&home, &["--repository", image]).status(2).stderr_has(&["not an image with a registry"]).check();
    }
    let expected = format!(
        "error: none of your accounts is named evan: did you mean {host}/{EVAN}/app?
  run: docker-credential-atcr configure-docker --repository {host}/{EVAN}/app
"
    );
    run(&home, &["--repository", &format!("{host}/evan/app")]).status(2).stderr(expected).check();
    run(&home, &["--repository", KEY, "--podman"]).status(2).stderr_has(&["cannot be used with"]).check();
    assert!(!home.path(CONFIG).exists());
}

#[test]
fn registries_and_repositories_are_named_together() {
    let home = home_with_bin("{}");
    let other = "atcr.io/michelle.jarrett.net/app";
    run(&home, &["atcr.io", "--repository", KEY, "--repository", other]).any_stderr().check();
    let all = json!({"atcr.io": "atcr", KEY: "atcr-evan.jarrett.net", other: "atcr-michelle.jarrett.net"});
    assert_eq!(parsed(&home, CONFIG), json!({"credHelpers": all}));
    run(&home, &["--remove", "atcr.io"]).any_stderr().check();
    assert_eq!(parsed(&home, CONFIG)["credHelpers"][KEY], "atcr-evan.jarrett.net");
    run(&home, &["--remove"]).any_stderr().check();
    assert_eq!((text(&home, CONFIG), fs::read_dir(home.path("bin")).unwrap().count()), ("{}".to_owned(), 1));
}

#[test]
fn a_helper_stays_as_long_as_an_entry_names_it() {
    let home = home_with_bin("{}");
    let second = "atcr.io/evan.jarrett.net/second";
    let link = home.path("bin/docker-credential-atcr-evan.jarrett.net");
    run(&home, &["--repository", KEY, "--repository", second]).any_stderr().check();
    run(&home, &["--remove", "--repository", KEY]).any_stderr().check();
    assert!(link.exists());
    run(&home, &["--remove", "--repository", second]).any_stderr().check();
    assert!(!link.is_symlink());
}

#[test]
fn a_link_that_the_usual_file_names_stays() {
    let home = home_with_bin("{}");
    let link = home.path("bin/docker-credential-atcr-evan.jarrett.net");
    run(&home, &["--repository", KEY]).any_stderr().check();
    for arguments in [&["--repository", KEY][..], &["--remove"]] {
        run(&home, arguments).env("DOCKER_CONFIG", home.path("other")).any_stderr().check();
        assert!(link.is_symlink(), "{arguments:?}");
    }
    run(&home, &["--remove"]).any_stderr().check();
    assert!(!link.is_symlink());
}

/// Nobody can look into the files of all of them.
#[test]
fn a_link_where_others_may_use_it_stays() {
    let home = home_with_bin("{}");
    let shared = tempfile::tempdir().unwrap();
    symlink(*PROGRAM, shared.path().join("docker-credential-atcr")).unwrap();
    let link = shared.path().join(HELPER);
    let run = |arguments: &[&str]| run(&home, arguments).env("PATH", shared.path()).any_stderr().check().stderr;
    run(&["--repository", KEY]);
    let stderr = run(&["--remove"]);
    assert!(stderr.ends_with(&stays(&link)), "{stderr}");
    assert!(link.is_symlink() && text(&home, CONFIG) == "{}");
    // Nothing named it this time.
    assert!(!run(&["--remove"]).contains("stays"));
}

fn stays(link: &Path) -> String {
    let link = link.display();
    format!("  {link} stays, as others may use it; to remove it, run: rm {link}\n")
}

/// As two jobs of one user have it.
#[test]
fn a_link_that_another_configuration_may_name_stays() {
    let home = home_with_bin("{}");
    let link = home.path("bin").join(HELPER);
    let run = |job: &str, arguments: &[&str]| {
        run(&home, arguments).env("DOCKER_CONFIG", home.path(job)).any_stderr().check().stderr
    };
    run("one", &["--repository", KEY]);
    run("two", &["--repository", KEY]);
    let stderr = run("one", &["--remove"]);
    assert!(stderr.ends_with(&stays(&link)), "{stderr}");
    assert!(link.is_symlink());
}

#[test]
fn what_leads_to_another_installation_stays() {
    type Put = fn(&Home, &Path);
    // A copy that somebody made, and a link to another installation's program.
    let puts: [Put; 2] = [
        |_, place| executable::copy(*PROGRAM, place),
        |home, place| {
            fs::create_dir(home.path("opt")).unwrap();
            executable::copy(*PROGRAM, home.path("opt/docker-credential-atcr"));
            symlink(home.path("opt/docker-credential-atcr"), place).unwrap();
        },
    ];
    for put in puts {
        let home = home_with_bin(&json!({"credHelpers": {KEY: "atcr-evan.jarrett.net"}}).to_string());
        let link = home.path("bin").join(HELPER);
        put(&home, &link);
        let stderr = run(&home, &["--remove"]).any_stderr().check().stderr;
        assert!(stderr.ends_with(&stays(&link)), "{stderr}");
        assert!(link.exists());
    }
}

#[test]
fn a_link_that_leads_to_nothing_is_removed() {
    let home = home_with_bin(&json!({"credHelpers": {KEY: "atcr-evan.jarrett.net"}}).to_string());
    let link = home.path("bin").join(HELPER);
    symlink(home.path("gone/docker-credential-atcr"), &link).unwrap();
    run(&home, &["--remove"]).stderr_has(&["✓ Removed "]).check();
    assert!(!link.is_symlink());
}

#[test]
fn another_program_of_that_name_is_refused() {
    type Put = fn(&Path);
    let puts: [Put; 3] = [
        |place| executable::script(place, "echo '{}'"),
        |place| symlink("/bin/true", place).unwrap(),
        |place| assert!(fs::copy("/bin/true", place).unwrap() > 0),
    ];
    for put in puts {
        let home = home_with_bin("{}");
        let other = home.path(&format!("bin/{HELPER}"));
        put(&other);
        let before = (fs::read(&other).unwrap(), listing(&home.path(".docker")));
        let shown = shown(&home, &format!("bin/{HELPER}"));
        let error = format!("error: {shown} is not docker-credential-atcr\n  run: mv -n {shown} {shown}.old\n");
        for last in [&["--dry-run"][..], &["--yes"], &["atcr.io"]] {
            run(&home, &[&["--repository", KEY], last].concat()).status(1).stderr(&*error).check();
        }
        assert_eq!((fs::read(&other).unwrap(), listing(&home.path(".docker"))), before);
        // What names it already can be removed.
        home.write(
            CONFIG,
            format!("{{\"credHelpers\": {{\"{KEY}\": \"{}\"}}}}", HELPER.trim_start_matches("docker-credential-")),
        );
        run(&home, &["--remove"]).any_stderr().check();
        assert_eq!(fs::read(&other).unwrap(), before.0);
    }
}

#[test]
fn a_program_that_is_not_on_path_gets_a_command() {
    let home = home("{}");
    let program = home.path("opt/docker-credential-atcr");
    fs::create_dir(home.path("opt")).unwrap();
    executable::copy(*PROGRAM, &program);
    let mut command = home.command(&program);
    let folder = home.path("tools");
    fs::create_dir(&folder).unwrap();
    command.args(["configure-docker", "--repository", KEY]).env("PATH", &folder);
    let fix = format!(
        "! docker-credential-atcr-evan.jarrett.net is not on PATH, so Docker can't run it.
  run: ln -s {} {}/docker-credential-atcr-evan.jarrett.net\n",
        program.display(),
        folder.display()
    );
    Run::new(command).stderr_has(&[&fix]).check();
}

#[test]
fn an_entry_for_another_account_is_removed_first() {
    for present in ["atcr", "atcr-michelle.jarrett.net"] {
        let content = json!({"credHelpers": {KEY: present}}).to_string();
        let home = home_with_bin(&content);
        let expected = format!(
            "error: docker-credential-{present} is configured for {KEY} already
  run: docker-credential-atcr configure-docker --remove --repository {KEY}\n"
        );
        run(&home, &["--repository", KEY, "--yes"]).status(1).stderr(expected).check();
        assert_eq!(text(&home, CONFIG), content);
    }
    let content = format!("{{\"credHelpers\": {{\"{KEY}\": \"pass\"}}}}");
    let home = home_with_bin(&content);
    let command = format!("run: docker-credential-atcr configure-docker --repository {KEY} --yes");
    run(&home, &["--repository", KEY]).status(2).stderr_has(&[&command]).check();
    run(&home, &["--repository", KEY, "--yes"]).any_stderr().check();
    run(&home, &["--remove"]).any_stderr().check();
    assert_eq!(text(&home, CONFIG), content);
}

#[test]
fn our_default_store_does_not_stand_in_its_way() {
    let content = r#"{"credsStore": "atcr"}"#;
    let home = home_with_bin(content);
    run(&home, &["--repository", KEY]).any_stderr().check();
    assert_eq!(parsed(&home, CONFIG)["credHelpers"], json!({KEY: "atcr-evan.jarrett.net"}));
    run(&home, &["--remove", "--repository", KEY]).any_stderr().check();
    assert_eq!(text(&home, CONFIG), content);
}

#[test]
fn a_registry_may_have_a_helper_for_one_account() {
    let content = r#"{"credHelpers": {"atcr.io": "atcr-evan.jarrett.net"}}"#;
    let home = home_with_bin(content);
    let already = "✓ Docker already uses docker-credential-atcr-evan.jarrett.net for atcr.io";
    run(&home, &["atcr.io"]).stderr_has(&[already]).check();
    assert_eq!(text(&home, CONFIG), content);
    run(&home, &["--remove"])
        .stderr_has(&["no longer uses docker-credential-atcr-evan.jarrett.net for atcr.io"])
        .check();
    assert!(!home.path(CONFIG).exists() || text(&home, CONFIG) == "{}");
}

#[test]
fn the_helper_answers_for_its_repository() {
    let (appview, home) = two_accounts();
    fs::create_dir(home.path("bin")).unwrap();
    symlink(*PROGRAM, home.path("bin/docker-credential-atcr")).unwrap();
    let key = format!("{}/{EVAN}/app", appview.host());
    run(&home, &["--repository", &key]).any_stderr().check();
    let config: Value = parsed(&home, CONFIG);
    let helper = config["credHelpers"][&key].as_str().unwrap();
    let mut get = home.command(home.path(&format!("bin/docker-credential-{helper}")));
    get.arg("get");
    let michelles = format!("{}/{MICHELLE}/app", appview.host());
    Run::new(get)
        .stdin(&*key)
        .under(&[&["crane", "push", &michelles]])
        .stdout(home.credential(&appview, EVAN, &key))
        .check();
}

#[test]
fn a_repository_in_upper_case_is_refused() {
    let home = home("{}");
    let error = format!(
        "error: atcr.io/{EVAN}/App: the name has upper-case letters\n  run: docker-credential-atcr configure-docker \
         --repository atcr.io/{EVAN}/app\n"
    );
    home.run(&["configure-docker", "--repository", &format!("atcr.io/{EVAN}/App")]).status(2).stderr(error).check();
    assert_eq!(text(&home, CONFIG), "{}");
}
