//! A proof narrowed to one object: whose it is, and whose it is not.

use portcullis::{
    ClaimPath, ClaimRef, DeniedClass, DeniedKind, Granted, GrantedOn, Owner, Principal, Resource, Rules, Verifier,
};
use portcullis_testing::TestIssuer;
use portcullis_tests::WriteOrders;
use serde_json::{Value, json};

const ISSUER: &str = "https://id.test";

/// Owned by whatever the test says.
struct Object(fn() -> Owner<'static>);

impl Resource for Object {
    fn owner(&self) -> Owner<'_> {
        self.0()
    }
}

fn caller_of(issuer: &TestIssuer, claims: &Value) -> Principal {
    let verifier = Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), Rules::new()).unwrap();
    let mut mint = issuer.mint().scope("orders:write");
    for (name, value) in claims.as_object().unwrap() {
        mint = if value.is_null() { mint.without(name) } else { mint.claim(name, value.clone()) };
    }
    verifier.verify(mint.sign()).unwrap()
}

fn caller(claims: &Value) -> Principal {
    caller_of(&TestIssuer::new(), claims)
}

fn granted(caller: &Principal) -> Granted<WriteOrders> {
    caller.require().unwrap()
}

fn owns(caller: &Principal, owner: fn() -> Owner<'static>) -> bool {
    match granted(caller).on(&Object(owner)) {
        Ok(_) => true,
        Err(denied) => {
            assert_eq!(denied.kind(), DeniedKind::WrongResource);
            assert_eq!(denied.class(), DeniedClass::Forbidden);
            false
        }
    }
}

#[test]
fn the_subject_of_an_issuer_owns_what_is_theirs() {
    let alice = caller(&json!({ "sub": "alice" }));
    assert!(owns(&alice, || Owner::subject(ISSUER, "alice")));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "bob")));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "Alice")));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "alice ")));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "alic")));
}

#[test]
fn the_same_subject_of_another_issuer_is_someone_else() {
    let other = TestIssuer::new().named("https://other.test", "https://api.test");
    let alice = caller_of(&other, &json!({ "sub": "alice" }));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "alice")));
    assert!(!owns(&alice, || Owner::subject("https://other.test/", "alice")));
    assert!(owns(&alice, || Owner::subject("https://other.test", "alice")));
}

#[test]
fn a_claim_owns_by_its_text() {
    let acme = caller(&json!({ "tenant": "acme" }));
    assert!(owns(&acme, || Owner::claim("tenant", "acme")));
    assert!(!owns(&acme, || Owner::claim("tenant", "ACME")));
    assert!(!owns(&acme, || Owner::claim("tenant", "acm")));
    assert!(!owns(&acme, || Owner::claim("Tenant", "acme")));
}

#[test]
fn a_claim_that_is_missing_or_no_text_owns_nothing() {
    assert!(!owns(&caller(&json!({})), || Owner::claim("tenant", "acme")));
    for value in [json!(["acme"]), json!({ "acme": "acme" }), json!({ "tenant": "acme" }), json!(true)] {
        assert!(!owns(&caller(&json!({ "tenant": value })), || Owner::claim("tenant", "acme")), "{value}");
    }
    assert!(!owns(&caller(&json!({ "tenant": 7 })), || Owner::claim("tenant", "7")));
    assert!(!owns(&caller(&json!({ "sub": null })), || Owner::subject(ISSUER, "test-subject")));
}

#[test]
fn a_nested_claim_is_found_by_its_path_and_by_nothing_else() {
    let acme = caller(&json!({
        "organization": { "other": { "id": "no" }, "id": "acme" }, "organization.id": "dots", "id": "outer",
    }));
    assert!(owns(&acme, || Owner::claim(&["organization", "id"], "acme")));
    assert!(owns(&acme, || Owner::claim("organization.id", "dots")));
    assert!(!owns(&acme, || Owner::claim("organization.id", "acme")));
    assert!(!owns(&acme, || Owner::claim(&["organization", "id"], "outer")));
    assert!(!owns(&acme, || Owner::claim(&["organization", "id", "id"], "acme")));
    assert!(!owns(&acme, || Owner::claim("organization", "acme")));

    struct ByPath(ClaimPath);
    impl Resource for ByPath {
        fn owner(&self) -> Owner<'_> {
            Owner::claim(&self.0, "acme")
        }
    }
    assert!(granted(&acme).on(&ByPath(ClaimPath::from(["organization", "id"]))).is_ok());
    assert!(granted(&acme).on(&ByPath(ClaimPath::from("id"))).is_err());
    assert!(granted(&acme).on(&ByPath(ClaimPath::from(Vec::<String>::new()))).is_err());
    let nowhere: ClaimRef<'_> = (&[]).into();
    assert!(granted(&acme).on(&Object(|| Owner::claim(&[], "acme"))).is_err(), "{nowhere:?}");
}

#[test]
fn both_and_either_combine() {
    let alice = caller(&json!({ "sub": "alice", "tenant": "acme" }));
    assert!(owns(&alice, || Owner::subject(ISSUER, "alice").and(Owner::claim("tenant", "acme"))));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "alice").and(Owner::claim("tenant", "other"))));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "bob").and(Owner::claim("tenant", "acme"))));
    assert!(owns(&alice, || Owner::subject(ISSUER, "bob").or(Owner::claim("tenant", "acme"))));
    assert!(owns(&alice, || Owner::subject(ISSUER, "alice").or(Owner::claim("tenant", "other"))));
    assert!(!owns(&alice, || Owner::subject(ISSUER, "bob").or(Owner::claim("tenant", "other"))));
    let nested = || Owner::claim("x", "y").or(Owner::claim("tenant", "acme").and(Owner::claim("iss", ISSUER)));
    assert!(owns(&alice, nested));
}

/// What the database left empty is nobody's, even for a token that says the same.
#[test]
fn what_is_empty_owns_nothing_and_is_owned_by_nobody() {
    let nobody = caller(&json!({ "sub": "", "tenant": "" }));
    assert!(!owns(&nobody, || Owner::subject(ISSUER, "")));
    assert!(!owns(&nobody, || Owner::subject("", "")));
    assert!(!owns(&nobody, || Owner::claim("tenant", "")));
    assert!(!owns(&nobody, || Owner::claim("missing", "")));
    assert!(!owns(&caller(&json!({ "sub": "alice" })), || Owner::subject("", "alice")));
    assert!(!owns(&nobody, || Owner::claim("tenant", "").or(Owner::subject(ISSUER, ""))));
}

#[test]
fn escapes_in_a_token_spell_the_same_text() {
    let issuer = TestIssuer::new();
    let mint = issuer.mint().scope("orders:write").without("sub");
    let claims = mint.claims_json().replacen(
        '{',
        r#"{"\u0073ub":"\u0061lice","t\u0065nant":"ac\u006de \"\u00e9\"","raw":"a\\u0062","#,
        1,
    );
    let verifier = Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), Rules::new()).unwrap();
    let alice = verifier.verify(mint.sign_raw(mint.header_json(), claims)).unwrap();
    assert!(owns(&alice, || Owner::subject(ISSUER, "alice")));
    assert!(owns(&alice, || Owner::claim("tenant", "acme \"é\"")));
    assert!(!owns(&alice, || Owner::claim("tenant", r#"ac\u006de \"\u00e9\""#)));
    assert!(!owns(&alice, || Owner::claim(r"t\u0065nant", "acme \"é\"")));
    assert!(!owns(&alice, || Owner::claim("raw", "ab")));
}

/// The object that comes out of the proof is the one that went in, and it lives as long as it was lent.
#[test]
fn the_proof_holds_who_and_what() {
    fn take<'r>(by: GrantedOn<'r, WriteOrders, Object>) -> (&'r Object, Principal) {
        (by.resource(), by.principal().clone())
    }
    let alice = caller(&json!({ "sub": "alice" }));
    let object = Object(|| Owner::subject(ISSUER, "alice"));
    let (same, who) = take(granted(&alice).on(&object).unwrap());
    assert!(std::ptr::eq(same, &object));
    assert!(who.is(&alice));
}

#[test]
fn any_kind_of_object_will_do() {
    let alice = caller(&json!({ "sub": "alice" }));
    let object = Object(|| Owner::subject(ISSUER, "alice"));
    let unsized_one: &dyn Resource = &object;
    assert!(granted(&alice).on(unsized_one).is_ok());
}

#[test]
fn nothing_of_owner_or_caller_shows() {
    let alice = caller(&json!({ "sub": "alice", "tenant": "acme" }));
    let object =
        Object(|| Owner::subject(ISSUER, "alice").and(Owner::claim("tenant", "acme").or(Owner::claim("a", "b"))));
    assert_eq!(format!("{:?}", granted(&alice).on(&object).unwrap()), "GrantedOn<WriteOrders, Object>");
    assert_eq!(format!("{:?}", object.owner()), "All([Owner::subject(..), Any([Owner::claim(..), Owner::claim(..)])])");
}

/// However many members an object has: they are data, and data must not choose how deep the stack is.
#[test]
fn an_owner_may_be_one_of_many() {
    let members: Vec<String> = (0..100_000).map(|member| format!("m{member}")).collect();
    let nobody = Owner::claim("team", "nobody");
    let owner = members.iter().fold(nobody, |owner, member| owner.or(Owner::claim("team", member)));
    assert!(format!("{owner:?}").len() > members.len());
    drop(owner);
}
