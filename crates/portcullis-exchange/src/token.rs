//! A token that opens less.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use portcullis_core::{ScopeSet, Timestamp};

/// A token for one callee and no more than the scopes that were asked for. Cheap to clone; it does not show itself.
///
/// ```no_run
/// # async fn example(exchange: portcullis_exchange::TokenExchange) -> Result<(), Box<dyn std::error::Error>> {
/// use portcullis_exchange::{Downscope, SubjectToken};
///
/// let stock = Downscope::to("inventory").scopes(["stock:read"])?;
/// let token = exchange.token_for(&SubjectToken::bearer("abc")?, &stock).await?;
/// assert!(token.scopes().is_subset(stock.scopes()));
/// let mut request = http::Request::new(());
/// request.headers_mut().insert("authorization", token.header_value());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DownscopedToken(Arc<Inner>);

struct Inner {
    header: HeaderValue,
    scopes: ScopeSet,
    expires_at: Option<Timestamp>,
}

impl DownscopedToken {
    /// `None` when the token is no `token68`.
    pub(crate) fn new(token: &str, scopes: ScopeSet, expires_at: Option<Timestamp>) -> Option<Self> {
        if !is_token68(token) {
            return None;
        }
        let mut header = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        header.set_sensitive(true);
        Some(Self(Arc::new(Inner { header, scopes, expires_at })))
    }

    /// The scopes that were granted.
    pub fn scopes(&self) -> &ScopeSet {
        &self.0.scopes
    }

    /// When it expires, if anybody said.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.0.expires_at
    }

    /// `Bearer` and the token: the value of an `Authorization` header, marked as sensitive.
    pub fn header_value(&self) -> HeaderValue {
        self.0.header.clone()
    }

    /// The token itself. Keep it out of logs.
    pub fn expose(&self) -> &str {
        self.0.header.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for DownscopedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownscopedToken")
            .field("scopes", &self.0.scopes)
            .field("expires_at", &self.0.expires_at)
            .finish_non_exhaustive()
    }
}

/// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` (RFC 9110 §11.2).
pub(crate) fn is_token68(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}
