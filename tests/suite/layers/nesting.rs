//! Orders, nestings, and several authorities on one route.

use std::cell::Cell;

use http::Request;
use portcullis::{Authority, Claims, DeniedKind, GuardedRequest, Principal};
use portcullis_testing::TestIssuer;
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::{ReadOrders, WriteOrders, authority, builder};
use serde::{Deserialize, Deserializer};

use super::{OK, Stack, anonymous, guard, handler, outcome, send, with_token};

/// Counts how often it is decoded, on this thread.
struct Counted {
    tenant: String,
}

thread_local! {
    static DECODED: Cell<usize> = const { Cell::new(0) };
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Plain {
            tenant: String,
        }
        DECODED.set(DECODED.get() + 1);
        Plain::deserialize(deserializer).map(|Plain { tenant }| Self { tenant })
    }
}

fn decoded() -> usize {
    DECODED.replace(0)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Layer {
    VerifySignature,
    EnforceExpiry,
    Require,
    ExtractClaims,
}

impl Layer {
    const ALL: [Self; 4] = [Self::VerifySignature, Self::EnforceExpiry, Self::Require, Self::ExtractClaims];

    fn around(self, authority: &Authority, inner: Stack) -> Stack {
        match self {
            Self::VerifySignature => guard(authority.verify_signature(), inner),
            Self::EnforceExpiry => guard(authority.enforce_expiry(), inner),
            Self::Require => guard(authority.require(ReadOrders), inner),
            Self::ExtractClaims => guard(authority.extract_claims::<Counted>(), inner),
        }
    }

    /// Every order of these layers, the outermost first.
    fn orders(of: &[Self]) -> Vec<Vec<Self>> {
        if of.is_empty() {
            return vec![Vec::new()];
        }
        let with_first = |first: &Self| {
            let rest: Vec<Self> = of.iter().copied().filter(|layer| layer != first).collect();
            Self::orders(&rest).into_iter().map(|rest| [vec![*first], rest].concat()).collect::<Vec<_>>()
        };
        of.iter().flat_map(with_first).collect()
    }

    fn stack(order: &[Self], authority: &Authority, inner: Stack) -> Stack {
        order.iter().rev().fold(inner, |inner, layer| layer.around(authority, inner))
    }
}

/// What a handler finds, and that it finds it.
fn look_around(request: &mut Request<String>) -> String {
    let principal = request.principal().unwrap();
    let by = request.require::<ReadOrders>().unwrap();
    assert!(by.principal().is(&principal), "one verification, one proof");
    assert_eq!(request.require::<WriteOrders>().unwrap_err().kind(), DeniedKind::InsufficientScope);
    match request.extensions().get::<Claims<Counted>>() {
        Some(claims) => {
            assert!(portcullis::Claims::principal(claims).is(&principal), "the claims of this very proof");
            format!("{} of {}", principal.subject().unwrap(), claims.tenant)
        }
        None => principal.subject().unwrap().to_owned(),
    }
}

/// A named request, what it comes to, and how many verifications look for a key.
type Row = (&'static str, Request<String>, (u16, Option<DeniedKind>), usize);

/// A good token, and tokens bad in one respect.
fn tokens(issuer: &TestIssuer) -> Vec<Row> {
    let good = || issuer.mint().scope("orders:read").claim("tenant", "acme");
    let signed = good().sign();
    let other = good().subject("somebody else").sign();
    let tampered = format!("{}.{}", signed.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1);
    vec![
        ("good", with_token(&signed), OK, 1),
        ("none", anonymous(), (401, Some(DeniedKind::MissingCredential)), 0),
        ("no token", with_token("no token"), (400, Some(DeniedKind::MalformedCredential)), 0),
        ("tampered with", with_token(&tampered), (401, Some(DeniedKind::BadSignature)), 1),
        ("of another issuer", with_token(&good().claim("iss", "x").sign()), (401, Some(DeniedKind::WrongIssuer)), 1),
        ("for another audience", with_token(&good().audience("x").sign()), (401, Some(DeniedKind::WrongAudience)), 1),
        ("expired", with_token(&good().issued_ago(600).expires_in(-60).sign()), (401, Some(DeniedKind::Expired)), 1),
        ("living too long", with_token(&good().expires_in(86_400).sign()), (401, Some(DeniedKind::LifetimeTooLong)), 1),
        (
            "without the scope",
            with_token(&good().scope("orders").sign()),
            (403, Some(DeniedKind::InsufficientScope)),
            1,
        ),
        ("without the claim", with_token(&good().without("tenant").sign()), (401, Some(DeniedKind::ClaimsMismatch)), 1),
        (
            "a number for the claim",
            with_token(&good().claim("tenant", 7).sign()),
            (401, Some(DeniedKind::ClaimsMismatch)),
            1,
        ),
    ]
}

#[tokio::test]
async fn every_order_of_the_layers_gives_one_verdict_and_verifies_once() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
    let authority = builder(&issuer, keys.clone()).build().unwrap();
    let orders = Layer::orders(&Layer::ALL);
    assert_eq!(orders.len(), 24);
    for order in orders {
        let stack = Layer::stack(&order, &authority, handler(look_around));
        for (name, request, wanted, verifications) in tokens(&issuer) {
            let (before, _) = (keys.lookups(), decoded());
            let response = send(&stack, request).await;
            assert_eq!(outcome(&response), wanted, "{name}: {order:?}");
            assert_eq!(keys.lookups() - before, verifications, "{name}: {order:?}");
            if wanted == OK {
                assert_eq!(response.body(), "test-subject of acme", "{order:?}");
                assert_eq!(decoded(), 1, "{order:?}: the claims are decoded once");
            } else {
                assert_eq!(response.body(), "", "{name}: {order:?}");
            }
        }
    }
}

#[tokio::test]
async fn every_part_of_the_stack_is_of_use_by_itself() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
    let authority = builder(&issuer, keys.clone()).build().unwrap();
    for layer in Layer::ALL {
        let stack = Layer::stack(&[layer], &authority, handler(|_| "served".to_owned()));
        for (name, request, wanted, verifications) in tokens(&issuer) {
            // What only another layer judges is not judged here.
            let wanted = match wanted.1 {
                Some(DeniedKind::Expired | DeniedKind::LifetimeTooLong) if layer == Layer::VerifySignature => OK,
                Some(DeniedKind::InsufficientScope) if layer != Layer::Require => OK,
                Some(DeniedKind::ClaimsMismatch) if layer != Layer::ExtractClaims => OK,
                _ => wanted,
            };
            let before = keys.lookups();
            assert_eq!(outcome(&send(&stack, request).await), wanted, "{name}: {layer:?}");
            assert_eq!(keys.lookups() - before, verifications, "{name}: {layer:?}");
        }
    }
}

/// A handler behind the signature layer alone asks for a permission: the missing step is done there.
#[tokio::test]
async fn a_signed_token_is_no_principal_until_its_time_is_judged() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
    let authority = builder(&issuer, keys.clone()).build().unwrap();
    let asks = handler(|request| match request.require::<ReadOrders>() {
        Ok(_) => "granted".to_owned(),
        Err(denied) => denied.kind().to_string(),
    });
    let stack = guard(authority.verify_signature(), asks);
    let mint = || issuer.mint().scope("orders:read");
    for (name, token, wanted) in [
        ("good", mint().sign(), "granted"),
        ("expired", mint().issued_ago(600).expires_in(-60).sign(), "expired"),
        ("not yet valid", mint().claim("nbf", 9_999_999_999_u64).sign(), "not_yet_valid"),
    ] {
        let before = keys.lookups();
        assert_eq!(send(&stack, with_token(&token)).await.body(), wanted, "{name}");
        assert_eq!(keys.lookups() - before, 1, "{name}: the signature is verified once");
    }
}

#[tokio::test]
async fn nested_at_will_a_token_is_verified_once() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
    let authority = builder(&issuer, keys.clone()).build().unwrap();
    let mut stack = handler(look_around);
    for order in Layer::orders(&Layer::ALL) {
        // A clone is the same authority.
        stack = Layer::stack(&order, &authority.clone(), stack);
    }
    let (before, _) = (keys.lookups(), decoded());
    let token = issuer.mint().scope("orders:read").claim("tenant", "acme").sign();
    let response = send(&stack, with_token(&token)).await;
    assert_eq!((outcome(&response), response.body().as_str()), (OK, "test-subject of acme"));
    assert_eq!((keys.lookups() - before, decoded()), (1, 1), "96 layers");
}

/// Whose proof it is, by the audience of the authority.
fn whose(request: &Request<String>) -> String {
    let authority = Authority::innermost(request.extensions()).unwrap();
    let principal: Principal = request.principal().unwrap();
    let verifier = authority.trust().verifier(principal.issuer()).unwrap();
    assert!(verifier.made(&principal), "the proof is of the authority that answers");
    verifier.audiences().next().unwrap().to_owned()
}

#[tokio::test]
async fn two_authorities_on_one_route_each_verify_on_their_own() {
    let issuer = TestIssuer::new();
    let (orders_keys, billing_keys) =
        (HandKeys::of(&issuer.keys(), Answer::Refuse), HandKeys::of(&issuer.keys(), Answer::Refuse));
    let for_orders = builder(&issuer, orders_keys.clone()).build().unwrap();
    let named = issuer.clone().named(issuer.issuer(), "https://billing.test");
    let for_billing = builder(&named, billing_keys.clone()).build().unwrap();
    let whose = |request: &mut Request<String>| whose(request);
    let inner = guard(for_billing.authenticate(), handler(whose));
    let one_in_the_other = guard(for_orders.authenticate(), inner.clone());
    let around_and_within = guard(
        for_orders.authenticate(),
        guard(for_billing.authenticate(), guard(for_orders.require(ReadOrders), handler(whose))),
    );
    let for_both =
        issuer.mint().scope("orders:read").claim("aud", vec!["https://api.test", "https://billing.test"]).sign();
    let (orders, billing) = (issuer.token("orders:read"), named.token("orders:read"));
    let wrong = (401, Some(DeniedKind::WrongAudience));
    for (name, stack, token, wanted, answers, verifications) in [
        ("for both", &one_in_the_other, &for_both, OK, "https://billing.test", (1, 1)),
        ("for the outer alone", &one_in_the_other, &orders, wrong, "", (1, 1)),
        ("for the inner alone", &one_in_the_other, &billing, wrong, "", (1, 0)),
        ("for both, nested twice", &around_and_within, &for_both, OK, "https://api.test", (1, 1)),
        ("for the outer and innermost", &around_and_within, &orders, wrong, "", (1, 1)),
    ] {
        let before = (orders_keys.lookups(), billing_keys.lookups());
        let response = send(stack, with_token(token)).await;
        assert_eq!((outcome(&response), response.body().as_str()), (wanted, answers), "{name}");
        let looked = (orders_keys.lookups() - before.0, billing_keys.lookups() - before.1);
        assert_eq!(looked, verifications, "{name}");
    }
}

/// Built twice from the same parts, two authorities are two: nothing says that they stay alike.
#[tokio::test]
async fn the_proof_of_another_authority_does_not_count() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
    let twins = [(); 2].map(|()| builder(&issuer, keys.clone()).build().unwrap());
    let strict = builder(&issuer, issuer.keys()).rules(|rules| rules.rfc9068_profile()).build().unwrap();
    let inner = guard(twins[1].require(ReadOrders), handler(|request| whose(request)));
    let before = keys.lookups();
    assert_eq!(
        outcome(&send(&guard(twins[0].authenticate(), inner), with_token(&issuer.token("orders:read"))).await),
        OK
    );
    assert_eq!(keys.lookups() - before, 2);

    let lax_around_strict =
        guard(twins[0].authenticate(), guard(strict.authenticate(), handler(|request| whose(request))));
    let token = issuer.mint().scope("orders:read").without("jti").sign();
    assert_eq!(outcome(&send(&lax_around_strict, with_token(&token)).await), (401, Some(DeniedKind::MissingClaim)));

    // And a verifier does not take a principal that another one made for its own.
    let (one, other) = (twins[0].trust().verifiers().remove(0), strict.trust().verifiers().remove(0));
    let principal = one.verify(issuer.token("orders:read")).unwrap();
    assert!(one.made(&principal) && !other.made(&principal));
    assert!(other.check_limits(&principal, &portcullis::Limits::default()).is_err());
}

#[tokio::test]
async fn what_is_in_the_extensions_or_headers_beforehand_proves_nothing() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let trust = authority.trust();
    let admin = trust.verify(issuer.mint().scope("orders:read").claim("tenant", "victim").sign().as_bytes()).unwrap();
    let signed = trust.verify_signature(issuer.token("orders:read").as_bytes()).unwrap();
    let plant = |request: &mut Request<String>| {
        let stolen = Claims::<Counted>::of(&admin, request.extensions_mut()).unwrap();
        request.extensions_mut().insert(stolen);
        request.extensions_mut().insert(admin.clone());
        request.extensions_mut().insert(signed.clone());
        request.extensions_mut().insert(authority.clone());
        request.extensions_mut().insert(admin.require::<ReadOrders>().map(std::sync::Arc::new).unwrap());
        for (name, value) in [
            ("x-forwarded-user", "admin"),
            ("x-forwarded-access-token", "admin"),
            ("x-authenticated", "true"),
            ("proxy-authorization", "Bearer admin"),
            ("x-portcullis-principal", "admin"),
        ] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
    };
    for order in Layer::orders(&Layer::ALL) {
        let stack = Layer::stack(&order, &authority, handler(look_around));
        let mut request = anonymous();
        plant(&mut request);
        assert_eq!(outcome(&send(&stack, request).await), (401, Some(DeniedKind::MissingCredential)), "{order:?}");

        let mut request = with_token(&issuer.mint().scope("orders:read").subject("bob").claim("tenant", "acme").sign());
        plant(&mut request);
        let response = send(&stack, request).await;
        assert_eq!((outcome(&response), response.body().as_str()), (OK, "bob of acme"), "{order:?}");
    }
    // Without a layer the planted proofs are as good as none.
    let asks = handler(|request| request.require::<ReadOrders>().unwrap_err().kind().to_string());
    let mut request = with_token(&issuer.token("orders:read"));
    plant(&mut request);
    assert_eq!(send(&asks, request).await.body(), "not_guarded");
}

/// Two types, each decoded once, whoever asks first.
#[tokio::test]
async fn claims_are_decoded_once_for_each_type() {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let inner = handler(|request| {
        let extensions = request.extensions();
        let (counted, subject) =
            (extensions.get::<Claims<Counted>>().unwrap(), extensions.get::<Claims<Subject>>().unwrap());
        assert!(portcullis::Claims::principal(counted).is(portcullis::Claims::principal(subject)));
        format!("{} of {}", subject.sub, counted.tenant)
    });
    let stack = guard(authority.extract_claims::<Counted>(), inner);
    let stack = guard(authority.extract_claims::<Subject>(), stack);
    let stack = guard(authority.extract_claims::<Counted>(), stack);
    decoded();
    let token = issuer.mint().claim("tenant", "acme").sign();
    assert_eq!(send(&stack, with_token(&token)).await.body(), "test-subject of acme");
    assert_eq!(decoded(), 1);
    // A later request is another one.
    assert_eq!(send(&stack, with_token(&token)).await.body(), "test-subject of acme");
    assert_eq!(decoded(), 1);
}
