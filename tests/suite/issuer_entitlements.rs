//! Entitlements by a query: asked at every refresh, and nothing is minted without an answer.

use portcullis_core::{AccessModel, ScopeSet};
use portcullis_issuer::{
    Entitlement, Entitlements, Issuer, KeptKeys, MemoryStore, Occasion, Question, RefusedKind, SqlEntitlements,
};
use portcullis_tests::postgres::Postgres;
use portcullis_tests::stores::Folder;
use sqlx::{PgPool, SqlitePool};

const TABLES: &str = "
    CREATE TABLE users (name TEXT PRIMARY KEY, locked BOOLEAN NOT NULL);
    CREATE TABLE roles (name TEXT NOT NULL, role TEXT NOT NULL);
    INSERT INTO users VALUES ('alice', FALSE), ('nothing', FALSE), ('locked', TRUE);
    INSERT INTO roles VALUES ('alice', 'clerk'), ('locked', 'clerk');
";

const QUERY: &str = "
    SELECT 'enabled', '' FROM users WHERE name = $1 AND NOT locked
    UNION ALL
    SELECT 'role', role FROM roles JOIN users ON users.name = roles.name WHERE users.name = $1 AND NOT locked";

/// Queries that need no table, and what they come to.
const QUERIES: &[(&str, &str, Option<bool>)] = &[
    ("a role and a scope", "SELECT 'role', 'clerk' UNION ALL SELECT 'scope', 'orders:read'", Some(true)),
    ("no row", "SELECT 'role', 'clerk' WHERE 1 = 0", Some(false)),
    ("all three values", "SELECT 'enabled', '' WHERE $1 = 'alice' AND $2 = 'web' AND $3 = 'orders'", Some(true)),
    ("another resource", "SELECT 'enabled', '' WHERE $1 = 'alice' AND $2 = 'web' AND $3 = 'stock'", Some(false)),
    ("an unknown kind", "SELECT 'enabled', '' UNION ALL SELECT 'Role', 'clerk'", None),
    ("a refusal that is none", "SELECT 'role', 'clerk' UNION ALL SELECT 'disabled', ''", None),
    ("a scope that is none", "SELECT 'scope', 'orders:read orders:write'", None),
    ("an empty scope", "SELECT 'scope', ''", None),
    ("a name that is null", "SELECT 'role', CAST(NULL AS TEXT)", None),
    ("a number", "SELECT 'role', 7", None),
    ("one column", "SELECT 'role'", None),
    ("no query", "SELEKT secret-of-the-query", None),
    ("no table", "SELECT kind, name FROM nowhere WHERE name = $1", None),
];

async fn each_query_comes_to_what_it_says(with: impl Fn(&str) -> SqlEntitlements) {
    for (name, query, expected) in QUERIES {
        let answer = with(query).ask(Question::new("alice", "web", "orders", Occasion::Grant)).await;
        let enabled = match &answer {
            Ok(Entitlement::Enabled(_)) => Some(true),
            Ok(Entitlement::Disabled) => Some(false),
            Err(error) => {
                assert!(!format!("{error} {error:?}").contains("secret-of-the-query"), "{name}: {error}");
                None
            }
        };
        assert_eq!(enabled, *expected, "{name}: {answer:?}");
    }
}

async fn issuer(entitlements: SqlEntitlements) -> Issuer {
    let model = AccessModel::builder()
        .role("clerk", ["orders:read", "orders:write"])
        .role("support", ["orders:read"])
        .build()
        .unwrap();
    let builder = Issuer::builder("https://id.example.com")
        .resource("https://orders.example.com")
        .keys(KeptKeys::default())
        .entitlements(entitlements)
        .store(MemoryStore::new());
    builder.access_model(model).build().await.unwrap()
}

fn both() -> ScopeSet {
    ScopeSet::parse("orders:read orders:write").unwrap()
}

macro_rules! what_is_granted_follows_the_rows {
    ($pool:expr, $entitlements:expr) => {{
        let (pool, issuer) = ($pool, issuer($entitlements).await);
        sqlx::raw_sql(TABLES).execute(&pool).await.unwrap();
        for (who, refused) in [
            ("nobody", RefusedKind::SubjectDisabled),
            ("locked", RefusedKind::SubjectDisabled),
            ("' OR '1' = '1", RefusedKind::SubjectDisabled),
            ("nothing", RefusedKind::NothingGranted),
        ] {
            assert_eq!(issuer.grant(who, "web", both()).await.unwrap_err().kind(), refused, "{who}");
        }
        let tokens = issuer.grant("alice", "web", both()).await.unwrap();
        assert_eq!(*tokens.access.scopes(), both());
        sqlx::raw_sql("UPDATE roles SET role = 'support' WHERE name = 'alice'").execute(&pool).await.unwrap();
        let tokens = issuer.refresh(&tokens.refresh, "web").await.unwrap();
        assert_eq!(tokens.access.scopes().to_string(), "orders:read", "demoted");

        // The question can't be answered: nothing is minted, and the token stays good.
        sqlx::raw_sql("ALTER TABLE users RENAME TO away").execute(&pool).await.unwrap();
        let refused = issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
        assert_eq!(refused.kind(), RefusedKind::EntitlementsUnavailable);
        sqlx::raw_sql("ALTER TABLE away RENAME TO users").execute(&pool).await.unwrap();
        let tokens = issuer.refresh(&tokens.refresh, "web").await.expect("it was not spent");

        sqlx::raw_sql("UPDATE users SET locked = TRUE WHERE name = 'alice'").execute(&pool).await.unwrap();
        let refused = issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
        assert_eq!(refused.kind(), RefusedKind::SubjectDisabled);
        sqlx::raw_sql("UPDATE users SET locked = FALSE WHERE name = 'alice'").execute(&pool).await.unwrap();
        let refused = issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
        assert_eq!(refused.kind(), RefusedKind::FamilyEnded, "that was the end of it");
        issuer.grant("alice", "web", both()).await.expect("she can log in again")
    }};
}

#[tokio::test]
async fn what_is_granted_follows_the_rows_of_sqlite() {
    let folder = Folder::new();
    let pool =
        SqlitePool::connect(&format!("sqlite:{}?mode=rwc", folder.file("staff.sqlite").display())).await.unwrap();
    each_query_comes_to_what_it_says(|query| SqlEntitlements::sqlite(pool.clone(), query)).await;
    what_is_granted_follows_the_rows!(pool.clone(), SqlEntitlements::sqlite(pool.clone(), QUERY));
}

#[tokio::test]
async fn what_is_granted_follows_the_rows_of_postgres() {
    let mut server = Postgres::start();
    let pool = PgPool::connect(&server.fresh().await).await.unwrap();
    each_query_comes_to_what_it_says(|query| SqlEntitlements::postgres(pool.clone(), query)).await;
    let entitlements = SqlEntitlements::postgres(pool.clone(), QUERY);
    assert!(!format!("{entitlements:?}").contains(server.password()));
    what_is_granted_follows_the_rows!(pool.clone(), entitlements.clone());

    // The whole server is gone for a while.
    let issuer = issuer(entitlements).await;
    let tokens = issuer.grant("alice", "web", both()).await.unwrap();
    server.stop();
    let refused = issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
    assert_eq!(refused.kind(), RefusedKind::EntitlementsUnavailable);
    server.restart();
    issuer.refresh(&tokens.refresh, "web").await.expect("it was not spent");
}
