//! What an issuer mints, and what it does not.

mod ends;
mod exchange;
mod history;
mod keys;
mod mint;
mod refresh;
mod rotation;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portcullis::{Algorithm, ScopeSet};
use portcullis_core::{AccessModel, SigningKey};
use portcullis_issuer::{
    AccessToken, Entitled, Entitlement, Entitlements, EntitlementsFn, EntitlementsUnavailable, Issuer, IssuerBuilder,
    MemoryStore, Question, RefusedKind,
};
use portcullis_testing::ManualClock;
use serde_json::Value;

const ISSUER: &str = "https://id.test";
const ORDERS: &str = "https://orders.test";
const STOCK: &str = "https://stock.test";
const LEDGER: &str = "https://ledger.test";

fn set(list: &str) -> ScopeSet {
    ScopeSet::parse(list).unwrap()
}

/// Who may do what, changed by hand.
#[derive(Clone, Debug, Default)]
struct Staff(Arc<Mutex<BTreeMap<String, ScopeSet>>>, Arc<Mutex<Vec<Question>>>);

impl Staff {
    fn of(subjects: &[(&str, &str)]) -> Self {
        let staff = Self::default();
        subjects.iter().for_each(|(subject, scopes)| staff.may(subject, scopes));
        staff
    }

    fn may(&self, subject: &str, scopes: &str) {
        self.0.lock().unwrap().insert(subject.to_owned(), set(scopes));
    }

    fn disable(&self, subject: &str) {
        self.0.lock().unwrap().remove(subject);
    }

    fn asked(&self) -> Vec<Question> {
        std::mem::take(&mut *self.1.lock().unwrap())
    }

    fn entitlements(&self) -> impl Entitlements + use<> {
        let staff = self.clone();
        EntitlementsFn::new(move |asked: Question| {
            staff.1.lock().unwrap().push(asked.clone());
            let found = staff.0.lock().unwrap().get(&asked.subject).cloned();
            async move {
                if asked.subject == "unknowable" {
                    return Err(EntitlementsUnavailable::new("the directory is away"));
                }
                Ok(found.map_or(Entitlement::Disabled, |scopes| Entitled::to(scopes).into()))
            }
        })
    }
}

fn builder(staff: &Staff, store: &MemoryStore, clock: &ManualClock) -> IssuerBuilder {
    let model = AccessModel::builder().implies("admin", ["read", "write"]).build().unwrap();
    Issuer::builder(ISSUER)
        .resource(ORDERS)
        .keys(SigningKey::generate(Algorithm::ES256).unwrap())
        .entitlements(staff.entitlements())
        .store(store.clone())
        .access_model(model)
        .clock(clock.clone())
}

/// One issuer, for one resource.
async fn issuer(staff: &Staff) -> (Issuer, ManualClock) {
    let clock = ManualClock::at(1_800_000_000);
    (builder(staff, &MemoryStore::new(), &clock).build().await.unwrap(), clock)
}

fn payload(token: &AccessToken) -> Value {
    let payload = token.as_str().split('.').nth(1).unwrap();
    serde_json::from_slice(&base64_simd::URL_SAFE_NO_PAD.decode_to_vec(payload).unwrap()).unwrap()
}

fn kind<T: std::fmt::Debug>(result: Result<T, portcullis_issuer::Refused>) -> RefusedKind {
    result.unwrap_err().kind()
}

const MINUTE: Duration = Duration::from_secs(60);
