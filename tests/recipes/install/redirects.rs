//! Redirects: http is refused at every hop, other than on this machine.

use super::downloads::stays_as_it_was;
use super::machine::{Machine, find, machines};
use super::release::{Files, Release};
use super::{VERSION, serving, site};
use crate::support::AppView;

const LIST: &str = "/releases/latest/download/checksums.txt";

/// A host with a good release, over https.
fn https_site() -> AppView {
    let site = AppView::start_https();
    for (path, content) in Release::of(VERSION).alone() {
        site.serve_file(&path, content);
    }
    site
}

fn archives() -> impl Iterator<Item = String> {
    Release::of(VERSION).alone().into_keys().filter(|path| path.ends_with(".tar.gz"))
}

/// Machines with curl only, and with GNU wget only, which trust `site` over https.
fn with_curl_or_wget(site: &AppView) -> Vec<Machine> {
    let curl = machines(site).map(|machine| {
        let certificate = machine.write("ca.pem", site.ca_pem());
        machine.env("CURL_CA_BUNDLE", certificate)
    });
    let wget = machines(site).filter(|_| cfg!(target_os = "linux")).map(|machine| {
        let certificate = machine.write("ca.pem", site.ca_pem());
        let wget =
            format!("exec {} --ca-certificate='{}' \"$@\"", find("wget").unwrap().display(), certificate.display());
        machine.without("curl").with_script("wget", &wget)
    });
    curl.chain(wget).collect()
}

/// One with only busybox, which it takes for Alpine's. Debian's starts openssl for TLS, as Alpine's does `ssl_client`.
fn with_busybox(site: &AppView) -> Option<Machine> {
    let openssl = format!("exec {} s_client -quiet -connect \"$4\"", find("openssl")?.display());
    let machine = Machine::of_busybox(site)?;
    Some(machine.with_script("ssl_client", "exit 1").with_script("openssl", &openssl))
}

#[test]
fn https_that_redirects_to_http_is_refused() {
    let plain = site();
    let elsewhere = format!("{}/elsewhere", plain.url());
    for starts in [archives().collect(), vec![LIST.to_owned()]] {
        let site = https_site();
        for start in starts {
            site.redirect(&start, &elsewhere);
        }
        for machine in with_curl_or_wget(&site) {
            stays_as_it_was(&machine, &format!("redirects to {elsewhere}, which is not https"));
        }
        if let Some(machine) = with_busybox(&site) {
            stays_as_it_was(&machine, &format!("redirects to {elsewhere}, which is not https"));
        }
    }
    assert!(plain.log().iter().all(|entry| entry.user_agent.as_deref() == Some("Wget")), "{:?}", plain.log());
}

#[test]
fn http_is_refused_at_every_later_hop() {
    let (plain, site) = (site(), https_site());
    site.redirect(LIST, "/second?from=first");
    site.redirect("/second", &format!("{}/third", site.url()));
    site.redirect("/third", &format!("{}{LIST}", plain.url()));
    for machine in with_curl_or_wget(&site).into_iter().chain(with_busybox(&site)) {
        stays_as_it_was(&machine, "which is not https");
    }
    assert!(plain.log().iter().all(|entry| entry.user_agent.as_deref() == Some("Wget")), "{:?}", plain.log());
}

#[test]
fn http_on_this_machine_may_not_lead_to_another_one() {
    let site = site();
    for location in
        ["http://releases.example/", "http://127.0.0.1.evil.example/", "//releases.example/", "ftp://127.0.0.1/"]
    {
        site.redirect(LIST, location);
        for machine in machines(&site) {
            stays_as_it_was(&machine, "which is not https");
            if cfg!(target_os = "linux") {
                stays_as_it_was(&machine.without("curl").with("wget"), "which is not https");
            }
        }
    }
    // It takes what has no scheme for the name of a host.
    for location in ["http://releases.example/", "releases.example/"] {
        site.redirect(LIST, location);
        if let Some(machine) = Machine::of_busybox(&site) {
            stays_as_it_was(&machine, "redirects to http://releases.example/, which is not https");
        }
    }
}

#[test]
fn redirects_over_https_are_followed() {
    let site = https_site();
    for (path, content) in Release::of(VERSION).alone() {
        site.serve_file(&format!("/stored{path}"), content);
        site.redirect(&path, &format!("/stored{path}"));
    }
    for machine in with_curl_or_wget(&site).into_iter().chain(with_busybox(&site)) {
        machine.install(&[]).succeeds();
        assert!(machine.installed().exists());
    }
}

#[test]
fn a_location_is_read_as_rfc_3986_has_it() {
    let list = Release::of(VERSION).alone().remove(LIST).unwrap();
    for location in [
        "stored.txt",
        "./stored.txt",
        "/releases/latest/download/stored.txt",
        "HOST/releases/latest/download/stored.txt",
    ] {
        let site = site();
        site.serve_file("/releases/latest/download/stored.txt", list.clone());
        site.redirect(LIST, &location.replace("HOST", &site.url()));
        for machine in machines(&site) {
            machine.install(&[]).succeeds();
            if cfg!(target_os = "linux") {
                machine.without("curl").with("wget").install(&[]).succeeds();
            }
        }
    }
}

#[test]
fn redirects_without_an_end_are_an_error() {
    let site = site();
    site.redirect(LIST, LIST);
    for machine in machines(&site) {
        stays_as_it_was(&machine, "too many redirects");
        if cfg!(target_os = "linux") {
            stays_as_it_was(&machine.without("curl").with("wget"), "too many redirects");
        }
    }
}

#[test]
fn no_proxy_stands_between_this_machine_and_itself() {
    let (site, proxy) = (site(), serving(Files::new()));
    let with_proxy = |machine: Machine| machine.env("http_proxy", proxy.url()).env("ALL_PROXY", proxy.url());
    for machine in machines(&site) {
        with_proxy(machine).install(&[]).succeeds();
    }
    for machine in machines(&site).filter(|_| cfg!(target_os = "linux")) {
        with_proxy(machine.without("curl").with("wget")).install(&[]).succeeds();
    }
    // To a proxy it sends in clear what was meant for https.
    let secure = https_site();
    for machine in Machine::of_busybox(&site).into_iter().chain(with_busybox(&secure)) {
        with_proxy(machine).install(&[]).succeeds();
    }
    assert!(proxy.log().is_empty());
}

#[test]
fn a_wget_that_follows_redirects_by_itself_is_not_used() {
    let site = site();
    for words in ["GNU Wget2 2.2.0 --max-redirect", "Usage: wget [-O FILE] URL"] {
        for machine in machines(&site) {
            let machine = machine.without("curl").with_script("wget", &format!("echo '{words}'"));
            stays_as_it_was(&machine, "this wget can't be kept from following redirects to http");
        }
    }
}
