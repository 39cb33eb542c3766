//! `portcullis inspect --policy`.

use portcullis_testing::TestIssuer;
use portcullis_tests::example::TempFile;
use portcullis_tests::idp::Idp;

use super::{Run, run_with};

const TABLE: &str = r#"
[implies]
"orders:all" = ["orders:read", "orders:write"]

[roles]
support = ["orders:read"]

[[operation]]
methods = ["GET"]
path = "/orders"
require = "orders:read"

[[operation]]
methods = ["DELETE"]
path = "/orders/{id}"
require = { all = ["orders:write", "orders:delete"] }

[[operation]]
methods = ["GET"]
path = "/t/{tenant}/orders"
require = "orders:read"
where = { tenant = "claim:tenant" }

[[operation]]
methods = ["GET"]
path = "/fresh"
require = "orders:read"
max_age = "60s"

[[operation]]
methods = ["GET"]
path = "/public"
public = "landing page"
"#;

fn issuer_entry(name: &str, keys: &str) -> String {
    format!("[[issuer]]\nissuer = \"{name}\"\naudience = \"https://api.test\"\n{keys}\n")
}

fn inspect(policy: &str, token: &str, more: &[&str]) -> Run {
    let policy = TempFile::new(policy);
    run_with(&[&["inspect", "--policy", policy.path().to_str().unwrap()], more].concat(), token, &[])
}

fn verdicts(run: &Run) -> Vec<(String, String)> {
    let document = run.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let operations = document["operations"].as_array().unwrap_or_else(|| panic!("{run:?}"));
    operations.iter().map(|row| (text(&row["operation"]), text(&row["verdict"]))).collect()
}

#[test]
fn the_operations_of_a_policy_are_named_with_what_is_missing() {
    let issuer = TestIssuer::new();
    let jwks = TempFile::new(issuer.jwks());
    let keys = format!("jwks_file = {:?}", jwks.path());
    let policy = issuer_entry("https://id.test", &keys) + TABLE;
    let mint = || issuer.mint().issued_ago(120);
    for (name, token, expected) in [
        ("a scope", mint().scope("orders:read").sign(), ["opens", "refused", "refused", "refused", "public"]),
        (
            "a tenant",
            mint().scope("orders:all").claim("tenant", "a").sign(),
            ["opens", "refused", "depends", "refused", "public"],
        ),
        ("fresh", issuer.token("orders:all orders:delete"), ["opens", "opens", "refused", "opens", "public"]),
        ("nothing", mint().sign(), ["refused", "refused", "refused", "refused", "public"]),
    ] {
        let run = inspect(&policy, &token, &["--format", "json"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}: {run:?}");
        let found = verdicts(&run);
        assert_eq!(found.iter().map(|(_, verdict)| verdict.as_str()).collect::<Vec<_>>(), expected, "{name}");
        run.assert_keeps(&token, name);
    }
    let run = inspect(&policy, &mint().scope("orders:all").sign(), &["--format", "json"]);
    let row = &run.json()["operations"][1];
    assert_eq!(
        (&row["kind"], &row["missing_scopes"]),
        (&"insufficient_scope".into(), &serde_json::json!(["orders:delete"]))
    );
    assert_eq!(run.json()["operations"][3]["kind"], "too_old");
    let text = inspect(&policy, &mint().scope("orders:read").sign(), &[]);
    assert!(text.out.contains(": insufficient_scope, lacks orders:write, orders:delete\n"), "{text:?}");
}

#[test]
fn the_issuer_that_the_token_claims_is_chosen_and_no_other_is_asked_for_keys() {
    let [one, other] =
        ["https://id.test", "https://other.test"].map(|name| TestIssuer::new().named(name, "https://api.test"));
    let [idp, other_idp] = [&one, &other].map(|issuer| Idp::publishing(issuer.jwks()));
    let keys = |idp: &Idp| format!("jwks_url = {:?}", idp.jwks_uri());
    let policy = issuer_entry(one.issuer(), &keys(&idp)) + &issuer_entry(other.issuer(), &keys(&other_idp)) + TABLE;
    assert_eq!(inspect(&policy, &other.token("orders:read"), &[]).code, 0);
    assert_eq!((idp.fetches(), other_idp.fetches()), (0, 1));
    let stranger = TestIssuer::new().named("https://stranger.test", "https://api.test").token("orders:read");
    let run = inspect(&policy, &stranger, &["--format", "json"]);
    assert_eq!((run.code, &run.json()["refused"]["rule"]), (1, &"T2".into()), "{run:?}");
    assert_eq!(run.json()["operations"], serde_json::Value::Null, "a token that does not stand opens nothing");
    assert_eq!((idp.fetches(), other_idp.fetches()), (0, 1));
}

#[test]
fn a_policy_without_issuers_goes_with_the_options() {
    let issuer = TestIssuer::new();
    let jwks = TempFile::new(issuer.jwks());
    let jwks = jwks.path().to_str().unwrap();
    let options = ["--jwks", jwks, "--issuer", "https://id.test", "--audience", "https://api.test", "--format", "json"];
    let run = inspect(TABLE, &issuer.token("orders:all"), &options);
    assert_eq!((run.code, verdicts(&run)[0].1.as_str()), (0, "opens"), "what is implied counts: {run:?}");
    // With issuers, the options would say it a second time; keys alone take the place of those in the policy.
    let policy = issuer_entry("https://id.test", "jwks_file = \"/nowhere\"") + TABLE;
    let run = inspect(&policy, &issuer.token("orders:all"), &options);
    assert!(run.code == 2 && run.err.contains("leave out --issuer"), "{run:?}");
    assert_eq!(inspect(&policy, &issuer.token("orders:all"), &["--jwks", jwks]).code, 0);
    let run = inspect(&policy, &issuer.token("orders:all"), &[]);
    assert!(run.code == 2 && run.err.contains("cannot read /nowhere"), "{run:?}");
}

#[test]
fn a_policy_that_is_no_policy_is_an_error_that_keeps_a_token_to_itself() {
    let token = TestIssuer::new().token("orders:read");
    let run = inspect("[[operation]]\n", &token, &[]);
    assert!(run.code == 2 && run.err.contains(":1:1: "), "{run:?}");
    let mistaken = inspect(&token, &token, &[]);
    assert_eq!(mistaken.code, 2, "{mistaken:?}");
    mistaken.assert_keeps(&token, "in the place of a policy");
}
