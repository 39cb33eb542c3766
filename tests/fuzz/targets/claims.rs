//! A payload under a good header and signature.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_core::{Algorithm, ClaimPath, Requirement, Rules, SigningKey, StaticKeys, Trust, TrustMap, Verifier};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_secret(Algorithm::HS256, [7; 32]).unwrap());
static VERIFIERS: LazyLock<[Verifier; 2]> = LazyLock::new(|| {
    let keys = || StaticKeys::from(KEY.verifying_key().unwrap());
    let rules = || Rules::new().algorithms([Algorithm::HS256]).dangerous().unlimited_lifetime();
    let nested = rules().scopes_from([ClaimPath::from(["realm_access", "roles"])]);
    [Verifier::new("i", ["a"], keys(), rules()).unwrap(), Verifier::new("i", ["a"], keys(), nested).unwrap()]
});
static TRUST: LazyLock<TrustMap> = LazyLock::new(|| TrustMap::from_iter([VERIFIERS[0].clone()]));

fuzz_target!(|payload: &[u8]| {
    let token = KEY.sign_parts(r#"{"alg":"HS256"}"#, payload).unwrap();
    let requirement = Requirement::scope("orders:read").unwrap();
    // Chosen by the `iss` that it claims, a token fares no better and no worse.
    assert_eq!(TRUST.verify(token.as_bytes()).is_ok(), VERIFIERS[0].verify(&token).is_ok());
    for verifier in VERIFIERS.iter() {
        if let Ok(principal) = verifier.verify(&token) {
            // What is let in reads as itself, all over.
            assert_eq!(principal.issuer(), "i");
            let listed = principal.scopes().iter().any(|scope| scope == "orders:read");
            assert_eq!(requirement.allows(principal.scopes()), listed);
            let _ = (principal.subject(), principal.client_id(), principal.token_id(), format!("{principal:?}"));
        }
    }
});
