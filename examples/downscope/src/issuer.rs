//! Who mints and exchanges.

use std::error::Error;

use portcullis_core::AccessModel;
use portcullis_core::ScopeSet;
use portcullis_issuer::{
    Client, ClientSecret, ClientTable, GrantType, Issuer, KeptKeys, MemoryStore, ResourceServer, RoleTable,
};

/// The `aud` of the one.
pub(crate) const ORDERS: &str = "https://orders.example.com";
/// The `aud` of the other.
pub(crate) const STOCK: &str = "https://stock.example.com";
/// The client that the order service is.
pub(crate) const ORDERS_CLIENT: &str = "orders";

pub(crate) async fn issuer(name: &str) -> Result<Issuer, Box<dyn Error>> {
    let model = AccessModel::builder().role("clerk", ["orders:read", "orders:write", "stock:read"]).build()?;
    let staff = RoleTable::of(model.clone());
    staff.assign("alice", ["clerk"])?;
    let issuer = Issuer::builder(name)
        // What orders may pass on has to be in the token that it is called with.
        .resource(ORDERS)
        .keys(KeptKeys::default())
        .entitlements(staff)
        .store(MemoryStore::new())
        .resource(ResourceServer::named(STOCK).scopes(ScopeSet::parse("stock:read stock:write")?))
        .access_model(model);
    Ok(issuer.build().await?)
}

/// The order service may exchange tokens that it was called with, for ones that stock takes.
pub(crate) fn clients(secret: &str) -> Result<ClientTable, Box<dyn Error>> {
    let orders = Client::confidential(ORDERS_CLIENT, ClientSecret::hash(secret)?)
        .may(GrantType::TokenExchange)
        .serves(ORDERS)
        .calls(STOCK);
    Ok(ClientTable::of([orders]))
}

/// Known to this process alone; a service has its own from wherever it keeps secrets.
pub(crate) fn made_up_secret() -> Result<String, Box<dyn Error>> {
    let key = portcullis_core::SigningKey::generate(portcullis_core::Algorithm::ES256)?;
    Ok(key.thumbprint().ok_or("no thumbprint")?)
}
