//! A header and a payload under a good signature: as far as an issuer gone wrong could get.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_core::{Algorithm, Rules, SigningKey, StaticKeys, Verifier};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_secret(Algorithm::HS256, [7; 32]).unwrap());
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let rules = Rules::new().algorithms([Algorithm::HS256]);
    Verifier::new("i", ["a"], StaticKeys::from(KEY.verifying_key().unwrap()), rules).unwrap()
});

fuzz_target!(|input: &[u8]| {
    let (header, payload) = input.split_at(input.len().min(usize::from(input.first().copied().unwrap_or(0))));
    let header = header.get(1..).unwrap_or_default();
    let token = KEY.sign_parts(header, payload).unwrap();
    if let Ok(signed) = VERIFIER.verify_signature(&token) {
        assert!(signed.is_of(&token));
        let _ = VERIFIER.enforce_expiry(&signed, &Default::default());
    }
});
