//! The layer.

use tower_layer::Layer;

use super::service::Guard;
use crate::refusal::NoBody;

/// A layer that guards a service with a check; made by an [`Authority`](crate::Authority). Cheap to clone.
///
/// It wraps any `tower::Service` from `http::Request` to `http::Response` that can be cloned, with any bodies. A refusal
/// is a response, never an error of the service; its body is empty unless a [`Responder`](crate::Responder) says otherwise.
#[derive(Clone, Debug)]
#[must_use = "a layer guards nothing until it wraps a service"]
pub struct GuardLayer<C, R = NoBody> {
    check: C,
    responder: R,
    allow_preflight: bool,
}

impl<C> GuardLayer<C> {
    pub(crate) const fn new(check: C) -> Self {
        Self { check, responder: NoBody, allow_preflight: false }
    }
}

impl<C, R> GuardLayer<C, R> {
    /// Lets CORS preflight requests through without a credential: `OPTIONS` with `Access-Control-Request-Method` and without
    /// a body. A browser sends no credential with them, and the page breaks on a 401.
    ///
    /// Behind a policy only what is in its table over HTTP gets one, never a procedure: tonic serves those whatever the method is, so
    /// elsewhere do not say this in front of tonic.
    ///
    /// The service behind has to answer `OPTIONS` for what it is: one that looks at the path alone would do the operation. A
    /// CORS layer outside needs none of this.
    pub fn allow_preflight(mut self) -> Self {
        self.allow_preflight = true;
        self
    }

    /// Fills the body of refusals, for HTTP; status and challenge stay as they are.
    ///
    /// ```
    /// # let key = portcullis::VerifyingKey::from_jwk(
    /// #     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
    /// # let authority = portcullis::Authority::builder()
    /// #     .issuer("https://id.test").audience("https://api.test").keys(portcullis::StaticKeys::from(key)).build()?;
    /// let layer = authority.authenticate().responder(portcullis::ProblemDetails);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn responder<N>(self, responder: N) -> GuardLayer<C, N> {
        GuardLayer { check: self.check, responder, allow_preflight: self.allow_preflight }
    }

    /// The check, for a host that cannot be wrapped by a layer.
    #[doc(hidden)]
    pub const fn check(&self) -> &C {
        &self.check
    }

    pub(crate) fn map_check<N>(self, change: impl FnOnce(C) -> N) -> GuardLayer<N, R> {
        GuardLayer { check: change(self.check), responder: self.responder, allow_preflight: self.allow_preflight }
    }
}

impl<S, C: Clone, R: Clone> Layer<S> for GuardLayer<C, R> {
    type Service = Guard<S, C, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Guard::new(inner, self.check.clone(), self.responder.clone(), self.allow_preflight)
    }
}
