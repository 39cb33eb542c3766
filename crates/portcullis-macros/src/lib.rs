//! The annotations of Portcullis. Use them through the `portcullis` crate, which re-exports them.
//!
//! | attribute | stands on | what it does |
//! |---|---|---|
//! | [`macro@require`] | an axum handler, a tonic method | asks for a permission before anything else runs |
//! | [`macro@guarded`] | the impl of a tonic service | refuses to compile while a method says nothing |
//! | [`macro@public`] | a handler, a method | says that it is open on purpose, and why |

mod attributes;
mod function;
mod grammar;
mod guarded;
mod permission;
mod public;
mod require;

use proc_macro::TokenStream;
use syn::Error;

/// Asks for a permission before anything else runs: on an axum handler, or on a method of a tonic service.
///
/// ```ignore
/// #[portcullis::require(ReadOrders)]                          // a permission type
/// #[portcullis::require("orders:read")]                       // a scope
/// #[portcullis::require(all("orders:read", "orders:write"))]  // all of them
/// #[portcullis::require(any(ReadOrders, all("a", "b")))]      // any of them, nested at will
/// #[portcullis::require(by: WriteOrders)]                     // names the proof: `by` is a `Granted<WriteOrders>`
/// ```
///
/// # Grammar
///
/// ```text
/// argument   = [ ( name | "_" ) ":" ] permission
/// permission = type path                                      a type that implements `Permission`
///            | string literal                                 a scope
///            | ( "all" | "any" ) "(" permission { "," permission } [ "," ] ")"     one to eight members
/// ```
///
/// A scope is checked while compiling: one or more printable ASCII characters without space, double quote and backslash
/// (RFC 6749 §3.3). `all(..)` is the type `AllOf<(..)>`, `any(..)` is `AnyOf<(..)>`; a refusal asks the caller for the first
/// member of an any-of, so put the narrowest first. A scope in quotes becomes a hidden permission type of its own: where
/// domain code asks for a `Granted<ReadOrders>`, name that type.
///
/// Without a name, or with `_`, the proof is dropped once it is there. The attribute can be written several times on one
/// item: all of them must pass, and each can name its proof.
///
/// # On an axum handler
///
/// A function without `self` gets one more parameter, in front of all others: the extractor `portcullis_axum::Require<P>`.
/// Axum runs extractors in order, so nothing else of the request is looked at before the caller may. Write the attribute
/// above `#[axum::debug_handler]`, which then sees the whole signature.
///
/// ```ignore
/// #[portcullis::require(by: WriteOrders)]
/// #[axum::debug_handler]
/// async fn create(State(db): State<Db>, Json(order): Json<Order>) -> Result<Json<Id>, DbError> {
///     db.insert_order(&by, order).await.map(Json)
/// }
/// ```
///
/// The hidden types of scopes in quotes stand beside the handler and are as visible as it is. An associated function in an
/// `impl` block has no such place: there, name a permission type.
///
/// # On a tonic method
///
/// A method gets a check as the first thing in its body: `portcullis_tonic::RequestExt::require` on its first argument, and
/// an early return of the `Status` that refuses. It works below `#[tonic::async_trait]`, also for streaming methods, and
/// on a plain `async fn` that returns a `Result<_, tonic::Status>`; there the argument must have a name.
///
/// ```ignore
/// #[tonic::async_trait]
/// impl Orders for Service {
///     #[portcullis::require(by: ReadOrders)]
///     async fn get_order(&self, request: Request<OrderId>) -> Result<Response<Order>, Status> {
///         self.db.order(&by, request.into_inner()).await.map(Response::new)
///     }
/// }
/// ```
///
/// # Errors
///
/// It does not compile: on anything but a function with a body; without a permission, or with two of them; with a text that
/// is not a scope; with an empty or overlong list; together with [`macro@public`]; on a method without an argument to read
/// the proof from; on a method that is neither `async` nor boxed by `#[tonic::async_trait]`.
#[proc_macro_attribute]
pub fn require(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = item.into();
    match require::expand(arguments.into(), &item) {
        Ok(expanded) => expanded.into(),
        Err(error) => refuse(item, &error),
    }
}

/// Refuses to compile the impl of a tonic service while one of its methods says nothing about who may call it.
///
/// Every method must carry [`macro@require`] or [`macro@public`]; all that do not are reported at once. It stands above or
/// below `#[tonic::async_trait]`, and changes nothing.
///
/// ```ignore
/// #[portcullis::guarded]
/// #[tonic::async_trait]
/// impl Orders for Service {
///     #[portcullis::require("orders:read")]
///     async fn get_order(&self, request: Request<OrderId>) -> Result<Response<Order>, Status> { .. }
///
///     #[portcullis::public("the status page shows it to everyone")]
///     async fn count(&self, request: Request<()>) -> Result<Response<Count>, Status> { .. }
///
///     // error: `delete_order` is open to every caller
///     async fn delete_order(&self, request: Request<OrderId>) -> Result<Response<()>, Status> { .. }
/// }
/// ```
///
/// The annotations are known by their last name, `require` and `public`, so import them under those. One inside a
/// `#[cfg_attr(..)]` does not count: it may be gone in the next build. Methods that a macro in the impl makes cannot be
/// seen, so the macro is refused too. Methods that the impl leaves to the trait are tonic's own, and unimplemented.
///
/// # `inventory = ORDERS`
///
/// Writes a constant of that name beside the impl, of the type `portcullis_tonic::Annotations`: what each method says, to be held
/// against a policy or the options of a proto. `inventory = pub(crate) ORDERS` makes it visible elsewhere. It stands outside of
/// the impl, so the permissions can name neither `Self` nor a type parameter of the impl.
///
/// Nothing else can be told in this way: a [`macro@require`] outside of a guarded impl, on an axum handler for one, has nothing
/// around it that knows of the others, so there may be one more that is not in any list.
///
/// # Errors
///
/// It does not compile: on anything but the impl of a trait; with other arguments; with a method that carries no annotation;
/// with a macro among the methods.
#[proc_macro_attribute]
pub fn guarded(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = item.into();
    match guarded::expand(arguments.into(), &item) {
        Ok(guarded::Guarded { beside, open }) => {
            let mut both = item;
            both.extend(beside);
            match open {
                Some(open) => refuse(both, &open),
                None => both.into(),
            }
        }
        Err(error) => refuse(item, &error),
    }
}

/// Says that a handler or a method is open to every caller on purpose, and why. It changes nothing; it is what
/// [`macro@guarded`] and the reader want to see.
///
/// ```ignore
/// #[portcullis::public("load balancers ask without a token")]
/// async fn health() -> &'static str { "up" }
/// ```
///
/// # Errors
///
/// It does not compile: without a reason, one string literal that is not blank; on anything but a function; together with
/// [`macro@require`].
#[proc_macro_attribute]
pub fn public(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = item.into();
    match public::check(arguments.into(), &item) {
        Ok(()) => item.into(),
        Err(error) => refuse(item, &error),
    }
}

/// The item stays, so that the error is not followed by others about a name that is missing.
fn refuse(item: proc_macro2::TokenStream, error: &Error) -> TokenStream {
    let mut refused = error.to_compile_error();
    refused.extend(item);
    refused.into()
}
