//! What is wrong with `[implies]`, `[roles]` and `wildcards`, and with the file as such.

use super::refusal;

#[test]
fn scopes_do_not_imply_each_other_in_a_circle() {
    let text = r#"
[implies]
"orders:admin" = ["orders:write"]
"orders:write" = ["orders:read"]
"orders:read" = ["orders:admin"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:1: these scopes imply each other in a circle: orders:admin -> orders:write -> orders:read -> orders:admin; take one of the steps out
      2 | "orders:admin" = ["orders:write"]
        | ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_circle_through_a_wildcard_is_found() {
    let text = r#"
wildcards = ["orders:*"]

[implies]
"orders:read" = ["orders:*"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:1: these scopes imply each other in a circle: orders:* -> orders:read -> orders:*; take one of the steps out
      4 | "orders:read" = ["orders:*"]
        | ^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_scope_implies_something() {
    let text = r#"
[implies]
"orders:admin" = []
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:1: `orders:admin` implies nothing: name the scopes that it implies, or leave it out
      2 | "orders:admin" = []
        | ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_implied_scope_is_a_scope() {
    let text = r#"
[implies]
"orders:admin" = ["orders:read", "orders write"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:34: `orders write` is not a scope: printable ASCII without space, double quote and backslash; write several as a list
      2 | "orders:admin" = ["orders:read", "orders write"]
        |                                  ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_name_with_a_dot_stands_in_quotes() {
    let text = r#"
[implies]
orders.admin = ["orders.read"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:1: `orders` takes a list, and this is a table: write `"name.with.dots" = ["orders:read"]`
      2 | orders.admin = ["orders.read"]
        | ^^^^^^
    "#);
}

#[test]
fn a_wildcard_has_a_beginning() {
    let text = r#"
wildcards = ["orders:*", "*"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:26: `*` is not a wildcard: write a beginning, a separator (`:`, `.` or `/`) and one star at the end, as in `orders:*`
      1 | wildcards = ["orders:*", "*"]
        |                          ^^^
    "#);
}

#[test]
fn separate_roles_share_no_scope() {
    let text = r#"
[roles]
separate = true
support = ["orders:read"]
fulfilment = ["orders:write", "orders:read"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    3:12: the roles `fulfilment` and `support` both give `orders:read`, by name or by what is implied: take it from one of them, or give up `separate`
      3 | support = ["orders:read"]
        |            ^^^^^^^^^^^^^
    "#);
}

#[test]
fn separate_roles_share_nothing_that_is_implied() {
    let text = r#"
[implies]
"orders:write" = ["orders:read"]

[roles]
separate = true
fulfilment = ["orders:write"]
support = ["orders:read"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    7:12: the roles `fulfilment` and `support` both give `orders:read`, by name or by what is implied: take it from one of them, or give up `separate`
      7 | support = ["orders:read"]
        |            ^^^^^^^^^^^^^
    "#);
}

#[test]
fn roles_that_exclude_each_other_are_declared() {
    let text = r#"
[roles]
exclusive = [["support", "fulfillment"]]
support = ["orders:read"]
fulfilment = ["orders:write"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:26: `fulfillment` is not a role that is declared: declare it, or mend its name
      2 | exclusive = [["support", "fulfillment"]]
        |                          ^^^^^^^^^^^^^
    "#);
}

#[test]
fn one_role_excludes_nobody() {
    let text = r#"
[roles]
exclusive = [["support"]]
support = ["orders:read"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:14: one role alone excludes nobody: name at least two different ones
      2 | exclusive = [["support"]]
        |              ^^^^^^^^^^^
    "#);
}

#[test]
fn exclusive_is_a_list_of_lists() {
    let text = r#"
[roles]
exclusive = ["support", "fulfilment"]
support = ["orders:read"]
fulfilment = ["orders:write"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:14: `exclusive` takes a list, and this is a text: write `exclusive = [["support", "fulfilment"]]`
      2 | exclusive = ["support", "fulfilment"]
        |              ^^^^^^^^^
    2:25: `exclusive` takes a list, and this is a text: write `exclusive = [["support", "fulfilment"]]`
      2 | exclusive = ["support", "fulfilment"]
        |                         ^^^^^^^^^^^^
    "#);
}

#[test]
fn a_setting_is_no_role() {
    let text = r#"
[roles]
separate = ["orders:read"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:12: `separate` takes `true` or `false`, and this is a list: write `true`
      2 | separate = ["orders:read"]
        |            ^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_role_of_a_model_at_fault_is_known_all_the_same() {
    let text = r#"
[implies]
"a" = ["b"]
"b" = ["a"]

[roles]
support = ["a"]

[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = { role = "support" }
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:1: these scopes imply each other in a circle: a -> b -> a; take one of the steps out
      2 | "a" = ["b"]
        | ^^^
    "#);
}

#[test]
fn a_key_stands_there_once() {
    let text = r#"
[implies]
"orders:admin" = ["orders:read"]
"orders:admin" = ["orders:write"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    3:1: this key is there already, in the same table: write it once
      3 | "orders:admin" = ["orders:write"]
        | ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn what_is_no_toml_ends_it() {
    let text = r#"
[[operation]]
methods = ["GET
path = "/orders"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    2:16: this is no TOML: invalid basic string, expected `"`
      2 | methods = ["GET
        |                ^
    "#);
}
