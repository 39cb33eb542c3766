//! A linear builder: issuer, audience, keys, then options.

use std::fmt;
use std::sync::Arc;

use portcullis_core::{KeySource, KeyState, Rules, SetupError, Trust, Verifier};

use super::trusted::{OneIssuer, Several, Trusted};
use super::{Authority, Inner};
use crate::credential::{AuthorizationHeader, Cookie, CredentialSource, Credentials, QueryParameter};
use crate::refusal::Challenge;

/// An authority that wants to know its issuer.
#[derive(Debug)]
#[must_use = "an authority is made by `issuer`, `audience`, `keys` and `build`"]
pub struct NeedsIssuer(());

impl NeedsIssuer {
    pub(super) const fn new() -> Self {
        Self(())
    }

    /// The exact `iss` of the tokens, to the byte.
    pub fn issuer(self, issuer: impl Into<String>) -> NeedsAudience {
        NeedsAudience { issuer: issuer.into() }
    }

    /// Several issuers, each with its own audiences, keys and rules: a [`TrustMap`](crate::TrustMap), or the
    /// [`Tenants`](crate::Tenants) of a service.
    pub fn trust<T: Trust>(self, trust: T) -> NeedsRealm<T> {
        NeedsRealm { trust }
    }
}

/// An authority that wants to know its audience.
#[derive(Debug)]
#[must_use = "an authority is made by `issuer`, `audience`, `keys` and `build`"]
pub struct NeedsAudience {
    issuer: String,
}

impl NeedsAudience {
    /// The exact `aud` that names this service, to the byte.
    pub fn audience(self, audience: impl Into<String>) -> NeedsKeys {
        NeedsKeys { issuer: self.issuer, audience: audience.into() }
    }
}

/// An authority that wants to know its keys.
#[derive(Debug)]
#[must_use = "an authority is made by `issuer`, `audience`, `keys` and `build`"]
pub struct NeedsKeys {
    issuer: String,
    audience: String,
}

impl NeedsKeys {
    /// The keys of the issuer: [`StaticKeys`](crate::StaticKeys), or another [`KeySource`].
    pub fn keys<K: KeySource>(self, keys: K) -> AuthorityBuilder<OneIssuer<K>> {
        let Self { issuer, audience } = self;
        AuthorityBuilder::of(OneIssuer { issuer, audiences: vec![audience], keys, rules: Rules::new() }, None)
    }
}

/// An authority that wants a name for challenges: of several issuers' audiences none is the obvious one.
#[derive(Debug)]
#[must_use = "an authority is made by `trust`, `realm` and `build`"]
pub struct NeedsRealm<T> {
    trust: T,
}

impl<T: Trust> NeedsRealm<T> {
    /// The realm in challenges: printable ASCII without `"` and `\`.
    pub fn realm(self, realm: impl Into<String>) -> AuthorityBuilder<Several<T>> {
        AuthorityBuilder::of(Several(self.trust), Some(realm.into()))
    }
}

/// An authority that could be built, and its options.
#[must_use = "an authority is made by `build`"]
pub struct AuthorityBuilder<T> {
    trusted: T,
    sources: Vec<Arc<dyn CredentialSource>>,
    strip: bool,
    http_only: bool,
    realm: Option<String>,
    resource_metadata: Option<String>,
}

impl<T> AuthorityBuilder<T> {
    fn of(trusted: T, realm: Option<String>) -> Self {
        let sources: Vec<Arc<dyn CredentialSource>> = vec![Arc::new(AuthorizationHeader)];
        Self { trusted, sources, strip: false, http_only: false, realm, resource_metadata: None }
    }
}

impl<K: KeySource> AuthorityBuilder<OneIssuer<K>> {
    /// Another `aud` that names this service too, while its name changes.
    pub fn or_audience(mut self, audience: impl Into<String>) -> Self {
        self.trusted.audiences.push(audience.into());
        self
    }

    /// Changes the rules: `.rules(|rules| rules.max_lifetime(Duration::from_secs(300)))`.
    pub fn rules(mut self, change: impl FnOnce(Rules) -> Rules) -> Self {
        self.trusted.rules = change(self.trusted.rules);
        self
    }
}

impl<T: Trusted> AuthorityBuilder<T> {
    /// Also reads the token from the cookie of this name. A browser sends cookies by itself: guard what changes state
    /// against cross-site requests, with `SameSite` and tower-http's `csrf` layer. A request with a token in both places is
    /// refused; so is a cookie that is empty or out of date, also where a credential is optional: have it deleted at logout.
    pub fn cookie(self, name: impl Into<String>) -> Self {
        self.credential_source(Cookie::new(name.into()))
    }

    /// Also reads the token from a place of yours. A request with a token in two places is refused.
    pub fn credential_source(mut self, source: impl CredentialSource) -> Self {
        self.sources.push(Arc::new(source));
        self
    }

    /// Takes the credential off the request once it is verified, so that what is behind cannot pass it on. Layers of this
    /// authority go on to know the proof; those of a second one, further in, find nothing. With the credential gone, the proof
    /// goes with the extensions: who copies them to another request copies the caller.
    pub fn strip_credential(mut self) -> Self {
        self.strip = true;
        self
    }

    /// Refuses in HTTP alone. Otherwise a request that says it is gRPC, by its content type, gets a gRPC refusal, which is an
    /// HTTP 200: wrong where nothing speaks gRPC and a status is all that counts, as for a proxy's `auth_request` or
    /// `forward_auth`.
    pub fn http_only(mut self) -> Self {
        self.http_only = true;
        self
    }

    /// The realm in challenges, instead of the audience: printable ASCII without `"` and `\`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// Where the metadata of this resource is (RFC 9728 §5.1), for challenges: an absolute URL.
    pub fn resource_metadata(mut self, url: impl Into<String>) -> Self {
        self.resource_metadata = Some(url.into());
        self
    }

    /// The way to what weakens a rule. Say in a comment why you need it. The rules have a
    /// [`dangerous`](Rules::dangerous) of their own.
    pub fn dangerous(self) -> DangerousCredentials<T> {
        DangerousCredentials(self)
    }

    /// Builds the authority.
    ///
    /// # Errors
    /// When the parts make no sense together; the text says what to do.
    pub fn build(self) -> Result<Authority, SetupError> {
        if let Some(source) = self.sources.iter().find_map(|source| source.flaw()) {
            return Err(SetupError::new(source));
        }
        if self.strip && !self.sources.iter().all(|source| source.can_strip()) {
            return Err(SetupError::new(
                "a query parameter cannot be taken off a request: leave out `strip_credential`, or have a middleware rewrite the URI",
            ));
        }
        let (trust, name) = self.trusted.into_trust()?;
        let challenge = Challenge::new(&self.realm.unwrap_or(name), self.resource_metadata.as_deref())?;
        let credentials = Credentials::new(self.sources, self.strip);
        trust.verifiers().iter().for_each(warn_of_skipped);
        Ok(Authority(Arc::new(Inner { trust, credentials, challenge, http_only: self.http_only })))
    }
}

/// Keys that are fetched are spoken of by whoever fetches them.
fn warn_of_skipped(verifier: &Verifier) {
    let keys = verifier.keys();
    if keys.health().state == KeyState::Static {
        for skipped in keys.current().iter().flat_map(|set| set.skipped().to_vec()) {
            tracing::warn!(kid = skipped.kid(), reason = %skipped.reason(), "a key of the set is left out");
        }
    }
}

impl<T> fmt::Debug for AuthorityBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorityBuilder").finish_non_exhaustive()
    }
}

/// Places for a credential that leak, see [`AuthorityBuilder::dangerous`].
#[derive(Debug)]
pub struct DangerousCredentials<T>(AuthorityBuilder<T>);

impl<T: Trusted> DangerousCredentials<T> {
    /// Also reads the token from this query parameter (RFC 6750 §2.3). URLs end up in logs, histories and `Referer` headers;
    /// RFC 9700 §4.3.2 forbids it. WebSockets of a browser are the one case where there is no other way. tonic does not show
    /// its methods the URI: there `request.require` does not find it.
    pub fn query_parameter(self, name: impl Into<String>) -> AuthorityBuilder<T> {
        self.0.credential_source(QueryParameter::new(name.into()))
    }
}
