//! What a service serves.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use http::Method;

use super::access::Access;

/// An operation that a service serves: one method on one path, or a procedure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// HTTP.
    Http {
        /// The pattern, in axum's syntax.
        path: Box<str>,
        /// The method.
        method: Box<str>,
    },
    /// gRPC, by the full name.
    Rpc(Box<str>),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http { method, path } => write!(f, "{method} {path}"),
            Self::Rpc(name) => write!(f, "rpc {name}"),
        }
    }
}

/// What a service serves, and what each operation asks of its callers where that is known: what a policy is audited against.
///
/// A guarded router of `portcullis-axum` and the descriptors of `portcullis-tonic` make one; for other hosts write it down:
///
/// ```
/// use http::Method;
/// use portcullis::policy::Inventory;
///
/// let inventory = Inventory::new().http(Method::GET, "/orders").rpc("orders.v1.Orders/GetOrder");
/// assert_eq!(inventory.to_string(), "GET /orders\nrpc orders.v1.Orders/GetOrder\n");
/// assert_eq!("GET /orders\nrpc orders.v1.Orders/GetOrder".parse(), Ok(inventory));
/// assert!("GET".parse::<Inventory>().is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory(BTreeMap<Endpoint, Option<Access>>);

impl Inventory {
    /// An empty one.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a method on a path.
    #[must_use]
    pub fn http(self, method: Method, path: impl Into<Box<str>>) -> Self {
        self.with(Endpoint::Http { path: path.into(), method: method.as_str().into() }, None)
    }

    /// Adds a procedure, by its full name.
    #[must_use]
    pub fn rpc(self, name: impl Into<Box<str>>) -> Self {
        self.with(Endpoint::Rpc(name.into()), None)
    }

    /// Adds an operation, with what it asks of its callers if that is known.
    #[must_use]
    pub fn with(mut self, endpoint: Endpoint, access: Option<Access>) -> Self {
        let known = self.0.entry(endpoint).or_default();
        *known = access.or(known.take());
        self
    }

    /// The operations of both.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        other.0.into_iter().fold(self, |all, (endpoint, access)| all.with(endpoint, access))
    }

    /// The operations in the order of their names, with what each asks of its callers where that is known.
    pub fn iter(&self) -> impl Iterator<Item = (&Endpoint, Option<&Access>)> {
        self.0.iter().map(|(endpoint, access)| (endpoint, access.as_ref()))
    }

    /// Whether this operation is there.
    pub fn contains(&self, endpoint: &Endpoint) -> bool {
        self.0.contains_key(endpoint)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A line for each: `GET /orders`, `rpc orders.v1.Orders/GetOrder`.
impl fmt::Display for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.keys().try_for_each(|endpoint| writeln!(f, "{endpoint}"))
    }
}

/// The lines of its `Display`; empty ones and those that begin with `#` are left out.
impl FromStr for Inventory {
    type Err = InvalidInventory;

    fn from_str(text: &str) -> Result<Self, InvalidInventory> {
        let mut inventory = Self::new();
        for (i, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let invalid = InvalidInventory { line: i + 1 };
            let (word, rest) = line.split_once(' ').ok_or(invalid)?;
            let rest = rest.trim();
            inventory = match Method::from_bytes(word.as_bytes()) {
                _ if word == "rpc" => inventory.rpc(rest),
                Ok(method) if rest.starts_with('/') => inventory.http(method, rest),
                _ => return Err(invalid),
            };
        }
        Ok(inventory)
    }
}

/// A line of an inventory that names no operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidInventory {
    line: usize,
}

impl fmt::Display for InvalidInventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: an operation reads `GET /orders` or `rpc orders.v1.Orders/GetOrder`", self.line)
    }
}

impl std::error::Error for InvalidInventory {}
