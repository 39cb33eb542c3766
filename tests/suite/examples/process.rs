//! How an example starts, fails to start, and stops.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Instant;

use portcullis_testing::TestIssuer;
use portcullis_tests::example::{GRPC, HTTP, PATIENCE, Server, TempFile, executable};

const ALL: [&str; 3] = [HTTP[0], HTTP[1], GRPC];

#[test]
fn both_signals_stop_it_cleanly() {
    for name in ALL {
        for signal in ["INT", "TERM"] {
            let server = Server::start(name, &[]);
            // A connection that does nothing holds nobody up.
            let idle = TcpStream::connect(server.address()).unwrap();
            let asked = Instant::now();
            assert_eq!(server.stop(signal).code(), Some(0), "{name}, SIG{signal}");
            assert!(asked.elapsed() < PATIENCE / 2, "{name}, SIG{signal}");
            drop(idle);
        }
    }
}

/// A request that never ends is given up.
#[test]
fn a_request_under_way_does_not_hold_it_up_for_long() {
    for name in HTTP {
        let server = Server::start(name, &["--scope", "orders:write"]);
        let token = server.announced().iter().find(|line| line.starts_with("ey")).unwrap();
        let mut slow = TcpStream::connect(server.address()).unwrap();
        let head = format!("POST /orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n");
        write!(slow, "{head}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{{").unwrap();
        assert_eq!(server.stop("TERM").code(), Some(0), "{name}");
    }
}

/// A misconfiguration is one line that says what to do.
#[test]
fn a_misconfiguration_says_what_to_do() {
    let file = |content: &str| TempFile::new(content);
    let good = file(&TestIssuer::new().jwks());
    let (text, empty, secret) =
        (file("hello"), file(r#"{"keys":[]}"#), file(r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#));
    let binary = TempFile::new([0xff, 0xfe, 0x00]);
    let jwks = |file: &TempFile| file.path().to_str().unwrap().to_owned();
    let (good, text, empty, secret, binary) = (jwks(&good), jwks(&text), jwks(&empty), jwks(&secret), jwks(&binary));
    let named = ["--issuer", "https://id.test", "--audience", "https://api.test", "--jwks"];
    let with = |jwks| [&named[..], &[jwks]].concat();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();

    let cases: &[(&str, Vec<&str>, &str)] = &[
        ("no such file", with("/does/not/exist.json"), "give --jwks the file with the keys of the issuer"),
        ("a directory", with("/"), "give --jwks the file with the keys of the issuer"),
        ("not text", with(&binary), "give --jwks the file with the keys of the issuer"),
        ("not JSON", with(&text), "not a JWK or JWKS (RFC 7517)"),
        ("no keys", with(&empty), "no key of the set can be used"),
        ("a shared secret", with(&secret), "a symmetric key has no place in a JWK or a key set"),
        (
            "keys without issuer",
            vec!["--jwks", &good, "--audience", "x"],
            "--jwks and --discover need --issuer and --audience",
        ),
        (
            "keys without audience",
            vec!["--jwks", &good, "--issuer", "x"],
            "--jwks and --discover need --issuer and --audience",
        ),
        ("keys alone", vec!["--jwks", &good], "--jwks and --discover need --issuer and --audience"),
        ("discovery alone", vec!["--discover"], "--jwks and --discover need --issuer and --audience"),
        ("keys over http", with("http://id.test/jwks"), "expected `https`"),
        ("keys behind a password", with("https://me:word@id.test/jwks"), "a user or password"),
        (
            "discovery over http",
            vec!["--discover", "--issuer", "http://id.test", "--audience", "x"],
            "expected `https`",
        ),
        ("an empty issuer", vec!["--jwks", &good, "--issuer", "", "--audience", "x"], "give the exact `iss`"),
        ("an empty audience", vec!["--jwks", &good, "--issuer", "x", "--audience", ""], "give the exact `aud`"),
        ("an audience that cannot be a realm", vec!["--audience", "a\"b"], "printable ASCII"),
        ("no address", vec!["--listen", "nowhere"], "give --listen a free address"),
        ("an empty address", vec!["--listen", ""], "give --listen a free address"),
        ("a taken address", vec!["--listen", &taken], "give --listen a free address"),
    ];
    for name in ALL {
        for (case, arguments, advice) in cases {
            let output = Command::new(executable(name)).args(arguments).output().unwrap();
            let (stdout, stderr) =
                (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
            let case = format!("{name}, {case}: {stderr}");
            assert_eq!(output.status.code(), Some(1), "{case}");
            assert_eq!(stdout, "", "{case}");
            assert_eq!(stderr.lines().count(), 1, "{case}");
            assert!(stderr.starts_with("error: ") && stderr.contains(advice), "{case}");
        }
    }
}

/// A slip on the command line gets the usual hint.
#[test]
fn a_wrong_argument_shows_the_usage() {
    for name in ALL {
        for arguments in [
            &["--lisen", "127.0.0.1:0"][..],
            &["--scope", "orders:\"read\""],
            &["--jwks"],
            &["--discover", "--jwks", "x"],
        ] {
            let output = Command::new(executable(name)).args(arguments).output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
            assert!(stderr.starts_with("error: ") && stderr.contains("try '--help'"), "{name}: {stderr}");
        }
    }
}
