//! The same authority with keys from elsewhere, with several issuers, with a list of what is revoked.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use portcullis::{Authority, KeySource, MemoryRevocations, Revocation, Rules, Timestamp, TrustMap, Verifier};
use portcullis_jwks::RemoteKeys;
use portcullis_testing::TestIssuer;
use tokio::runtime::Runtime;
use tower::service_fn;

use super::Subject;

/// Authorities that judge the same token. The first one has static keys of one issuer.
pub struct Sources {
    pub authorities: [(&'static str, Authority); 4],
    /// Keeps the keys up to date.
    _runtime: Runtime,
}

impl Sources {
    pub fn of(subject: &Subject) -> Self {
        let issuer = &subject.issuer;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let rules = || Rules::new().algorithms([subject.algorithm]);
        let one = |keys: &dyn Fn() -> Box<dyn KeySource>, rules: Rules| {
            let authority = Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(keys());
            authority.rules(|_| rules).build().expect("an authority")
        };
        let fixed: &dyn Fn() -> Box<dyn KeySource> = &|| Box::new(issuer.keys());
        let remote = remote(issuer, &runtime);
        let fetched: &dyn Fn() -> Box<dyn KeySource> = &|| Box::new(remote.clone());
        let several = TrustMap::from_iter((0..10).map(|number| {
            let name = if number == 0 { issuer.issuer().to_owned() } else { format!("https://id-{number}.test") };
            Verifier::new(name, [issuer.audience()], issuer.keys(), rules()).expect("a verifier")
        }));
        let several = Authority::builder().trust(several).realm("https://api.test").build().expect("an authority");
        let authorities = [
            ("static keys", one(fixed, rules())),
            ("remote keys", one(fetched, rules())),
            ("one of ten issuers", several),
            ("10,000 revocations", one(fixed, rules().revocations(revocations(issuer.issuer())))),
        ];
        Self { authorities, _runtime: runtime }
    }
}

fn remote(issuer: &TestIssuer, runtime: &Runtime) -> RemoteKeys {
    let jwks = issuer.jwks();
    let client = service_fn(move |_: Request<Full<Bytes>>| {
        let jwks = jwks.clone();
        async move { Ok::<_, Infallible>(Response::new(Full::from(jwks))) }
    });
    let keys = RemoteKeys::at("https://id.test/jwks").client(client).start_on(runtime.handle()).expect("a source");
    runtime.block_on(keys.ready(Duration::from_secs(5))).expect("keys");
    keys
}

fn revocations(issuer: &str) -> MemoryRevocations {
    let list = MemoryRevocations::new();
    let until = Timestamp::FOREVER;
    (0..10_000).for_each(|number| list.revoke(Revocation::of_token(issuer, number.to_string(), until)));
    list
}
