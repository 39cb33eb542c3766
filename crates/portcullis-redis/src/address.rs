//! Where Redis is, from a URL that may hold a password.

use redis::{Client, ConnectionInfo, ProtocolVersion, parse_redis_url};

use crate::StartError;

/// A client for that URL. It does not connect yet.
pub(crate) fn client(url: &str) -> Result<Client, StartError> {
    // The errors of the client library are dropped: they may quote the URL.
    let parsed = parse_redis_url(url).ok_or(StartError::InvalidUrl)?;
    if matches!(parsed.scheme(), "rediss" | "valkeys") {
        if parsed.fragment().is_some() {
            return Err(StartError::InsecureTls);
        }
        prepare_tls()?;
    }
    let info: ConnectionInfo = url.parse().map_err(|_| StartError::InvalidUrl)?;
    // The answers are read in the shape of version 2, whatever the URL asks for.
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP2);
    Client::open(info.set_redis_settings(settings)).map_err(|_| StartError::InvalidUrl)
}

/// rustls panics when it has to choose between two backends of its own: the choice is made here, if nobody has made it.
#[cfg(feature = "tls")]
fn prepare_tls() -> Result<(), StartError> {
    use rustls::crypto::{CryptoProvider, aws_lc_rs};
    if CryptoProvider::get_default().is_none() {
        // An error says that another thread was quicker.
        let _ = aws_lc_rs::default_provider().install_default();
    }
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn prepare_tls() -> Result<(), StartError> {
    Err(StartError::TlsNotEnabled)
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
            "redis://:s3cret@0.0.0.0",
            "redis://:s3/cret@host",
            "redis://:%ff@host",
        ] {
            let error = client(url).err().unwrap_or_else(|| panic!("{url} is one"));
            assert_eq!(error, StartError::InvalidUrl, "{url}");
            assert!(!format!("{error} {error:?}").contains("s3"), "{error}");
        }
        assert!(client("redis://user:s3cret@[::1]:6380/3?protocol=resp3").is_ok());
        assert!(client("valkey://localhost").is_ok());
    }

    #[test]
    fn tls_needs_its_feature_and_a_look_at_the_certificate() {
        let wanted = if cfg!(feature = "tls") { None } else { Some(StartError::TlsNotEnabled) };
        assert_eq!(client("rediss://:s3cret@localhost").err(), wanted);
        assert_eq!(client("rediss://:s3cret@localhost/#insecure").err(), Some(StartError::InsecureTls));
        assert_eq!(client("valkeys://localhost/#insecure").err(), Some(StartError::InsecureTls));
    }
}
