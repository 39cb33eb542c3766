//! The verifier: the rules in order.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::denied::{Denied, DeniedKind};
use crate::key::{KeySource, UnknownKid};
use crate::proof::{Principal, SignedToken, Verified};
use crate::token::base64url;
use crate::token::claims::RegisteredClaims;
use crate::token::compact::Compact;
use crate::token::header::Header;

use super::failure::Unverified;
use super::known_headers::{KnownHeaders, Signer};
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
        rules::t12_standing(&signed.0.revocable(), &self.0.rules)?;
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

    /// A signed token of another verifier was never judged by these rules.
    fn own<'t>(&self, token: &'t Arc<Verified>) -> Result<&'t Arc<Verified>, DeniedKind> {
        if token.verifier == self.0.id { Ok(token) } else { Err(DeniedKind::WrongIssuer) }
    }

    fn check_signature(&self, token: &Compact<'_>) -> Result<(), Unverified> {
        /// RSA of 4096 bits; longer ones go to the heap.
        const SIGNATURE: usize = 512 + 3;
        /// RSA of 8192 bits, encoded: the longest signature there is.
        const LONGEST: usize = 1366;

        if token.signature.len() > LONGEST {
            return Err(DeniedKind::MalformedToken.into());
        }
        let (mut stack, mut heap) = ([0; SIGNATURE], Vec::new());
        let signature =
            base64url::decode_within(token.signature, &mut stack, &mut heap).map_err(|_| DeniedKind::MalformedToken)?;
        match self.0.known_headers.find(token.header) {
            Some(signer) => self.check_by_key(token, signature, signer),
            None => self.check_new_header(token, signature),
        }
    }

    fn check_new_header(&self, token: &Compact<'_>, signature: &[u8]) -> Result<(), Unverified> {
        let header = base64url::decode(token.header).map_err(|_| DeniedKind::MalformedToken)?;
        let header = std::str::from_utf8(&header).map_err(|_| DeniedKind::UnacceptableHeader)?;
        let header = Header::parse(header).map_err(|_| DeniedKind::UnacceptableHeader)?;
        let rules = &self.0.rules;
        rules::s2_plain(&header)?;
        rules::s2_type(&header, rules)?;
        let signer = Signer { algorithm: rules::s3_algorithm(&header, rules)?, kid: header.kid.as_deref() };
        self.check_by_key(token, signature, signer)?;
        self.0.known_headers.learn(token.header, signer);
        Ok(())
    }

    fn check_by_key(&self, token: &Compact<'_>, signature: &[u8], signer: Signer<'_>) -> Result<(), Unverified> {
        let source = &*self.0.keys;
        let Some(keys) = source.current() else {
            return Err(Denied::keys_unavailable(source.retry_after()).into());
        };
        let key = match (rules::s4_key(signer.kid, signer.algorithm, &keys), signer.kid) {
            (Ok(key), _) => key,
            (Err(DeniedKind::UnknownKey), Some(kid)) => {
                return Err(match source.unknown_kid(kid) {
                    UnknownKid::Refuse => DeniedKind::UnknownKey.into(),
                    UnknownKid::Wait(pending) => Unverified::Pending(pending),
                    UnknownKid::Unavailable { retry_after } => Denied::keys_unavailable(retry_after).into(),
                });
            }
            (Err(kind), _) => return Err(kind.into()),
        };
        Ok(rules::s6_signature(token, signature, key)?)
    }

    fn read_claims(&self, token: &[u8], compact: &Compact<'_>) -> Result<SignedToken, DeniedKind> {
        // One allocation holds the payload, for the claims, and the token, to know the credential again.
        let mut bytes = Vec::with_capacity(compact.payload.len() + token.len());
        base64url::decode_append(compact.payload, &mut bytes).map_err(|_| DeniedKind::MalformedToken)?;
        let payload_len = bytes.len();
        bytes.extend_from_slice(token);
        let text = String::from_utf8(bytes).map_err(|_| DeniedKind::MalformedClaims)?;
        // A multi-byte character cannot end in the token, which is ASCII: this is always a boundary.
        let (payload, _) = text.split_at_checked(payload_len).ok_or(DeniedKind::MalformedClaims)?;

        let rules = &self.0.rules;
        let mut claims =
            RegisteredClaims::parse(payload, &self.0.audiences).map_err(|_| DeniedKind::MalformedClaims)?;
        rules::t2_issuer(&claims, &self.0.issuer)?;
        rules::t3_audience(&claims)?;
        let (exp, iat) = rules::t4_t6_dates(&claims)?;
        rules::t8_unbound(&claims)?;
        rules::t9_profile(&claims, rules)?;
        let scopes = rules::t11_scopes(&mut claims, payload, rules);

        let part = |text| crate::proof::Part::of(payload, text);
        let scopes = part(scopes);
        let (sub, jti, sid) = (claims.sub.map(part), claims.jti.map(part), claims.sid.map(part));
        let client_id = claims.client_id.map(part);
        let nbf = claims.nbf;
        let issuer = Arc::clone(&self.0.issuer);
        Ok(SignedToken(Arc::new(Verified {
            verifier: self.0.id,
            issuer,
            payload_len,
            sub,
            jti,
            sid,
            client_id,
            scopes,
            exp,
            nbf,
            iat,
            text,
        })))
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
