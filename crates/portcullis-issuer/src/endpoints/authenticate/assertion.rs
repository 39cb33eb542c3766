//! `private_key_jwt` (RFC 7523 §2.2, §3).

use std::sync::Arc;

use base64_simd::URL_SAFE_NO_PAD;
use portcullis_core::{DeniedClass, KeySource, Principal, Rules, Unverified, Verifier};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::endpoints::desk::Desk;
use crate::endpoints::form::Form;
use crate::endpoints::throttle::EndpointKind;
use crate::refused::RefusedKind;
use crate::store::UseMark;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who an assertion says to be, before it is verified.
#[derive(Deserialize)]
struct Claimed {
    sub: String,
}

/// The client, and the assertion. `None` for what is none.
pub(super) fn read(form: &Form, named: Option<&str>) -> Option<(String, String)> {
    let assertion = form.get("client_assertion")?;
    if form.get("client_assertion_type")? != JWT_BEARER {
        return None;
    }
    let client = match named {
        Some(named) => named.to_owned(),
        None => {
            let payload = assertion.split('.').nth(1)?;
            serde_json::from_slice::<Claimed>(&URL_SAFE_NO_PAD.decode_to_vec(payload).ok()?).ok()?.sub
        }
    };
    Some((client, assertion.to_owned()))
}

impl Desk {
    /// Signed by a key of the client, from it and about it, for this issuer, short-lived, and here for the first time.
    pub(super) async fn check_assertion(
        &self,
        endpoint: EndpointKind,
        client: &str,
        keys: &Arc<dyn KeySource>,
        assertion: &str,
    ) -> Result<bool, RefusedKind> {
        let rules = Rules::new().clock(Arc::clone(self.issuer.clock())).leeway(LEEWAY);
        let mut audiences = vec![self.issuer.name().to_owned(), self.urls.token()];
        if endpoint == EndpointKind::Revocation {
            audiences.push(self.urls.revocation());
        }
        let verifier = Verifier::new(client, audiences, Arc::clone(keys), rules).map_err(|error| {
            tracing::error!(%error, client, "the keys of a client cannot be used");
            RefusedKind::Internal
        })?;
        let Some(principal) = verify(&verifier, assertion).await? else { return Ok(false) };
        let Some(id) = principal.token_id().filter(|id| !id.is_empty()) else { return Ok(false) };
        if principal.subject() != Some(client) {
            return Ok(false);
        }
        let now = self.issuer.now().map_err(|refused| refused.kind())?;
        let until = principal.expires_at().saturating_add(LEEWAY);
        self.issuer.store().first_use(mark(client, id), until, now).await.map_err(|error| {
            tracing::error!(%error, "nobody is authenticated");
            RefusedKind::StoreUnavailable
        })
    }
}

/// How far apart the clocks of client and issuer may be.
const LEEWAY: std::time::Duration = std::time::Duration::from_secs(30);

/// Waits once for keys that are on their way.
async fn verify(verifier: &Verifier, assertion: &str) -> Result<Option<Principal>, RefusedKind> {
    let verified = match verifier.verify(assertion) {
        Err(Unverified::Pending(keys)) => {
            keys.await;
            verifier.verify(assertion)
        }
        verified => verified,
    };
    match verified.map_err(Unverified::into_denied) {
        Ok(principal) => Ok(Some(principal)),
        Err(denied) => match denied.class() {
            DeniedClass::Unavailable => Err(RefusedKind::KeysUnavailable),
            DeniedClass::Internal => Err(RefusedKind::ClockFailed),
            _ => Ok(None),
        },
    }
}

/// By the lengths of both: no two pairs are one.
fn mark(client: &str, id: &str) -> UseMark {
    let hash = Sha256::new().chain_update(b"portcullis client assertion\0").chain_update(client.len().to_be_bytes());
    UseMark::from_bytes(hash.chain_update(client).chain_update(id).finalize().into())
}
