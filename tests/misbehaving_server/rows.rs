//! The table of misbehaving servers.

use std::io::{self, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use rcgen::ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
use rcgen::KeyUsagePurpose::{CrlSign, KeyCertSign};
use rcgen::{BasicConstraints, CustomExtension, IsCa, date_time_ymd};

use super::Outcome::{Rejected, Unknown, Unproven, Untrusted, Valid};
use super::Pace::{AtOnce, AtTheLimit};
use super::server::{MisbehavingServer, Scenario, answer, goes_on, hangs, says, says_and_hangs};
use super::{Outcome, Row, tls};

const GOOD: &str = r#"{"token": "t"}"#;
const NO_PAUSE: Duration = Duration::ZERO;
const SLOWLY: Duration = Duration::from_millis(100);

/// A server's name, its answer to every request, and what that means.
type Answering = (&'static str, Scenario, Outcome);

pub fn rows() -> Vec<Row> {
    let over_http =
        |pace| move |(name, scenario, outcome): Answering| Row { outcome, pace, ..Row::over_http(name, scenario) };
    let mut rows: Vec<Row> = hanging().into_iter().map(over_http(AtTheLimit)).collect();
    for answering in
        [without_end(), at_odds_with_lengths(), of_odd_content(), with_escape_codes(), in_other_protocols()]
    {
        rows.extend(answering.into_iter().map(over_http(AtOnce)));
    }
    rows.extend(not_answering());
    rows.extend(over_tls());
    rows
}

fn hanging() -> Vec<Answering> {
    let after = |text: &str| says_and_hangs(text.to_owned());
    let ok = "HTTP/1.1 200 OK\r\n";
    vec![
        ("says nothing", after(""), Unknown),
        ("hangs in the status", after("HTTP/1.1 20"), Unknown),
        ("hangs in the headers", after(&format!("{ok}Content-Le")), Unknown),
        ("hangs before the body", after(&format!("{ok}Content-Length: 14\r\n\r\n")), Unknown),
        ("hangs in the body", after(&format!("{ok}Content-Length: 14\r\n\r\n{{\"tok")), Unknown),
        ("hangs between chunks", after(&chunked("5\r\n{\"tok\r\n")), Unknown),
        ("sends headers byte by byte", goes_on("HTTP/1.1 200 OK\r\nX: ", "x", SLOWLY), Unknown),
        (
            "sends the body byte by byte",
            goes_on("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", " ", SLOWLY),
            Unknown,
        ),
        ("sends 100 Continue without end", goes_on("", "HTTP/1.1 100 Continue\r\n\r\n", SLOWLY), Unknown),
    ]
}

fn without_end() -> Vec<Answering> {
    let blanks = || vec![b' '; 4096];
    vec![
        ("sends a body without end", goes_on("HTTP/1.1 200 OK\r\n\r\n", blanks(), NO_PAUSE), Unknown),
        (
            "sends chunks without end",
            goes_on("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "8\r\n        \r\n", NO_PAUSE),
            Unknown,
        ),
        (
            "sends as much as it says, ten gigabytes",
            goes_on("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", blanks(), NO_PAUSE),
            Unknown,
        ),
        ("rejects at endless length", goes_on("HTTP/1.1 401 No\r\n\r\n", blanks(), NO_PAUSE), Unknown),
        ("sends headers without end", goes_on("HTTP/1.1 200 OK\r\n", "X: y\r\n", NO_PAUSE), Unknown),
        ("sends a header without end", goes_on("HTTP/1.1 200 OK\r\nX: ", vec![b'x'; 4096], NO_PAUSE), Unknown),
        ("sends a thousand headers", says(answer("200 OK", &"X: y\r\n".repeat(1000), GOOD)), Unknown),
        ("sends a compressed bomb", bomb(), Unknown),
    ]
}

fn at_odds_with_lengths() -> Vec<Answering> {
    let of = |headers: &str| says(format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{GOOD}"));
    vec![
        ("says a length too long", of("Content-Length: 99"), Unknown),
        ("says a length too short", of("Content-Length: 5"), Unknown),
        ("says two lengths", of("Content-Length: 14\r\nContent-Length: 5"), Unknown),
        ("says a negative length", of("Content-Length: -14"), Unknown),
        ("says a length that overflows", of("Content-Length: 99999999999999999999999"), Unknown),
        ("sends a chunk without a valid size", says(chunked("xyz\r\n{\"token\": \"t\"}\r\n0\r\n\r\n")), Unknown),
        ("sends a chunk whose size overflows", says(chunked("fffffffffffffffff\r\n{}\r\n0\r\n\r\n")), Unknown),
        ("sends chunks cut off", says(chunked("e\r\n{\"token\": \"t\"}\r\n")), Unknown),
        ("sends a second answer", says(answer("200 OK", "", GOOD).repeat(2)), Valid),
    ]
}

fn of_odd_content() -> Vec<Answering> {
    let body = |text: &str| says(answer("200 OK", "", text));
    let deep = |count: usize| format!("{{\"x\": {}{}, \"token\": \"t\"}}", "[".repeat(count), "]".repeat(count));
    let no_text = [&b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n"[..], b"{\"token\": \"\xff\"}"].concat();
    vec![
        ("sends bytes that are not UTF-8", says(no_text), Unknown),
        ("nests its JSON very deeply", body(&"[".repeat(60_000)), Unknown),
        ("nests its JSON around a token", body(&deep(500)), Unknown),
        ("has a list where an object would be", body("[\"token\"]"), Unknown),
        ("has a number for a token", body("{\"token\": 7}"), Unknown),
        ("gives a token and an error", body("{\"token\": \"t\", \"error\": \"server_error\"}"), Unknown),
        ("rejects without a reason phrase", says("HTTP/1.1 403\r\nContent-Length: 0\r\n\r\n"), Rejected),
    ]
}

fn with_escape_codes() -> Vec<Answering> {
    let words = "{\"error\": \"\\u001b[2J\", \"message\": \"\\u009b2J\\u202e\"}";
    vec![
        (
            "sends escape codes in its status",
            says("HTTP/1.1 500 \x1b[2J\x1b]0;x\x07\r\nContent-Length: 0\r\n\r\n"),
            Unknown,
        ),
        ("sends escape codes in its headers", says("HTTP/1.1 \x1b[2J\r\n\x1b[31m: \x1b[2J\r\n\r\n"), Unknown),
        ("rejects with escape codes in its text", says(answer("401 No", "", words)), Rejected),
        (
            "wants a proxy's password",
            says(answer("407 x", "Proxy-Authenticate: Basic realm=\"\x1b[2J\"\r\n", "")),
            Unknown,
        ),
    ]
}

fn in_other_protocols() -> Vec<Answering> {
    let good = answer("200 OK", "", GOOD);
    let of = |status: &str| says(format!("{status}\r\nContent-Length: 14\r\n\r\n{GOOD}"));
    vec![
        ("hints early", says(format!("HTTP/1.1 103 x\r\nLink: <x>\r\n\r\n{good}")), Valid),
        ("speaks HTTP/2", says("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Unknown),
        ("speaks HTTP/2 in frames", says(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80".to_vec()), Unknown),
        ("speaks HTTP/0.9", says(GOOD), Unknown),
        ("speaks HTTP/9.9", of("HTTP/9.9 200 OK"), Unknown),
        ("speaks SSH", says("SSH-2.0-OpenSSH_9.2p1\r\n"), Unknown),
        ("answers with status 0", of("HTTP/1.1 0 x"), Unknown),
        ("answers with status 1000", of("HTTP/1.1 1000 x"), Unknown),
        ("has a zero byte in a header", of("HTTP/1.1 200 OK\r\nX: \0"), Unknown),
        ("changes the protocol", says("HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), Unknown),
        ("closes before it answers", says(""), Unknown),
        ("closes in the headers", says("HTTP/1.1 200 OK\r\nContent-"), Unknown),
    ]
}

fn not_answering() -> [Row; 2] {
    let row = |name, server| Row::of(name, server, None);
    [
        row("closes at once", MisbehavingServer::on_connect(|_| Ok(()))),
        // What was not read is answered with a reset, not with an end.
        row("resets the connection", MisbehavingServer::on_connect(|stream| stream.peek(&mut [0]).map(drop))),
    ]
}

fn over_tls() -> Vec<Row> {
    let good = || says(answer("200 OK", "", GOOD));
    let row = |name, certificates, outcome| Row { outcome, ..Row::over_tls(name, good(), certificates) };
    let bare =
        |name, server, pace| Row { pace, outcome: Unproven, ..Row::of(name, server, Some(tls::good().authority_pem)) };
    let no_tls = answer("200 OK", "", GOOD).into_bytes();
    let ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let by = tls::by_unfit_authority;
    let stranger = tls::Certificates { authority_pem: tls::good().authority_pem, ..tls::good() };
    vec![
        row("has a good certificate", tls::good(), Valid),
        row("has another's certificate", tls::of_another("registry.example"), Untrusted),
        row("has an expired certificate", tls::expired(), Untrusted),
        row("has a certificate of the future", tls::not_yet_valid(), Untrusted),
        row("has a stranger's certificate", stranger, Untrusted),
        row("has a certificate by none that may", tls::by_no_authority(IsCa::ExplicitNoCa, vec![]), Untrusted),
        row("has one by none that says it may", tls::by_no_authority(IsCa::NoCa, vec![KeyCertSign]), Untrusted),
        row("has one by an authority that may not sign", tls::by_no_authority(ca, vec![CrlSign]), Untrusted),
        row("has a certificate by a server", tls::by_a_server(), Untrusted),
        row("has one by an authority that has expired", by(|of| of.not_after = date_time_ymd(2020, 1, 1)), Untrusted),
        row("has one by an authority of the future", by(|of| of.not_before = date_time_ymd(4000, 1, 1)), Untrusted),
        row("has one by an authority for clients", by(|of| of.extended_key_usages = vec![ClientAuth]), Untrusted),
        row("has one by an authority for servers", by(|of| of.extended_key_usages = vec![ServerAuth]), Valid),
        row(
            "has one by an authority for what nobody knows",
            by(|of| of.custom_extensions = vec![critical()]),
            Untrusted,
        ),
        row("has one by an authority between", tls::by_unfit_authorities(|_, _| ()), Valid),
        row(
            "has one by an authority between too many",
            tls::by_unfit_authorities(|top, _| top.is_ca = none_below()),
            Untrusted,
        ),
        row(
            "has one by one between that may not sign",
            tls::by_unfit_authorities(|_, of| of.key_usages = vec![CrlSign]),
            Untrusted,
        ),
        row("has a badly signed certificate", tls::badly_signed(), Untrusted),
        row("has signed its own certificate", tls::self_signed(), Untrusted),
        bare("speaks TLS 1.1", MisbehavingServer::on_connect(tls::old(2)), AtOnce),
        bare("speaks TLS 1.0", MisbehavingServer::on_connect(tls::old(1)), AtOnce),
        bare("speaks no TLS", MisbehavingServer::on_connect(move |stream| tls::answer_hello(stream, &no_tls)), AtOnce),
        bare("hangs in the handshake", MisbehavingServer::on_connect(|stream| hangs(stream)), AtTheLimit),
        bare(
            "closes during the handshake",
            MisbehavingServer::on_connect(|stream| tls::read_some(stream).map(drop)),
            AtOnce,
        ),
        bare(
            "sends noise in the handshake",
            MisbehavingServer::on_connect(|stream| tls::answer_hello(stream, &[0xa5; 4096])),
            AtOnce,
        ),
        bare(
            "sends its handshake byte by byte",
            MisbehavingServer::on_connect(|stream| shake_slowly(stream)),
            AtTheLimit,
        ),
    ]
}

fn none_below() -> IsCa {
    IsCa::Ca(BasicConstraints::Constrained(0))
}

fn critical() -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![0x05, 0x00]);
    extension.set_criticality(true);
    extension
}

/// A record of 16 KiB, which never ends.
fn shake_slowly(stream: &mut dyn Write) -> io::Result<()> {
    stream.write_all(&[22, 3, 3, 0x40, 0])?;
    loop {
        std::thread::sleep(SLOWLY);
        stream.write_all(&[2])?;
    }
}

fn chunked(chunks: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}")
}

/// Ten megabytes in about ten kilobytes, sent whether or not the client takes gzip.
fn bomb() -> Scenario {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![b' '; 10_000_000]).unwrap();
    gzip.write_all(GOOD.as_bytes()).unwrap();
    let body = gzip.finish().unwrap();
    assert!(body.len() < 64 * 1024, "small enough to be read");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
    says([head.as_bytes(), &body].concat())
}
