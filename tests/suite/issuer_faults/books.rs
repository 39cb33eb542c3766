//! Whether journal and store agree.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use portcullis_issuer::{Issuer, RefreshToken, RefusedKind};
use portcullis_testing::ManualClock;

use super::child;
use super::journal::{Families, Journal, Lineage};
use super::places::{self, UnderTest};

/// Checks the books of families that nobody goes on with, and closes them in the journal: every family lives, along its lineage alone,
/// and ends with any of its spent tokens. Those that were closed before have ended still. An error says what is wrong.
pub(super) async fn check(under_test: &UnderTest, journal: &Path, families: &Families) -> Result<(), String> {
    let clock = ManualClock::now_of_system();
    // It counts whole seconds, and nothing was spent in its future.
    clock.advance(Duration::from_secs(2));
    let store = places::open(under_test.kind, &under_test.url).await.map_err(|error| error.to_string())?;
    let issuer = child::issuer(store, clock.clone()).await;
    let journal = Journal::open(journal);
    let (closed, open): (Vec<_>, Vec<_>) = families.iter().partition(|(_, lineage)| lineage.closed.is_some());
    for (family, good) in closed.iter().filter_map(|(family, lineage)| Some((family, lineage.closed.as_ref()?))) {
        ended(family, refresh(&issuer, good).await)?;
    }
    let mut last = BTreeMap::new();
    for &(family, Lineage { tokens, pending, .. }) in &open {
        let told = |what| move |kind: RefusedKind| format!("family {family}: {what}: {kind:?}");
        let newest = tokens.last().ok_or("a family without a token")?;
        let next = refresh(&issuer, newest).await.map_err(told("its last token is lost"))?;
        let again = refresh(&issuer, newest).await.map_err(told("there is no grace"))?;
        let after = refresh(&issuer, &next).await.map_err(told("its line ends"))?;
        if again != next {
            return Err(format!("family {family}, pending {pending}: two successors of one token"));
        }
        last.insert(family, (next, after));
    }
    clock.advance(Duration::from_secs(61));
    for (family, lineage) in open {
        let (next, after) = &last[family];
        for (nth, spent) in lineage.tokens.iter().chain([next]).enumerate() {
            match refresh(&issuer, spent).await {
                Err(RefusedKind::RefreshTokenReused) => {}
                other => return Err(format!("family {family}: token {nth} was spent: {other:?}")),
            }
        }
        ended(family, refresh(&issuer, after).await)?;
        journal.note("closed", *family, after);
    }
    Ok(())
}

fn ended(family: &usize, refreshed: Result<String, RefusedKind>) -> Result<(), String> {
    match refreshed {
        Err(RefusedKind::FamilyEnded) => Ok(()),
        other => Err(format!("family {family}: it has ended: {other:?}")),
    }
}

async fn refresh(issuer: &Issuer, token: &str) -> Result<String, RefusedKind> {
    let refreshed = issuer.refresh(&RefreshToken::from(token.to_owned()), "web").await;
    refreshed.map(|tokens| tokens.refresh.as_str().to_owned()).map_err(|refused| refused.kind())
}
