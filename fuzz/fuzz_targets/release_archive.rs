//! Any bytes as the archive of a release: a tar that is compressed here, one that is not compressed at all, a zip. What
//! comes out is a file that the archive holds, or an error that drives no terminal.
#![no_main]

use std::io::Write;

use atcr::error::Error;
use atcr::update::unpack;
use libfuzzer_sys::fuzz_target;

const PROGRAM: &str = "docker-credential-atcr";

fuzz_target!(|data: &[u8]| {
    let [kind, content @ ..] = data else { return };
    let (archive, name) = match kind % 3 {
        0 => {
            let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            compressed.write_all(content).expect("a Vec takes everything");
            (compressed.finish().expect("a Vec takes everything"), "a.tar.gz")
        }
        1 => (content.to_vec(), "a.tgz"),
        _ => (content.to_vec(), "a.zip"),
    };
    match unpack(&archive, name, PROGRAM) {
        // Every file of an archive starts after its name.
        Ok(_) if kind % 3 == 1 => {}
        Ok(_) => assert!(content.windows(PROGRAM.len()).any(|window| window == PROGRAM.as_bytes())),
        Err(error) => {
            let line = Error::from(error).line();
            assert!(!line.contains(char::is_control), "{line:?}");
        }
    }
});
