//! Any bytes as the kubelet's request: one response of the version that was asked for, or an error and nothing at all.
#![no_main]

use std::time::Duration;

use atcr::domain::{Credential, Secret};
use atcr::kubernetes::{Provided, serve};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|request: &[u8]| {
    let mut output = Vec::new();
    let mut asked = None;
    let served = serve(&mut &*request, &mut output, |image| {
        asked = Some(image.to_owned());
        let credential = Credential { handle: "a.example".parse().expect("a handle"), secret: Secret::new("s") };
        Ok((image.len() % 2 == 0).then_some(Provided { credential, duration: Duration::from_secs(image.len() as u64) }))
    });
    match served {
        Ok(()) => {
            let image = asked.expect("an image was asked for");
            let response: Value = serde_json::from_slice(&output).expect("JSON on stdout");
            // What a request holds besides is not looked at, and need not be text.
            if let Ok(request) = serde_json::from_slice::<Value>(request) {
                assert_eq!(response["apiVersion"], request["apiVersion"]);
            }
            assert_eq!(response["auth"].as_object().map_or(0, serde_json::Map::len), usize::from(image.len() % 2 == 0));
        }
        Err(error) => {
            assert!(output.is_empty());
            assert!(!error.line().contains(char::is_control), "{:?}", error.line());
        }
    }
});
