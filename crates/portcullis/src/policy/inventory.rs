//! What a service serves.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use http::Method;

use super::access::Access;
use super::operation::is_rpc;

/// An operation that a service serves: one method on one path, or a procedure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// HTTP; made by [`http`](Self::http).
    #[non_exhaustive]
    Http {
        /// The pattern, in axum's syntax.
        path: Box<str>,
        /// The method.
        method: Box<str>,
    },
    /// gRPC, by the full name; made by [`rpc`](Self::rpc).
    #[non_exhaustive]
    Rpc(Box<str>),
}

impl Endpoint {
    /// A method on a path, in axum's syntax.
    pub fn http(method: Method, path: impl Into<Box<str>>) -> Self {
        Self::Http { path: path.into(), method: method.as_str().into() }
    }

    /// A procedure, by its full name. A leading slash, as in the path of the call, is left out.
    pub fn rpc(name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        Self::Rpc(name.strip_prefix('/').unwrap_or(name).into())
    }
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
///
/// Where its sources say different things of an operation, all of them are kept, and the policy is audited against each.
#[derive(Clone, Debug, Default)]
pub struct Inventory(BTreeMap<Endpoint, Vec<Access>>);

impl Inventory {
    /// An empty one.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a method on a path.
    #[must_use]
    pub fn http(self, method: Method, path: impl Into<Box<str>>) -> Self {
        self.with(Endpoint::http(method, path), None)
    }

    /// Adds a procedure, by its full name. A leading slash, as in the path of the call, is left out.
    #[must_use]
    pub fn rpc(self, name: impl AsRef<str>) -> Self {
        self.with(Endpoint::rpc(name), None)
    }

    /// Adds an operation, with what it asks of its callers if that is known; beside what is known of it already.
    #[must_use]
    pub fn with(mut self, endpoint: Endpoint, access: Option<Access>) -> Self {
        let known = self.0.entry(endpoint).or_default();
        known.extend(access.filter(|access| !known.contains(access)));
        self
    }

    /// The operations of both.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        other.0.into_iter().fold(self, |all, (endpoint, accesses)| {
            let all = all.with(endpoint.clone(), None);
            accesses.into_iter().fold(all, |all, access| all.with(endpoint.clone(), Some(access)))
        })
    }

    /// The operations in the order of their names, with what each asks of its callers: nothing where that is not known, several
    /// where it is not agreed.
    pub fn iter(&self) -> impl Iterator<Item = (&Endpoint, &[Access])> {
        self.0.iter().map(|(endpoint, accesses)| (endpoint, accesses.as_slice()))
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

/// The same operations, of which the same is known, in whatever order it was said.
impl PartialEq for Inventory {
    fn eq(&self, other: &Self) -> bool {
        // No access is there twice.
        let same = |one: &[Access], other: &[Access]| one.len() == other.len() && one.iter().all(|a| other.contains(a));
        self.len() == other.len()
            && self
                .iter()
                .zip(other.iter())
                .all(|((endpoint, one), (known, other))| endpoint == known && same(one, other))
    }
}

impl Eq for Inventory {}

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
            let endpoint = endpoint(line).map_err(|repair| InvalidInventory { line: i + 1, repair })?;
            inventory = inventory.with(endpoint, None);
        }
        Ok(inventory)
    }
}

/// What a line names, or how to write it.
fn endpoint(line: &str) -> Result<Endpoint, &'static str> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    if word == "rpc" {
        let endpoint = Endpoint::rpc(rest);
        return match &endpoint {
            Endpoint::Rpc(name) if is_rpc(name) => Ok(endpoint),
            _ => Err("a procedure is named by package, service and method: `rpc orders.v1.Orders/GetOrder`"),
        };
    }
    match Method::from_bytes(word.as_bytes()) {
        Ok(_) if rest.starts_with('/') && word.contains(|c: char| c.is_ascii_lowercase()) => {
            Err("methods are told apart by case: write it in upper case, `GET /orders`")
        }
        Ok(method) if rest.starts_with('/') => Ok(Endpoint::http(method, rest)),
        _ => Err("an operation reads `GET /orders` or `rpc orders.v1.Orders/GetOrder`"),
    }
}

/// A line of an inventory that names no operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidInventory {
    line: usize,
    repair: &'static str,
}

impl fmt::Display for InvalidInventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.repair)
    }
}

impl std::error::Error for InvalidInventory {}
