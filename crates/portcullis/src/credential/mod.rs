//! Where a request carries its credential: the `Authorization` field, and other places if configured.

mod cookie;
mod header;
mod query;

use std::borrow::Cow;
use std::fmt::{self, Debug};
use std::sync::Arc;

use http::{HeaderMap, Uri};
use portcullis_core::DeniedKind;

pub(crate) use cookie::Cookie;
pub(crate) use header::AuthorizationHeader;
pub(crate) use query::QueryParameter;

/// A place where a request may carry a token.
///
/// ```
/// use std::borrow::Cow;
/// use http::{HeaderMap, Uri};
/// use portcullis::{CredentialSource, DeniedKind};
///
/// /// A gateway hands the token on in a field of its own.
/// #[derive(Debug)]
/// struct GatewayToken;
///
/// impl CredentialSource for GatewayToken {
///     fn find<'r>(&self, headers: &'r HeaderMap, _: Option<&'r Uri>) -> Result<Option<Cow<'r, [u8]>>, DeniedKind> {
///         let mut fields = headers.get_all("x-gateway-token").iter();
///         match (fields.next(), fields.next()) {
///             (None, _) => Ok(None),
///             (Some(token), None) => Ok(Some(Cow::Borrowed(token.as_bytes()))),
///             (Some(_), Some(_)) => Err(DeniedKind::MultipleCredentials), // never the first one wins
///         }
///     }
///     fn mark_sensitive(&self, headers: &mut HeaderMap) {
///         headers.get_mut("x-gateway-token").into_iter().for_each(|field| field.set_sensitive(true));
///     }
///     fn strip(&self, headers: &mut HeaderMap) {
///         headers.remove("x-gateway-token");
///     }
/// }
/// ```
pub trait CredentialSource: Debug + Send + Sync + 'static {
    /// The token, without the scheme; `None` when there is none. The URI is missing where the host does not show it.
    ///
    /// # Errors
    /// When there is something that is not one token.
    fn find<'r>(&self, headers: &'r HeaderMap, uri: Option<&'r Uri>) -> Result<Option<Cow<'r, [u8]>>, DeniedKind>;

    /// Marks the fields that carry the token as sensitive, so that nothing further in logs them.
    fn mark_sensitive(&self, headers: &mut HeaderMap);

    /// Takes the token off the request, when stripping is asked for.
    fn strip(&self, headers: &mut HeaderMap);

    #[doc(hidden)]
    fn flaw(&self) -> Option<&'static str> {
        None
    }

    #[doc(hidden)]
    fn can_strip(&self) -> bool {
        true
    }
}

/// The places of an authority.
pub(crate) struct Credentials {
    sources: Box<[Arc<dyn CredentialSource>]>,
    strip: bool,
}

impl Credentials {
    pub(crate) fn new(sources: Vec<Arc<dyn CredentialSource>>, strip: bool) -> Self {
        Self { sources: sources.into(), strip }
    }

    /// The one credential of a request; an error when there are several.
    pub(crate) fn find<'r>(
        &self,
        headers: &'r HeaderMap,
        uri: Option<&'r Uri>,
    ) -> Result<Option<Cow<'r, [u8]>>, DeniedKind> {
        let mut found = None;
        for source in &self.sources {
            let token = source.find(headers, uri)?;
            if token.is_some() && found.is_some() {
                return Err(DeniedKind::MultipleCredentials);
            }
            found = found.or(token);
        }
        Ok(found)
    }

    /// Takes it off once more, where it is to be gone: somebody may have put it back.
    pub(crate) fn protect_again(&self, headers: &mut HeaderMap) {
        if self.strip {
            self.protect(headers);
        }
    }

    /// Marks the credential as sensitive (rule C3), or takes it off; says which.
    pub(crate) fn protect(&self, headers: &mut HeaderMap) -> bool {
        for source in &self.sources {
            if self.strip { source.strip(headers) } else { source.mark_sensitive(headers) }
        }
        self.strip
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.sources).finish()
    }
}
