//! `WWW-Authenticate` (RFC 6750 §3).
//!
//! Every challenge has at least one parameter, `Bearer` comes first, parameters are separated by commas, each once, and no
//! value needs an escape: widely used clients read it with a pattern.

use http::HeaderValue;
use portcullis_core::{Denied, DeniedClass, SetupError};

/// The challenges of an authority.
pub(crate) struct Challenge {
    /// `Bearer realm="…"`, and where the metadata is: the whole challenge for a request without a credential.
    plain: HeaderValue,
    realm: Box<str>,
    /// `, resource_metadata="…"` or nothing.
    metadata: Box<str>,
}

impl Challenge {
    pub(crate) fn new(realm: &str, resource_metadata: Option<&str>) -> Result<Self, SetupError> {
        if !is_quotable(realm) {
            return Err(SetupError::new(
                "the realm (the audience, unless configured) goes into a header: printable ASCII without `\"`, `\\`, `scope=` and `error=`; set another with `realm`",
            ));
        }
        let absolute = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if resource_metadata.is_some_and(|url| !absolute(url) || !is_quotable(url) || url.contains(' ')) {
            return Err(SetupError::new(
                "`resource_metadata` is an absolute URL (RFC 9728 section 5.1), such as `https://api.example.com/.well-known/oauth-protected-resource`",
            ));
        }
        let metadata = resource_metadata.map(|url| format!(", resource_metadata=\"{url}\"")).unwrap_or_default();
        let plain = HeaderValue::try_from(format!("Bearer realm=\"{realm}\"{metadata}"))
            .map_err(|_| SetupError::new("the realm cannot stand in a header"))?;
        Ok(Self { plain, realm: realm.into(), metadata: metadata.into() })
    }

    /// The challenge for a refusal; none where another token would not help.
    pub(crate) fn of(&self, denied: &Denied) -> Option<HeaderValue> {
        let error = match denied.class() {
            DeniedClass::NoCredential => return Some(self.plain.clone()),
            DeniedClass::InvalidRequest => "invalid_request",
            DeniedClass::InvalidToken => "invalid_token",
            DeniedClass::InsufficientScope => "insufficient_scope",
            DeniedClass::TooOld => "insufficient_user_authentication",
            _ => return None,
        };
        let Self { realm, metadata, .. } = self;
        let scope = denied.scopes().map(|scopes| format!(", scope=\"{scopes}\"")).unwrap_or_default();
        let max_age = denied.max_age().map(|age| format!(", max_age=\"{}\"", age.as_secs())).unwrap_or_default();
        let description = denied.kind().description();
        let text = format!(
            "Bearer realm=\"{realm}\", error=\"{error}\", error_description=\"{description}\"{scope}{max_age}{metadata}"
        );
        // All parts were checked; the plain challenge is still a good one.
        Some(HeaderValue::try_from(text).unwrap_or_else(|_| self.plain.clone()))
    }
}

fn is_quotable(value: &str) -> bool {
    let printable = value.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E));
    printable && !value.is_empty() && !value.contains("scope=") && !value.contains("error=")
}
