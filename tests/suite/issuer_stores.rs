//! Every store of an issuer keeps the same promises.

mod postgres;
mod redis;
mod sqlite;

use portcullis_tests::stores::{Memory, conformance};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_in_memory_keeps_what_a_store_promises() {
    conformance(async || Memory::default()).await;
}
