//! What a service may say about the rules.

use std::sync::Arc;
use std::time::Duration;

use crate::claim::ClaimPath;
use crate::key::{Algorithm, Algorithms};
use crate::model::AccessModel;
use crate::revocation::{Revocation, Revocations};
use crate::time::{Clock, SystemClock};

/// How long a credential may be unless a service says otherwise.
pub(super) const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// How strictly tokens are judged. The defaults are strict; every method but those of [`dangerous`](Self::dangerous)
/// keeps them safe.
///
/// ```
/// use std::time::Duration;
/// use portcullis_core::{Algorithm, Rules};
///
/// let rules = Rules::new()
///     .algorithms([Algorithm::ES256])
///     .max_lifetime(Duration::from_secs(5 * 60))
///     .rfc9068_profile();
/// # let _ = rules;
/// ```
#[derive(Clone, Debug)]
pub struct Rules {
    pub(super) algorithms: Algorithms,
    pub(super) leeway: Duration,
    pub(super) leeway_cap: Duration,
    pub(super) max_lifetime: Option<Duration>,
    pub(super) lifetime_cap: Duration,
    pub(super) at_jwt_required: bool,
    pub(super) rfc9068_profile: bool,
    pub(super) required_claims: Vec<(ClaimPath, Box<str>)>,
    pub(super) scopes_from: Option<Vec<ClaimPath>>,
    pub(super) roles_from: Vec<ClaimPath>,
    pub(super) access_model: Option<Arc<AccessModel>>,
    pub(super) max_token_bytes: usize,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) revocations: Option<Arc<dyn Revocations>>,
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}

impl Rules {
    /// The defaults: [`Algorithm::DEFAULT`], 30 s of leeway, a lifetime of one hour at most, 16 KiB, scopes from `scope`
    /// or `scp`, the system's clock.
    pub fn new() -> Self {
        Self {
            algorithms: Algorithms::of(Algorithm::DEFAULT.iter().copied()),
            leeway: Duration::from_secs(30),
            leeway_cap: Duration::from_secs(60),
            max_lifetime: Some(Duration::from_secs(60 * 60)),
            lifetime_cap: Duration::from_secs(24 * 60 * 60),
            at_jwt_required: false,
            rfc9068_profile: false,
            required_claims: Vec::new(),
            scopes_from: None,
            roles_from: Vec::new(),
            access_model: None,
            max_token_bytes: MAX_TOKEN_BYTES,
            clock: Arc::new(SystemClock),
            revocations: None,
        }
    }

    /// The algorithms to accept, instead of the default list.
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Algorithms::of(algorithms);
        self
    }

    /// How far apart the clocks of issuer and service may be: 30 s by default, at most 60 s.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// How long a token may live, `exp − iat`: one hour by default, at most a day. Shorter is better; leeway is never added
    /// to it.
    #[must_use]
    pub fn max_lifetime(mut self, max_lifetime: Duration) -> Self {
        self.max_lifetime = Some(max_lifetime);
        self
    }

    /// Accepts a token only when its header says `typ: at+jwt` (RFC 9068 §4). Turn it on when the issuer sets it: an ID
    /// token can then never pass for an access token.
    #[must_use]
    pub fn require_at_jwt(mut self) -> Self {
        self.at_jwt_required = true;
        self
    }

    /// Demands the profile of RFC 9068: `typ: at+jwt` and the claims `sub`, `client_id`, `jti` beside those that are always
    /// demanded.
    #[must_use]
    pub fn rfc9068_profile(mut self) -> Self {
        self.rfc9068_profile = true;
        self.require_at_jwt()
    }

    /// Accepts a token only when this claim is this text, as another kind of token otherwise: for issuers that sign access and
    /// ID tokens alike and do not set `typ: at+jwt`. Say it when the audience is the id of a client, which ID tokens have too.
    ///
    /// ```
    /// use portcullis_core::Rules;
    ///
    /// let cognito = Rules::new().require_claim("token_use", "access");
    /// let keycloak = Rules::new().require_claim("typ", "Bearer");
    /// # let _ = (cognito, keycloak);
    /// ```
    #[must_use]
    pub fn require_claim(mut self, claim: impl Into<ClaimPath>, value: impl Into<Box<str>>) -> Self {
        self.required_claims.push((claim.into(), value.into()));
        self
    }

    /// Where the scopes are, instead of `scope` and `scp`: the first of these claims that is there. A string is a list
    /// separated by spaces, an array of strings a list too.
    #[must_use]
    pub fn scopes_from<P: Into<ClaimPath>>(mut self, claims: impl IntoIterator<Item = P>) -> Self {
        self.scopes_from = Some(claims.into_iter().map(Into::into).collect());
        self
    }

    /// Where the roles are, if the issuer names some: the first of these claims that is there, an array of texts or one text. A
    /// path is one place of one client (`resource_access.<client>.roles`), so roles of different clients are never merged.
    #[must_use]
    pub fn roles_from<P: Into<ClaimPath>>(mut self, claims: impl IntoIterator<Item = P>) -> Self {
        self.roles_from = claims.into_iter().map(Into::into).collect();
        self
    }

    /// What scopes imply, what roles stand for, and which roles exclude each other. Without a model a scope is itself alone,
    /// and a role is a name.
    ///
    /// ```
    /// use portcullis_core::{AccessModel, ClaimPath, Rules};
    ///
    /// let model = AccessModel::builder()
    ///     .implies("orders:admin", ["orders:read", "orders:write"])
    ///     .role("support", ["orders:read"])
    ///     .build()?;
    /// let rules = Rules::new().roles_from([ClaimPath::from(["realm_access", "roles"])]).access_model(model);
    /// # let _ = rules;
    /// # Ok::<(), portcullis_core::ModelError>(())
    /// ```
    #[must_use]
    pub fn access_model(mut self, model: impl Into<Arc<AccessModel>>) -> Self {
        self.access_model = Some(model.into());
        self
    }

    /// How long a credential may be, in bytes: 16 KiB by default.
    #[must_use]
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.max_token_bytes = bytes;
        self
    }

    /// Where the time comes from, instead of the system.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What is revoked before its time: consulted for every token that stands otherwise. To revoke single tokens they need a
    /// `jti`, which [`rfc9068_profile`](Self::rfc9068_profile) demands. A leeway of over 60 s does not go
    /// with it: entries end a minute after the token does.
    ///
    /// ```
    /// use portcullis_core::{MemoryRevocations, Principal, Rules};
    ///
    /// let revoked = MemoryRevocations::new();
    /// let rules = Rules::new().revocations(revoked.clone());
    /// # let _ = rules;
    ///
    /// fn log_out(caller: &Principal, revoked: &MemoryRevocations) -> Result<(), &'static str> {
    ///     let entry = caller.revocation().ok_or("the token has no `jti` to go by")?;
    ///     revoked.revoke(entry);
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn revocations(mut self, revocations: impl Revocations) -> Self {
        self.revocations = Some(Arc::new(revocations));
        self
    }

    /// The way to what weakens a rule. Say in a comment why you need it.
    pub fn dangerous(self) -> DangerousRules {
        DangerousRules(self)
    }

    /// What is wrong with these rules, and what to do about it.
    pub(super) fn flaw(&self) -> Option<&'static str> {
        if self.algorithms.is_empty() {
            Some("the list of algorithms is empty: name at least one, or leave the default")
        } else if self.leeway > self.leeway_cap {
            Some("a leeway over 60 s keeps expired tokens alive: mend the clocks, or say `dangerous().leeway(…)`")
        } else if self.leeway > Revocation::LEEWAY && self.revocations.is_some() {
            Some("revocations end a minute after the token does: a longer leeway would let a revoked one live again")
        } else if self.max_lifetime.is_some_and(|limit| limit > self.lifetime_cap) {
            Some(
                "a lifetime over a day leaves a stolen token good for days: have shorter ones issued, or say `dangerous().max_lifetime(…)`",
            )
        } else if self.max_lifetime.is_some_and(|limit| limit.is_zero()) {
            Some(
                "a lifetime of zero refuses every token: give `max_lifetime` the longest `exp - iat` that the issuer uses",
            )
        } else if self
            .scopes_from
            .as_ref()
            .is_some_and(|paths| paths.iter().any(ClaimPath::is_empty) || paths.is_empty())
        {
            Some("`scopes_from` needs at least one claim, and each path at least one name")
        } else if self.roles_from.iter().any(ClaimPath::is_empty) {
            Some("`roles_from` needs paths of at least one name")
        } else if self.roles_from.is_empty()
            && self.access_model.as_ref().is_some_and(|model| model.has_exclusive_roles())
        {
            Some(
                "the access model says which roles exclude each other, and nobody says where the roles of a token are: name the claim, `roles_from([\"roles\"])`",
            )
        } else if self.required_claims.iter().any(|(claim, _)| claim.is_empty()) {
            Some("`require_claim` needs a path of at least one name")
        } else if self.max_token_bytes == 0 {
            Some("a cap of zero bytes refuses every token: leave the default of 16 KiB")
        } else {
            None
        }
    }
}

/// What weakens a rule, see [`Rules::dangerous`].
#[derive(Debug)]
pub struct DangerousRules(Rules);

impl DangerousRules {
    /// A leeway of more than 60 s: expired tokens live on for that long.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Rules {
        self.0.leeway = leeway;
        self.0.leeway_cap = leeway;
        self.0
    }

    /// A lifetime of more than a day.
    #[must_use]
    pub fn max_lifetime(mut self, max_lifetime: Duration) -> Rules {
        self.0.max_lifetime = Some(max_lifetime);
        self.0.lifetime_cap = max_lifetime;
        self.0
    }

    /// No bound on `exp − iat`: a stolen token may open the door for years.
    #[must_use]
    pub fn unlimited_lifetime(mut self) -> Rules {
        self.0.max_lifetime = None;
        self.0
    }
}

/// Limits of one operation, beside those of the rules. They can only tighten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// `exp − iat` at most.
    pub max_lifetime: Option<Duration>,
    /// `now − iat` at most.
    pub max_age: Option<Duration>,
}

impl Limits {
    /// Whether there is nothing to check.
    pub const fn is_empty(&self) -> bool {
        self.max_lifetime.is_none() && self.max_age.is_none()
    }
}
