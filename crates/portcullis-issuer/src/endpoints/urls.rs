//! Where the endpoints are.

use std::sync::Arc;

pub(super) const TOKEN: &str = "/token";
pub(super) const REVOKE: &str = "/revoke";
pub(super) const JWKS: &str = "/jwks.json";
pub(super) const METADATA: &str = "/.well-known/oauth-authorization-server";

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Token,
    Revocation,
    Jwks,
    Metadata,
}

/// The URLs of an issuer.
#[derive(Clone, Debug)]
pub(super) struct Urls {
    /// The issuer, without a slash at its end.
    base: Arc<str>,
    /// Its path, without a slash at its end.
    path: Arc<str>,
}

impl Urls {
    pub(super) fn of(issuer: &str) -> Self {
        let base = issuer.trim_end_matches('/');
        let path =
            base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| format!("/{path}"));
        Self { base: base.into(), path: path.unwrap_or_default().into() }
    }

    pub(super) fn token(&self) -> String {
        format!("{}{TOKEN}", self.base)
    }

    pub(super) fn revocation(&self) -> String {
        format!("{}{REVOKE}", self.base)
    }

    pub(super) fn jwks(&self) -> String {
        format!("{}{JWKS}", self.base)
    }

    /// Under the path of the issuer, or right here for one who has taken that off; and RFC 8414 §3.1: the well-known part goes in front of
    /// the issuer's path.
    pub(super) fn place(&self, path: &str) -> Option<Place> {
        let inserted = path.strip_prefix(METADATA).is_some_and(|rest| !rest.is_empty() && *rest == *self.path);
        if inserted {
            return Some(Place::Metadata);
        }
        match path.strip_prefix(&*self.path).filter(|rest| rest.starts_with('/')).unwrap_or(path) {
            TOKEN => Some(Place::Token),
            REVOKE => Some(Place::Revocation),
            JWKS => Some(Place::Jwks),
            METADATA => Some(Place::Metadata),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_endpoints() {
        use Place::{Jwks, Metadata, Revocation, Token};
        let (plain, tenant) = (Urls::of("https://id.test/"), Urls::of("https://id.test/tenants/a"));
        assert_eq!(
            (plain.token(), tenant.token()),
            ("https://id.test/token".into(), "https://id.test/tenants/a/token".into())
        );
        for (path, at_plain, at_tenant) in [
            ("/token", Some(Token), Some(Token)),
            ("/revoke", Some(Revocation), Some(Revocation)),
            ("/jwks.json", Some(Jwks), Some(Jwks)),
            ("/.well-known/oauth-authorization-server", Some(Metadata), Some(Metadata)),
            ("/tenants/a/token", None, Some(Token)),
            ("/tenants/a/.well-known/oauth-authorization-server", None, Some(Metadata)),
            ("/.well-known/oauth-authorization-server/tenants/a", None, Some(Metadata)),
            ("/.well-known/oauth-authorization-server/tenants/b", None, None),
            ("/.well-known/oauth-authorization-server/", None, None),
            ("/tenants/b/token", None, None),
            ("/tenants/atoken", None, None),
            ("/token/", None, None),
            ("/Token", None, None),
            ("//token", None, None),
            ("/", None, None),
            ("", None, None),
        ] {
            assert_eq!((plain.place(path), tenant.place(path)), (at_plain, at_tenant), "{path}");
        }
    }
}
