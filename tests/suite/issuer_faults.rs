//! Crashes: whatever is killed in the middle of refreshes, no login is lost, and no spent token lives again.
//!
//! A child process refreshes, and keeps a journal of what it presents and what it gets. It is killed at random moments, or the server of
//! its store is; each time the journal and the store are compared. The child is this very binary, run for the one test `child`.

mod books;
mod child;
mod journal;
mod places;
mod rounds;

use places::UnderTest;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_its_books_when_issuers_are_killed() {
    rounds::kill_issuers(UnderTest::sqlite(), 12).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_its_books_when_issuers_are_killed() {
    rounds::kill_issuers(UnderTest::postgres().await, 12).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_its_books_when_it_is_killed_itself() {
    rounds::kill_servers(UnderTest::postgres().await, 4).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_its_books_when_issuers_are_killed() {
    rounds::kill_issuers(UnderTest::redis(), 12).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_its_books_when_it_is_killed_itself() {
    rounds::kill_servers(UnderTest::redis(), 6).await.unwrap();
}

/// That the books would tell.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_forgets_is_found_out() {
    let found = rounds::kill_servers(UnderTest::redis_that_forgets(), 2).await.unwrap_err();
    assert!(found.contains("UnknownRefreshToken"), "{found}");
}
