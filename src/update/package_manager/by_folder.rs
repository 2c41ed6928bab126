//! Package managers that have a folder of their own.

use super::manager::{PackageManager, RELEASES};
use crate::error::Hint;
use crate::platform::executable::NAME;

/// From the path after the manager's folder, what updates the package.
type Update = fn(&str) -> Option<Hint>;

/// A folder that only this manager has, its name, and what updates its package.
const FOLDERS: [(&str, &str, Update); 10] = [
    ("/Cellar/", "Homebrew", |after| Some(Hint::run(format_args!("brew upgrade {}", first(after)?)))),
    ("/nix/store/", "Nix", |_| Some(nix())),
    ("/gnu/store/", "Guix", |_| Some(Hint::run(format_args!("guix upgrade {NAME}")))),
    ("/scoop/apps/", "Scoop", |after| Some(Hint::run(format_args!("scoop update {}", first(after)?)))),
    ("/WinGet/Packages/", "winget", |after| Some(winget(first(after)?))),
    ("/chocolatey/lib/", "Chocolatey", |after| Some(chocolatey(first(after)?))),
    ("/mise/installs/", "mise", |after| Some(Hint::run(format_args!("mise upgrade {}", mise_tool(first(after)?))))),
    ("/.asdf/installs/", "asdf", |after| Some(Hint::run(format_args!("asdf install {} latest", first(after)?)))),
    ("/aquaproj-aqua/pkgs/", "aqua", |_| Some(Hint::run(format_args!("aqua update {NAME}")))),
    ("/snap/", "snap", |after| Some(Hint::run(format_args!("sudo snap refresh {}", snap(after)?)))),
];

pub(super) fn owner(path: &str) -> Option<PackageManager> {
    // Paths of Windows ignore case.
    let (portable, is_windows) = (path.replace('\\', "/"), path.contains('\\'));
    let comparable = |text: &str| if is_windows { text.to_ascii_lowercase() } else { text.to_owned() };
    FOLDERS.iter().find_map(|&(folder, name, update)| {
        let after = &portable[comparable(&portable).find(&comparable(folder))? + folder.len()..];
        Some(PackageManager { name, hint: update(after)? })
    })
}

/// The package, unless it is the program itself that is in that folder.
fn first(after: &str) -> Option<&str> {
    after.split_once('/').map(|(package, _)| package)
}

/// `nix profile upgrade` knows flakes only, and ours is none; `nix-env` refuses a profile that `nix profile` made.
fn nix() -> Hint {
    Hint::text(format_args!(
        "download {NAME}.nix from {RELEASES}, then install it as before, \
         with nix-env -i -f {NAME}.nix or nix profile install -f {NAME}.nix"
    ))
}

/// A package's folder ends in its source, which is `_DefaultSource` if it was installed from a manifest in a folder.
fn winget(folder: &str) -> Hint {
    let (package, source) = folder.split_once('_').unwrap_or((folder, ""));
    if source != "_DefaultSource" {
        return Hint::run(format_args!("winget upgrade --id {package}"));
    }
    Hint::text(format_args!(
        "download and unpack {NAME}_VERSION_packaging.tar.gz from {RELEASES}, \
         then run: winget install --manifest packaging\\winget"
    ))
}

/// Ours is in no repository yet.
fn chocolatey(package: &str) -> Hint {
    if package != NAME {
        return Hint::run(format_args!("choco upgrade {package}"));
    }
    Hint::text(format_args!(
        "download and unpack {NAME}_VERSION_packaging.tar.gz from {RELEASES}, \
         pack it with choco pack packaging\\chocolatey\\{NAME}.nuspec, then run: choco upgrade --source . {NAME}"
    ))
}

/// A tool as it is asked for: the folder of `github:atcr-io/NAME` is `github-atcr-io-NAME`.
fn mise_tool(folder: &str) -> String {
    let Some(before) = folder.strip_suffix(NAME).and_then(|before| before.strip_suffix('-')) else {
        return folder.to_owned();
    };
    match before.split_once('-') {
        Some((backend, owner)) => format!("{backend}:{owner}/{NAME}"),
        None => format!("{before}:{NAME}"),
    }
}

/// The package before a revision, which is a number, after an `x` for one that was not from the store. Other folders
/// may be called `snap` too.
fn snap(after: &str) -> Option<&str> {
    let mut parts = after.split('/');
    let (package, revision) = (parts.next()?, parts.next()?);
    let number = revision.strip_prefix('x').unwrap_or(revision);
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_tells_the_package_manager() {
        for (path, expected) in [
            (
                "/opt/homebrew/Cellar/docker-credential-atcr/1.2.3/bin/docker-credential-atcr",
                "brew upgrade docker-credential-atcr",
            ),
            ("/home/linuxbrew/.linuxbrew/Cellar/atcr/1.2.3/bin/docker-credential-atcr", "brew upgrade atcr"),
            (
                "/nix/store/0123abc-docker-credential-atcr-1.2.3/bin/docker-credential-atcr",
                "download docker-credential-atcr.nix from https://github.com/atcr-io/docker-credential-atcr/releases/latest, then install it as before, with nix-env -i -f docker-credential-atcr.nix or nix profile install -f docker-credential-atcr.nix",
            ),
            (
                r"\\?\C:\Users\a\scoop\apps\docker-credential-atcr\1.2.3\docker-credential-atcr.exe",
                "scoop update docker-credential-atcr",
            ),
            (
                r"C:\Users\a\AppData\Local\Microsoft\WinGet\Packages\Atcr.Helper_Microsoft.Winget.Source_8wekyb3d8bbwe\docker-credential-atcr.exe",
                "winget upgrade --id Atcr.Helper",
            ),
            (
                r"C:\Users\a\AppData\Local\Microsoft\WinGet\Packages\ATCR.DockerCredentialAtcr__DefaultSource\docker-credential-atcr.exe",
                r"download and unpack docker-credential-atcr_VERSION_packaging.tar.gz from https://github.com/atcr-io/docker-credential-atcr/releases/latest, then run: winget install --manifest packaging\winget",
            ),
            (
                r"C:\ProgramData\chocolatey\lib\docker-credential-atcr\tools\docker-credential-atcr.exe",
                r"download and unpack docker-credential-atcr_VERSION_packaging.tar.gz from https://github.com/atcr-io/docker-credential-atcr/releases/latest, pack it with choco pack packaging\chocolatey\docker-credential-atcr.nuspec, then run: choco upgrade --source . docker-credential-atcr",
            ),
            (r"C:\ProgramData\chocolatey\lib\atcr\tools\docker-credential-atcr.exe", "choco upgrade atcr"),
            (
                "/gnu/store/0123abc-docker-credential-atcr-1.2.3/bin/docker-credential-atcr",
                "guix upgrade docker-credential-atcr",
            ),
            (
                "/home/a/.local/share/mise/installs/docker-credential-atcr/1.2.3/docker-credential-atcr",
                "mise upgrade docker-credential-atcr",
            ),
            (
                "/home/a/.local/share/mise/installs/github-atcr-io-docker-credential-atcr/1.2.3/docker-credential-atcr",
                "mise upgrade github:atcr-io/docker-credential-atcr",
            ),
            (
                "/home/a/.local/share/mise/installs/cargo-docker-credential-atcr/1.2.3/bin/docker-credential-atcr",
                "mise upgrade cargo:docker-credential-atcr",
            ),
            (
                r"C:\Users\a\AppData\Local\mise\installs\docker-credential-atcr\1.2.3\docker-credential-atcr.exe",
                "mise upgrade docker-credential-atcr",
            ),
            ("/home/a/.local/share/mise/installs/tools/1.2.3/docker-credential-atcr", "mise upgrade tools"),
            ("/home/a/.asdf/installs/atcr/1.2.3/bin/docker-credential-atcr", "asdf install atcr latest"),
            (
                "/home/a/.local/share/aquaproj-aqua/pkgs/github_release/github.com/atcr-io/docker-credential-atcr/v1.2.3/a.tar.gz/docker-credential-atcr",
                "aqua update docker-credential-atcr",
            ),
            ("/snap/docker-credential-atcr/12/bin/docker-credential-atcr", "sudo snap refresh docker-credential-atcr"),
            ("/var/lib/snapd/snap/atcr/x1/docker-credential-atcr", "sudo snap refresh atcr"),
            ("/home/a/snap/bin/docker-credential-atcr", ""),
            ("/snap/bin/docker-credential-atcr", ""),
            ("/home/a/installs/x/1/docker-credential-atcr", ""),
            ("/usr/local/bin/docker-credential-atcr", ""),
            ("/home/cellar/bin/docker-credential-atcr", ""),
            (r"C:\Program Files\ATCR\docker-credential-atcr.exe", ""),
        ] {
            let command = owner(path).map(|manager| manager.hint.to_string()).unwrap_or_default();
            assert_eq!(command.trim_start_matches("run: "), expected, "{path}");
        }
    }
}
