//! What the layers allocate, beyond the bare service; `jsonwebtoken::decode` beside it.
//!
//! A program of its own: counting takes longer than allocating, and would show in the times.

mod common;

use common::sources::Sources;
use common::{Bare, OrderClaims, Subject, call, call_at, sink, tables, two_layers};
use jsonwebtoken::{DecodingKey, Validation, decode};
use portcullis::Algorithm;
use tower::Layer;

fn allocations(mut run: impl FnMut()) -> u64 {
    run();
    allocation_counter::measure(run).count_total
}

fn main() {
    println!("allocations per request, beyond the bare service");
    println!("  {:8}{:>12}{:>12}{:>24}", "", "two layers", "four layers", "jsonwebtoken::decode");
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256] {
        let subject = Subject::new(algorithm);
        let credential = Some(&subject.credential);
        let (mut two, mut four) = (subject.two_layers(), subject.four_layers());
        let bare = allocations(|| sink(call(&mut Bare, credential)));
        let two = allocations(|| sink(call(&mut two, credential))) - bare;
        let four = allocations(|| sink(call(&mut four, credential))) - bare;
        let theirs = allocations(decoder(&subject));
        println!("  {:8}{two:>12}{four:>12}{theirs:>24}", algorithm.as_str());
    }
    println!("two layers, RS256, with");
    let subject = Subject::new(Algorithm::RS256);
    let credential = Some(&subject.credential);
    let bare = allocations(|| sink(call(&mut Bare, credential)));
    for (name, authority) in &Sources::of(&subject).authorities {
        let mut service = two_layers(authority);
        println!("  {name:20}{:>4}", allocations(|| sink(call(&mut service, credential))) - bare);
    }
    tables(&subject);
}

fn tables(subject: &Subject) {
    println!("a table of rules, beyond authenticate()");
    let Subject { authority, credential, .. } = subject;
    for (name, method, uri) in tables::requests() {
        let mut plain = authority.authenticate().layer(Bare);
        let mut policed = tables::layer(authority, 10).layer(Bare);
        let plain = allocations(|| sink(call_at(&mut plain, &method, &uri, Some(credential))));
        let policed = allocations(|| sink(call_at(&mut policed, &method, &uri, Some(credential))));
        println!("  {name:20}{:>4}", policed - plain);
    }
}

fn decoder(subject: &Subject) -> impl FnMut() + '_ {
    let name = subject.algorithm.as_str().parse().expect("a name");
    let key = match subject.issuer.key().to_public_jwk() {
        None => DecodingKey::from_secret(&[7; 64]),
        Some(jwk) => DecodingKey::from_jwk(&serde_json::from_value(jwk).expect("a JWK")).expect("a key"),
    };
    let mut validation = Validation::new(name);
    validation.set_audience(&["https://api.test"]);
    validation.set_issuer(&["https://id.test"]);
    move || {
        let claims = decode::<OrderClaims>(&subject.token, &key, &validation).expect("a good token").claims;
        sink((claims.sub, claims.tenant));
    }
}
