//! From a file to an authority that judges.

use std::convert::Infallible;

use http::{Request, Response};
use portcullis::policy::{KeysAt, PolicyFile};
use portcullis::{Algorithm, Authority, KeySource};
use portcullis_core::SigningKey;
use portcullis_testing::TestIssuer;
use portcullis_tests::example::TempFile;
use serde_json::json;
use tower::{Layer, ServiceExt, service_fn};

const TABLE: &str = r#"
[implies]
"orders:admin" = ["orders:read"]

[roles]
support = ["orders:read"]

[[operation]]
methods = ["GET"]
path = "/orders"
require = "orders:read"
"#;

fn name(file: &TempFile) -> &str {
    file.path().file_name().unwrap().to_str().unwrap()
}

fn trusting(issuer: &TestIssuer, settings: &str) -> String {
    format!("[[issuer]]\nissuer = {:?}\naudience = {:?}\n{settings}\n", issuer.issuer(), issuer.audience())
}

/// A key of an issuer by itself, in PEM.
fn public_pem(issuer: &TestIssuer) -> String {
    let jwk = issuer.key().to_public_jwk().unwrap();
    let x = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(jwk["x"].as_str().unwrap()).unwrap();
    // SubjectPublicKeyInfo of Ed25519 (RFC 8410 section 4).
    let der = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &x].concat();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", base64_simd::STANDARD.encode_to_string(der))
}

async fn call(authority: &Authority, file: &PolicyFile, path: &str, token: Option<String>) -> (u16, String) {
    let orders = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let service = authority.enforce(file.policy()).unwrap().layer(orders);
    let mut request = Request::builder().uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    let challenge = response.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), challenge.unwrap_or_default())
}

#[tokio::test]
async fn tokens_are_judged_by_the_keys_and_the_model_of_the_file() {
    let (issuer, stranger) = (TestIssuer::new(), TestIssuer::new());
    let jwks = TempFile::new(issuer.jwks());
    // Relative: both are in the same folder.
    let settings = format!("jwks_file = {:?}\nroles = [\"realm.roles\"]\nscopes = [\"permissions\"]", name(&jwks));
    let written = TempFile::new(trusting(&issuer, &settings) + TABLE);
    let file = PolicyFile::read(written.path()).unwrap();
    let authority = file.authority().unwrap();
    let holding = |scopes: &str| issuer.mint().claim("permissions", scopes);
    for (name, path, token, status) in [
        ("the scope", "/orders", Some(holding("orders:read").sign()), 200),
        ("what implies it", "/orders", Some(holding("orders:admin").sign()), 200),
        ("the role", "/orders", Some(issuer.mint().claim("realm", json!({ "roles": ["support"] })).sign()), 200),
        ("another role", "/orders", Some(issuer.mint().claim("realm", json!({ "roles": ["clerk"] })).sign()), 403),
        ("scopes in another claim", "/orders", Some(issuer.token("orders:read")), 403),
        ("no rule", "/admin", Some(holding("orders:read").sign()), 403),
        ("another key", "/orders", Some(stranger.token("orders:read")), 401),
        ("no token", "/orders", None, 401),
    ] {
        let (answer, challenge) = call(&authority, &file, path, token).await;
        assert_eq!(answer, status, "{name}: {challenge}");
    }
    let (_, challenge) = call(&authority, &file, "/orders", None).await;
    assert_eq!(challenge, "Bearer realm=\"https://api.test\"");
}

#[tokio::test]
async fn several_issuers_are_trusted_each_by_its_own_keys() {
    let ours = TestIssuer::new();
    let theirs = TestIssuer::with_key(SigningKey::generate(Algorithm::EdDSA).unwrap())
        .named("https://partner.test", "orders-api");
    let (jwks, pem) = (TempFile::new(ours.jwks()), TempFile::new(public_pem(&theirs)));
    let text = trusting(&ours, &format!("jwks_file = {:?}", jwks.path().to_str().unwrap()))
        + &trusting(&theirs, &format!("pem_file = {:?}\nalgorithm = \"EdDSA\"", pem.path().to_str().unwrap()))
        + TABLE;
    let file = PolicyFile::parse(&text).unwrap();
    let authority = file.authority().unwrap();
    for (name, token, status) in [
        ("ours", ours.token("orders:read"), 200),
        ("theirs", theirs.token("orders:read"), 200),
        ("theirs, in our name", theirs.clone().named(ours.issuer(), ours.audience()).token("orders:read"), 401),
        ("theirs, for us", theirs.clone().named(theirs.issuer(), ours.audience()).token("orders:read"), 401),
    ] {
        assert_eq!(call(&authority, &file, "/orders", Some(token)).await.0, status, "{name}");
    }
    let (_, challenge) = call(&authority, &file, "/orders", None).await;
    assert_eq!(challenge, "Bearer realm=\"https://api.test\"", "the first audience of the first");
}

#[tokio::test]
async fn keys_can_come_from_elsewhere() {
    let issuer = TestIssuer::new();
    let file = PolicyFile::parse(&(trusting(&issuer, "jwks_url = \"https://id.test/jwks\"") + TABLE)).unwrap();
    let mut asked = Vec::new();
    let authority = file.authority_with(|settings| {
        asked.push(settings.keys().clone());
        Ok::<_, Infallible>(Box::new(issuer.keys()) as Box<dyn KeySource>)
    });
    let token = Some(issuer.token("orders:admin"));
    assert_eq!(call(&authority.unwrap(), &file, "/orders", token).await.0, 200, "by the model of the file");
    assert_eq!(asked, [KeysAt::JwksUrl("https://id.test/jwks".into())]);
}

#[test]
fn keys_that_cannot_be_had_are_told_where_they_are_named() {
    let issuer = TestIssuer::new();
    let told = |settings: &str| {
        let file = PolicyFile::parse(&(trusting(&issuer, settings) + TABLE)).unwrap();
        file.authority().unwrap_err().to_string()
    };
    insta::assert_snapshot!(told("jwks_file = \"/nowhere/jwks.json\""), @r#"
    4:13: the keys cannot be read: /nowhere/jwks.json: No such file or directory (os error 2)
      4 | jwks_file = "/nowhere/jwks.json"
        |             ^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(told("discover = true"), @r#"
    4:12: the keys are not in a file: give a source for them to `PolicyFile::authority_with`
      4 | discover = true
        |            ^^^^
    "#);
    insta::assert_snapshot!(told("jwks_file = \"/dev/null\""), @r#"
    4:13: the keys cannot be read: /dev/null: not a file
      4 | jwks_file = "/dev/null"
        |             ^^^^^^^^^^^
    "#);
    let file = PolicyFile::parse(&(trusting(&issuer, "discover = true") + TABLE)).unwrap();
    let refused = file.authority_with(|_| Err("the issuer does not answer")).unwrap_err();
    insta::assert_snapshot!(refused, @r#"
    4:12: the issuer does not answer
      4 | discover = true
        |            ^^^^
    "#);
    let others = TestIssuer::signing_with(Algorithm::EdDSA);
    let file = PolicyFile::parse(&(trusting(&issuer, "discover = true\nalgorithms = [\"ES256\"]") + TABLE)).unwrap();
    let unfit =
        file.authority_with(|_| Ok::<_, Infallible>(Box::new(others.keys()) as Box<dyn KeySource>)).unwrap_err();
    insta::assert_snapshot!(unfit, @r#"
    4:12: no key is of an algorithm in the list: name it with `Rules::algorithms` (symmetric ones are never in the default list)
      4 | discover = true
        |            ^^^^
    "#);
}

#[test]
fn a_key_set_that_is_none_is_told_with_its_path() {
    let issuer = TestIssuer::new();
    let jwks = TempFile::new("{}");
    let file =
        PolicyFile::parse(&trusting(&issuer, &format!("jwks_file = {:?}", jwks.path().to_str().unwrap()))).unwrap();
    let told = file.authority().unwrap_err().to_string();
    let expected = format!("4:13: the keys cannot be used: {}: not a JWK or JWKS", jwks.path().display());
    assert!(told.starts_with(&expected), "{told}");
}

#[test]
fn without_an_issuer_it_says_what_to_write() {
    insta::assert_snapshot!(PolicyFile::parse(TABLE).unwrap().authority().unwrap_err(), @r#"
    no issuer is trusted: write an `[[issuer]]` with `issuer`, `audience` and `jwks_file`, or make the authority in code
    "#);
}
