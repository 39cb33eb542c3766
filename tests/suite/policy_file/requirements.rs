//! What is wrong with `require` and `where`.

use portcullis::policy::PolicyFile;

use super::refusal;

#[test]
fn a_requirement_is_a_text_or_a_table() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = ["orders:read", "orders:all"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:11: a requirement is a scope, `"orders:read"`, or a table, `{ any = ["orders:read", "orders:all"] }`, and this is a list
      4 | require = ["orders:read", "orders:all"]
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_unknown_form_is_named_where_it_is_written() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { all = ["orders:read", { anny = ["orders:write"] }] }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:37: unknown field `anny`: a requirement has `scope`, `all`, `any`, `role`, `claim`, `equals`, `details`; did you mean `any`?
      4 | require = { all = ["orders:read", { anny = ["orders:write"] }] }
        |                                     ^^^^
    "#);
}

#[test]
fn a_requirement_is_one_of_the_forms() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { scope = "orders:read", role = "support" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:36: `role` beside `scope`: a requirement is one of them; for both write `all = [.., ..]`
      4 | require = { scope = "orders:read", role = "support" }
        |                                    ^^^^
    "#);
}

#[test]
fn an_empty_requirement_lets_nobody_pass() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = {}
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r"
    4:11: it asks for nothing, which would let everyone in: write one of `scope`, `all`, `any`, `role`, `claim`, `details`
      4 | require = {}
        |           ^^
    ");
}

#[test]
fn all_of_nothing_is_refused() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { all = [] }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:19: `all` asks for nothing: name at least one; an operation for everyone is `public`
      4 | require = { all = [] }
        |                   ^^
    "#);
}

#[test]
fn any_of_nothing_is_refused_inside_as_well() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { all = ["orders:read", { any = [] }] }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:43: `any` asks for nothing: name at least one; an operation for everyone is `public`
      4 | require = { all = ["orders:read", { any = [] }] }
        |                                           ^^
    "#);
}

#[test]
fn all_is_a_list() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { all = "orders:read" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:19: `all` takes a list, and this is a text: write `all = ["orders:read"]`
      4 | require = { all = "orders:read" }
        |                   ^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_scope_is_one_scope() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read orders:write"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:11: `orders:read orders:write` is not a scope: printable ASCII without space, double quote and backslash; several are a list, `{ all = ["orders:read", "orders:write"] }`
      4 | require = "orders:read orders:write"
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_scope_of_an_object_has_its_braces_in_pairs() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:{id:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:11: `orders:{id:read` is not a scope: a parameter of the path stands in braces, with a separator between two of them, as in `orders:{id}:read`; a brace of the scope itself is doubled
      4 | require = "orders:{id:read"
        |           ^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_parameter_of_a_scope_is_one_of_the_path() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { any = ["orders:all", "orders:{nr}:read"] }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:34: `{nr}` is no parameter of its path: name one of the path, or take it out
      4 | require = { any = ["orders:all", "orders:{nr}:read"] }
        |                                  ^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_bound_parameter_is_one_of_the_path() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
where = { tenant = "claim:tenant" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:11: `{tenant}` is no parameter of its path: name one of the path, or take it out
      5 | where = { tenant = "claim:tenant" }
        |           ^^^^^^
    "#);
}

#[test]
fn a_bound_parameter_says_which_claim() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
where = { id = "order" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:16: `order` does not say which claim the parameter equals: write `"claim:tenant"`
      5 | where = { id = "order" }
        |                ^^^^^^^
    "#);
}

#[test]
fn a_bound_claim_is_a_path() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
where = { id = "claim:https://id.test/order" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:16: `https://id.test/order` is not a claim: a claim is a name, or several separated by dots; one with anything but letters, digits, `_` and `-` in it stands in double quotes: `resource_access."orders.api".roles`
      5 | where = { id = "claim:https://id.test/order" }
        |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn where_binds_something() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
where = {}
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:9: `where` binds nothing: write `{ tenant = "claim:tenant" }`, or leave it out
      5 | where = {}
        |         ^^
    "#);
}

#[test]
fn a_claim_needs_its_value() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { claim = "plan" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:13: `claim` needs its value beside it: write `equals = "gold"`; a claim that equals a parameter of the path goes into `where`
      4 | require = { claim = "plan" }
        |             ^^^^^
    "#);
}

#[test]
fn a_value_needs_its_claim() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { equals = "gold" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:13: `equals` is the value of a claim: name it, `claim = "plan"`
      4 | require = { equals = "gold" }
        |             ^^^^^^
    "#);
}

#[test]
fn a_claim_is_no_fraction() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { claim = "level", equals = 1.5 }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:39: a claim equals a text, a whole number or a truth value, and this is a fraction
      4 | require = { claim = "level", equals = 1.5 }
        |                                       ^^^
    "#);
}

#[test]
fn a_claim_is_a_number_of_64_bits() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { claim = "level", equals = 9223372036854775808 }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:39: the number is too large: it has 64 bits and a sign
      4 | require = { claim = "level", equals = 9223372036854775808 }
        |                                       ^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_role_that_is_asked_for_is_declared() {
    let text = r#"
[roles]
support = ["orders:read"]

[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { role = "suport" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    7:20: the role `suport` is not declared: declare it with its scopes, an empty list will do, or mend its name
      7 | require = { role = "suport" }
        |                    ^^^^^^^^
    "#);
}

#[test]
fn a_role_has_a_name() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { role = "" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:20: a role has a name: write `role = "support"`
      4 | require = { role = "" }
        |                    ^^
    "#);
}

#[test]
fn what_nobody_can_meet_is_refused() {
    let text = r#"
[roles]
exclusive = [["support", "fulfilment"]]
support = ["orders:read"]
fulfilment = ["orders:write"]

[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { all = [{ role = "support" }, { role = "fulfilment" }] }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    9:11: nobody can meet it: it asks for roles that exclude each other
      9 | require = { all = [{ role = "support" }, { role = "fulfilment" }] }
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_authorization_detail_is_asked_for_whole() {
    let asked = |details: &str| {
        let text = format!(
            "[[operation]]\nmethods = [\"POST\"]\npath = \"/a/{{account}}\"\nrequire = {{ details = {details} }}\n"
        );
        PolicyFile::parse(&text).map(|file| file.policy().operations().next().unwrap().access().to_string())
    };
    let all = r#"{ type = "payment", actions = ["pay"], locations = ["https://a.test"], datatypes = ["x"], privileges = ["p"], identifier = "{account}", fields = { currency = "EUR" } }"#;
    assert_eq!(
        asked(all).unwrap(),
        "payment(actions: pay; locations: https://a.test; datatypes: x; privileges: p; identifier: {account}; currency: EUR)"
    );
    assert_eq!(asked(r#"{ type = "payment", identifier = "42" }"#).unwrap(), "payment(identifier: 42)");
    let refused = [
        r#"{ actions = ["pay"] }"#,
        r#"{ type = "" }"#,
        r#"{ type = "payment", action = ["pay"] }"#,
        r#"{ type = "payment", actions = [] }"#,
        r#"{ type = "payment", actions = "pay" }"#,
        r#"{ type = "payment", identifier = "" }"#,
        r#"{ type = "payment", identifier = "{order}" }"#,
        r#"{ type = "payment", fields = { amount = 5 } }"#,
        r#""payment""#,
    ];
    let told: Vec<String> = refused.iter().map(|details| asked(details).unwrap_err().to_string()).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    4:23: it does not say of which `type`: write `type = "payment_initiation"`
      4 | require = { details = { actions = ["pay"] } }
        |                       ^^^^^^^^^^^^^^^^^^^^^
    4:32: the `type` is empty, which none is: write the exact one, `"payment_initiation"`
      4 | require = { details = { type = "" } }
        |                                ^^
    4:43: unknown field `action`: a rule about authorization details has `type`, `actions`, `locations`, `datatypes`, `privileges`, `identifier`, `fields`; did you mean `actions`?
      4 | require = { details = { type = "payment", action = ["pay"] } }
        |                                           ^^^^^^
    4:53: `actions` asks for nothing: name at least one, or leave it out
      4 | require = { details = { type = "payment", actions = [] } }
        |                                                     ^^
    4:53: `actions` takes a list, and this is a text: write `actions = ["initiate"]`
      4 | require = { details = { type = "payment", actions = "pay" } }
        |                                                     ^^^^^
    4:56: an empty `identifier` names nothing: write one, or a parameter, `"{account}"`
      4 | require = { details = { type = "payment", identifier = "" } }
        |                                                        ^^
    4:23: `{order}` is no parameter of its path: name one of the path, or take it out
      4 | require = { details = { type = "payment", identifier = "{order}" } }
        |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    4:63: `amount` takes a text, and this is a number: write `currency = "EUR"`
      4 | require = { details = { type = "payment", fields = { amount = 5 } } }
        |                                                               ^
    4:23: `details` takes a table, and this is a text: write `details = { type = "payment_initiation", actions = ["initiate"] }`
      4 | require = { details = "payment" }
        |                       ^^^^^^^^^
    "#);
}
