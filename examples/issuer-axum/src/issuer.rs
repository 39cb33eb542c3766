//! Who mints.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use portcullis_issuer::{Client, ClientTable, GrantType, Issuer, KeptKeys, RoleTable, SqliteStore};

use crate::staff;

/// The one API that tokens are for.
pub(crate) const API: &str = "https://orders.example.com";

/// The app in the browser: no secret, since it could not keep one. Its refresh tokens are good once.
pub(crate) const WEB: &str = "web";

pub(crate) async fn issuer(name: &str, file: &Path, staff: &RoleTable) -> Result<Issuer, Box<dyn Error>> {
    let issuer = Issuer::builder(name)
        .resource(API)
        .keys(KeptKeys::default().rotate_every(Duration::from_secs(30 * 24 * 60 * 60)))
        .entitlements(staff.clone())
        .store(SqliteStore::open(file).await?)
        .access_model(staff::model()?);
    Ok(issuer.build().await?)
}

pub(crate) fn clients() -> ClientTable {
    ClientTable::of([Client::public(WEB).may(GrantType::RefreshToken)])
}
