//! `portcullis mint`.

use std::path::{Path, PathBuf};
use std::process::Command;

use portcullis_testing::TestIssuer;
use portcullis_tests::example::TempFile;
use serde_json::Value;

use super::{Run, run, run_with};
use crate::signing_keys::examples::RFC7515_RSA;

/// A folder of its own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("portcullis-mint-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn mint(key: &str, more: &[&str]) -> Run {
    let known =
        ["mint", "--key", key, "--issuer", "https://id.test", "--audience", "https://api.test", "--subject", "alice"];
    run(&[&known[..], more].concat())
}

fn part(token: &str, nth: usize) -> Value {
    let part = token.trim_end().split('.').nth(nth).unwrap();
    serde_json::from_slice(&base64_simd::URL_SAFE_NO_PAD.decode_to_vec(part).unwrap()).unwrap()
}

fn lifetime(token: &str) -> u64 {
    let claims = part(token, 1);
    claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap()
}

#[test]
fn the_token_alone_is_on_stdout_and_stands_before_a_verifier() {
    let folder = Folder::new("stands");
    let (key, jwks) = (folder.file("key.pem"), folder.file("jwks.json"));
    let made =
        mint(&key, &["--new-key", "--jwks", &jwks, "--scope", "orders:read orders:write", "--claim", "tenant=acme"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""), "{made:?}");
    assert_eq!(made.out.lines().count(), 1);
    assert_eq!(lifetime(&made.out), 300, "five minutes");
    let (header, claims) = (part(&made.out, 0), part(&made.out, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&"at+jwt".into(), &"ES256".into()));
    for (name, value) in
        [("sub", "alice"), ("client_id", "portcullis-cli"), ("scope", "orders:read orders:write"), ("tenant", "acme")]
    {
        assert_eq!(claims[name], value, "{name}");
    }
    let known = ["inspect", "--jwks", &jwks, "--issuer", "https://id.test", "--audience", "https://api.test"];
    let inspected = run_with(&known, &made.out, &[]);
    assert_eq!(inspected.code, 0, "{inspected:?}");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&jwks).unwrap()).unwrap();
    assert!(document["keys"][0].get("d").is_none() && document["keys"][0]["kid"] == header["kid"], "{document}");

    let again = mint(&key, &["--new-key", "--scope", "orders:read"]);
    assert_eq!(part(&again.out, 0)["kid"], header["kid"], "the key that is there is used");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_long_life_is_warned_about_and_a_longer_one_refused() {
    let key = TempFile::new(TestIssuer::new().key().to_pem().unwrap());
    let minted = |expires| mint(key.path().to_str().unwrap(), &["--scope", "a", "--expires", expires]);
    for (expires, seconds, warned) in
        [("1s", 1, false), ("90s", 90, false), ("1h", 3600, false), ("61m", 3660, true), ("1day", 86400, true)]
    {
        let run = minted(expires);
        assert_eq!((run.code, lifetime(&run.out)), (0, seconds), "{expires}: {run:?}");
        assert_eq!(run.err.contains("warning:"), warned, "{expires}: {run:?}");
        run_with(&["inspect"], &run.out, &[]);
    }
    for expires in ["0s", "25h", "soon", "-1s"] {
        let run = minted(expires);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{expires}: {run:?}");
    }
}

#[test]
fn the_key_decides_the_algorithm() {
    let folder = Folder::new("algorithms");
    let openssl = |file: &str, arguments: &[&str]| {
        let path = folder.file(file);
        let done = Command::new("openssl").args(arguments).args(["-out", &path]).output();
        done.is_ok_and(|done| done.status.success()).then_some(path).filter(|path| Path::new(path).exists())
    };
    for (name, file, algorithm) in [
        (
            "P-256",
            openssl("p256.pem", &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
            "ES256",
        ),
        (
            "P-384",
            openssl("p384.pem", &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
            "ES384",
        ),
        ("SEC1", openssl("sec1.pem", &["ecparam", "-name", "prime256v1", "-genkey", "-noout"]), "ES256"),
        ("Ed25519", openssl("ed25519.pem", &["genpkey", "-algorithm", "ed25519"]), "EdDSA"),
        ("RSA", openssl("rsa.pem", &["genpkey", "-algorithm", "RSA"]), "RS256"),
    ] {
        // Not everyone has it; the core tests the formats without.
        let Some(file) = file else { continue };
        let run = mint(&file, &["--scope", "a"]);
        assert_eq!((run.code, part(&run.out, 0)["alg"].as_str()), (0, Some(algorithm)), "{name}: {run:?}");
    }
}

#[test]
fn a_key_of_an_algorithm_that_services_do_not_accept_mints_nothing() {
    let folder = Folder::new("jwk");
    let jwks = folder.file("jwks.json");
    for (algorithm, accepted) in
        [("RS256", true), ("PS256", true), ("RS384", false), ("RS512", false), ("PS384", false), ("PS512", false)]
    {
        let key = TempFile::new(RFC7515_RSA.replacen('{', &format!(r#"{{"alg":"{algorithm}","#), 1));
        let run = mint(key.path().to_str().unwrap(), &["--scope", "a", "--jwks", &jwks]);
        assert_eq!((run.code, run.out.is_empty()), (if accepted { 0 } else { 2 }, !accepted), "{algorithm}: {run:?}");
        let says = run.err.contains(&format!("for {algorithm}")) && run.err.contains("`alg` ES256, ES384");
        assert_eq!((says, Path::new(&jwks).exists()), (!accepted, accepted), "{algorithm}: {run:?}");
        std::fs::remove_file(&jwks).ok();
    }
}

#[test]
fn what_is_wrong_is_said_with_the_repair_and_nothing_of_the_key() {
    let (key, empty) = (TestIssuer::new().key().to_pem().unwrap(), TempFile::new(""));
    let (good, public) = (TempFile::new(&key), TempFile::new(TestIssuer::new().jwks()));
    let broken = TempFile::new(key.replacen('M', "x", 3));
    let (good, scope) = (good.path().to_str().unwrap(), ["--scope", "a"]);
    for (name, file, more, says) in [
        ("no such file", "/nowhere/key.pem", &scope[..], "cannot read"),
        ("an empty file", empty.path().to_str().unwrap(), &scope, "error:"),
        ("a public key", public.path().to_str().unwrap(), &scope, "error:"),
        ("a broken key", broken.path().to_str().unwrap(), &scope, "error:"),
        ("no scope", good, &[], "--scope"),
        ("an empty scope", good, &["--scope", " "], "name at least one"),
        ("what is no scope", good, &["--scope", "a\"b"], "no scope"),
        ("a claim of the issuer", good, &["--scope", "a", "--claim", "scope=admin"], "issuer's own"),
        ("a claim without a name", good, &["--scope", "a", "--claim", "=x"], "no name"),
        ("one claim twice", good, &["--scope", "a", "--claim", "x=1", "--claim", "x=2"], "twice"),
        ("a place that is not there", good, &["--scope", "a", "--jwks", "/nowhere/jwks.json"], "cannot write"),
    ] {
        let run = mint(file, more);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}: {run:?}");
        assert!(run.err.contains(says), "{name}: {run:?}");
        let lines = key.lines().filter(|line| line.len() > 16 && !line.starts_with("---"));
        assert!(
            lines.clone().count() > 0 && lines.clone().all(|line| !run.err.contains(&line[3..])),
            "{name}: {run:?}"
        );
    }
}
