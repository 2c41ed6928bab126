//! Any bytes as a large device.json: what `get` reads of it, the first time and where it remembers the place, is what the
//! whole file says. The first two bytes tell where blanks make it large, and what its first piece in memory ends with.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use atcr::credential_store::CredentialStores;
use atcr::domain::RegistryUrl;
use atcr::storage::accounts_file::AccountsFile;
use libfuzzer_sys::fuzz_target;

/// The size of such a piece; a file of that size is large.
const PIECE: usize = 8 * 1024;

fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder").keep())
}

fuzz_target!(|input: &[u8]| {
    let [blanks_at, piece_end, content @ ..] = input else { return };
    let within = |place: &u8| usize::from(*place) % (content.len() + 1);
    let (before, after) = content.split_at(within(blanks_at));
    let large = [before, &vec![b' '; PIECE - within(piece_end)], after].concat();

    for name in fs::read_dir(folder()).expect("the folder") {
        fs::remove_file(name.expect("a file").path()).expect("a new beginning");
    }
    fs::write(folder().join("device.json"), large).expect("write device.json");
    let store = AccountsFile::new(Some(folder().clone()), CredentialStores::new(None));
    // Before the whole, which would write a file of an older shape anew.
    let wanted = [&["https://atcr.io"][..], &["http://localhost:5000", "https://localhost:5000"]]
        .map(|urls| urls.iter().map(|url| url.parse().expect("a registry")).collect::<Vec<RegistryUrl>>());
    let read = wanted.map(|wanted| {
        let at_first = store.load_only(&wanted);
        let again = store.load_only(&wanted);
        (wanted, [at_first, again])
    });
    let Ok(whole) = store.load() else { return };
    for (wanted, loaded) in read {
        for registries in loaded {
            let registries = registries.expect("the whole file is read");
            assert_eq!(registries.store(), whole.store());
            for url in &wanted {
                assert_eq!(registries.get(url), whole.get(url), "{url}");
            }
        }
    }
});
