//! Whom tokens are for.

use portcullis_core::ScopeSet;

/// A resource server that tokens may be for: one `aud` (RFC 8707, RFC 9068 §3), and the scopes that mean something there.
///
/// ```
/// use portcullis_core::ScopeSet;
/// use portcullis_issuer::ResourceServer;
///
/// let orders = ResourceServer::named("https://orders.example.com").scopes(ScopeSet::parse("orders:read orders:write")?);
/// let anything: ResourceServer = "https://api.example.com".into(); // whatever the entitlements say
/// # let _ = (orders, anything);
/// # Ok::<(), portcullis_core::InvalidScope>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResourceServer {
    pub(super) name: String,
    pub(super) scopes: Option<ScopeSet>,
}

impl ResourceServer {
    /// By its exact `aud`.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), scopes: None }
    }

    /// No token for it holds other scopes than these, or what they imply.
    #[must_use]
    pub fn scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = Some(scopes);
        self
    }
}

impl<N: Into<String>> From<N> for ResourceServer {
    fn from(name: N) -> Self {
        Self::named(name)
    }
}
