//! The way in for interceptors.

use portcullis::{Check, GuardLayer, Head, Unverified, Verdict};
use tonic::metadata::MetadataMap;
use tonic::service::Interceptor;
use tonic::{Request, Status};

use crate::status::status;

/// A guard as an interceptor, for servers that are put together with
/// `OrdersServer::with_interceptor(orders, interceptor(authority.require(ReadOrders)))`.
///
/// Prefer the layer: an interceptor cannot wait for keys, so with keys from the network a token of an unknown `kid` is
/// answered with `UNAVAILABLE` and the client has to try again. It sees neither method nor URI, so it knows no preflight.
///
/// ```
/// use portcullis::{Authority, StaticKeys};
/// use tonic::{Request, service::Interceptor};
///
/// portcullis::permissions! { pub ReadOrders = "orders:read"; }
///
/// # let issuer = portcullis_testing::TestIssuer::new();
/// # let keys = issuer.keys();
/// # let authority = Authority::builder().issuer("https://id.test").audience("https://api.test").keys(keys).build()?;
/// let mut guard = portcullis_tonic::interceptor(authority.require(ReadOrders));
/// assert_eq!(guard.call(Request::new(())).unwrap_err().code(), tonic::Code::Unauthenticated);
///
/// let mut request = Request::new(());
/// let bearer = format!("Bearer {}", issuer.token("orders:read"));
/// request.metadata_mut().insert("authorization", bearer.parse()?);
/// assert!(guard.call(request).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn interceptor<C: Check>(layer: GuardLayer<C>) -> GuardInterceptor<C> {
    const {
        assert!(
            !C::NEEDS_THE_PATH,
            "an interceptor sees no path: use a policy as a layer, `Server::builder().layer(..)`"
        )
    };
    GuardInterceptor { check: layer.check().clone() }
}

/// See [`interceptor`].
#[derive(Clone, Debug)]
pub struct GuardInterceptor<C> {
    check: C,
}

impl<C: Check> Interceptor for GuardInterceptor<C> {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        let (metadata, mut extensions, ()) = request.into_parts();
        let mut headers = metadata.into_headers();
        let denied = match self.check.check(&mut Head::of_metadata(&mut headers, &mut extensions)) {
            Verdict::Pass => return Ok(Request::from_parts(MetadataMap::from_headers(headers), extensions, ())),
            Verdict::Refuse(denied) => denied,
            Verdict::Wait(pending) => Unverified::Pending(pending).into_denied(),
        };
        Err(status(denied, Some(self.check.authority())))
    }
}
