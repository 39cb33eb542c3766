//! The HTTP client: any tower service, behind one type.

use std::fmt;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, ServiceExt};

use crate::answer::Answer;
use crate::error::{FetchError, chain};

pub(crate) type AnswerBody = UnsyncBoxBody<Bytes, BoxError>;

/// What fetches. Clones are the same client.
#[derive(Clone)]
pub struct Client(BoxCloneSyncService<Request<Full<Bytes>>, Response<AnswerBody>, BoxError>);

impl Client {
    /// A tower service as the client.
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let boxed = service
            .map_response(|response: Response<B>| response.map(|body| body.map_err(Into::into).boxed_unsync()))
            .map_err(Into::into);
        Self(BoxCloneSyncService::new(boxed))
    }

    /// Sends a request, and returns when the head of the answer is there. It sets no limit of time.
    ///
    /// # Errors
    /// [`FetchError::Unreachable`] when no answer came.
    pub async fn send(&self, mut request: Request<Full<Bytes>>) -> Result<Answer, FetchError> {
        let name = HeaderValue::from_static(concat!("portcullis/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().entry(USER_AGENT).or_insert(name);
        let answer = self.0.clone().oneshot(request).await;
        answer.map(Answer::new).map_err(|error| FetchError::Unreachable(chain(&*error)))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}
