//! A policy: one table that says which operation needs which permission, for HTTP and gRPC alike. What is not in the table is
//! refused.
//!
//! ```
//! use std::convert::Infallible;
//! use http::{Request, Response};
//! use portcullis::policy::{Operation, Policy};
//! use portcullis::{Authority, Requirement, scope};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let issuer = portcullis_testing::TestIssuer::new();
//! # let keys = issuer.keys();
//! # let authority = Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(keys).build()?;
//! let policy = Policy::builder()
//!     .operation(Operation::get("/orders/{id}").require(scope!("orders:read")))
//!     .operation(Operation::rpc("orders.v1.Orders/GetOrder").require(scope!("orders:read")))
//!     .operation(Operation::get("/t/{tenant}/orders").require(
//!         Requirement::scope("orders:read")? & Requirement::claim_is_parameter("tenant", "tenant"),
//!     ))
//!     .operation(Operation::get("/public").public("landing page, carries no data"))
//!     .build()?;
//!
//! let orders = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
//! let service = authority.enforce(&policy)?.layer(orders); // any service: axum, tonic, hyper
//!
//! # let call = |method: &str, path: &str, token: Option<String>| {
//! #     let mut request = Request::builder().method(method).uri(path);
//! #     if let Some(token) = token { request = request.header("authorization", format!("Bearer {token}")); }
//! #     let answer = service.clone().oneshot(request.body(()).unwrap());
//! #     async move { answer.await.unwrap().status().as_u16() }
//! # };
//! let reader = || Some(issuer.token("orders:read"));
//! assert_eq!(call("GET", "/orders/42", reader()).await, 200);
//! assert_eq!(call("HEAD", "/orders/42", reader()).await, 200);   // HEAD follows GET
//! assert_eq!(call("GET", "/public", None).await, 200);
//! assert_eq!(call("GET", "/orders/42", None).await, 401);
//! assert_eq!(call("DELETE", "/orders/42", reader()).await, 403); // no rule, no access
//! assert_eq!(call("GET", "/orders//42", reader()).await, 400);   // a path that can be read in two ways
//! # Ok(())
//! # }
//! ```
//!
//! # What decides
//!
//! 1. A path that a router, a proxy and a handler could read differently is refused with 400, never normalised: empty and dot
//!    segments, encoded slashes, backslashes, `;`, NUL, needless and doubled escapes; and a spelling that finds another rule than
//!    the decoded one would (`/v1/orders%3Apurge` beside a rule for `/v1/orders:purge`).
//! 2. The rule is that of the most specific pattern, as in axum's router, and of the method as it stands in the request line.
//!    `HEAD` follows `GET`; nothing else is inferred, and headers that name another method are ignored.
//! 3. Without a rule: 401 without a token, 403 with one. A public operation is open, whatever the request carries.
//! 4. With a rule: the token is verified, then `max_age`, then the requirement.
//!
//! The layer judges the path as it finds it: put it outside of whatever rewrites paths or methods. What it let through can be
//! asked of the request: [`GuardedRequest::allowed`](crate::GuardedRequest::allowed) gives an [`Allowed`], the proof for domain
//! code that goes by the table; permissions by type ([`Granted`](crate::Granted)) work as ever.
//!
//! tonic serves a procedure whatever the method is. A call that is no `POST` finds no rule of a procedure; but a pattern as wide as
//! `GET /{*rest}` takes it too, so give such patterns a literal segment first: the audit says so.
//!
//! Rules that only report ([`Operation::report_only`]) let everyone through who proves itself, with an event
//! (`portcullis::policy`, level `warn`) and a counter (`portcullis_policy_would_deny_total`, labels `operation` and `kind`).
//!
//! # What to look at
//!
//! [`Policy::audit`] finds the holes: endpoints without a rule, rules that nobody needs or can pass, and more than is needed.
//! [`Policy::matrix`] shows which role can do what, as text or Markdown for a snapshot beside the code.

mod access;
mod allowed;
mod audit;
mod builder;
mod enforce;
mod fault;
#[cfg(feature = "policy-file")]
mod file;
mod inventory;
mod matrix;
mod operation;
mod path;
mod report;
#[doc(hidden)]
pub mod shown;
mod table;

use std::fmt;
use std::sync::Arc;

use http::Method;
use portcullis_core::AccessModel;

pub use access::{Access, Public, public};
pub use allowed::Allowed;
pub(crate) use allowed::Mark;
pub use audit::{AtStart, Audit, AuditError, Finding, FindingKind, Severity};
pub use builder::PolicyBuilder;
pub use enforce::{EnforcePolicy, PolicyLayer};
pub use fault::{PolicyError, PolicyFault};
#[cfg(feature = "policy-file")]
pub use file::{FileError, FileFault, IssuerSettings, KeysAt, KeysFileError, PolicyFile};
pub use inventory::{Endpoint, InvalidInventory, Inventory};
pub use matrix::{Matrix, MatrixCell, MatrixRow};
pub use operation::{Operation, Target, Unguarded};

use table::Table;

/// The table: operation → permission. See the [module](self). Cheap to clone.
#[derive(Clone)]
pub struct Policy(Arc<Inner>);

struct Inner {
    model: Arc<AccessModel>,
    table: Table,
    report_only: bool,
}

impl Policy {
    /// Starts with an empty table, which lets nobody in.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::default()
    }

    /// The rows, in the order of the table.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.0.table.rules().iter().map(|rule| &rule.operation)
    }

    /// What scopes imply and roles stand for.
    pub fn access_model(&self) -> &Arc<AccessModel> {
        &self.0.model
    }

    /// Whether a token's roles matter, beyond the scopes that they stand for.
    pub(crate) fn asks_about_roles(&self) -> bool {
        let mut requirements = self.operations().filter_map(|operation| operation.access().requirement());
        self.0.model.has_exclusive_roles() || requirements.any(|requirement| !requirement.roles().is_empty())
    }

    /// Whether the whole table only reports.
    pub fn is_report_only(&self) -> bool {
        self.0.report_only
    }

    /// The row that judges a request: `None` when there is none, or the path is ambiguous.
    pub fn find(&self, method: &Method, path: &str) -> Option<&Operation> {
        if !self.0.table.reads_in_one_way(path) {
            return None;
        }
        let (index, _) = self.0.table.find(method.as_str(), path)?;
        self.0.table.rule(index).map(|rule| &rule.operation)
    }
}

/// The same rows in the same order, by the same model.
impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.0.report_only == other.0.report_only
            && self.0.model == other.0.model
            && self.operations().eq(other.operations())
    }
}

impl Eq for Policy {}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations: Vec<String> = self.operations().map(Operation::to_string).collect();
        f.debug_struct("Policy")
            .field("operations", &operations)
            .field("model", &self.0.model)
            .field("report_only", &self.0.report_only)
            .finish()
    }
}
