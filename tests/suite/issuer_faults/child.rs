//! The process that is killed.

use std::env;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use portcullis_core::{Algorithm, Clock, ScopeSet, SigningKey, SystemClock};
use portcullis_issuer::{Entitled, EntitlementsFn, Issuer, RefreshToken, RefusedKind, Store, Tokens};

use super::journal::{self, Journal};
use super::places;

/// What a child is told: the kind of store, its address, the journal; a line each.
pub(super) const ORDERS: &str = "PORTCULLIS_TEST_ISSUER_FAULTS";

/// How often a family is refreshed before the next one is granted.
pub(super) const REFRESHES: usize = 25;

/// How many families are refreshed at the same time: the youngest, after a restart.
pub(super) const AT_ONCE: usize = 4;

/// Does nothing unless it is the child.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(orders) = env::var(ORDERS) else { return };
    let lines: Vec<&str> = orders.lines().collect();
    let [kind, url, path] = lines[..] else { panic!("{orders}") };
    // Should nobody kill it.
    let _ = tokio::time::timeout(Duration::from_secs(60), work(kind, url, Path::new(path))).await;
}

pub(super) fn scopes() -> ScopeSet {
    ScopeSet::parse("orders:read").unwrap()
}

/// An issuer over a store, with a grace of a minute.
pub(super) async fn issuer(store: Arc<dyn Store>, clock: impl Clock) -> Issuer {
    Issuer::builder("https://id.example.com")
        .resource("https://orders.example.com")
        .keys(SigningKey::generate(Algorithm::ES256).unwrap())
        .entitlements(EntitlementsFn::new(|_| async { Ok(Entitled::to(scopes()).into()) }))
        .store(store)
        .clock(clock)
        .refresh_grace(Duration::from_secs(60))
        .build()
        .await
        .unwrap()
}

struct Worker {
    issuer: Issuer,
    journal: Journal,
    next: AtomicUsize,
}

async fn work(kind: &str, url: &str, path: &Path) {
    let families = journal::read(path).unwrap();
    let store = loop {
        match places::open(kind, url).await {
            Ok(store) => break store,
            Err(_) => pause().await,
        }
    };
    let next = families.keys().last().map_or(0, |last| last + 1);
    let worker =
        Worker { issuer: issuer(store, SystemClock).await, journal: Journal::open(path), next: AtomicUsize::new(next) };
    // First of all what the one before left open; then on with the youngest families, and with new ones.
    let open = families.into_iter().filter(|(_, lineage)| lineage.closed.is_none());
    let settled = join_all(open.map(|(family, lineage)| {
        let (worker, token) = (&worker, lineage.tokens.into_iter().next_back().unwrap());
        async move { (family, if lineage.pending { worker.refresh(family, token).await } else { token }) }
    }));
    let mut youngest = settled.await;
    let youngest = youngest.split_off(youngest.len().saturating_sub(AT_ONCE));
    let goes_on = (0..AT_ONCE).map(|nth| worker.go_on(youngest.get(nth).cloned()));
    join_all(goes_on).await;
}

impl Worker {
    async fn go_on(&self, mut family: Option<(usize, String)>) {
        loop {
            let (family, mut token) = match family.take() {
                Some(family) => family,
                None => self.grant().await,
            };
            for _ in 0..REFRESHES {
                token = self.refresh(family, token).await;
            }
        }
    }

    async fn grant(&self) -> (usize, String) {
        loop {
            if let Some(token) = self.answer(usize::MAX, self.issuer.grant("alice", "web", scopes()).await) {
                let family = self.next.fetch_add(1, Ordering::Relaxed);
                self.journal.note("grant", family, &token);
                return (family, token);
            }
            pause().await;
        }
    }

    /// The next token of a family, however often it takes.
    async fn refresh(&self, family: usize, token: String) -> String {
        loop {
            self.journal.note("present", family, &token);
            let refreshed = self.issuer.refresh(&RefreshToken::from(token.clone()), "web").await;
            if let Some(next) = self.answer(family, refreshed) {
                self.journal.note("got", family, &next);
                return next;
            }
            pause().await;
        }
    }

    /// `None` for a store that is away; nothing else may go wrong.
    fn answer(&self, family: usize, answer: Result<Tokens, portcullis_issuer::Refused>) -> Option<String> {
        match answer.map_err(|refused| refused.kind()) {
            Ok(tokens) => Some(tokens.refresh.as_str().to_owned()),
            Err(RefusedKind::StoreUnavailable) => None,
            Err(kind) => {
                self.journal.note("refused", family, &format!("{kind:?}"));
                std::process::exit(1);
            }
        }
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}
