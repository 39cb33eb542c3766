//! Where a document is: an address that is safe to fetch from.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// An absolute URL that was found good. It shows itself without its query, which may hold a key to an API.
///
/// ```
/// use portcullis_http::{InvalidPlace, Place, Scheme};
///
/// assert!(Place::parse("http://127.0.0.1:8080/keys", Scheme::HttpToLoopback).is_ok());
/// let refused = Place::parse("http://id.example.com/keys", Scheme::HttpToLoopback);
/// assert_eq!(refused, Err(InvalidPlace::NotSecure));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    uri: Uri,
}

/// Which schemes will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `https` alone.
    Https,
    /// `http` too, to this machine.
    HttpToLoopback,
    /// `http` too, to anywhere.
    AnyHttp,
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidPlace {
    /// Not an absolute URL with a host.
    NotAbsolute,
    /// There is a user or a password in it.
    WithCredentials,
    /// Not `https`, and no `http` that will do.
    NotSecure,
}

impl Place {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(url: &str, scheme: Scheme) -> Result<Self, InvalidPlace> {
        let uri: Uri = url.parse().map_err(|_| InvalidPlace::NotAbsolute)?;
        let (Some(found), Some(authority), Some(host)) = (uri.scheme_str(), uri.authority(), uri.host()) else {
            return Err(InvalidPlace::NotAbsolute);
        };
        // They would end up in logs, and are not how a key set is guarded.
        if authority.as_str().contains('@') {
            return Err(InvalidPlace::WithCredentials);
        }
        let secure = match (found, scheme) {
            ("https", _) => true,
            ("http", Scheme::HttpToLoopback) => is_loopback(host),
            ("http", Scheme::AnyHttp) => true,
            _ => false,
        };
        if secure { Ok(Self { uri }) } else { Err(InvalidPlace::NotSecure) }
    }

    /// The whole of it, with its query.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// What a place that this one's document names may be: no less secure than this one.
    #[must_use]
    pub fn scheme_of_what_it_names(&self, allowed: Scheme) -> Scheme {
        if self.uri.scheme_str() == Some("http") { allowed } else { Scheme::Https }
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Without its query, which may hold a key to an API.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
        write!(
            f,
            "{}://{}{}",
            part(self.uri.scheme_str()),
            part(self.uri.authority().map(|a| a.as_str())),
            self.uri.path()
        )
    }
}

impl std::error::Error for InvalidPlace {}

impl fmt::Display for InvalidPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAbsolute => "expected an absolute URL, `https://host/path`",
            Self::WithCredentials => "a URL with a user or password in it: leave that out",
            Self::NotSecure => "expected `https`; `http` is for this machine, or say `dangerous().allow_http()`",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_unless_it_is_this_machine() {
        use InvalidPlace::{NotAbsolute, NotSecure, WithCredentials};
        for (url, scheme, expected) in [
            ("https://id.test/keys", Scheme::Https, Ok(())),
            ("HTTPS://id.test/keys", Scheme::Https, Ok(())),
            ("http://127.0.0.1:80/keys", Scheme::Https, Err(NotSecure)),
            ("http://127.0.0.1:80/keys", Scheme::HttpToLoopback, Ok(())),
            ("http://127.9.9.9/keys", Scheme::HttpToLoopback, Ok(())),
            ("http://[::1]:80/keys", Scheme::HttpToLoopback, Ok(())),
            ("http://localhost/keys", Scheme::HttpToLoopback, Ok(())),
            ("http://localhost.evil.test/keys", Scheme::HttpToLoopback, Err(NotSecure)),
            ("http://127.0.0.1.evil.test/keys", Scheme::HttpToLoopback, Err(NotSecure)),
            ("http://169.254.169.254/keys", Scheme::HttpToLoopback, Err(NotSecure)),
            ("http://0.0.0.0/keys", Scheme::HttpToLoopback, Err(NotSecure)),
            ("http://id.test/keys", Scheme::AnyHttp, Ok(())),
            ("ftp://id.test/keys", Scheme::AnyHttp, Err(NotSecure)),
            ("file:///etc/passwd", Scheme::AnyHttp, Err(NotAbsolute)),
            ("https://user:word@id.test/keys", Scheme::Https, Err(WithCredentials)),
            ("http://127.0.0.1@evil.test/keys", Scheme::HttpToLoopback, Err(WithCredentials)),
            ("/keys", Scheme::AnyHttp, Err(NotAbsolute)),
            ("id.test/keys", Scheme::AnyHttp, Err(NotAbsolute)),
            ("", Scheme::AnyHttp, Err(NotAbsolute)),
        ] {
            assert_eq!(Place::parse(url, scheme).map(drop), expected, "{url}, {scheme:?}");
        }
    }

    #[test]
    fn a_query_is_not_shown() {
        let place = Place::parse("https://id.test/keys?key=secret", Scheme::Https).unwrap();
        assert_eq!(
            (place.to_string(), format!("{place:?}")),
            ("https://id.test/keys".into(), "https://id.test/keys".into())
        );
    }
}
