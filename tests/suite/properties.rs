//! Promises over all inputs, as properties.

use std::collections::BTreeSet;

use http::{HeaderValue, Request, Response};
use portcullis::{
    Authority, Denied, DeniedClass, DeniedKind, KeySet, Requirement, Rules, Scope, ScopeSet, Unverified, Verifier,
};
use portcullis_testing::TestIssuer;
use proptest::prelude::*;
use tower::{Layer, ServiceExt, service_fn};

fn verifier(issuer: &TestIssuer) -> Verifier {
    let algorithms = [issuer.key().algorithm()];
    Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), Rules::new().algorithms(algorithms))
        .expect("a verifier")
}

/// One change to a token: any that leaves it another text.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, char),
    Remove(prop::sample::Index),
    Truncate(prop::sample::Index),
    Append(String),
    Swap(prop::sample::Index, prop::sample::Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), 1_u8..=127).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        (at(), "[A-Za-z0-9_.=+/ -]").prop_map(|(at, text)| Mutation::Insert(at, text.chars().next().unwrap_or('A'))),
        at().prop_map(Mutation::Remove),
        at().prop_map(Mutation::Truncate),
        "[A-Za-z0-9_.=-]{1,8}".prop_map(Mutation::Append),
        (at(), at()).prop_map(|(a, b)| Mutation::Swap(a, b)),
    ]
}

fn mutate(token: &str, mutation: &Mutation) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let len = bytes.len();
    match mutation {
        // Nothing is left to change after a truncation to nothing; `Index` has no place in it.
        Mutation::Flip(..) | Mutation::Remove(_) | Mutation::Truncate(_) | Mutation::Swap(..) if len == 0 => {}
        Mutation::Flip(at, bits) => bytes[at.index(len)] ^= bits,
        Mutation::Insert(at, char) => bytes.insert(at.index(len + 1), *char as u8),
        Mutation::Remove(at) => drop(bytes.remove(at.index(len))),
        Mutation::Truncate(at) => bytes.truncate(at.index(len)),
        Mutation::Append(more) => bytes.extend(more.bytes()),
        Mutation::Swap(a, b) => bytes.swap(a.index(len), b.index(len)),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An expression over six scopes, and the same as a naive model.
#[derive(Clone, Debug)]
enum Model {
    Scope(u8),
    All(Vec<Model>),
    Any(Vec<Model>),
}

impl Model {
    fn requirement(&self) -> Requirement {
        match self {
            Self::Scope(scope) => Requirement::scope(&format!("s{scope}")).expect("a scope"),
            Self::All(parts) => Requirement::all(parts.iter().map(Self::requirement)).expect("not empty"),
            Self::Any(parts) => Requirement::any(parts.iter().map(Self::requirement)).expect("not empty"),
        }
    }

    fn allows(&self, held: &BTreeSet<u8>) -> bool {
        match self {
            Self::Scope(scope) => held.contains(scope),
            Self::All(parts) => parts.iter().all(|part| part.allows(held)),
            Self::Any(parts) => parts.iter().any(|part| part.allows(held)),
        }
    }
}

fn model() -> impl Strategy<Value = Model> {
    (0_u8..6).prop_map(Model::Scope).prop_recursive(4, 24, 4, |inner| {
        let parts = prop::collection::vec(inner, 1..4);
        prop_oneof![parts.clone().prop_map(Model::All), parts.prop_map(Model::Any)]
    })
}

fn scopes(held: &BTreeSet<u8>) -> ScopeSet {
    held.iter().map(|scope| Scope::new(format!("s{scope}")).expect("a scope")).collect()
}

fn held() -> impl Strategy<Value = BTreeSet<u8>> {
    prop::collection::btree_set(0_u8..6, 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_mutation_of_a_valid_token_verifies(mutations in prop::collection::vec(mutation(), 1..3)) {
        thread_local! {
            static SUBJECTS: Vec<(Verifier, String)> = ["HS256", "ES256", "EdDSA", "RS256"]
                .iter()
                .map(|name| {
                    let issuer = TestIssuer::signing_with(name.parse().expect("an algorithm"));
                    (verifier(&issuer), issuer.token("orders:read"))
                })
                .collect();
        }
        SUBJECTS.with(|subjects| {
            for (verifier, token) in subjects {
                let mutated = mutations.iter().fold(token.clone(), |token, mutation| mutate(&token, mutation));
                // Two changes may undo each other.
                prop_assert_eq!(verifier.verify(&mutated).is_ok(), mutated == *token, "{} of {}", mutated, token);
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_permission_algebra_agrees_with_a_naive_model(model in model(), held in held()) {
        let allowed = model.requirement().allows(scopes(&held).as_scopes());
        prop_assert_eq!(allowed, model.allows(&held));
    }

    #[test]
    fn more_scopes_never_lose_access(model in model(), held in held(), more in held()) {
        let requirement = model.requirement();
        let both = scopes(&held).union(&scopes(&more));
        prop_assert!(!requirement.allows(scopes(&held).as_scopes()) || requirement.allows(both.as_scopes()));
    }

    #[test]
    fn nothing_is_allowed_without_a_scope(model in model()) {
        prop_assert!(!model.requirement().allows(ScopeSet::new().as_scopes()));
    }

    #[test]
    fn the_scopes_that_a_refusal_names_are_enough(model in model()) {
        let requirement = model.requirement();
        let asked = ScopeSet::parse(&requirement.scopes_to_ask().join(" ")).expect("scopes");
        prop_assert!(requirement.allows(asked.as_scopes()));
    }

    #[test]
    fn operators_mean_what_their_methods_mean(a in model(), b in model(), held in held()) {
        let held = scopes(&held);
        let allows = |requirement: Requirement| requirement.allows(held.as_scopes());
        let (a, b) = (a.requirement(), b.requirement());
        prop_assert_eq!(allows(a.clone() & b.clone()), allows(a.clone()) && allows(b.clone()));
        prop_assert_eq!(allows(a.clone() | b.clone()), allows(a) || allows(b));
    }

    #[test]
    fn a_scope_list_in_any_order_with_repetitions_is_one_set(mut list in prop::collection::vec("[a-c]:[rw]", 1..8)) {
        let set = ScopeSet::parse(&list.join(" ")).expect("scopes");
        list.reverse();
        list.push(list[0].clone());
        prop_assert_eq!(&ScopeSet::parse(&list.join(" ")).expect("scopes"), &set);
        prop_assert_eq!(&ScopeSet::parse(&set.to_string()).expect("scopes"), &set);
    }

    #[test]
    fn http_and_grpc_verdicts_are_equal(case in credential(), required in model()) {
        thread_local! {
            static ISSUER: TestIssuer = TestIssuer::signing_with(portcullis::Algorithm::HS256);
        }
        let (http, grpc) = ISSUER.with(|issuer| verdicts(issuer, &case, &required));
        let (status, code) = (http.status().as_u16(), grpc.headers().get("grpc-status").cloned());
        prop_assert_eq!(grpc.status().as_u16(), 200);
        let expected = match status {
            200 => None,
            400 | 401 => Some("16"),
            403 => Some("7"),
            503 => Some("14"),
            _ => Some("13"),
        };
        prop_assert_eq!(code, expected.map(HeaderValue::from_static));
        let kind = |response: &Response<String>| response.extensions().get::<Denied>().map(Denied::kind);
        prop_assert_eq!(kind(&http), kind(&grpc));
        prop_assert_eq!(http.headers().get("www-authenticate"), grpc.headers().get("www-authenticate"));
    }

    #[test]
    fn arbitrary_bytes_are_refused_without_a_panic(field in prop::collection::vec(any::<u8>(), 0..200)) {
        // The header field, and behind it the token.
        if let Ok(Some(token)) = portcullis_core::bearer_token(&field) {
            let issuer = TestIssuer::signing_with(portcullis::Algorithm::HS256);
            prop_assert!(verifier(&issuer).verify(token).is_err());
        }
    }

    #[test]
    fn arbitrary_segments_are_refused_without_a_panic(token in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,40}") {
        let issuer = TestIssuer::signing_with(portcullis::Algorithm::HS256);
        let refused = verifier(&issuer).verify(&token).map_err(Unverified::into_denied);
        let refused = refused.expect_err("nobody signed this");
        prop_assert_eq!(refused.class(), DeniedClass::InvalidToken);
    }

    #[test]
    fn arbitrary_headers_and_claims_under_a_good_signature_end_in_a_verdict(header in json_text(), claims in json_text()) {
        let issuer = TestIssuer::signing_with(portcullis::Algorithm::HS256);
        let spoiled = issuer.mint();
        let whole = spoiled.claims_json();
        let verifier = verifier(&issuer);
        let with_claims = verifier.verify(spoiled.sign_raw(spoiled.header_json(), &claims));
        let class = with_claims.map_err(|refused| refused.into_denied().class());
        prop_assert!(matches!(class, Err(DeniedClass::InvalidToken)), "{:?}", class);
        // A header may turn out to be acceptable: one with nothing but the right algorithm.
        if let Err(refused) = verifier.verify(spoiled.sign_raw(&header, &whole)) {
            prop_assert_eq!(refused.into_denied().class(), DeniedClass::InvalidToken);
        }
    }

    #[test]
    fn arbitrary_key_sets_are_read_without_a_panic(jwk in json_text(), text in ".{0,60}") {
        let _ = KeySet::from_jwks(&format!(r#"{{"keys":[{jwk}]}}"#));
        let _ = KeySet::from_jwks(&jwk);
        let _ = KeySet::from_jwks(&text);
        let _ = portcullis::VerifyingKey::from_pem(portcullis::Algorithm::ES256, &text);
        let _ = portcullis::VerifyingKey::from_der(portcullis::Algorithm::RS256, &text);
    }
}

/// JSON of the member names that matter, with values that do not belong.
fn json_text() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "alg",
        "kid",
        "typ",
        "crit",
        "iss",
        "aud",
        "exp",
        "iat",
        "nbf",
        "scope",
        "scp",
        "cnf",
        "sub",
        "keys",
        "kty",
        "crv",
        "n",
        "e",
        "x",
        "y",
        "k",
        "use",
        "key_ops",
        "\\u0061lg",
        "other",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("HS256".to_owned()).prop_map(|text| format!("\"{text}\"")),
        prop::sample::select(vec!["RSA", "EC", "OKP", "oct", "P-256", "Ed25519", "sig", "AQAB", "", "\\ud800"])
            .prop_map(|text| format!("\"{text}\"")),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("1e400".to_owned()),
        "[a-z ]{0,5}".prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let member = (name.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            prop::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
        ]
    })
}

/// A credential: none, broken, or a token with some scopes and perhaps one flaw.
#[derive(Clone, Debug)]
enum Credential {
    None,
    Raw(String),
    Token { held: BTreeSet<u8>, flaw: Option<&'static str> },
}

fn credential() -> impl Strategy<Value = Credential> {
    let flaw = prop::sample::select(vec!["iss", "aud", "exp", "iat"]);
    prop_oneof![
        1 => Just(Credential::None),
        1 => "(Bearer|Basic|bearer) [ -~]{0,20}".prop_map(Credential::Raw),
        4 => (held(), prop::option::weighted(0.3, flaw)).prop_map(|(held, flaw)| Credential::Token { held, flaw }),
    ]
}

fn verdicts(issuer: &TestIssuer, case: &Credential, required: &Model) -> (Response<String>, Response<String>) {
    let authority = Authority::builder()
        .issuer(issuer.issuer())
        .audience(issuer.audience())
        .keys(issuer.keys())
        .rules(|rules| rules.algorithms([issuer.key().algorithm()]))
        .build()
        .expect("an authority");
    let field = match case {
        Credential::None => None,
        Credential::Raw(field) => Some(field.trim_end().to_owned()),
        Credential::Token { held, flaw } => {
            let mint = issuer.mint().scope(&scopes(held).to_string());
            let mint = match flaw {
                Some(claim) => mint.without(claim),
                None => mint,
            };
            Some(format!("Bearer {}", mint.sign()))
        }
    };
    let answer = |content_type: &str| {
        let mut request = Request::new(());
        request.headers_mut().insert("content-type", HeaderValue::from_str(content_type).expect("a header"));
        if let Some(field) = &field {
            request.headers_mut().insert("authorization", HeaderValue::from_str(field).expect("a header"));
        }
        let inner = service_fn(|_| std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(String::new()))));
        let guarded = authority.require(required.requirement()).layer(inner);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(guarded.oneshot(request)).expect("no error")
    };
    (answer("application/json"), answer("application/grpc+proto"))
}

#[test]
fn every_kind_has_one_stable_name_and_a_plain_description() {
    let names: BTreeSet<&str> = DeniedKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), DeniedKind::ALL.len());
    for kind in DeniedKind::ALL {
        let description = kind.description();
        assert!(description.bytes().all(|byte| (0x20..0x7F).contains(&byte) && byte != b'%' && byte != b'"'), "{kind}");
    }
}
