//! Where Redis is, from a URL that may hold a password.

use redis::{Client, parse_redis_url};

use crate::store::StoreError;

/// A client for that URL. It does not connect yet.
pub(super) fn client(url: &str) -> Result<Client, StoreError> {
    // The errors of the client library are dropped: they may quote the URL.
    let unreadable = || {
        StoreError::new(
            "not the URL of a Redis: expected `redis://user:password@host:port/database`, with `%` escapes in the password",
        )
    };
    let parsed = parse_redis_url(url).ok_or_else(unreadable)?;
    if matches!(parsed.scheme(), "rediss" | "valkeys") {
        if parsed.fragment().is_some() {
            return Err(StoreError::new(
                "`#insecure` trusts anybody who answers: have the certificate trusted instead, with `SSL_CERT_FILE` say",
            ));
        }
        prepare_tls()?;
    }
    Client::open(url).map_err(|_| unreadable())
}

/// rustls panics when it has to choose between two backends of its own: the choice is made here, if nobody has made it.
#[cfg(feature = "redis-tls")]
fn prepare_tls() -> Result<(), StoreError> {
    use rustls::crypto::{CryptoProvider, aws_lc_rs};
    if CryptoProvider::get_default().is_none() {
        // An error says that another thread was quicker.
        let _ = aws_lc_rs::default_provider().install_default();
    }
    Ok(())
}

#[cfg(not(feature = "redis-tls"))]
fn prepare_tls() -> Result<(), StoreError> {
    Err(StoreError::new("`rediss://` needs the feature `redis-tls` of portcullis-issuer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_read_is_an_error_without_it() {
        for url in [
            "",
            "localhost",
            "http://:s3cret@localhost",
            "redis://:s3cret@",
            "redis://:s3cret@host:port",
            "redis://:s3cret@host/database",
            "redis://:s3/cret@host",
            "redis://:%ff@host",
            "rediss://:s3cret@host/#insecure",
        ] {
            let error = client(url).err().unwrap_or_else(|| panic!("{url} is one"));
            assert!(!format!("{error} {error:?}").contains("s3"), "{error}");
        }
        assert!(client("redis://user:s3cret@[::1]:6380/3").is_ok());
        assert_eq!(client("rediss://:s3cret@localhost").is_ok(), cfg!(feature = "redis-tls"));
    }
}
