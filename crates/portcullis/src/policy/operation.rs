//! Operations and their rules.

use std::fmt;
use std::time::Duration;

use http::Method;
use portcullis_core::Requirement;

use super::access::{Access, Public};
use super::path;

/// What is called: methods on a path, or a procedure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Target {
    /// HTTP: these methods on the paths of this pattern, in axum's syntax (`/orders/{id}`, `/files/{*rest}`).
    #[non_exhaustive]
    Http {
        /// The methods, by name, sorted.
        methods: Vec<Box<str>>,
        /// The pattern.
        path: Box<str>,
    },
    /// gRPC: the full name, `orders.v1.Orders/GetOrder`.
    Rpc(Box<str>),
}

impl Target {
    /// Methods on a path.
    pub fn http(methods: impl IntoIterator<Item = Method>, path: impl Into<Box<str>>) -> Self {
        let mut methods: Vec<Box<str>> = methods.into_iter().map(|method| method.as_str().into()).collect();
        methods.sort_unstable();
        methods.dedup();
        Self::Http { methods, path: path.into() }
    }

    /// A procedure, by its full name. A leading slash, as in the path of the call, is left out.
    pub fn rpc(name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        Self::Rpc(name.strip_prefix('/').unwrap_or(name).into())
    }
}

impl Target {
    /// As a router sees it: a call of a procedure is a `POST` on its path.
    pub(super) fn methods_and_path(&self) -> (Vec<Box<str>>, Box<str>) {
        match self {
            Self::Http { methods, path } => (methods.clone(), path.clone()),
            Self::Rpc(name) => (vec!["POST".into()], format!("/{name}").into()),
        }
    }

    /// What keeps any request from being this, and what to do about it.
    pub(super) fn flaw(&self) -> Option<String> {
        match self {
            Self::Http { path, .. } => path::flaw(path),
            Self::Rpc(name) if is_rpc(name) => None,
            Self::Rpc(_) => {
                Some("a procedure is named by package, service and method: `orders.v1.Orders/GetOrder`".to_owned())
            }
        }
    }
}

/// `package.Service/Method`, by the identifiers of protocol buffers.
pub(super) fn is_rpc(name: &str) -> bool {
    let identifier = |part: &str| {
        let mut bytes = part.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match name.split_once('/') {
        Some((service, method)) => service.split('.').all(identifier) && identifier(method),
        None => false,
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http { methods, path } => write!(f, "{} {path}", methods.join(", ")),
            Self::Rpc(name) => write!(f, "rpc {name}"),
        }
    }
}

/// An operation and what it asks of its callers: a row of a [`Policy`](super::Policy).
///
/// ```
/// use std::time::Duration;
/// use portcullis::{Requirement, scope};
/// use portcullis::policy::Operation;
///
/// let delete = Operation::delete("/orders/{id}")
///     .require(Requirement::all([scope!("orders:write"), scope!("orders:delete")])?)
///     .max_age(Duration::from_secs(300));
/// let landing = Operation::get("/public").public("landing page, carries no data");
/// assert_eq!(landing.to_string(), "GET /public: public: landing page, carries no data");
/// # let _ = delete;
/// # Ok::<(), portcullis::EmptyRequirement>(())
/// ```
///
/// One that says neither is no operation yet:
///
/// ```compile_fail
/// # use portcullis::policy::{Operation, Policy};
/// Policy::builder().operation(Operation::get("/orders"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub(super) target: Target,
    pub(super) access: Access,
    pub(super) report_only: bool,
    pub(super) misplaced_max_age: bool,
}

macro_rules! methods {
    ($($name:ident $method:ident)+) => {$(
        #[doc = concat!("`", stringify!($method), "` on a path.")]
        pub fn $name(path: impl Into<Box<str>>) -> Unguarded {
            Self::http([Method::$method], path)
        }
    )+};
}

impl Operation {
    /// These methods on a path, in axum's syntax. `HEAD` follows `GET` and is not named beside it.
    pub fn http(methods: impl IntoIterator<Item = Method>, path: impl Into<Box<str>>) -> Unguarded {
        Unguarded(Target::http(methods, path))
    }

    methods! { get GET post POST put PUT patch PATCH delete DELETE }

    /// A procedure, by its full name: `orders.v1.Orders/GetOrder`.
    pub fn rpc(name: impl AsRef<str>) -> Unguarded {
        Unguarded(Target::rpc(name))
    }

    /// Any target and any access, for whoever has them as values.
    pub fn new(target: Target, access: impl Into<Access>) -> Self {
        Self { target, access: access.into(), report_only: false, misplaced_max_age: false }
    }

    /// Refuses tokens that were issued longer ago than this, with the challenge of RFC 9470. On a public operation it is an error
    /// when the table is built.
    #[must_use]
    pub fn max_age(mut self, limit: Duration) -> Self {
        match &mut self.access {
            Access::Require { max_age, .. } => *max_age = Some(limit),
            // There is no token that could be too old: for the table to refuse.
            Access::Public { .. } => self.misplaced_max_age = true,
        }
        self
    }

    /// Lets through whom this rule would refuse, for the age of the token too, and says so: an event and a counter. Who does not
    /// prove itself is refused all the same.
    #[must_use]
    pub fn report_only(mut self) -> Self {
        self.report_only = true;
        self
    }

    /// What is called.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// What it asks of its callers.
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Whether it only reports.
    pub const fn is_report_only(&self) -> bool {
        self.report_only
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report_only = if self.report_only { " (report only)" } else { "" };
        write!(f, "{}: {}{report_only}", self.target, self.access)
    }
}

/// An operation that nobody has said anything about yet.
#[derive(Clone, Debug)]
#[must_use = "say `require` or `public`"]
pub struct Unguarded(Target);

impl Unguarded {
    /// Callers need this.
    pub fn require(self, requirement: impl Into<Requirement>) -> Operation {
        Operation::new(self.0, requirement.into())
    }

    /// Open to every caller, and why. A reason that is blank is an error when the table is built.
    pub fn public(self, reason: impl Into<Box<str>>) -> Operation {
        let public: Public = super::public(reason);
        Operation::new(self.0, public)
    }
}
