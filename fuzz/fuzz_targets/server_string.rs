//! Any text as a server string: what is understood is understood the same when it is written out and read again.
#![no_main]

use atcr::domain::{Identity, InsecureRegistries, RegistryUrl, ServerString};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(server) = text.parse::<ServerString>() else { return };
    let host = server.host();
    let again: ServerString = host.parse().expect("a host that was understood is a server string");
    assert_eq!(again.host(), host);
    assert!(host.bytes().all(|byte| byte.is_ascii_graphic()), "{host:?} could drive a terminal");
    if let Some(identity) = server.identity() {
        assert_eq!(identity.to_string().parse::<Identity>().as_ref(), Ok(identity));
    }
    let none = InsecureRegistries::default();
    let secure = server.registry(|| &none);
    if let Ok(registry) = &secure {
        assert!(registry.is_https() || registry.is_loopback(), "{registry} would be sent the secret in clear");
        round_trip(registry);
        assert!(registry.is_at(&registry.host()));
    }
    let listed = InsecureRegistries::new([&*host]);
    let insecure = server.registry(|| &listed).expect("any registry may be insecure");
    round_trip(&insecure);
    assert!(!text.to_ascii_lowercase().starts_with("https://") || insecure.is_https(), "https:// stays");
});

fn round_trip(registry: &RegistryUrl) {
    assert_eq!(registry.to_string().parse::<RegistryUrl>().as_ref(), Ok(registry));
}
