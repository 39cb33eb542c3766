//! Policies from files: what they mean, and how mistakes are told.

mod authority;
mod bounds;
mod issuers;
mod model;
mod operations;
mod requirements;

use std::time::Duration;

use http::Method;
use portcullis::policy::{Inventory, KeysAt, Operation, Policy, PolicyFile};
use portcullis::{AccessModel, Algorithm, ClaimPath, Requirement, Rules, scope};

const WHOLE: &str = include_str!("policy_file/whole.toml");

/// What is said of a text that is refused.
fn refusal(text: &str) -> String {
    PolicyFile::parse(text).expect_err("a refusal").to_string()
}

fn model() -> AccessModel {
    let model = AccessModel::builder().wildcard("orders:*").implies("orders:admin", ["orders:read", "orders:write"]);
    let model = model.role("support", ["orders:read"]).role("fulfilment", ["orders:write", "orders:delete"]);
    model.separate().exclusive(["support", "fulfilment"]).build().unwrap()
}

#[test]
fn the_whole_example_is_the_policy_built_in_code() {
    let file = PolicyFile::parse(WHOLE).unwrap();
    let write_and_delete = Requirement::all([scope!("orders:write"), scope!("orders:delete")]).unwrap();
    let read_or_all = Requirement::any([scope!("orders:read"), scope!("orders:all")]).unwrap();
    let own_tenant = Requirement::from(scope!("orders:read")) & Requirement::claim_is_parameter("tenant", "tenant");
    let delete = Operation::delete("/orders/{id}").require(write_and_delete).max_age(Duration::from_secs(300));
    let built = Policy::builder()
        .access_model(model())
        .operation(Operation::get("/orders/{id}").require(scope!("orders:read")))
        .operation(delete.report_only())
        .operation(Operation::rpc("orders.v1.Orders/GetOrder").require(read_or_all))
        .operation(Operation::get("/t/{tenant}/orders").require(own_tenant))
        .operation(Operation::get("/public").public("landing page, carries no data"))
        .build()
        .unwrap();
    assert_eq!(*file.policy(), built);

    let other = PolicyFile::parse(&WHOLE.replace("max_age = \"5m\"", "max_age = \"6m\"")).unwrap();
    assert_ne!(*other.policy(), built);
    let reporting = PolicyFile::parse(&WHOLE.replace("report_only = false", "report_only = true")).unwrap();
    assert!(reporting.policy().is_report_only() && *reporting.policy() != built);
}

#[test]
fn an_issuer_is_the_rules_built_in_code() {
    let file = PolicyFile::parse(WHOLE).unwrap();
    let [settings] = file.issuers() else { panic!("one issuer") };
    assert_eq!(settings.issuer(), "https://issuer.test/");
    assert_eq!(settings.audiences().collect::<Vec<_>>(), ["https://api.test/"]);
    assert_eq!(*settings.keys(), KeysAt::JwksFile("jwks.json".into()));
    let rules = Rules::new()
        .algorithms(Algorithm::DEFAULT.iter().copied())
        .max_lifetime(Duration::from_secs(3600))
        .leeway(Duration::from_secs(30))
        .scopes_from(["permissions"])
        .roles_from([ClaimPath::from(["realm_access", "roles"])])
        .rfc9068_profile()
        .access_model(model());
    assert_eq!(format!("{:?}", settings.rules()), format!("{rules:?}"));
}

#[test]
fn keys_are_where_the_file_says() {
    let keys = |place: &str| {
        let text = WHOLE.replace("jwks_file = \"jwks.json\"", place);
        PolicyFile::parse(&text).unwrap().issuers()[0].keys().clone()
    };
    assert_eq!(keys("jwks_url = \"https://issuer.test/jwks\""), KeysAt::JwksUrl("https://issuer.test/jwks".into()));
    assert_eq!(keys("discover = true"), KeysAt::Discover);
    let pem = keys("pem_file = \"/keys/key.pem\"\nalgorithm = \"ES256\"");
    assert_eq!(pem, KeysAt::PemFile { path: "/keys/key.pem".into(), algorithm: Algorithm::ES256 });
}

#[test]
fn a_requirement_is_written_as_it_is_built() {
    let role = "[roles]\nsupport = []\n\n";
    let read = |require: &str| {
        let text = format!("{role}[[operation]]\nmethods = [\"GET\"]\npath = \"/t/{{tenant}}/{{id}}\"\n{require}\n");
        let file = PolicyFile::parse(&text).unwrap();
        file.policy().operations().next().unwrap().access().requirement().unwrap().clone()
    };
    let orders = || Requirement::from(scope!("orders:read"));
    for (name, written, built) in [
        ("a scope", "require = \"orders:read\"", orders()),
        ("a scope, in full", "require = { scope = \"orders:read\" }", orders()),
        (
            "the scope of the object",
            "require = \"orders:{id}:read\"",
            Requirement::scope_of("orders:{id}:read").unwrap(),
        ),
        ("a role", "require = { role = \"support\" }", Requirement::role("support")),
        (
            "a text",
            "require = { claim = \"org.plan\", equals = \"gold\" }",
            Requirement::claim(["org", "plan"], "gold"),
        ),
        ("a number", "require = { claim = \"level\", equals = 0x1_0 }", Requirement::claim("level", 16)),
        ("below zero", "require = { claim = \"level\", equals = -1 }", Requirement::claim("level", -1)),
        ("a truth value", "require = { claim = \"mfa\", equals = true }", Requirement::claim("mfa", true)),
        (
            "nested",
            "require = { any = [{ all = [\"orders:read\", { role = \"support\" }] }, \"orders:all\"] }",
            Requirement::any([
                Requirement::all([orders(), Requirement::role("support")]).unwrap(),
                scope!("orders:all").into(),
            ])
            .unwrap(),
        ),
        (
            "two parameters, in the order of the file",
            "require = \"orders:read\"\nwhere = { tenant = \"claim:org.tenant\", id = \"claim:order\" }",
            orders()
                & Requirement::claim_is_parameter(["org", "tenant"], "tenant")
                & Requirement::claim_is_parameter("order", "id"),
        ),
    ] {
        assert_eq!(read(written), built, "{name}");
    }
}

#[test]
fn every_fault_is_told_at_once_in_the_order_of_the_file() {
    let text = "\
report-only = true

[[issuer]]
issuer = \"https://issuer.test/\"
audience = \"https://api.test/\"
discover = true
leeway = 30

[implies]
a = [\"b\"]
b = [\"a\"]

[[operation]]
methods = [\"get\"]
path = \"/orders\"
requires = \"orders:read\"
where = { tenant = \"tenant\" }

[[operation]]
rpc = \"orders.v1.Orders/GetOrder\"
require = { any = [\"orders read\", { role = \"nobody\" }] }
max_age = \"5\"
";
    insta::assert_snapshot!(refusal(text), @r#"
    1:1: unknown field `report-only`: a policy has `report_only`, `wildcards`, `issuer`, `implies`, `roles`, `operation`; did you mean `report_only`?
      1 | report-only = true
        | ^^^^^^^^^^^
    7:10: `30` has no unit: write `"30s"`, `"5m"` or `"1h"`
      7 | leeway = 30
        |          ^^
    10:1: these scopes imply each other in a circle: a -> b -> a; take one of the steps out
      10 | a = ["b"]
         | ^
    14:12: methods are in capital letters: say `GET`
      14 | methods = ["get"]
         |            ^^^^^
    16:1: unknown field `requires`: an operation has `methods`, `path`, `rpc`, `require`, `where`, `max_age`, `public`, `report_only`; did you mean `require`?
      16 | requires = "orders:read"
         | ^^^^^^^^
    17:20: `tenant` does not say which claim the parameter equals: write `"claim:tenant"`
      17 | where = { tenant = "tenant" }
         |                    ^^^^^^^^
    21:20: `orders read` is not a scope: printable ASCII without space, double quote and backslash; several are a list, `{ all = ["orders:read", "orders:write"] }`
      21 | require = { any = ["orders read", { role = "nobody" }] }
         |                    ^^^^^^^^^^^^^
    21:44: the role `nobody` is not declared: declare it with its scopes, an empty list will do, or mend its name
      21 | require = { any = ["orders read", { role = "nobody" }] }
         |                                            ^^^^^^^^
    22:11: `5` has no unit: write `"30s"`, `"5m"` or `"1h"`
      22 | max_age = "5"
         |           ^^^
    "#);
}

#[test]
fn the_example_is_the_table_of_the_example_servers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/orders-policy.toml");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.lines().count() <= 90);
    let file = PolicyFile::read(path).unwrap();
    assert!(file.issuers().is_empty());
    let with_issuer =
        text.replace("# [[issuer]]", "[[issuer]]").lines().map(uncommented).collect::<Vec<_>>().join("\n");
    assert_eq!(PolicyFile::parse(&with_issuer).unwrap().issuers().len(), 1, "the issuer that is commented out");

    let routes =
        "GET /orders\nPOST /orders\nGET /orders/7\nDELETE /orders/7\nGET /admin\nGET /reports\nGET /public\nGET /ready";
    let proto = include_str!("../../examples/tonic-orders/proto/orders.proto");
    let procedures = proto.lines().filter_map(|line| line.trim().strip_prefix("rpc ")?.split_once('('));
    let procedures: Vec<_> = procedures.map(|(name, _)| format!("POST /orders.v1.Orders/{name}")).collect();
    let calls: Vec<&str> = routes.lines().chain(procedures.iter().map(String::as_str)).collect();
    let inventory: Inventory = calls.join("\n").parse().unwrap();
    assert_eq!(inventory.len(), file.policy().operations().count(), "no more and no less");
    for call in calls {
        let (method, path) = call.split_once(' ').unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        assert!(file.policy().find(&method, path).is_some(), "{call}");
    }
}

/// A setting that is commented out.
fn uncommented(line: &str) -> &str {
    let setting =
        line.strip_prefix("# ").filter(|rest| rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')));
    setting.unwrap_or(line)
}

/// What the README shows passes the line for pipelines that it shows.
#[test]
fn the_policy_of_the_readme_is_clean() {
    let readme = include_str!("../../README.md");
    let (_, from) = readme.split_once("`policy.toml`:\n\n```toml\n").expect("the policy");
    let (text, _) = from.split_once("```").expect("its end");
    let file = PolicyFile::parse(text).unwrap();
    let audit = file.policy().audit_alone();
    assert!(audit.is_clean(), "{audit}");
}

#[test]
fn an_issuer_says_where_roles_are_when_they_matter() {
    let issuer = "[[issuer]]\nissuer = \"https://a.test\"\naudience = \"x\"\njwks_file = \"x\"\n";
    let exclusive = "[roles]\nexclusive = [[\"a\", \"b\"]]\na = []\nb = []\n";
    insta::assert_snapshot!(refusal(&format!("{issuer}{exclusive}")), @r#"
    1:1: this policy asks about roles, or says which exclude each other, and the issuer does not say where its tokens name them: write `roles = ["realm_access.roles"]`
      1 | [[issuer]]
        | ^^^^^^^^^^
    "#);
    let rule = "[[operation]]\nmethods = [\"GET\"]\npath = \"/\"\nrequire = { role = \"a\" }\n";
    assert!(refusal(&format!("{issuer}[roles]\na = []\n{rule}")).contains("where its tokens name"));
    assert!(PolicyFile::parse(&format!("{issuer}roles = [\"roles\"]\n{exclusive}{rule}")).is_ok());
}
