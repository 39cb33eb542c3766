//! Entitlements by a query of a database of yours.

use std::fmt;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use portcullis_core::{Scope, ScopeSet};

use super::{Entitled, Entitlement, Entitlements, EntitlementsUnavailable, Question};
use crate::store::sql::attempt;

/// Entitlements by a query, over connections of yours (a pool of sqlx 0.8).
///
/// The query gets three values, all of them text: `$1` the subject, `$2` the client, `$3` the resource; one that goes without the last of
/// them may leave it out. Each of its rows is two columns of text: a kind and a name.
///
/// | kind | name |
/// |---|---|
/// | `role` | a role of the [access model](portcullis_core::AccessModel) |
/// | `scope` | a scope |
/// | `enabled` | anything: the subject is there, with no more than the other rows say |
///
/// No row at all is somebody who has nothing and is [disabled](Entitlement::Disabled): unknown, locked, gone. Any other row makes the
/// answer unavailable, and nothing is minted.
#[cfg_attr(
    feature = "sqlite",
    doc = r#"
```
use portcullis_issuer::{Entitlement, Entitlements, Occasion, Question, SqlEntitlements};
use sqlx::sqlite::SqlitePoolOptions;

# #[tokio::main(flavor = "current_thread")]
# async fn main() -> Result<(), Box<dyn std::error::Error>> {
let staff = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
sqlx::raw_sql(
    "CREATE TABLE users (name TEXT PRIMARY KEY, locked BOOLEAN NOT NULL);
     CREATE TABLE roles (user TEXT NOT NULL, role TEXT NOT NULL);
     INSERT INTO users VALUES ('alice', FALSE), ('bob', TRUE);
     INSERT INTO roles VALUES ('alice', 'clerk'), ('bob', 'clerk')",
)
.execute(&staff)
.await?;

let entitlements = SqlEntitlements::sqlite(
    staff,
    "SELECT 'enabled', '' FROM users WHERE name = $1 AND NOT locked
     UNION ALL
     SELECT 'role', role FROM roles JOIN users ON user = name WHERE name = $1 AND NOT locked",
);
let asked = |who| Question::new(who, "web", "https://orders.example.com", Occasion::Grant);
assert!(matches!(entitlements.ask(asked("alice")).await?, Entitlement::Enabled(_)));
assert!(matches!(entitlements.ask(asked("bob")).await?, Entitlement::Disabled)); // locked
# Ok(())
# }
```
"#
)]
#[derive(Clone)]
pub struct SqlEntitlements {
    pool: Pool,
    query: Arc<str>,
    /// How many of the values it takes.
    values: usize,
}

#[derive(Clone)]
enum Pool {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
}

/// Optional, for the driver of SQLite reads an empty text out of a null.
type Row = (Option<String>, Option<String>);

macro_rules! rows {
    ($entitlements:expr, $pool:expr, $asked:expr) => {{
        let values = [&*$asked.subject, &*$asked.client, &*$asked.resource];
        attempt(|| {
            let query = sqlx::query_as::<_, Row>(&$entitlements.query);
            values.iter().take($entitlements.values).fold(query, |query, value| query.bind(*value)).fetch_all($pool)
        })
        .await
    }};
}

impl SqlEntitlements {
    /// A query of an SQLite database.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(pool: sqlx::SqlitePool, query: impl Into<Arc<str>>) -> Self {
        Self::of(Pool::Sqlite(pool), query.into())
    }

    /// A query of a PostgreSQL database. The values are of the type `text`: one that is compared with another type is to be cast, as in
    /// `id = $1::uuid`, and so are columns of types of yours.
    #[cfg(feature = "postgres")]
    pub fn postgres(pool: sqlx::PgPool, query: impl Into<Arc<str>>) -> Self {
        Self::of(Pool::Postgres(pool), query.into())
    }

    fn of(pool: Pool, query: Arc<str>) -> Self {
        let values = ["$1", "$2", "$3"].iter().rposition(|value| query.contains(value)).map_or(0, |last| last + 1);
        Self { pool, query, values }
    }

    async fn rows(&self, asked: &Question) -> Result<Vec<Row>, EntitlementsUnavailable> {
        let rows = match &self.pool {
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => rows!(self, pool, asked),
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => rows!(self, pool, asked),
        };
        rows.map_err(EntitlementsUnavailable::new)
    }
}

impl Entitlements for SqlEntitlements {
    fn ask(&self, asked: Question) -> BoxFuture<'_, Result<Entitlement, EntitlementsUnavailable>> {
        async move { answer(self.rows(&asked).await?) }.boxed()
    }
}

/// What is not understood may have been meant as less: it is never left out.
fn answer(rows: Vec<Row>) -> Result<Entitlement, EntitlementsUnavailable> {
    if rows.is_empty() {
        return Ok(Entitlement::Disabled);
    }
    let (mut scopes, mut roles) = (Vec::new(), Vec::new());
    for row in rows {
        let (Some(kind), Some(name)) = row else {
            return Err(EntitlementsUnavailable::new("the query tells of something without a name"));
        };
        match &*kind {
            "scope" => scopes.push(
                Scope::new(&name).map_err(|_| EntitlementsUnavailable::new("the query names a scope that is none"))?,
            ),
            "role" => roles.push(name),
            "enabled" => {}
            _ => return Err(EntitlementsUnavailable::new("the query tells of something that is no role and no scope")),
        }
    }
    Ok(Entitled::to(scopes.into_iter().collect::<ScopeSet>()).roles(roles).into())
}

impl fmt::Debug for SqlEntitlements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlEntitlements").field("query", &self.query).finish_non_exhaustive()
    }
}
