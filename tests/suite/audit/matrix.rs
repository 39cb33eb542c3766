//! The matrix of who can do what.

use std::time::Duration;

use portcullis::policy::{MatrixCell, Operation, Policy};
use portcullis::{AccessModel, Requirement, scope};

use super::{get, needs, policy, with};

/// A shop that sells over HTTP and gRPC.
fn orders() -> Policy {
    let model = AccessModel::builder()
        .implies("orders:admin", ["orders:read", "orders:write"])
        .role("support", ["orders:read"])
        .role("fulfilment", ["orders:write", "orders:delete"]);
    with(
        model,
        [
            get("/orders/{id}"),
            Operation::delete("/orders/{id}")
                .require(Requirement::all([scope!("orders:write"), scope!("orders:delete")]).expect("two"))
                .max_age(Duration::from_secs(300)),
            Operation::rpc("orders.v1.Orders/GetOrder")
                .require(Requirement::any([scope!("orders:read"), scope!("orders:all")]).expect("two")),
            Operation::get("/t/{tenant}/orders")
                .require(needs("orders:read") & Requirement::claim_is_parameter("tenant", "tenant")),
            Operation::get("/public").public("landing page, carries no data"),
        ],
    )
}

#[test]
fn a_matrix_reads_as_text() {
    insta::assert_snapshot!(orders().matrix(), @"
    operation                      fulfilment  support  needs
    GET /orders/{id}               -           yes      orders:read
    DELETE /orders/{id}            yes         -        orders:write & orders:delete, issued within 300 s
    rpc orders.v1.Orders/GetOrder  -           yes      orders:read | orders:all
    GET /t/{tenant}/orders         -           if       orders:read & tenant = {tenant}
    GET /public                    open        open     public: landing page, carries no data

    yes: its scopes are enough; if: it hangs on the request (a claim, the object); -: no; open: to everybody
    ");
}

#[test]
fn a_matrix_reads_as_markdown() {
    insta::assert_snapshot!(orders().matrix().to_markdown(), @r"
    | operation | fulfilment | support | needs |
    | --- | --- | --- | --- |
    | `GET /orders/{id}` | - | yes | `orders:read` |
    | `DELETE /orders/{id}` | yes | - | `orders:write & orders:delete, issued within 300 s` |
    | `rpc orders.v1.Orders/GetOrder` | - | yes | `orders:read \| orders:all` |
    | `GET /t/{tenant}/orders` | - | if | `orders:read & tenant = {tenant}` |
    | `GET /public` | open | open | `public: landing page, carries no data` |

    yes: its scopes are enough; if: it hangs on the request (a claim, the object); -: no; open: to everybody
    ");
}

#[test]
fn an_audit_of_the_same_table_by_itself() {
    insta::assert_snapshot!(orders().audit_alone(), @"
    warnings:
      unobtainable: rpc orders.v1.Orders/GetOrder: no role gives `orders:all`: give it to one, mend its name, or ask for another
    notes:
      public: GET /public: open to everybody, for this reason: landing page, carries no data
      one_role: DELETE /orders/{id}: only the role `fulfilment` gives `orders:delete`, `orders:write`: if others need one of them, give it to them too
      one_role: GET /orders/{id}; GET /t/{tenant}/orders; rpc orders.v1.Orders/GetOrder: only the role `support` gives `orders:read`: if others need it, give it to them too
    0 errors, 1 warning, 3 notes
    ");
}

#[test]
fn a_matrix_without_roles_lists_what_operations_need() {
    let matrix = policy([get("/orders").report_only()]).matrix();
    assert_eq!(matrix.to_string(), "operation    needs\nGET /orders  orders:read (report only)\n");
    assert_eq!(
        matrix.to_markdown(),
        "| operation | needs |\n| --- | --- |\n| `GET /orders` | `orders:read (report only)` |\n"
    );
    assert_eq!(policy([]).matrix().to_string(), "operation  needs\n");
}

#[test]
fn a_matrix_can_be_asked() {
    let matrix = orders().matrix();
    assert_eq!(matrix.roles().collect::<Vec<_>>(), ["fulfilment", "support"]);
    for (operation, role, cell) in [
        ("GET /orders/{id}", "support", Some(MatrixCell::Yes)),
        ("GET /orders/{id}", "fulfilment", Some(MatrixCell::No)),
        ("GET /t/{tenant}/orders", "support", Some(MatrixCell::Depends)),
        ("GET /public", "fulfilment", Some(MatrixCell::Open)),
        ("GET /public", "nobody", None),
        ("GET /private", "support", None),
    ] {
        assert_eq!(matrix.cell(operation, role), cell, "{operation} {role}");
    }
    let row = &matrix.rows()[1];
    assert_eq!((row.operation(), row.cells()), ("DELETE /orders/{id}", &[MatrixCell::Yes, MatrixCell::No][..]));
    assert_eq!(row.needs(), "orders:write & orders:delete, issued within 300 s");
}

#[test]
fn a_table_stays_a_table_whatever_the_names() {
    let model = AccessModel::builder().role("a|b", ["x"]).role("c\nd", ["x"]).role("_e_`\\", ["x"]);
    let odd = Requirement::role("a|b") | Requirement::role("c\nd") | Requirement::role("_e_`\\");
    let matrix =
        with(model, [Operation::get("/a|b`/{*rest}").require(odd), Operation::get("/").public("  one\ntwo | three  ")])
            .matrix();
    insta::assert_snapshot!(matrix.to_markdown(), @r"
    | operation | \_e\_\`\\ | a\|b | c\\nd | needs |
    | --- | --- | --- | --- | --- |
    | GET /a\|b\`/{\*rest} | yes | yes | yes | (role a\|b \| role c\\nd) \| role \_e\_\`\\ |
    | `GET /` | open | open | open | public:   one\\ntwo \| three |

    yes: its scopes are enough; if: it hangs on the request (a claim, the object); -: no; open: to everybody
    ");
    for text in [matrix.to_string(), matrix.to_markdown()] {
        assert!(text.ends_with('\n') && text.lines().all(|line| line.trim_end() == line), "{text:?}");
        assert_eq!(text.lines().count(), if text.starts_with('|') { 6 } else { 5 }, "{text}");
    }
}
