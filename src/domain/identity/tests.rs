use super::*;

#[test]
fn handles_of_the_specification_parse() {
    let long = format!("{}.{}.{}.{}.com", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(57));
    assert_eq!(long.len(), 253);
    for text in
        ["evan.jarrett.net", "A.ISI.EDU", "jay.bsky.social", "8.cn", "name.t--t", "xn--ls8h.test", "a.co", &long]
    {
        assert!(text.parse::<Handle>().is_ok(), "{text}");
    }
}

#[test]
fn malformed_handles_are_refused() {
    let long = format!("{}.{}.{}.{}.com", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(58));
    let label = format!("{}.com", "a".repeat(64));
    for text in [
        "",
        ".",
        "alice",
        "jo@hn.test",
        "john..test",
        ".john.test",
        "john.test.",
        "john.-a.test",
        "john.a-.test",
        "john.0",
        "john.1test",
        "xn--bücher.de",
        "a b.com",
        "a_b.com",
        "@@a.b.com",
        "@ a.b.com",
        "at://",
        "at://a.b.com/app",
        "https://bsky.app/profile/",
        "https://bsky.app/a.b.com",
        "https://bsky.app.example/profile/a.b.com",
        "a.b.com\u{2028}c.com",
        "did:plc:abc",
        &long,
        &label,
    ] {
        assert_eq!(text.parse::<Handle>(), Err(InvalidIdentity::Handle), "{text}");
    }
}

#[test]
fn a_secret_is_no_identity() {
    for text in [
        "atcr_device_x",
        "@atcr_device_x",
        "@abcd-efgh-ijkl-mnop",
        "at://atcr_\u{200b}device_x",
        "https://bsky.app/profile/atcr_device_x",
        "abcd-efgh-ijkl-mnop",
        "did:plc:atcr_device_x",
        "did:atcr_device_x",
    ] {
        assert_eq!(text.parse::<Identity>(), Err(InvalidIdentity::Secret), "{text}");
    }
}

#[test]
fn an_identity_is_taken_as_it_was_copied() {
    for text in [
        "@evan.jarrett.net",
        "at://evan.jarrett.net",
        "AT://evan.jarrett.net/",
        " evan.jarrett.net\n",
        "\u{feff}@evan.jarrett.net\u{a0}",
        "\u{2068}@Evan.\u{200b}jarrett.net\u{2069}",
        "https://bsky.app/profile/evan.jarrett.net",
        "HTTPS://bsky.app/profile/Evan.jarrett.net/post/3k?x#y",
    ] {
        assert_eq!(text.parse::<Handle>().unwrap().as_str(), "evan.jarrett.net", "{text:?}");
        assert_eq!(text.parse::<Identity>().unwrap().to_string(), "evan.jarrett.net", "{text:?}");
        assert_eq!(Identity::exact(text), Err(InvalidIdentity::Handle), "{text:?}");
        assert_eq!(Identity::first_of(text), None, "{text:?}");
    }
    for text in
        ["at://did:plc:abc", "@did:plc:abc", "https://bsky.app/profile/did:plc:abc", "\u{200e}did:plc:abc\u{200f}"]
    {
        assert_eq!(text.parse::<Identity>().unwrap().to_string(), "did:plc:abc", "{text:?}");
        assert_eq!(text.parse::<Did>().unwrap().as_str(), "did:plc:abc", "{text:?}");
    }
}

#[test]
fn handles_are_compared_without_case() {
    assert_eq!("Evan.Jarrett.NET".parse::<Handle>(), "evan.jarrett.net".parse());
}

#[test]
fn dids_of_the_specification_parse() {
    let long = format!("did:m:{}", "v".repeat(2042));
    for text in [
        "did:method:val",
        "did:method:VAL",
        "did:method:val:two",
        "did:method:val%BB",
        "did:m:v",
        "did:method::::val",
        "did:method:-:_:.:%ab",
        "did:plc:7iza6de2dwap2sbkpav7c6c6",
        "did:web:localhost%3A1234",
        &long,
    ] {
        assert!(text.parse::<Did>().is_ok(), "{text}");
    }
}

#[test]
fn malformed_dids_are_refused() {
    let long = format!("did:m:{}", "v".repeat(2043));
    for text in [
        "",
        "did",
        "did:",
        "did:method",
        "did:method:",
        "did::val",
        "DID:method:val",
        "did:METHOD:val",
        "did:m123:val",
        "did:method:val/two",
        "did:method:val?two",
        "did:method:val#two",
        "did:method:val:",
        "did:method:val%",
        "@@did:m:v",
        &long,
    ] {
        assert_eq!(text.parse::<Did>(), Err(InvalidIdentity::Did), "{text}");
    }
}

#[test]
fn dids_are_compared_with_case() {
    assert_ne!("did:web:A".parse::<Did>(), "did:web:a".parse());
}
