//! The value of an `Authorization` field, and whatever token it holds.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_core::{Algorithm, Rules, StaticKeys, Verifier, VerifyingKey, bearer_token};

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let key = VerifyingKey::from_secret(Algorithm::HS256, [7; 32]).unwrap();
    let rules = Rules::new().algorithms([Algorithm::HS256]);
    Verifier::new("i", ["a"], StaticKeys::from(key), rules).unwrap()
});

fuzz_target!(|field: &[u8]| {
    if let Ok(Some(token)) = bearer_token(field) {
        assert!(VERIFIER.verify(token).is_err(), "nobody signed this");
    }
});
