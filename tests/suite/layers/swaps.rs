//! Middlewares that change the credential between two layers.

use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};
use portcullis::{Authority, Claims, DeniedKind, GuardedRequest};
use portcullis_testing::TestIssuer;
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::{ReadOrders, builder};

use super::{OK, Stack, anonymous, bearer, guard, handler, middleware, outcome, send, with_token};

struct World {
    issuer: TestIssuer,
    keys: HandKeys,
    authority: Authority,
}

impl World {
    fn new() -> Self {
        let issuer = TestIssuer::new();
        let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
        let authority = builder(&issuer, keys.clone()).build().unwrap();
        Self { issuer, keys, authority }
    }

    fn token(&self, subject: &str, scope: &str) -> String {
        self.issuer.mint().subject(subject).scope(scope).sign()
    }

    /// Each kind of layer around this service.
    fn outer(&self, inner: &Stack) -> [(&'static str, Stack); 5] {
        [
            ("verify_signature", guard(self.authority.verify_signature(), inner.clone())),
            ("enforce_expiry", guard(self.authority.enforce_expiry(), inner.clone())),
            ("require", guard(self.authority.require(ReadOrders), inner.clone())),
            ("extract_claims", guard(self.authority.extract_claims::<serde_json::Value>(), inner.clone())),
            ("optional", guard(self.authority.authenticate().optional(), inner.clone())),
        ]
    }
}

/// Puts these fields in place of what is there.
fn swap_for(fields: Vec<HeaderValue>) -> impl Fn(&mut Request<String>) + Clone + Send + 'static {
    move |request| {
        request.headers_mut().remove(AUTHORIZATION);
        for field in &fields {
            request.headers_mut().append(AUTHORIZATION, field.clone());
        }
    }
}

#[tokio::test]
async fn a_credential_that_was_swapped_is_verified_anew() {
    let world = World::new();
    let reader = world.token("reader", "orders:read");
    let other = || world.issuer.mint().subject("other").scope("orders:read orders:write");
    let expired = other().issued_ago(600).expires_in(-60).sign();
    let strange = TestIssuer::new().token("orders:read");
    let basic = HeaderValue::from_static("Basic dXNlcjpwYXNz");
    for (name, fields, wanted, verifications) in [
        ("left alone", vec![bearer(&reader)], OK, 1),
        ("swapped for a better one", vec![bearer(&other().sign())], OK, 2),
        (
            "swapped for a worse one",
            vec![bearer(&other().scope("x").sign())],
            (403, Some(DeniedKind::InsufficientScope)),
            2,
        ),
        ("swapped for an expired one", vec![bearer(&expired)], (401, Some(DeniedKind::Expired)), 2),
        ("swapped for a stranger's", vec![bearer(&strange)], (401, Some(DeniedKind::BadSignature)), 2),
        ("swapped for garbage", vec![bearer("garbage")], (401, Some(DeniedKind::MalformedToken)), 1),
        ("swapped for another scheme", vec![basic.clone()], (401, Some(DeniedKind::MissingCredential)), 1),
        ("doubled", vec![bearer(&reader); 2], (400, Some(DeniedKind::MultipleCredentials)), 1),
        ("joined by another", vec![bearer(&reader), basic], (400, Some(DeniedKind::MultipleCredentials)), 1),
        ("removed", vec![], (401, Some(DeniedKind::MissingCredential)), 1),
    ] {
        // Judged by a layer, and by the handler itself.
        let who = |request: &mut Request<String>| request.principal().unwrap().subject().unwrap().to_owned();
        let by_a_layer = guard(world.authority.require(ReadOrders), handler(who));
        let by_the_handler = handler(move |request| match request.require::<ReadOrders>() {
            Ok(by) => by.principal().subject().unwrap().to_owned(),
            Err(denied) => denied.kind().to_string(),
        });
        let inside = [("a layer", by_a_layer), ("the handler", by_the_handler)];
        for (judge, inner) in inside {
            for (outer, stack) in world.outer(&middleware(swap_for(fields.clone()), inner)) {
                let before = world.keys.lookups();
                let response = send(&stack, with_token(&reader)).await;
                let name = format!("{name}, behind {outer}, judged by {judge}");
                let subject = if name.starts_with("left alone") { "reader" } else { "other" };
                match (judge, wanted) {
                    (_, OK) => assert_eq!((outcome(&response), response.body().as_str()), (OK, subject), "{name}"),
                    ("a layer", _) => assert_eq!(outcome(&response), wanted, "{name}"),
                    _ => assert_eq!(response.body(), wanted.1.unwrap().as_str(), "{name}"),
                }
                assert_eq!(world.keys.lookups() - before, verifications, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_credential_that_was_added_behind_an_optional_layer_is_verified() {
    let world = World::new();
    let token = world.token("added", "orders:read");
    let add = swap_for(vec![bearer(&token)]);
    let inner = guard(
        world.authority.require(ReadOrders),
        handler(|request| request.principal().unwrap().subject().unwrap().to_owned()),
    );
    let stack = guard(world.authority.authenticate().optional(), middleware(add, inner));
    assert_eq!(send(&stack, anonymous()).await.body(), "added");
}

/// The claims go with the proof: whoever extracts them further in extracts those of the new credential.
#[tokio::test]
async fn claims_of_the_credential_before_are_replaced() {
    let world = World::new();
    let other = world.token("other", "orders:read");
    let inner = handler(|request| {
        let claims = request.extensions().get::<Claims<serde_json::Value>>().unwrap();
        assert!(portcullis::Claims::principal(claims).is(&request.principal().unwrap()));
        claims["sub"].as_str().unwrap().to_owned()
    });
    let inner = guard(world.authority.extract_claims::<serde_json::Value>(), inner);
    let inner = middleware(swap_for(vec![bearer(&other)]), inner);
    let stack = guard(world.authority.extract_claims::<serde_json::Value>(), inner);
    assert_eq!(send(&stack, with_token(&world.token("reader", "orders:read"))).await.body(), "other");
}

/// Also where nobody extracts them further in: they go with the proof whose place another one takes.
#[tokio::test]
async fn claims_of_the_credential_before_do_not_outlive_its_proof() {
    let world = World::new();
    let token = world.token("reader", "orders:read");
    let looks = || handler(|request| request.extensions().get::<Claims<serde_json::Value>>().is_some().to_string());
    for (name, fields, wanted) in [
        ("left alone", vec![bearer(&token)], "true"),
        ("swapped", vec![bearer(&world.token("other", "orders:read"))], "false"),
        ("removed", vec![], "false"),
    ] {
        let inner = guard(world.authority.authenticate().optional(), looks());
        let inner = middleware(swap_for(fields), inner);
        let stack = guard(world.authority.extract_claims::<serde_json::Value>(), inner);
        assert_eq!(send(&stack, with_token(&token)).await.body(), wanted, "{name}");
    }
}

/// Where no layer stands between the swap and the handler, they say whose they are.
#[tokio::test]
async fn claims_of_the_credential_before_can_be_told_by_their_principal() {
    let world = World::new();
    let other = world.token("other", "orders:read");
    let inner = handler(|request| {
        let principal = request.principal().unwrap();
        let claims = request.extensions().get::<Claims<serde_json::Value>>().unwrap();
        assert!(!portcullis::Claims::principal(claims).is(&principal));
        format!(
            "{} with the claims of {}",
            principal.subject().unwrap(),
            portcullis::Claims::principal(claims).subject().unwrap()
        )
    });
    let inner = middleware(swap_for(vec![bearer(&other)]), inner);
    let stack = guard(world.authority.extract_claims::<serde_json::Value>(), inner);
    let response = send(&stack, with_token(&world.token("reader", "orders:read"))).await;
    assert_eq!(response.body(), "other with the claims of reader");
}

/// Two requests of one client share nothing but the connection.
#[tokio::test]
async fn the_extensions_of_an_earlier_request_do_not_help_a_later_one() {
    let world = World::new();
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let keep = {
        let kept = std::sync::Arc::clone(&kept);
        handler(move |request| {
            *kept.lock().unwrap() = Some(request.extensions().clone());
            "kept".to_owned()
        })
    };
    let stack = guard(world.authority.authenticate(), keep);
    assert_eq!(outcome(&send(&stack, with_token(&world.token("reader", "orders:read"))).await), OK);

    let inner = handler(|request| request.principal().unwrap().subject().unwrap().to_owned());
    let stack = guard(world.authority.require(ReadOrders), inner);
    let extensions = kept.lock().unwrap().take().unwrap();
    let mut later = anonymous();
    *later.extensions_mut() = extensions.clone();
    assert_eq!(outcome(&send(&stack, later).await), (401, Some(DeniedKind::MissingCredential)));
    let mut later = with_token(&world.token("other", "orders:read"));
    *later.extensions_mut() = extensions;
    assert_eq!(send(&stack, later).await.body(), "other");
}
