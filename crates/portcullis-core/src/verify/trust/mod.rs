//! Whom to trust: one issuer, a map of several, or the tenants of a service.

mod by_issuer;
mod claimed;
mod map;
mod tenants;

use std::fmt::Debug;

use super::failure::Unverified;
use super::settings::{Limits, MAX_TOKEN_BYTES};
use super::verifier::Verifier;
use crate::denied::{Denied, DeniedKind};
use crate::proof::{Principal, SignedToken};

pub use map::TrustMap;
pub use tenants::{TenantResolver, Tenants};

/// Whom a service trusts: which verifier judges the tokens of which issuer. A [`Verifier`] alone is the trust in one issuer.
///
/// The `iss` that a token claims chooses the verifier and nothing else: the verifier then judges the whole token by its own
/// issuer, audiences, keys and rules, as if it were the only one.
pub trait Trust: Debug + Send + Sync + 'static {
    /// The verifier for an issuer. The name may come from a token that nobody has verified: answer from memory, at once.
    ///
    /// # Errors
    /// [`DeniedKind::WrongIssuer`] when it is not trusted; another refusal when it cannot be told.
    fn verifier(&self, issuer: &str) -> Result<Verifier, Denied>;

    /// The verifiers at hand, for whoever asks how they are.
    fn verifiers(&self) -> Vec<Verifier>;

    /// The longest credential that any of them would look at, in bytes: 16 KiB unless one says otherwise.
    fn max_token_bytes(&self) -> usize {
        MAX_TOKEN_BYTES
    }

    /// A signature was found good. The token may still be too old.
    fn accepted(&self, signed: &SignedToken) {
        let _ = signed;
    }

    /// Verifies all but the time: credential, signature, issuer, audience, shape of the claims.
    ///
    /// # Errors
    /// The first rule that it breaks, or that its key may be on its way.
    fn verify_signature(&self, token: &[u8]) -> Result<SignedToken, Unverified> {
        let signed = claimed::verifier(self, token)?.verify_signature(token)?;
        self.accepted(&signed);
        Ok(signed)
    }

    /// Verifies a token: every rule, all by one verifier.
    ///
    /// # Errors
    /// The first rule that it breaks, or that its key may be on its way.
    fn verify(&self, token: &[u8]) -> Result<Principal, Unverified> {
        let verifier = claimed::verifier(self, token)?;
        let signed = verifier.verify_signature(token)?;
        self.accepted(&signed);
        Ok(verifier.enforce_expiry(&signed, &Limits::default())?)
    }

    /// Judges the time of a token whose signature stands, and whether it is revoked.
    ///
    /// # Errors
    /// The first rule that it breaks; or the verifier of its issuer is no longer the one that made it.
    fn enforce_expiry(&self, signed: &SignedToken, limits: &Limits) -> Result<Principal, Denied> {
        self.verifier(signed.issuer())?.enforce_expiry(signed, limits)
    }

    /// Judges the limits of one operation on a proof.
    ///
    /// # Errors
    /// When the token lives too long or is too old for it; or the clock cannot tell the time; or the verifier of its issuer is
    /// no longer the one that made it.
    fn check_limits(&self, principal: &Principal, limits: &Limits) -> Result<(), Denied> {
        self.verifier(principal.issuer())?.check_limits(principal, limits)
    }

    /// Whether the verifier of its issuer is still the one that made this proof.
    fn made(&self, principal: &Principal) -> bool {
        self.verifier(principal.issuer()).is_ok_and(|verifier| verifier.made(principal))
    }

    /// Whether the verifier of its issuer is still the one that found this signature good.
    fn signed(&self, signed: &SignedToken) -> bool {
        self.verifier(signed.issuer()).is_ok_and(|verifier| verifier.signed(signed))
    }
}

/// The trust in one issuer: its own methods, without a look at what the token claims first.
impl Trust for Verifier {
    fn verifier(&self, issuer: &str) -> Result<Verifier, Denied> {
        if issuer == self.issuer() { Ok(self.clone()) } else { Err(DeniedKind::WrongIssuer.into()) }
    }

    fn verifiers(&self) -> Vec<Verifier> {
        vec![self.clone()]
    }

    fn max_token_bytes(&self) -> usize {
        self.max_token_bytes()
    }

    fn verify_signature(&self, token: &[u8]) -> Result<SignedToken, Unverified> {
        self.verify_signature(token)
    }

    fn verify(&self, token: &[u8]) -> Result<Principal, Unverified> {
        self.verify(token)
    }

    fn enforce_expiry(&self, signed: &SignedToken, limits: &Limits) -> Result<Principal, Denied> {
        self.enforce_expiry(signed, limits)
    }

    fn check_limits(&self, principal: &Principal, limits: &Limits) -> Result<(), Denied> {
        self.check_limits(principal, limits)
    }

    fn made(&self, principal: &Principal) -> bool {
        self.made(principal)
    }

    fn signed(&self, signed: &SignedToken) -> bool {
        self.signed(signed)
    }
}
