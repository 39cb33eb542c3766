//! A JWKS URL.

use futures::FutureExt;
use futures::future::BoxFuture;
use http::HeaderValue;
use portcullis_core::KeySet;
use portcullis_http::{Client, Place};

use super::{LoadError, Origin, Reading};
use crate::http::{Accepts, Answer, get};
use crate::machine::Loaded;

/// A JWKS document at an address (RFC 7517 §5).
pub(crate) struct JwksUri {
    client: Client,
    place: Place,
    reading: Reading,
    accepts: Accepts,
    /// The tag of the document that was accepted last.
    etag: Option<HeaderValue>,
}

impl JwksUri {
    pub(crate) const fn new(client: Client, place: Place, reading: Reading, accepts: Accepts) -> Self {
        Self { client, place, reading, accepts, etag: None }
    }

    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    async fn fetch(&mut self) -> Result<Loaded<KeySet>, LoadError> {
        match get(&self.client, &self.place, self.etag.as_ref(), self.accepts).await? {
            Answer::NotModified { lifetime } => Ok(Loaded { keys: None, lifetime }),
            Answer::Document(document) => {
                let keys = self.reading.keys(&document.text).map_err(|error| error.at(&self.place))?;
                self.etag = document.etag;
                Ok(Loaded { keys: Some(keys), lifetime: document.lifetime })
            }
        }
    }
}

impl Origin for JwksUri {
    fn load(&mut self) -> BoxFuture<'_, Result<Loaded<KeySet>, LoadError>> {
        self.fetch().boxed()
    }
}
