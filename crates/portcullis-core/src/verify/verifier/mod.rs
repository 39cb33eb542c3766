//! The verifier: the rules in order. `signature` and `claims` are its two halves.

mod claims;
mod signature;

pub(super) use signature::by_key;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::denied::{Denied, DeniedKind};
use crate::key::KeySource;
use crate::model::AccessModel;
use crate::proof::{Principal, SignedToken, Verified};

use super::explain::{Explanation, Known};
use super::failure::Unverified;
use super::known_headers::KnownHeaders;
use super::rules;
use super::settings::{Limits, Rules};
use super::setup_error::SetupError;

/// Verifies tokens of one issuer for one audience, by keys and [`Rules`]. Cheap to clone.
///
/// It does no I/O and knows no HTTP: the layers, a queue consumer or a test hand it the token.
///
/// ```
/// use portcullis_core::{DeniedKind, Rules, StaticKeys, Verifier};
///
/// let keys = StaticKeys::from_jwks(
///     r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
/// )?;
/// let verifier = Verifier::new("https://id.example.com", ["https://api.example.com"], keys, Rules::new())?;
///
/// let refused = verifier.verify("not.a.token").unwrap_err().into_denied();
/// assert_eq!(refused.kind(), DeniedKind::MalformedToken);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    id: u64,
    issuer: Arc<str>,
    audiences: Box<[Box<str>]>,
    keys: Box<dyn KeySource>,
    rules: Rules,
    known_headers: KnownHeaders,
}

impl Verifier {
    /// Trusts an issuer, for an audience (or one of several, while a name changes), by its keys.
    ///
    /// # Errors
    /// When the parts make no sense together; the text says what to do.
    pub fn new<A: Into<String>>(
        issuer: impl Into<String>,
        audiences: impl IntoIterator<Item = A>,
        keys: impl KeySource,
        rules: Rules,
    ) -> Result<Self, SetupError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let issuer: String = issuer.into();
        let audiences: Box<[Box<str>]> = audiences.into_iter().map(|audience| audience.into().into()).collect();
        if issuer.is_empty() {
            return Err(SetupError::new("the issuer is empty: give the exact `iss` of the tokens"));
        }
        if audiences.is_empty() || audiences.iter().any(|audience| audience.is_empty()) {
            return Err(SetupError::new("the audience is empty: give the exact `aud` that names this service"));
        }
        if let Some(flaw) = rules.flaw() {
            return Err(SetupError::new(flaw));
        }
        if keys.issuer().is_some_and(|owner| owner != issuer) {
            return Err(SetupError::new(
                "the keys are those of another issuer: give the keys of this one, or the exact `iss` of those, to the byte",
            ));
        }
        let usable = |set: &crate::key::KeySet| set.keys().any(|key| rules.algorithms.contains(key.algorithm()));
        if keys.current().is_some_and(|set| !usable(&set)) {
            return Err(SetupError::new(
                "no key is of an algorithm in the list: name it with `Rules::algorithms` (symmetric ones are never in the default list)",
            ));
        }
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Self(Arc::new(Inner {
            id,
            issuer: issuer.into(),
            audiences,
            keys: Box::new(keys),
            rules,
            known_headers: KnownHeaders::new(),
        })))
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The audiences, the first one the name of the service.
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        self.0.audiences.iter().map(|audience| &**audience)
    }

    /// The keys.
    pub fn keys(&self) -> &dyn KeySource {
        &*self.0.keys
    }

    /// What scopes imply and roles stand for, if the rules say.
    pub fn access_model(&self) -> Option<&AccessModel> {
        self.0.rules.access_model.as_deref()
    }

    /// Whether the rules say where the roles of a token are.
    pub fn knows_roles(&self) -> bool {
        !self.0.rules.roles_from.is_empty()
    }

    /// The longest credential that it looks at, in bytes.
    pub fn max_token_bytes(&self) -> usize {
        self.0.rules.max_token_bytes
    }

    /// Verifies a token: every rule.
    ///
    /// # Errors
    /// The first rule that it breaks, or that its key may be on its way.
    pub fn verify(&self, token: impl AsRef<[u8]>) -> Result<Principal, Unverified> {
        let signed = self.verify_signature(token)?;
        Ok(self.enforce_expiry(&signed, &Limits::default())?)
    }

    /// Explains a token rule by rule, for people: a tool, a test that fails, a page behind a login. It proves nothing and opens
    /// nothing; its first broken rule is what [`verify`](Self::verify) refuses the token for. A key that may be on its way counts
    /// as keys that cannot be had.
    ///
    #[cfg_attr(feature = "signing", doc = "```")]
    #[cfg_attr(not(feature = "signing"), doc = "```ignore")]
    /// use portcullis_core::{Algorithm, Clock, DeniedKind, Rules, SigningKey, StaticKeys, SystemClock, Verifier};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// let keys = StaticKeys::from(key.verifying_key()?);
    /// let verifier = Verifier::new("https://id.test", ["https://api.test"], keys, Rules::new())?;
    /// let now = SystemClock.now()?.as_secs();
    /// let token = |exp| {
    ///     let claims = format!(r#"{{"iss":"https://id.test","aud":"https://api.test","iat":{},"exp":{exp}}}"#, now - 100);
    ///     key.sign_token("at+jwt", &claims)
    /// };
    ///
    /// assert!(verifier.explain(token(now + 250)?).stands());
    /// let refused = verifier.explain(token(now - 60)?);
    /// let rule = refused.refused().unwrap();
    /// assert_eq!((rule.id(), rule.kind()), ("T4", Some(DeniedKind::Expired)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, token: impl AsRef<[u8]>) -> Explanation {
        let Inner { issuer, audiences, keys, rules, .. } = &*self.0;
        let known = Known { issuer: Some(issuer), audiences, keys: Some(&**keys), rules, limits: &Limits::default() };
        known.explain(token.as_ref())
    }

    /// Verifies all but the time: credential, signature, issuer, audience, shape of the claims.
    ///
    /// # Errors
    /// The first rule that it breaks, or that its key may be on its way.
    pub fn verify_signature(&self, token: impl AsRef<[u8]>) -> Result<SignedToken, Unverified> {
        let token = token.as_ref();
        rules::c2_size(token, self.max_token_bytes())?;
        self.verify_compact(token).map_err(|refused| rules::c1_or(token, refused))
    }

    fn verify_compact(&self, token: &[u8]) -> Result<SignedToken, Unverified> {
        let compact = rules::s1_compact(token)?;
        self.check_signature(&compact)?;
        Ok(self.read_claims(token, &compact)?)
    }

    /// Judges the time of a token whose signature stands, and whether it is revoked.
    ///
    /// # Errors
    /// The first rule that it breaks; or the clock cannot tell the time.
    pub fn enforce_expiry(&self, signed: &SignedToken, limits: &Limits) -> Result<Principal, Denied> {
        self.judge_time(&signed.0, limits)?;
        rules::t12_standing(|| signed.0.revocable(), &self.0.rules)?;
        Ok(Principal(Arc::clone(&signed.0)))
    }

    fn judge_time(&self, token: &Arc<Verified>, limits: &Limits) -> Result<(), Denied> {
        let rules = &self.0.rules;
        let token = self.own(token)?;
        let now = rules.clock.now().map_err(|_| DeniedKind::ClockFailed)?;
        rules::t4_expiry(token.exp, now, rules)?;
        rules::t5_not_before(token.nbf, now, rules)?;
        rules::t6_lifetime(token.exp, token.iat, now, rules, limits)?;
        rules::t7_age(token.iat, now, limits)
    }

    /// Judges the limits of one operation on a proof of this verifier.
    ///
    /// # Errors
    /// When the token lives too long or is too old for it; or the clock cannot tell the time.
    pub fn check_limits(&self, principal: &Principal, limits: &Limits) -> Result<(), Denied> {
        self.judge_time(&principal.0, limits)
    }

    /// Whether this verifier made the proof.
    pub fn made(&self, principal: &Principal) -> bool {
        principal.0.verifier == self.0.id
    }

    /// Whether this verifier found the signature good.
    pub fn signed(&self, signed: &SignedToken) -> bool {
        signed.0.verifier == self.0.id
    }

    /// Whether tokens can be verified now: there are keys and, with a list of what is revoked, it can tell.
    pub fn is_ready(&self) -> bool {
        self.0.keys.health().state.is_ready() && self.can_tell_revoked()
    }

    /// Whether the list of what is revoked, if there is one, can tell now.
    pub fn can_tell_revoked(&self) -> bool {
        self.0.rules.revocations.as_ref().is_none_or(|revocations| revocations.can_tell())
    }

    /// A signed token of another verifier was never judged by these rules.
    fn own<'t>(&self, token: &'t Arc<Verified>) -> Result<&'t Arc<Verified>, DeniedKind> {
        if token.verifier == self.0.id { Ok(token) } else { Err(DeniedKind::WrongIssuer) }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.0.issuer)
            .field("audiences", &self.0.audiences)
            .field("keys", &self.0.keys)
            .field("rules", &self.0.rules)
            .finish()
    }
}
