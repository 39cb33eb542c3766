//! The proof of a policy.

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use portcullis::{Authority, GuardedRequest as _, Protocol, Refusal};

use crate::Rejection;

/// The proof that a policy let this request through, for domain code that goes by the table; see
/// [`policy::Allowed`](portcullis::policy::Allowed).
///
/// Where no [`PolicyLayer`](portcullis::policy::PolicyLayer) passed the request it answers 500 and says so in the log: that is an
/// error of the service. A [`GuardedRouter`](crate::GuardedRouter) is no policy and leaves none.
///
/// ```
/// use axum::{Router, routing::get};
/// use portcullis::policy::{Operation, Policy};
/// use portcullis::{Authority, scope};
/// use portcullis_axum::Allowed;
///
/// async fn list(Allowed(by): Allowed) -> String {
///     by.operation().map(ToString::to_string).unwrap_or_default()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use tower::ServiceExt;
/// # let issuer = portcullis_testing::TestIssuer::new();
/// # let authority = Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(issuer.keys()).build()?;
/// let policy = Policy::builder().operation(Operation::get("/orders").require(scope!("orders:read"))).build()?;
/// let app: Router = Router::new().route("/orders", get(list));
/// let judged = app.clone().layer(authority.enforce(&policy)?);
///
/// # let ask = || http::Request::get("/orders").header("authorization", format!("Bearer {}", issuer.token("orders:read")));
/// # let ask = || ask().body(axum::body::Body::empty()).unwrap();
/// assert_eq!(judged.oneshot(ask()).await?.status(), 200);
/// assert_eq!(app.oneshot(ask()).await?.status(), 500); // the layer was forgotten
/// # Ok(())
/// # }
/// ```
#[must_use = "the proof is for the code that does the privileged work"]
#[derive(Debug)]
pub struct Allowed(pub portcullis::policy::Allowed);

impl<S: Send + Sync> FromRequestParts<S> for Allowed {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        match (parts.allowed(), Authority::innermost(&parts.extensions)) {
            (Ok(allowed), _) => Ok(Self(allowed)),
            (Err(denied), Some(authority)) => Err(Rejection::new(denied, authority, parts)),
            (Err(denied), None) => Err(Refusal::new(denied, Protocol::of(&parts.headers)).into()),
        }
    }
}
