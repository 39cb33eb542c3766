//! Authorization details (RFC 9396): their shape, reading them, and what an operation asks of one.

mod properties;
mod rules;
mod shape;

use portcullis::{DeniedKind, DetailsRule, Parameters, Principal, Rules, Verifier};
use portcullis_testing::TestIssuer;
use serde_json::Value;

/// Verifies a token with this JSON, as it stands, for the claim.
fn verify(details: &str) -> Result<Principal, DeniedKind> {
    thread_local! {
        static ISSUER: (TestIssuer, Verifier) = {
            let issuer = TestIssuer::signing_with(portcullis::Algorithm::HS256);
            let rules = Rules::new().algorithms([portcullis::Algorithm::HS256]).max_token_bytes(1 << 20);
            let verifier = Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules).unwrap();
            (issuer, verifier)
        };
    }
    ISSUER.with(|(issuer, verifier)| {
        let mint = issuer.mint();
        let claims = mint.claims_json().replacen('{', &format!("{{\"authorization_details\":{details},"), 1);
        let token = mint.sign_raw(mint.header_json(), claims);
        verifier.verify(token).map_err(|refused| refused.into_denied().kind())
    })
}

fn principal(details: &Value) -> Principal {
    verify(&details.to_string()).unwrap()
}

/// Whether an operation that asks for this lets the caller in.
fn met_by(caller: &Principal, rule: &DetailsRule, parameters: &dyn Parameters) -> bool {
    match caller.require_at(&rule.clone().into(), parameters) {
        Ok(()) => true,
        Err(denied) => {
            assert_eq!(denied.kind(), DeniedKind::DetailsNotMet);
            false
        }
    }
}
