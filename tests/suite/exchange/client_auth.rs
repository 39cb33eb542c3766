//! How the client proves itself.

use base64_simd::STANDARD;
use portcullis_core::{Algorithm, Rules, SigningKey, StaticKeys, Verifier};
use portcullis_exchange::TokenExchange;
use portcullis_testing::ManualClock;

use super::{NOW, form, numbering, stock, subject};

#[tokio::test]
async fn id_and_secret_are_form_encoded_before_they_are_joined() {
    for (id, secret, expected) in [
        ("orders", "s3cret", "orders:s3cret"),
        ("or:ders", "a:b%c", "or%3Aders:a%3Ab%25c"),
        ("or ders", "a+b&c=d/e", "or+ders:a%2Bb%26c%3Dd%2Fe"),
        ("örders", "é\n☃", "%C3%B6rders:%C3%A9%0A%E2%98%83"),
    ] {
        let server = numbering();
        let exchange = TokenExchange::at(server.url("/token")).client_secret(id, secret).build().unwrap();
        exchange.token_for(&subject("caller"), &stock()).await.unwrap();
        let received = server.received().pop().unwrap();
        let field = received.header("authorization")[0].strip_prefix("Basic ").unwrap();
        assert_eq!(String::from_utf8(STANDARD.decode_to_vec(field).unwrap()).unwrap(), expected);
        assert!(!form(&received).contains_key("client_secret"));
    }
}

#[tokio::test]
async fn an_assertion_stands_up_to_a_verifier_and_is_never_the_same() {
    let server = numbering();
    for (audience, expected) in [(None, server.url("/token")), (Some("https://id.test"), "https://id.test".to_owned())]
    {
        let key = SigningKey::generate(Algorithm::ES256).unwrap().with_kid("k1");
        let keys = StaticKeys::from(key.verifying_key().unwrap());
        let clock = ManualClock::at(NOW);
        let building = TokenExchange::at(server.url("/token")).private_key_jwt("orders", key).clock(clock.clone());
        let exchange = match audience {
            Some(audience) => building.assertion_audience(audience).build().unwrap(),
            None => building.build().unwrap(),
        };
        let rules = Rules::new().clock(clock.clone());
        let verifier = Verifier::new("orders", [expected], keys, rules).unwrap();
        let mut names = std::collections::BTreeSet::new();
        for caller in ["alice", "bob"] {
            exchange.token_for(&subject(caller), &stock()).await.unwrap();
            let received = server.received().pop().unwrap();
            assert!(received.header("authorization").is_empty());
            let form = form(&received);
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            assert_eq!(form["client_assertion_type"], kind);
            let assertion = verifier.verify(&form["client_assertion"]).unwrap();
            assert_eq!((assertion.issuer(), assertion.subject()), ("orders", Some("orders")));
            assert_eq!(assertion.expires_at().as_secs(), NOW + 60);
            names.insert(assertion.token_id().unwrap().to_owned());
        }
        assert_eq!(names.len(), 2, "an assertion is used once");
    }
}

#[test]
fn what_makes_no_sense_is_not_built() {
    let at = TokenExchange::at;
    let secret = || SigningKey::from_secret(Algorithm::HS256, [7; 32]).unwrap();
    for (name, built) in [
        ("no proof", at("https://id.test/token").build()),
        ("no id", at("https://id.test/token").client_secret("", "s").build()),
        ("no secret", at("https://id.test/token").client_secret("c", "").build()),
        ("a shared secret as a key", at("https://id.test/token").private_key_jwt("c", secret()).build()),
        ("http to elsewhere", at("http://id.test/token").client_secret("c", "s").build()),
        ("no URL", at("id.test").client_secret("c", "s").build()),
        ("a password in the URL", at("https://a:b@id.test/token").client_secret("c", "s").build()),
        ("no time", at("https://id.test/token").client_secret("c", "s").timeout(std::time::Duration::ZERO).build()),
        ("nothing kept", at("https://id.test/token").client_secret("c", "s").capacity(0).build()),
    ] {
        let text = built.expect_err(name).to_string();
        assert!(!text.contains("a:b"), "{text}");
    }
    assert!(at("http://id.test/token").client_secret("c", "s").dangerous().allow_http().build().is_ok());
}
