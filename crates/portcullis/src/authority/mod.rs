//! The authority: whom we trust, how we check, where credentials are, how a refusal reads.

mod builder;
mod health;
mod prove;
mod trusted;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use portcullis_core::{Limits, Requirement, Trust, Verifier};
use serde::de::DeserializeOwned;

pub use builder::{AuthorityBuilder, DangerousCredentials, NeedsAudience, NeedsIssuer, NeedsKeys, NeedsRealm};
pub use health::IssuerHealth;
pub(crate) use prove::Goal;
pub use trusted::{OneIssuer, Several, Trusted};

use crate::checks::{EnforceExpiry, ExtractClaims, LeaveOpen, RequireScope, VerifySignature};
use crate::credential::Credentials;
use crate::guard::GuardLayer;
use crate::refusal::{Challenge, Protocol};

/// Whom we trust and how we check: issuers, audiences, keys, rules; where the credential is; how a refusal reads. It makes the
/// layers. Cheap to clone.
///
/// A layer never trusts that another ran: it looks for the proof of its own authority, for this very credential, and does
/// the missing step itself when it isn't there. So the layers can be stacked in any order and nesting, and the token is
/// verified once.
///
/// ```
/// use portcullis::{Algorithm, Authority, StaticKeys};
///
/// portcullis::permissions! { pub ReadOrders = "orders:read"; }
///
/// let authority = Authority::builder()
///     .issuer("https://id.example.com")
///     .audience("https://api.example.com")
///     .keys(StaticKeys::from_jwks(
///         r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
///     )?)
///     .build()?;
/// let layer = authority.require(ReadOrders); // for any tower::Service over http::Request
/// # let _ = layer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Several issuers are the entries of a map, each with its own audiences, keys and rules:
///
/// ```
/// # let jwks = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// # let (our_keys, their_keys) = (portcullis::StaticKeys::from_jwks(jwks)?, portcullis::StaticKeys::from_jwks(jwks)?);
/// use portcullis::{Authority, Rules, TrustMap, Verifier};
///
/// let trust = TrustMap::from_iter([
///     Verifier::new("https://id.example.com", ["https://api.example.com"], our_keys, Rules::new())?,
///     Verifier::new("https://id.partner.example", ["example-api"], their_keys, Rules::new().require_at_jwt())?,
/// ]);
/// let authority = Authority::builder().trust(trust.clone()).realm("https://api.example.com").build()?;
/// trust.remove("https://id.partner.example"); // from the next request on
/// # let _ = authority;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Issuer, audience and keys come in this order and cannot be left out:
///
/// ```compile_fail
/// # use portcullis::{Authority, StaticKeys};
/// let open = Authority::builder().issuer("https://id.example.com").build();
/// ```
#[derive(Clone)]
pub struct Authority(Arc<Inner>);

struct Inner {
    trust: Box<dyn Trust>,
    credentials: Credentials,
    challenge: Challenge,
    /// Refusals are HTTP ones, whatever the content type says.
    http_only: bool,
}

impl Authority {
    /// Starts with the issuer.
    pub const fn builder() -> NeedsIssuer {
        NeedsIssuer::new()
    }

    /// The layer that verifies signatures: with issuer, audience and the shape of the claims, all but the time. It leaves
    /// the signed token behind, which is no [`Principal`](crate::Principal) yet.
    pub fn verify_signature(&self) -> GuardLayer<VerifySignature> {
        GuardLayer::new(VerifySignature::new(self.clone()))
    }

    /// The layer that enforces expiry; it can tighten the limits with
    /// [`max_lifetime`](GuardLayer::max_lifetime) and [`max_age`](GuardLayer::max_age). It leaves the
    /// [`Principal`](crate::Principal) behind.
    pub fn enforce_expiry(&self) -> GuardLayer<EnforceExpiry> {
        GuardLayer::new(EnforceExpiry::new(self.clone(), Limits::default()))
    }

    /// The usual stack in one layer: signature and expiry. It leaves the [`Principal`](crate::Principal) behind.
    pub fn authenticate(&self) -> GuardLayer<EnforceExpiry> {
        self.enforce_expiry()
    }

    /// The layer that requires a permission, by a type or a value: `ReadOrders`, `ReadOrders | ReadAll`, a
    /// [`Requirement`]. The proof of it, [`Granted`](crate::Granted), is made where it is asked for.
    pub fn require(&self, permission: impl Into<Requirement>) -> GuardLayer<RequireScope> {
        GuardLayer::new(RequireScope::new(self.clone(), permission.into()))
    }

    /// The layer that extracts claims into the request extensions, decoded once into a type of yours, where
    /// `get::<Claims<C>>()` finds them in any stack.
    pub fn extract_claims<C: DeserializeOwned + Send + Sync + 'static>(&self) -> GuardLayer<ExtractClaims<C>> {
        GuardLayer::new(ExtractClaims::new(self.clone()))
    }

    /// The layer that lets every request through, whatever credential it carries: what a router puts around a route that was
    /// declared public. It is how the extractors and [`GuardedRequest`](crate::GuardedRequest) behind it find this authority; who
    /// asks them for a caller is told of a bad credential.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use http::{Request, Response};
    /// use portcullis::{Authority, GuardedRequest};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let issuer = portcullis_testing::TestIssuer::new();
    /// # let keys = issuer.keys();
    /// # let authority = Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(keys).build()?;
    /// let greet = service_fn(async |request: Request<()>| {
    ///     Ok::<_, Infallible>(Response::new(match request.maybe_principal() {
    ///         Ok(Some(_)) => "hello you",
    ///         Ok(None) => "hello stranger",
    ///         Err(_) => "a bad token",
    ///     }))
    /// });
    /// let service = authority.open().layer(greet);
    ///
    /// let nobody = service.clone().oneshot(Request::new(())).await?;
    /// assert_eq!(*nobody.body(), "hello stranger");
    /// let forged = Request::get("/").header("authorization", "Bearer forged").body(())?;
    /// assert_eq!(*service.oneshot(forged).await?.body(), "a bad token");
    /// # Ok(())
    /// # }
    /// ```
    pub fn open(&self) -> GuardLayer<LeaveOpen> {
        GuardLayer::new(LeaveOpen::new(self.clone()))
    }

    /// Whom it trusts: what verifies behind the layers.
    pub fn trust(&self) -> &dyn Trust {
        &*self.0.trust
    }

    /// How things are with each issuer, for operators: it names the issuers, tenants among them.
    pub fn health(&self) -> Vec<IssuerHealth> {
        self.trust().verifiers().iter().map(IssuerHealth::of).collect()
    }

    /// Whether tokens can be verified now, for a readiness endpoint: those of the issuer or, of several, those of any. One
    /// partner whose keys cannot be had is no reason to take the service away from the others; [`health`](Self::health)
    /// tells which it is.
    pub fn is_ready(&self) -> bool {
        let verifiers = self.trust().verifiers();
        verifiers.is_empty() || verifiers.iter().any(Verifier::is_ready)
    }

    /// How the caller of this request wants to be told of a refusal.
    pub fn protocol(&self, headers: &HeaderMap) -> Protocol {
        if self.0.http_only { Protocol::Http } else { Protocol::of(headers) }
    }

    pub(crate) fn challenge(&self) -> &Challenge {
        &self.0.challenge
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("trust", &self.0.trust).field("credentials", &self.0.credentials).finish()
    }
}

impl<R> GuardLayer<EnforceExpiry, R> {
    /// Refuses tokens that live longer than this, `exp − iat`, beside the limit of the authority: the smaller one holds.
    pub fn max_lifetime(self, limit: Duration) -> Self {
        self.map_check(|check| check.tighten(Some(limit), None))
    }

    /// Refuses tokens issued longer ago than this, with the challenge of RFC 9470.
    pub fn max_age(self, limit: Duration) -> Self {
        self.map_check(|check| check.tighten(None, Some(limit)))
    }
}
