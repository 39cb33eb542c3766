//! Private keys: what an issuer reads, and what it must refuse.

pub(crate) mod examples;

use examples::{
    MARKED_RSA, MARKED_RSA_PKCS1, MARKED_RSA_PKCS8, P384, P384_PKCS8, P384_SEC1, P521_SEC1, RFC7515_P256, RFC7515_RSA,
    RFC7515_RSA_PKCS1, RFC7515_RSA_PKCS8, RFC8037_ED25519, SHORT_RSA, SHORT_RSA_PKCS1, SHORT_RSA_PKCS8,
};
use portcullis_core::{Algorithm, KeyError, SigningKey, VerifyingKey};
use serde_json::{Value, json};

/// A JWK with members put in, replaced, or (by null) taken out.
fn with(jwk: &str, changes: Value) -> String {
    let mut jwk: Value = serde_json::from_str(jwk).unwrap();
    let members = jwk.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.remove(name);
        if !value.is_null() {
            members.insert(name.clone(), value.clone());
        }
    }
    jwk.to_string()
}

fn member(jwk: &str, name: &str) -> Value {
    serde_json::from_str::<Value>(jwk).unwrap()[name].clone()
}

/// What one signs the other verifies.
fn assert_pair(name: &str, signing: &SigningKey, verifying: &VerifyingKey) {
    let signature = signing.sign(b"message").unwrap();
    assert!(verifying.verify(b"message", &signature), "{name}");
    assert!(!verifying.verify(b"another", &signature), "{name}");
    assert_eq!(signing.algorithm(), verifying.algorithm(), "{name}");
}

#[test]
fn the_examples_of_the_rfcs_sign_as_printed() {
    let rsa = SigningKey::from_jwk(RFC7515_RSA).unwrap();
    let token = rsa
        .sign_parts(
            r#"{"alg":"RS256"}"#,
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
        )
        .unwrap();
    assert_eq!(
        token,
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        "RFC 7515 appendix A.2"
    );
    let ed = SigningKey::from_jwk(RFC8037_ED25519).unwrap();
    let token = ed.sign_parts(r#"{"alg":"EdDSA"}"#, "Example of Ed25519 signing").unwrap();
    assert_eq!(
        token,
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        "RFC 8037 appendix A.4"
    );
    assert_eq!(ed.thumbprint().as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
}

#[test]
fn a_private_jwk_is_the_private_key_of_its_public_part() {
    for (name, jwk, algorithm) in [
        ("RSA", RFC7515_RSA.to_owned(), Algorithm::RS256),
        ("RSA for PSS", with(RFC7515_RSA, json!({ "alg": "PS384" })), Algorithm::PS384),
        ("P-256", RFC7515_P256.to_owned(), Algorithm::ES256),
        ("P-384", P384.to_owned(), Algorithm::ES384),
        ("Ed25519", RFC8037_ED25519.to_owned(), Algorithm::EdDSA),
        ("Ed25519 by RFC 9864", with(RFC8037_ED25519, json!({ "alg": "Ed25519" })), Algorithm::EdDSA),
        ("for signing", with(P384, json!({ "use": "sig", "key_ops": ["verify", "sign"] })), Algorithm::ES384),
    ] {
        let key = SigningKey::from_jwk(&with(&jwk, json!({ "kid": "k1" }))).unwrap();
        assert_eq!(key.algorithm(), algorithm, "{name}");
        assert_eq!(key.kid(), Some("k1"), "{name}");
        assert_pair(name, &key, &VerifyingKey::from_jwk(&with(&jwk, json!({ "key_ops": null }))).unwrap());
        let public = key.to_public_jwk().unwrap();
        for (member, value) in public.as_object().unwrap() {
            let theirs = serde_json::from_str::<Value>(&jwk).unwrap()[member].clone();
            assert!(["use", "alg", "kid"].contains(&member.as_str()) || *value == theirs, "{name}: {member}");
        }
    }
}

#[test]
fn a_private_key_stays_itself_in_pem() {
    for algorithm in [Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
        let made = SigningKey::generate(algorithm).unwrap();
        let pem = made.to_pem().unwrap();
        let read = SigningKey::from_pem(algorithm, &pem).unwrap();
        let found = SigningKey::from_any_pem(&pem).unwrap();
        assert_pair(algorithm.as_str(), &read, &made.verifying_key().unwrap());
        let natural = if algorithm == Algorithm::PS256 { Algorithm::RS256 } else { algorithm };
        assert_eq!(found.algorithm(), natural);
        assert_eq!((read.thumbprint(), found.thumbprint()), (made.thumbprint(), made.thumbprint()));
        assert_eq!(read.thumbprint().unwrap().len(), 43);
        let beside =
            format!("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{}", pem.replace('\n', "\r\n"));
        assert!(
            SigningKey::from_any_pem(&beside).is_ok(),
            "{algorithm} beside a certificate, with the line ends of Windows"
        );
        assert_eq!(
            SigningKey::from_any_pem(format!("{pem}{pem}")).err(),
            Some(KeyError::MalformedPrivateKey),
            "two keys"
        );
    }
}

#[test]
fn every_form_of_a_key_is_the_same_key() {
    for (name, jwk, pem) in [
        ("RSA in PKCS#1", RFC7515_RSA, RFC7515_RSA_PKCS1),
        ("RSA in PKCS#8", RFC7515_RSA, RFC7515_RSA_PKCS8),
        ("P-384 in SEC 1", P384, P384_SEC1),
        ("P-384 in PKCS#8", P384, P384_PKCS8),
    ] {
        let by_jwk = SigningKey::from_jwk(jwk).unwrap();
        let by_pem = SigningKey::from_any_pem(pem).unwrap();
        assert_eq!(by_pem.to_public_jwk(), by_jwk.to_public_jwk(), "{name}");
        assert_pair(name, &by_pem, &by_jwk.verifying_key().unwrap());
        assert!(SigningKey::from_pem(by_jwk.algorithm(), pem).is_ok(), "{name}");
    }
}

#[test]
fn a_pem_of_another_family_is_a_mismatch() {
    for (name, algorithm, pem) in [
        ("RSA for ES256", Algorithm::ES256, RFC7515_RSA_PKCS8),
        ("P-384 for RS256", Algorithm::RS256, P384_PKCS8),
        ("P-384 for ES256", Algorithm::ES256, P384_SEC1),
        ("P-384 for a secret", Algorithm::HS256, P384_SEC1),
    ] {
        assert_eq!(SigningKey::from_pem(algorithm, pem).err(), Some(KeyError::AlgorithmMismatch), "{name}");
    }
}

#[test]
fn a_weak_rsa_key_is_refused_on_every_way_in() {
    for (name, jwk, pems) in [
        ("1024 bits", SHORT_RSA, [SHORT_RSA_PKCS1, SHORT_RSA_PKCS8]),
        ("CVE-2017-15361", MARKED_RSA, [MARKED_RSA_PKCS1, MARKED_RSA_PKCS8]),
    ] {
        assert_eq!(SigningKey::from_jwk(jwk).err(), Some(KeyError::WeakRsa), "{name}");
        for pem in pems {
            assert_eq!(SigningKey::from_any_pem(pem).err(), Some(KeyError::WeakRsa), "{name}");
            assert_eq!(SigningKey::from_pem(Algorithm::PS512, pem).err(), Some(KeyError::WeakRsa), "{name}");
        }
    }
}

#[test]
fn what_is_no_private_key_for_signing_is_refused() {
    use KeyError::{
        AlgorithmMismatch, MalformedJwk, MalformedPrivateKey, NotForSigning, PartsDisagree, Symmetric, Unsupported,
    };
    let other_rsa = SigningKey::generate(Algorithm::RS256).unwrap().to_public_jwk().unwrap();
    let other_p256 = SigningKey::generate(Algorithm::ES256).unwrap().to_public_jwk().unwrap();
    let other_ed = SigningKey::generate(Algorithm::EdDSA).unwrap().to_public_jwk().unwrap();
    let (rsa, ec, ed) = (RFC7515_RSA, RFC7515_P256, RFC8037_ED25519);
    let (p, q) = (member(rsa, "p"), member(rsa, "q"));
    let mut rows = vec![
        ("not JSON", "k".to_owned(), MalformedJwk),
        ("a member twice", ec.replacen('{', r#"{"d":"AA","#, 1), MalformedJwk),
        (
            "a secret",
            r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"}"#.to_owned(),
            Symmetric,
        ),
        ("a public key", with(ec, json!({ "d": null })), MalformedPrivateKey),
        ("for encryption", with(ec, json!({ "use": "enc" })), NotForSigning),
        ("for verifying alone", with(ec, json!({ "key_ops": ["verify"] })), NotForSigning),
        ("the algorithm of another curve", with(ec, json!({ "alg": "ES384" })), AlgorithmMismatch),
        ("RFC 9864 on another curve", with(ec, json!({ "alg": "Ed25519" })), AlgorithmMismatch),
        ("a secret's algorithm", with(rsa, json!({ "alg": "HS256" })), AlgorithmMismatch),
        ("no algorithm known", with(rsa, json!({ "alg": "none" })), Unsupported),
        ("d too short", with(ec, json!({ "d": "AAAA" })), MalformedPrivateKey),
        (
            "d with a leading zero too many",
            with(ed, json!({ "d": format!("AAAA{}", &member(ed, "d").as_str().unwrap()[4..]) + "AA" })),
            MalformedPrivateKey,
        ),
        ("d not base64url", with(ed, json!({ "d": "=" })), MalformedPrivateKey),
        ("d is zero", with(ec, json!({ "d": "A".repeat(43) })), PartsDisagree),
        ("another public point", with(ec, json!({ "x": other_p256["x"], "y": other_p256["y"] })), PartsDisagree),
        ("another public key of Ed25519", with(ed, json!({ "x": other_ed["x"] })), PartsDisagree),
        ("another modulus", with(rsa, json!({ "n": other_rsa["n"] })), PartsDisagree),
        ("another public exponent", with(rsa, json!({ "e": "Aw" })), PartsDisagree),
        ("another private exponent", with(rsa, json!({ "d": p })), PartsDisagree),
        ("p twice", with(rsa, json!({ "q": p })), PartsDisagree),
        ("the primes the wrong way round", with(rsa, json!({ "p": q, "q": p })), PartsDisagree),
        ("p is nothing", with(rsa, json!({ "p": "" })), PartsDisagree),
        ("q is one", with(rsa, json!({ "q": "AQ" })), PartsDisagree),
        ("q is even", with(rsa, json!({ "q": "Ag" })), PartsDisagree),
        ("more than two primes", with(rsa, json!({ "oth": [] })), MalformedPrivateKey),
    ];
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        rows.push((name, with(rsa, json!({ name: null })), MalformedPrivateKey));
    }
    for name in ["dp", "dq", "qi"] {
        rows.push((name, with(rsa, json!({ name: "AQAB" })), PartsDisagree));
    }
    for (name, jwk, error) in rows {
        assert_eq!(SigningKey::from_jwk(&jwk).err(), Some(error), "{name}");
    }
    for (name, pem, error) in [
        ("nothing", String::new(), MalformedPrivateKey),
        ("no end", P384_PKCS8.replace("-----END", ""), MalformedPrivateKey),
        ("another end", P384_PKCS8.replace("END PRIVATE", "END EC PRIVATE"), MalformedPrivateKey),
        ("a public key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n".into(), MalformedPrivateKey),
        ("encrypted", P384_PKCS8.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), MalformedPrivateKey),
        (
            "encrypted as of old",
            RFC7515_RSA_PKCS1.replacen("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n", 1),
            MalformedPrivateKey,
        ),
        (
            "cut off",
            P384_PKCS8.lines().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| format!("{line}\n")).collect(),
            MalformedPrivateKey,
        ),
        ("P-521", P521_SEC1.into(), Unsupported),
    ] {
        assert_eq!(SigningKey::from_any_pem(&pem).err(), Some(error), "{name}");
        assert_eq!(SigningKey::from_pem(Algorithm::ES384, &pem).err(), Some(error), "{name}");
    }
}

#[test]
fn a_secret_has_no_thumbprint() {
    assert_eq!(SigningKey::from_secret(Algorithm::HS256, [7; 32]).unwrap().thumbprint(), None);
}

#[test]
fn threads_can_share_a_key() {
    const fn shared<T: Send + Sync + 'static>() {}
    shared::<std::sync::Arc<SigningKey>>();
}
