//! The control: everything that the others get wrong, done right.

use axum::extract::{FromRef, FromRequestParts};
use portcullis::policy::public;
use portcullis::{
    AllOf, AnyOf, Authority, Denied, Granted, GrantedOn, Owner, Principal, Requirement, Resource, StaticKeys,
};
use portcullis_axum::routing::get;
use portcullis_axum::{Allowed, Claims, FromState, GuardedRouter, MaybePrincipal, Rejection, Require};

portcullis::permissions! {
    pub ReadOrders = "orders:read";
    pub DeleteOrders = all("orders:write", "orders:delete");
}

#[derive(Clone)]
struct State {
    authority: Authority,
}

impl FromRef<State> for Authority {
    fn from_ref(state: &State) -> Self {
        state.authority.clone()
    }
}

fn extractor_of<S, T: FromRequestParts<S>>() {}

fn delete_orders(_: &Granted<DeleteOrders>) {}

fn handler(caller: &Principal) -> Result<(), Denied> {
    let by: Granted<DeleteOrders> = caller.require()?;
    delete_orders(&by);
    Ok(())
}

struct Order {
    tenant: String,
}

impl Resource for Order {
    fn owner(&self) -> Owner<'_> {
        Owner::claim("tenant", &self.tenant)
    }
}

async fn cancel(by: GrantedOn<'_, DeleteOrders, Order>) -> &str {
    &by.resource().tenant
}

async fn cancel_handler(Require(by): Require<DeleteOrders>, order: Order) -> Result<String, Denied> {
    Ok(cancel(by.on(&order)?).await.to_owned())
}

fn futures_are_send<F: Future + Send>(_: impl Fn(Require<DeleteOrders>, Order) -> F) {}

async fn with_a_result(by: Result<Require<DeleteOrders>, Rejection>) {
    if let Ok(Require(by)) = by {
        delete_orders(&by);
    }
}

fn authority(keys: StaticKeys) -> Authority {
    Authority::builder().issuer("https://id.test").audience("https://api.test").keys(keys).build().unwrap()
}

async fn list() -> &'static str {
    "orders"
}

fn guarded_router(authority: &Authority) {
    let nested = GuardedRouter::new(authority).route("/orders", get(portcullis::scope!("orders:read"), list));
    let router: GuardedRouter = GuardedRouter::new(authority)
        .route("/orders", get(ReadOrders, list).delete(ReadOrders & DeleteOrders, list))
        .route("/public", get(public("landing page, carries no data"), list))
        .nest("/admin", nested);
    assert_eq!(router.build().unwrap().1.len(), 4);
}

fn main() {
    extractor_of::<State, Require<ReadOrders, FromState>>();
    extractor_of::<(), Require<AnyOf<(ReadOrders, AllOf<(ReadOrders, DeleteOrders)>)>>>();
    extractor_of::<(), Result<Require<ReadOrders>, Rejection>>();
    extractor_of::<(), portcullis_axum::Principal>();
    extractor_of::<(), MaybePrincipal>();
    extractor_of::<(), Claims<String>>();
    extractor_of::<(), Allowed>();
    let _ = Requirement::from(AllOf::<(ReadOrders, DeleteOrders)>::new());
    let _ = portcullis::scope!("orders:read");
    let keys = portcullis_testing::TestIssuer::new().keys();
    let authority = authority(keys);
    let _ = authority.require(ReadOrders & DeleteOrders);
    guarded_router(&authority);
    futures_are_send(cancel_handler);
    let _ = (handler, with_a_result);
}
