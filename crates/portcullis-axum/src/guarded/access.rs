//! What may stand in front of a handler.

use portcullis::policy::Access;

/// What a route asks of its callers: a permission ([`Permission`](portcullis::Permission), [`Scope`](portcullis::Scope),
/// [`Requirement`](portcullis::Requirement)), an [`Access`], or [`public("reason")`](portcullis::policy::public).
///
/// It is `Into<Access>` by another name, for the sake of what the compiler says where a handler stands in its place.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who may call this route",
    label = "neither a permission nor `public(\"reason\")`",
    note = "the permission comes first, then the handler: `get(ReadOrders, list)`",
    note = "a route for everybody says why: `get(public(\"landing page, carries no data\"), landing)`"
)]
pub trait IntoAccess {
    #[doc(hidden)]
    fn into_access(self) -> Access;
}

#[diagnostic::do_not_recommend]
impl<A: Into<Access>> IntoAccess for A {
    fn into_access(self) -> Access {
        self.into()
    }
}
