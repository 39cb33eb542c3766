//! What the annotations of a service say.

use std::fmt;

use portcullis::Requirement;
use portcullis::policy::{Access, Endpoint, Inventory, public};
use tonic::server::NamedService;

/// What the annotations of a service say, method by method: the constant that `#[portcullis::guarded(inventory = ORDERS)]`
/// writes beside the impl.
///
/// ```
/// use portcullis_tonic::Annotations;
/// use tonic::{Request, Response, Status};
///
/// # #[tonic::async_trait]
/// # trait Orders {
/// #     async fn get_order(&self, request: Request<u64>) -> Result<Response<String>, Status>;
/// #     async fn ping(&self, request: Request<()>) -> Result<Response<()>, Status>;
/// # }
/// # struct OrdersServer<T>(T);
/// # impl<T> tonic::server::NamedService for OrdersServer<T> { const NAME: &'static str = "orders.v1.Orders"; }
/// struct OrderService;
///
/// #[portcullis::guarded(inventory = ORDERS)] // or `inventory = pub(crate) ORDERS`
/// #[tonic::async_trait]
/// impl Orders for OrderService {
///     #[portcullis::require("orders:read")]
///     async fn get_order(&self, request: Request<u64>) -> Result<Response<String>, Status> {
///         Ok(Response::new(format!("order {}", request.get_ref())))
///     }
///
///     #[portcullis::public("the status page asks without a token")]
///     async fn ping(&self, _: Request<()>) -> Result<Response<()>, Status> {
///         Ok(Response::new(()))
///     }
/// }
///
/// let inventory = ORDERS.inventory::<OrdersServer<OrderService>>();
/// assert_eq!(inventory.to_string(), "rpc orders.v1.Orders/GetOrder\nrpc orders.v1.Orders/Ping\n");
/// let asked: Vec<_> = inventory.iter().map(|(_, access)| access[0].to_string()).collect();
/// assert_eq!(asked, ["orders:read", "public: the status page asks without a token"]);
/// ```
///
/// # What is not in it
///
/// A `#[portcullis::require]` outside of a guarded impl, those on axum handlers among them: nothing stands around them that
/// could tell of them all. Permissions that a method asks of the request in its body. Methods that the impl leaves to the trait.
#[derive(Clone, Copy)]
pub struct Annotations(&'static [Annotation]);

/// What one method says.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Annotation {
    method: &'static str,
    says: Says,
}

#[derive(Clone, Copy)]
enum Says {
    Require(fn() -> Requirement),
    Public(&'static str),
}

impl Annotation {
    #[doc(hidden)]
    pub const fn require(method: &'static str, requirement: fn() -> Requirement) -> Self {
        Self { method, says: Says::Require(requirement) }
    }

    #[doc(hidden)]
    pub const fn public(method: &'static str, reason: &'static str) -> Self {
        Self { method, says: Says::Public(reason) }
    }
}

impl Annotations {
    #[doc(hidden)]
    pub const fn new(methods: &'static [Annotation]) -> Self {
        Self(methods)
    }

    /// The methods by their Rust names, with what each asks of its callers.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Access)> {
        self.0.iter().map(|annotation| {
            let access = match annotation.says {
                Says::Require(requirement) => Access::from(requirement()),
                Says::Public(reason) => public(reason).into(),
            };
            (annotation.method, access)
        })
    }

    /// The methods as RPCs of this server, `OrdersServer<OrderService>`, with what each asks of its callers.
    ///
    /// The name of an RPC is guessed from that of the method, `get_order` is `GetOrder`. That of one whose name does not
    /// come back from tonic's `snake_case`, `GetHTTPInfo`, is guessed wrong: `Descriptors::resolve` of the feature `descriptors`
    /// knows it.
    pub fn inventory<S: NamedService>(&self) -> Inventory {
        self.iter().fold(Inventory::new(), |inventory, (method, access)| {
            let name = format!("{}/{}", S::NAME, camel_case(method));
            inventory.with(Endpoint::rpc(name), Some(access))
        })
    }
}

impl fmt::Debug for Annotations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(method, access)| (method, access.to_string()))).finish()
    }
}

fn camel_case(snake: &str) -> String {
    let words = snake.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn a_method_has_the_name_of_its_rpc() {
        for (rust, proto) in
            [("get_order", "GetOrder"), ("ping", "Ping"), ("v2_list", "V2List"), ("list2", "List2"), ("self_", "Self")]
        {
            assert_eq!(camel_case(rust), proto);
        }
    }
}
