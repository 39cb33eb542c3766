//! The store in a file.

use futures::future::join_all;
use portcullis_issuer::{SqliteStore, Store};
use portcullis_tests::stores::{Folder, SqliteFile, conformance};
use sqlx::{Connection, SqliteConnection};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_in_a_file_keeps_what_a_store_promises() {
    conformance(async || SqliteFile::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_is_opened_again_and_by_many_at_once() {
    let folder = Folder::new();
    let file = folder.file("issuer.sqlite");
    let opened = join_all((0..16).map(|_| tokio::spawn(SqliteStore::open(file.clone())))).await;
    for store in opened {
        assert_eq!(store.unwrap().expect("all of them").keys().await, Ok(vec![]));
    }
    for _ in 0..3 {
        SqliteStore::open(&file).await.expect("again");
    }
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let versions: Vec<(i64,)> =
        sqlx::query_as("SELECT version FROM portcullis_schema").fetch_all(&mut connection).await.unwrap();
    assert_eq!(versions, [(1,)], "each step once");
}

#[tokio::test]
async fn a_file_of_a_newer_issuer_is_left_alone_and_one_without_tables_gets_them() {
    let folder = Folder::new();
    let file = folder.file("issuer.sqlite");
    let url = format!("sqlite:{}?mode=rwc", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    // As far as a start gets that was cut off before the first step, and beside tables of somebody else.
    let before = "CREATE TABLE portcullis_schema (version BIGINT NOT NULL); CREATE TABLE users (name TEXT)";
    sqlx::raw_sql(before).execute(&mut connection).await.unwrap();
    drop(SqliteStore::open(&file).await.unwrap());
    sqlx::raw_sql("INSERT INTO portcullis_schema VALUES (99)").execute(&mut connection).await.unwrap();
    let refused = SqliteStore::open(&file).await.unwrap_err().to_string();
    assert!(refused.contains("version 99") && refused.contains("update the issuer"), "{refused}");
}

#[tokio::test]
async fn what_is_no_database_is_an_error_without_its_path() {
    let folder = Folder::new();
    std::fs::write(folder.file("text-of-somebody"), "not a database, but long enough to be looked at ".repeat(100))
        .unwrap();
    std::fs::create_dir(folder.file("folder-of-somebody")).unwrap();
    for name in ["text-of-somebody", "folder-of-somebody", "nowhere-of-somebody/issuer.sqlite"] {
        let refused = SqliteStore::open(folder.file(name)).await.unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("of-somebody"), "{refused}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let store = SqliteStore::open(folder.file("issuer.sqlite")).await.unwrap();
    store.keys().await.unwrap();
    for name in ["issuer.sqlite", "issuer.sqlite-wal", "issuer.sqlite-shm"] {
        let mode = std::fs::metadata(folder.file(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
