//! Asking a request.

use portcullis::policy::Allowed;
use portcullis::{Authority, Denied, DeniedKind, Granted, GuardedRequest, Permission, Principal};
use serde::de::DeserializeOwned;
use tonic::{Request, Status};

use crate::status::status;

/// Asks a tonic request for its principal, its claims or a permission, by the innermost layer that it went through.
///
/// Where no layer ran the answer is `INTERNAL`, and the log says so: that is an error of the service.
pub trait RequestExt: sealed::Sealed {
    /// A permission: the proof that privileged code asks for.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `PERMISSION_DENIED`; `INTERNAL` where no layer ran.
    fn require<P: Permission>(&self) -> Result<Granted<P>, Status>;

    /// Who calls.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`; `INTERNAL` where no layer ran.
    fn principal(&self) -> Result<Principal, Status>;

    /// Who calls, or nobody, behind an optional layer.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a bad credential; `INTERNAL` where no layer ran.
    fn maybe_principal(&self) -> Result<Option<Principal>, Status>;

    /// The claims of the caller, decoded into a type of yours. Behind
    /// [`extract_claims`](portcullis::Authority::extract_claims) they are in the extensions already:
    /// `request.extensions().get::<Claims<C>>()`.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, also when the claims do not fit the type; `INTERNAL` where no layer ran.
    fn claims<C: DeserializeOwned>(&self) -> Result<C, Status>;

    /// The proof that a [policy](portcullis::policy) let this request through, for code that goes by the table.
    ///
    /// ```
    /// use portcullis::policy::{Allowed, Operation, Policy};
    /// use portcullis::{Authority, scope};
    /// use portcullis_tonic::RequestExt;
    /// use tonic::{Request, Response, Status};
    /// # use tower::{Layer, ServiceExt, service_fn};
    ///
    /// async fn get_order(request: Request<u64>) -> Result<Response<String>, Status> {
    ///     let by = request.allowed()?;
    ///     Ok(Response::new(load(&by, *request.get_ref())))
    /// }
    /// fn load(by: &Allowed, id: u64) -> String {
    ///     format!("order {id} for {}", by.principal().and_then(|caller| caller.subject()).unwrap_or("anybody"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let issuer = portcullis_testing::TestIssuer::new();
    /// # let keys = issuer.keys();
    /// # let authority = Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(keys).build()?;
    /// let rule = Operation::rpc("orders.v1.Orders/GetOrder").require(scope!("orders:read"));
    /// let policy = Policy::builder().operation(rule).build()?;
    /// # let orders = service_fn(async |request: http::Request<()>| {
    /// #     let answer = get_order(Request::from_http(request).map(|()| 7)).await.map(Response::into_inner);
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new(answer.unwrap_or_default()))
    /// # });
    /// let service = authority.enforce(&policy)?.layer(orders); // on a server: `Server::builder().layer(..)`
    /// # let bearer = format!("Bearer {}", issuer.mint().subject("alice").scope("orders:read").sign());
    /// # let request = http::Request::post("/orders.v1.Orders/GetOrder").header("authorization", bearer).body(())?;
    /// # let answer = service.oneshot(request).await?.into_body();
    /// assert_eq!(answer, "order 7 for alice");
    ///
    /// let unguarded = Request::new(7); // no policy: an error of the service
    /// assert_eq!(get_order(unguarded).await.unwrap_err().code(), tonic::Code::Internal);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `INTERNAL` where no [`PolicyLayer`](portcullis::policy::PolicyLayer) passed this request; `UNAUTHENTICATED` for a
    /// credential that does not stand.
    fn allowed(&self) -> Result<Allowed, Status>;
}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for tonic::Request<T> {}
}

impl<T> RequestExt for Request<T> {
    fn require<P: Permission>(&self) -> Result<Granted<P>, Status> {
        ask(self, |guarded| guarded.require())
    }

    fn principal(&self) -> Result<Principal, Status> {
        ask(self, |guarded| guarded.principal())
    }

    fn maybe_principal(&self) -> Result<Option<Principal>, Status> {
        ask(self, |guarded| guarded.maybe_principal())
    }

    fn claims<C: DeserializeOwned>(&self) -> Result<C, Status> {
        ask(self, |guarded| guarded.principal()?.claims())
    }

    fn allowed(&self) -> Result<Allowed, Status> {
        ask(self, |guarded| guarded.allowed())
    }
}

type Guarded<'r> = (&'r http::HeaderMap, &'r http::Extensions);

fn ask<T, V>(request: &Request<T>, question: impl FnOnce(Guarded<'_>) -> Result<V, Denied>) -> Result<V, Status> {
    question((request.metadata().as_ref(), request.extensions())).map_err(|denied| {
        let unguarded = denied.kind() == DeniedKind::NotGuarded;
        status(denied, Authority::innermost(request.extensions()).filter(|_| !unguarded))
    })
}
