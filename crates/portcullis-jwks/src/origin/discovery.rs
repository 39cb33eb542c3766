//! The metadata of an issuer, which says where its keys are.

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use http::Uri;
use portcullis_core::KeySet;
use portcullis_http::{Client, InvalidPlace, Place, Scheme};
use serde::Deserialize;
use tokio::time::Instant;

use super::{JwksUri, LoadError, LoadErrorKind, Origin, Reading};
use crate::http::{Accepts, Answer, get};
use crate::machine::Loaded;

/// How long the metadata holds: it says where the keys are, and that hardly ever changes. A failure ends it at once.
const HOLDS: Duration = Duration::from_secs(60 * 60);

/// The keys of an issuer, found by its metadata.
pub(crate) struct Discovery {
    client: Client,
    issuer: String,
    /// Where the metadata may be, in the order to try.
    places: Vec<Place>,
    scheme: Scheme,
    reading: Reading,
    accepts: Accepts,
    found: Option<Found>,
}

struct Found {
    keys: JwksUri,
    /// When the metadata said so; `None` once the keys could not be had there: then it is asked again.
    since: Option<Instant>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Discovery {
    pub(crate) fn new(
        client: Client,
        issuer: &str,
        scheme: Scheme,
        reading: Reading,
        accepts: Accepts,
    ) -> Result<Self, InvalidPlace> {
        let places = places(issuer, scheme)?;
        Ok(Self { client, issuer: issuer.to_owned(), places, scheme, reading, accepts, found: None })
    }

    async fn fetch(&mut self) -> Result<Loaded<KeySet>, LoadError> {
        let known = self.found.as_ref().and_then(|found| found.since);
        if known.is_none_or(|since| since.elapsed() >= HOLDS) {
            match self.discover().await {
                Ok(place) => self.found(place),
                // The keys may be had although the metadata cannot.
                Err(error) if self.found.is_some() && error.may_pass() => {}
                Err(error) => return Err(error),
            }
        }
        let Some(found) = &mut self.found else { return Err(LoadErrorKind::Malformed.into()) };
        // Taken out for the time being: whatever fails or is given up from here on ends in another look at the metadata.
        let since = found.since.take();
        let loaded = found.keys.load().await?;
        found.since = since;
        Ok(loaded)
    }

    fn found(&mut self, place: Place) {
        let known = self.found.take().map(|found| found.keys).filter(|keys| *keys.place() == place);
        // The tag of its document goes on to hold.
        let keys = known.unwrap_or_else(|| JwksUri::new(self.client.clone(), place, self.reading, self.accepts));
        self.found = Some(Found { keys, since: Some(Instant::now()) });
    }

    /// Where the keys are.
    async fn discover(&self) -> Result<Place, LoadError> {
        let (place, metadata) = self.metadata().await?;
        let scheme = place.scheme_of_what_it_names(self.scheme);
        Place::parse(&metadata.jwks_uri, scheme)
            .map_err(|error| LoadError::of(LoadErrorKind::UnsafePlace, error).at(place))
    }

    /// The metadata, from the first of the places where there is any.
    async fn metadata(&self) -> Result<(&Place, Metadata), LoadError> {
        let mut failed = None;
        for place in &self.places {
            match get(&self.client, place, None, Accepts::Json).await {
                Ok(Answer::Document(document)) => {
                    let metadata = self.check(&document.text).map_err(|error| error.at(place))?;
                    return Ok((place, metadata));
                }
                Ok(Answer::NotModified { .. }) => {}
                Err(error) if matches!(error.kind(), LoadErrorKind::Status(status) if status.is_client_error()) => {
                    failed = failed.or(Some(error));
                }
                Err(error) => return Err(error),
            }
        }
        Err(failed.unwrap_or_else(|| LoadErrorKind::Malformed.into()))
    }

    fn check(&self, text: &str) -> Result<Metadata, LoadError> {
        let metadata: Metadata = serde_json::from_str(text).map_err(|_| LoadErrorKind::Malformed)?;
        if metadata.issuer == self.issuer {
            Ok(metadata)
        } else {
            let named: String = metadata.issuer.chars().take(200).collect();
            Err(LoadError::of(
                LoadErrorKind::IssuerMismatch,
                format_args!("expected {:?}, found {named:?}", self.issuer),
            ))
        }
    }
}

/// OpenID Connect Discovery 1.0 §4 appends to the path of the issuer, RFC 8414 §3 inserts before it.
fn places(issuer: &str, scheme: Scheme) -> Result<Vec<Place>, InvalidPlace> {
    // §4.3 wants an issuer without query and fragment; `Uri` would drop a fragment without a word.
    if issuer.contains(['?', '#']) {
        return Err(InvalidPlace::NotAbsolute);
    }
    let place = Place::parse(issuer, scheme)?;
    let uri: &Uri = place.uri();
    let path = uri.path().trim_end_matches('/');
    let root = issuer.trim_end_matches('/').strip_suffix(path).ok_or(InvalidPlace::NotAbsolute)?;
    let appended = format!("{root}{path}/.well-known/openid-configuration");
    let inserted = format!("{root}/.well-known/oauth-authorization-server{path}");
    [appended, inserted].iter().map(|url| Place::parse(url, scheme)).collect()
}

impl Origin for Discovery {
    fn load(&mut self) -> BoxFuture<'_, Result<Loaded<KeySet>, LoadError>> {
        self.fetch().boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_issuer_is_appended_to_or_inserted_before() {
        for (issuer, appended, inserted) in [
            (
                "https://id.test",
                "https://id.test/.well-known/openid-configuration",
                "https://id.test/.well-known/oauth-authorization-server",
            ),
            (
                "https://id.test/",
                "https://id.test/.well-known/openid-configuration",
                "https://id.test/.well-known/oauth-authorization-server",
            ),
            (
                "https://id.test:8443/realms/a",
                "https://id.test:8443/realms/a/.well-known/openid-configuration",
                "https://id.test:8443/.well-known/oauth-authorization-server/realms/a",
            ),
            (
                "https://id.test/realms/a/",
                "https://id.test/realms/a/.well-known/openid-configuration",
                "https://id.test/.well-known/oauth-authorization-server/realms/a",
            ),
        ] {
            let found = places(issuer, Scheme::Https).unwrap();
            assert_eq!(found.iter().map(|place| place.uri().to_string()).collect::<Vec<_>>(), [appended, inserted]);
        }
        for issuer in ["https://id.test?tenant=a", "https://id.test#a", "http://id.test", "id.test", ""] {
            assert!(places(issuer, Scheme::Https).is_err(), "{issuer}");
        }
    }
}
