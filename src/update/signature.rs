//! Whether a release is the maintainers' own: minisign's signature over its checksums.txt.

use std::str;

use anyhow::{Context, Result, anyhow, bail};
use minisign_verify::{Error as Invalid, PublicKey, Signature};
use semver::Version;

use crate::appview::{Archive, Checksum};
use crate::error::Error;
use crate::platform::environment::Certificates;
use crate::platform::executable::NAME;

/// The maintainers' public key, if this program was built with it: build.rs says where it comes from.
pub const RELEASE_KEY: Option<&str> =
    if env!("ATCR_RELEASE_KEY").is_empty() { None } else { Some(env!("ATCR_RELEASE_KEY")) };

const CHECKSUMS: &str = "checksums.txt";
const SIGNATURE: &str = "checksums.txt.minisig";

/// In bytes: a line for each of some thirty files, and four lines.
const LONGEST_CHECKSUMS: u64 = 64 * 1024;
const LONGEST_SIGNATURE: u64 = 4 * 1024;

/// Fails unless the files beside the archive, signed with `key`, say that it is of this version and has its announced
/// checksum.
pub fn verify_release(key: &str, version: &Version, archive: &Archive, trusted: &Certificates) -> Result<(), Error> {
    let checksums = archive.url.fetch_beside(CHECKSUMS, LONGEST_CHECKSUMS, trusted)?;
    let signature = archive.url.fetch_beside(SIGNATURE, LONGEST_SIGNATURE, trusted)?;
    verify(key, version, &checksums, &signature)?;
    let name = archive.url.file_name();
    if checksum_of(name, &checksums)? == archive.checksum {
        return Ok(());
    }
    Err(Error::new(format_args!("the SHA-256 that was announced for {name} is not the one in {CHECKSUMS}")))
}

/// Fails unless this is the checksums.txt of this version. With an older one, an older program could be announced as newer.
fn verify(key: &str, version: &Version, checksums: &[u8], signature: &[u8]) -> Result<()> {
    let key = PublicKey::from_base64(key).context("the release key of this program is malformed")?;
    let signature = str::from_utf8(signature).ok().and_then(|text| Signature::decode(text).ok());
    let signature = signature.with_context(|| format!("{SIGNATURE} is not a signature by minisign"))?;
    // Not the legacy format, which signs the file and not its hash: one meaning of a signature is enough, and minisign from
    // 0.10 on makes that only where `-l` asks for it.
    key.verify(checksums, &signature, false).map_err(|error| match error {
        Invalid::UnexpectedKeyId => anyhow!("{CHECKSUMS} is not signed with the release key"),
        Invalid::UnexpectedAlgorithm => anyhow!("{SIGNATURE} is in minisign's legacy format"),
        _ => anyhow!("{CHECKSUMS} or its signature was changed"),
    })?;
    let (signed, expected) = (signature.trusted_comment(), format!("{NAME} v{version}"));
    if signed != expected {
        bail!("{CHECKSUMS} is signed for {signed:?}, not for {expected:?}");
    }
    Ok(())
}

/// Reads the output of `sha256sum`.
fn checksum_of(name: &str, checksums: &[u8]) -> Result<Checksum> {
    let text = String::from_utf8_lossy(checksums);
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    let line = lines.find(|(_, file)| file.strip_prefix([' ', '*']) == Some(name));
    let (digits, _) = line.with_context(|| format!("{CHECKSUMS} does not list {name}"))?;
    digits.parse().with_context(|| format!("the checksum of {name} in {CHECKSUMS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with minisign 0.11: `minisign -S -t "docker-credential-atcr v1.2.3" -m checksums.txt`.
    const KEY: &str = "RWSYPCIe/OJXhEVT7HLbWcgAZDhRSOXgTwtKF8Vxqdqq6rgnB3g99hDH";
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const FILES: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.tar.gz\n\
                         ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad *b.zip\n";
    const GOOD: &str = "untrusted comment: signature from minisign secret key\n\
        RUSYPCIe/OJXhL45J5FVk1HSRKSj8PwfUZJBId/ce4t4Abq53twSnY03eEYY14FiIE0Ib7E+Y0iMtNwhJkvIhPLt6dytZfleSA8=\n\
        trusted comment: docker-credential-atcr v1.2.3\n\
        YmaIe+HcLpUTmJfwDaTlnCUCyesG/jbejyIickuQgKOICgnGBFT8Vw//YCrTm0cdqJousZuVJprUXr8nOgMZCQ==\n";
    /// With the flag `-l`.
    const LEGACY: &str = "untrusted comment: signature from minisign secret key\n\
        RWSYPCIe/OJXhNlaSGYoqtAya82bC6Zy2DTYl9Ax/6TR8wPJ3/BdsA3Y3ML5FqRtp0es5CxemdEnMl+kkFgCJAyFwVB+KmpuJgo=\n\
        trusted comment: docker-credential-atcr v1.2.3\n\
        lZIbmsOuEkxWqMYh99Ax+DdYl2vFwqsdsM8Ix3Bfy1RVhjgyrAt2AOV6xY/j0L7YTvtt7MSv5w2PFdyjibUCCg==\n";
    const OF_ANOTHER_KEY: &str = "untrusted comment: signature from minisign secret key\n\
        RUQz5xE426lMIzAsn0rHQ0lzt+CTil64IOpSqTFyMKy7T6y4BvPRI46nQnsX1VYuBafIDumHfLXeVR3bZ9bxgYK/oyrdkE8hBgU=\n\
        trusted comment: docker-credential-atcr v1.2.3\n\
        FKMy8IUWp58auEyyfTMLZ/e86F6tOwawtEIsYy3pH+2gHqH0ez38ida/TbqpLKYboUKcjqHOax/itJqZRAjrCQ==\n";

    fn verified(version: &str, checksums: &str, signature: &str) -> Result<(), String> {
        let verified = verify(KEY, &version.parse().unwrap(), checksums.as_bytes(), signature.as_bytes());
        verified.map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn what_minisign_signed_for_this_version_is_good() {
        assert_eq!(verified("1.2.3", FILES, GOOD), Ok(()));
        assert_eq!(verified("1.2.3", FILES, &GOOD.replace('\n', "\r\n")), Ok(()));
    }

    #[test]
    fn another_key_version_format_or_content_is_not() {
        let other_version = "checksums.txt is signed for \"docker-credential-atcr v1.2.3\", not for";
        for (version, checksums, signature, reason) in [
            ("1.2.4", FILES, GOOD, other_version),
            ("1.2.3-rc.1", FILES, GOOD, other_version),
            ("1.2.3+build", FILES, GOOD, other_version),
            ("1.2.3", FILES, OF_ANOTHER_KEY, "checksums.txt is not signed with the release key"),
            ("1.2.3", FILES, LEGACY, "checksums.txt.minisig is in minisign's legacy format"),
            ("1.2.3", "", GOOD, "checksums.txt or its signature was changed"),
            ("1.2.3", FILES.trim_end(), GOOD, "checksums.txt or its signature was changed"),
            ("1.2.4", FILES, &GOOD.replace("1.2.3", "1.2.4"), "checksums.txt or its signature was changed"),
            ("1.2.3", FILES, "", "checksums.txt.minisig is not a signature by minisign"),
            ("1.2.3", FILES, "<html>not found</html>", "checksums.txt.minisig is not a signature by minisign"),
        ] {
            let verified = verified(version, checksums, signature).unwrap_err();
            assert!(verified.starts_with(reason), "{verified}");
        }
    }

    /// The first line of a signature says nothing, and is not signed.
    #[test]
    fn a_signature_that_is_cut_off_or_changed_is_not_good() {
        let start = GOOD.find('\n').unwrap() + 1;
        for at in start..GOOD.trim_end().len() {
            assert!(verified("1.2.3", FILES, &GOOD[..at]).is_err(), "{at}");
            for change in [1, 0x20] {
                let mut changed = GOOD.as_bytes().to_vec();
                changed[at] ^= change;
                let error = verify(KEY, &Version::new(1, 2, 3), FILES.as_bytes(), &changed);
                assert!(error.is_err(), "{}", String::from_utf8_lossy(&changed));
            }
        }
    }

    #[test]
    fn a_checksum_is_found_under_the_files_whole_name() {
        let line = |line: &str| checksum_of("a.tar.gz", line.as_bytes()).map_err(|error| format!("{error:#}"));
        let (found, missing) = (Ok(Checksum::of(b"")), Err("checksums.txt does not list a.tar.gz".to_owned()));
        for (checksums, expected) in [
            (FILES.to_owned(), &found),
            (format!("{EMPTY} *a.tar.gz\r\n"), &found),
            (format!("{EMPTY}  ba.tar.gz\n{EMPTY}  a.tar.gz.sig\n"), &missing),
            (format!("{EMPTY}  dist/a.tar.gz\n"), &missing),
            (format!("{EMPTY} a.tar.gz\n"), &missing),
            (String::new(), &missing),
            ("abc  a.tar.gz\n".to_owned(), &Err("the checksum of a.tar.gz in checksums.txt: not a SHA-256".to_owned())),
        ] {
            assert_eq!(line(&checksums), *expected, "{checksums}");
        }
    }
}
