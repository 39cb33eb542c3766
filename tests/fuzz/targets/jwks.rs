//! A JWKS document, a JWK, a PEM and a DER key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_core::{Algorithm, KeySet, VerifyingKey};

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        if let Ok(set) = KeySet::from_jwks(text) {
            assert!(set.keys().all(|key| !key.algorithm().is_symmetric()), "a secret has no place in a set");
        }
        let _ = VerifyingKey::from_jwk(text);
    }
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
        let _ = VerifyingKey::from_pem(algorithm, input);
        let _ = VerifyingKey::from_der(algorithm, input);
    }
});
