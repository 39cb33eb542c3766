//! The way of a request through the layers, for the page to draw. Nothing here decides: between two layers stands a mark that the outer
//! one let the request through, and the refusal says by itself why it is one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use portcullis::Denied;
use serde::Deserialize;

/// Where a request can be stopped, from the outside in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(usize)]
pub(crate) enum Station {
    Signature,
    Expiry,
    Permission,
    Claims,
    Resource,
}

impl Station {
    pub(crate) const ALL: [Self; 5] = [Self::Signature, Self::Expiry, Self::Permission, Self::Claims, Self::Resource];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Expiry => "expiry",
            Self::Permission => "permission",
            Self::Claims => "claims",
            Self::Resource => "resource",
        }
    }
}

/// Names of the stations that let the request through, separated by spaces.
pub(crate) const PASSED: HeaderName = HeaderName::from_static("demo-passed");
/// The station that stopped it.
pub(crate) const STOPPED: HeaderName = HeaderName::from_static("demo-stopped");
/// The stable name of the refusal.
pub(crate) const KIND: HeaderName = HeaderName::from_static("demo-kind");
/// The refusal in words.
pub(crate) const REASON: HeaderName = HeaderName::from_static("demo-reason");

/// How many stations a request has passed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way(Arc<AtomicUsize>);

impl Way {
    /// This one let it through.
    pub(super) fn passed(&self, station: Station) {
        self.0.fetch_max(station as usize + 1, Ordering::Relaxed);
    }

    /// The mark behind a layer.
    pub(super) fn mark(station: Station) -> impl Fn(Request) -> std::future::Ready<Request> + Clone {
        move |request| {
            if let Some(way) = request.extensions().get::<Self>() {
                way.passed(station);
            }
            std::future::ready(request)
        }
    }

    fn write(&self, denied: Option<&Denied>, headers: &mut HeaderMap) {
        let count = self.0.load(Ordering::Relaxed);
        let passed: Vec<&str> = Station::ALL.iter().take(count).map(|station| station.as_str()).collect();
        if let Ok(passed) = HeaderValue::try_from(passed.join(" ")) {
            headers.insert(PASSED, passed);
        }
        if let (Some(denied), Some(station)) = (denied, Station::ALL.get(count)) {
            headers.insert(STOPPED, HeaderValue::from_static(station.as_str()));
            headers.insert(KIND, HeaderValue::from_static(denied.kind().as_str()));
            headers.insert(REASON, HeaderValue::from_static(denied.kind().description()));
        }
    }
}

/// Around all layers: notes the way, and tells it with the response.
pub(super) async fn tell(mut request: Request<Body>, next: Next) -> Response {
    let way = Way::default();
    request.extensions_mut().insert(way.clone());
    let mut response = next.run(request).await;
    let denied = response.extensions().get::<Denied>().cloned();
    way.write(denied.as_ref(), response.headers_mut());
    response
}
