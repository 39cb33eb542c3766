//! What is wrong with an operation.

use super::refusal;

#[test]
fn an_unknown_field_of_an_operation_is_named() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
requires = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:1: unknown field `requires`: an operation has `methods`, `path`, `rpc`, `require`, `where`, `max_age`, `public`, `report_only`; did you mean `require`?
      4 | requires = "orders:read"
        | ^^^^^^^^
    "#);
}

#[test]
fn an_unknown_field_that_is_like_none_gets_no_guess() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
owner = "team orders"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:1: unknown field `owner`: an operation has `methods`, `path`, `rpc`, `require`, `where`, `max_age`, `public`, `report_only`
      5 | owner = "team orders"
        | ^^^^^
    "#);
}

#[test]
fn an_unknown_table_is_named() {
    let text = r#"
[[operations]]
rpc = "orders.v1.Orders/GetOrder"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:3: unknown field `operations`: a policy has `report_only`, `wildcards`, `issuer`, `implies`, `roles`, `operation`; did you mean `operation`?
      1 | [[operations]]
        |   ^^^^^^^^^^
    "#);
}

#[test]
fn an_operation_says_what_is_called() {
    let text = r#"
[[operation]]
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: it does not say what is called: write `methods = ["GET"]` and `path = "/orders"`, or `rpc = "orders.v1.Orders/GetOrder"`
      1 | [[operation]]
        | ^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_operation_is_a_path_or_a_procedure() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
rpc = "orders.v1.Orders/GetOrder"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:1: `rpc` beside `path`: an operation is one of them, write two operations
      4 | rpc = "orders.v1.Orders/GetOrder"
        | ^^^
    "#);
}

#[test]
fn a_path_needs_methods() {
    let text = r#"
[[operation]]
path = "/orders"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: no method is named: write `methods = ["GET"]`, or those that there are
      1 | [[operation]]
        | ^^^^^^^^^^^^^
    "#);
}

#[test]
fn methods_are_not_an_empty_list() {
    let text = r#"
[[operation]]
methods = []
path = "/orders"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:11: no method is named: write `methods = ["GET"]`, or those that there are
      2 | methods = []
        |           ^^
    "#);
}

#[test]
fn methods_need_a_path() {
    let text = r#"
[[operation]]
methods = ["GET"]
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: it does not say what is called: write `methods = ["GET"]` and `path = "/orders"`, or `rpc = "orders.v1.Orders/GetOrder"`
      1 | [[operation]]
        | ^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_procedure_has_no_methods() {
    let text = r#"
[[operation]]
methods = ["POST"]
rpc = "orders.v1.Orders/GetOrder"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:1: `methods` go with `path`: a procedure has none, leave them out
      2 | methods = ["POST"]
        | ^^^^^^^
    "#);
}

#[test]
fn a_method_is_in_capital_letters() {
    let text = r#"
[[operation]]
methods = ["POST", "get"]
path = "/orders"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:20: methods are in capital letters: say `GET`
      2 | methods = ["POST", "get"]
        |                    ^^^^^
    "#);
}

#[test]
fn a_method_is_a_word() {
    let text = r#"
[[operation]]
methods = ["GET POST"]
path = "/orders"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:12: `GET POST` is not a method: say `GET`, `POST`, `DELETE`
      2 | methods = ["GET POST"]
        |            ^^^^^^^^^^
    "#);
}

#[test]
fn methods_are_a_list() {
    let text = r#"
[[operation]]
methods = "GET"
path = "/orders"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:11: `methods` takes a list, and this is a text: write `methods = ["GET"]`
      2 | methods = "GET"
        |           ^^^^^
    "#);
}

#[test]
fn a_list_of_texts_holds_nothing_else() {
    let text = r#"
[[operation]]
methods = ["GET", 1]
path = "/orders"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:19: `methods` takes a list of texts, and this is a number: write `methods = ["GET"]`
      2 | methods = ["GET", 1]
        |                   ^
    "#);
}

#[test]
fn a_pattern_of_another_router_is_refused() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/:id"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    3:8: `:id` is another router's syntax: write `{id}`
      3 | path = "/orders/:id"
        |        ^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_path_that_no_request_reaches_is_refused() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/../admin"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    3:8: no request gets here: paths with empty or dot segments, backslashes, `;`, spaces or needless escapes are refused with 400; write it as a client sends it
      3 | path = "/orders/../admin"
        |        ^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_pattern_that_the_router_does_not_take_is_refused() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}-{nr}"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    3:8: a parameter is a whole segment with a name in braces: `/orders/{id}`; a brace of the path itself is doubled
      3 | path = "/orders/{id}-{nr}"
        |        ^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_procedure_has_its_full_name() {
    let text = r#"
[[operation]]
rpc = "GetOrder"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:7: a procedure is named by package, service and method: `orders.v1.Orders/GetOrder`
      2 | rpc = "GetOrder"
        |       ^^^^^^^^^^
    "#);
}

#[test]
fn an_operation_stands_there_once() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"

[[operation]]
methods = ["PUT", "GET"]
path = "/orders/{id}"
require = "orders:write"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    8:8: it stands in the table already, as `GET /orders/{id}`, and only one of the rules could hold: keep one
      8 | path = "/orders/{id}"
        |        ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_path_has_one_name_for_a_parameter() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"

[[operation]]
methods = ["PUT"]
path = "/orders/{nr}"
require = "orders:write"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    8:8: `/orders/{id}` is the same path with other names for its parameters: use one name in both rules
      8 | path = "/orders/{nr}"
        |        ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn head_is_not_named_beside_get() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"

[[operation]]
methods = ["HEAD"]
path = "/orders/{id}"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    8:8: HEAD follows the GET of its path, by the same rule: leave it out
      8 | path = "/orders/{id}"
        |        ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_operation_is_public_or_requires_something() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
public = "it is a landing page"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:1: it is public and requires something: an operation is one of them, leave out `public` or `require`
      5 | public = "it is a landing page"
        | ^^^^^^
    "#);
}

#[test]
fn an_operation_says_who_may_call_it() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
max_age = "5m"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: it does not say who may call it: write `require = "orders:read"`, or `public = "why everybody may"`
      1 | [[operation]]
        | ^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_reason_is_not_blank() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
public = "  "
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:10: it is public without a reason: write down why everybody may call it
      4 | public = "  "
        |          ^^^^
    "#);
}

#[test]
fn a_public_operation_binds_no_parameters() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
public = "a landing page"
where = { id = "claim:order" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:1: `where` on a public operation: there is no token to go by, leave it out or write `require`
      5 | where = { id = "claim:order" }
        | ^^^^^
    "#);
}

#[test]
fn a_public_operation_has_no_age() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
public = "a landing page"
max_age = "5m"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:1: `max_age` on a public operation: there is no token to go by, leave it out or write `require`
      5 | max_age = "5m"
        | ^^^^^^^
    "#);
}

#[test]
fn a_duration_has_a_unit() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
max_age = "300"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:11: `300` has no unit: write `"30s"`, `"5m"` or `"1h"`
      5 | max_age = "300"
        |           ^^^^^
    "#);
}

#[test]
fn a_number_is_a_duration_without_a_unit() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
max_age = 300
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:11: `300` has no unit: write `"30s"`, `"5m"` or `"1h"`
      5 | max_age = 300
        |           ^^^
    "#);
}

#[test]
fn a_duration_has_a_unit_that_there_is() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
max_age = "5 moons"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:11: `5 moons` is no duration: write `"30s"`, `"5m"` or `"1h 30m"`
      5 | max_age = "5 moons"
        |           ^^^^^^^^^
    "#);
}

#[test]
fn an_age_is_a_second_at_least() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
max_age = "10ms"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:11: a `max_age` under a second refuses every token: give it at least a second
      5 | max_age = "10ms"
        |           ^^^^^^
    "#);
}

#[test]
fn a_truth_value_is_no_text() {
    let text = r#"
[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"
report_only = "yes"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:15: `report_only` takes `true` or `false`, and this is a text: write `true`
      5 | report_only = "yes"
        |               ^^^^^
    "#);
}

#[test]
fn operations_are_tables_of_a_list() {
    let text = r#"
[operation]
rpc = "orders.v1.Orders/GetOrder"
require = "orders:read"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: `operation` takes a list, and this is a table: write `[[operation]]`
      1 | [operation]
        | ^^^^^^^^^^^
    "#);
}
