//! The pages that people read: how long they are, and where their links lead.

use std::fs;
use std::path::Path;

/// Every page of the repository, by its path there.
pub fn pages() -> Vec<(String, String)> {
    let pages = ["", ".github"].iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let pages = pages.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "md"));
    pages.map(|path| (relative(&path), fs::read_to_string(&path).unwrap())).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string().replace('\\', "/")
}

#[test]
fn the_first_pages_are_short() {
    for (page, most) in [("README.md", 1200), ("INSTALLATION.md", 1500)] {
        let words = fs::read_to_string(root().join(page)).unwrap().split_whitespace().count();
        assert!(words <= most, "{page} has {words} words");
    }
}

/// The places to which the links of a page lead that stay here, and the titles that they name there.
fn links(page: &str) -> Vec<(&str, &str)> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    // The release key is there from the first release on.
    let here = targets.filter(|target| !target.contains("://") && !target.ends_with("release-key.pub"));
    here.map(|target| target.split_once('#').unwrap_or((target, ""))).collect()
}

/// GitHub's name for a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    let mut count = 0;
    for (name, page) in pages() {
        for (file, title) in links(&page) {
            let page = root().join(&name);
            let target = if file.is_empty() { page } else { page.parent().unwrap().join(file) };
            let text = fs::read_to_string(&target).unwrap_or_else(|_| panic!("{name}: {file} is not there"));
            let mut headings =
                text.lines().filter_map(|line| Some(line.strip_prefix('#')?.trim_start_matches('#').trim()));
            assert!(title.is_empty() || headings.any(|heading| anchor(heading) == title), "{name}: {file}#{title}");
            count += 1;
        }
    }
    assert!(count > 30, "{count} links are too few: are they still found?");
}
