//! The store in PostgreSQL.

use futures::future::join_all;
use portcullis_core::Timestamp;
use portcullis_issuer::{PostgresStore, Store, UseMark};
use portcullis_tests::postgres::Postgres;
use portcullis_tests::stores::{PostgresDatabase, conformance};
use sqlx::{Connection, PgConnection, PgPool};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_in_postgres_keeps_what_a_store_promises() {
    let server = Postgres::start();
    conformance(async || PostgresDatabase(server.fresh().await)).await;
}

/// By the strictest rule of the server, under which the second of two is told to try again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_them_in_a_database_that_serializes() {
    let server = Postgres::start();
    conformance(async || {
        let url = server.fresh().await;
        let database = url.rsplit('/').next().unwrap();
        let set = format!("ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'");
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(&set).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        PostgresDatabase(url)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_is_opened_again_by_many_at_once_and_by_whoever_may_make_no_tables() {
    let server = Postgres::start();
    let url = server.fresh().await;
    let opened = join_all((0..16).map(|_| {
        let url = url.clone();
        tokio::spawn(async move { PostgresStore::connect(&url).await })
    }));
    for store in opened.await {
        assert_eq!(store.unwrap().expect("all of them").keys().await, Ok(vec![]));
    }
    let pool = PgPool::connect(&url).await.unwrap();
    PostgresStore::from_pool(pool.clone()).await.expect("again");
    let versions: Vec<(i64,)> = sqlx::query_as("SELECT version FROM portcullis_schema").fetch_all(&pool).await.unwrap();
    assert_eq!(versions, [(1,)], "each step once");

    let rights = "CREATE ROLE lesser LOGIN PASSWORD 'lesser';
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO lesser";
    sqlx::raw_sql(rights).execute(&pool).await.unwrap();
    let lesser = url.replace("issuer:", "lesser:").replace(server.password(), "lesser");
    let store = PostgresStore::connect(&lesser).await.expect("the tables are there");
    let mark = UseMark::from_bytes([1; 32]);
    assert_eq!(store.first_use(mark, Timestamp::from_secs(2), Timestamp::from_secs(1)).await, Ok(true));

    sqlx::raw_sql("INSERT INTO portcullis_schema VALUES (99)").execute(&pool).await.unwrap();
    let refused = PostgresStore::connect(&url).await.unwrap_err().to_string();
    assert!(refused.contains("version 99") && refused.contains("update the issuer"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_down_is_an_error_and_found_again_when_it_is_back() {
    let mut server = Postgres::start();
    let store = PostgresStore::connect(&server.fresh().await).await.unwrap();
    let (mark, now, until) = (UseMark::from_bytes([1; 32]), Timestamp::from_secs(1), Timestamp::from_secs(2));
    assert_eq!(store.first_use(mark, until, now).await, Ok(true));
    server.stop();
    let refused = store.first_use(mark, until, now).await.unwrap_err();
    assert!(!format!("{refused} {refused:?} {store:?}").contains(server.password()));
    assert!(store.keys().await.is_err());
    server.restart();
    assert_eq!(store.first_use(mark, until, now).await, Ok(false), "it remembers");
}

#[tokio::test]
async fn no_error_holds_the_address() {
    let server = Postgres::start();
    let good = server.url("postgres");
    for (name, url) in [
        ("a wrong password", good.replace(server.password(), "wr0ng-secret")),
        ("an unknown user", good.replace("issuer:", "wr0ng-secret:")),
        ("an unknown database", good.replace("/postgres", "/wr0ng-secret")),
        ("nobody there", "postgres://issuer:wr0ng-secret@127.0.0.1:1/issuer".to_owned()),
        ("no address", "issuer:wr0ng-secret@db.example.com/issuer".to_owned()),
        ("an odd port", "postgres://issuer:wr0ng-secret@127.0.0.1:wr0ng-secret/issuer".to_owned()),
        ("an odd option", format!("{good}?sslmode=wr0ng-secret")),
        ("no TLS", format!("{good}?sslmode=require&application_name=wr0ng-secret")),
    ] {
        let refused = PostgresStore::connect(&url).await.expect_err(name);
        let shown = format!("{refused} {refused:?}");
        assert!(!shown.contains("wr0ng-secret") && !shown.contains(server.password()), "{name}: {shown}");
    }
}
