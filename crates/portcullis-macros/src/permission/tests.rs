//! What is a permission, and what is not.

use super::{Operator, Permission};

/// The permission in the notation of sets.
fn show(permission: &Permission) -> String {
    match permission {
        Permission::Type(path) => quote::quote!(#path).to_string().replace(' ', ""),
        Permission::Scope(scope) => format!("{:?}", scope.value()),
        Permission::List { operator, members, .. } => {
            let sign = match operator {
                Operator::All => " & ",
                Operator::Any => " | ",
            };
            format!("({})", members.iter().map(show).collect::<Vec<_>>().join(sign))
        }
    }
}

fn parse(text: &str) -> Result<String, String> {
    syn::parse_str(text).map(|permission| show(&permission)).map_err(|error| error.to_string())
}

#[test]
fn every_form() {
    for (text, meaning) in [
        ("ReadOrders", "ReadOrders"),
        ("::perms::ReadOrders", "::perms::ReadOrders"),
        ("AnyOf<(A, B)>", "AnyOf<(A,B)>"),
        ("<S as Service>::P", "<SasService>::P"),
        ("\"orders:read\"", "\"orders:read\""),
        ("all(\"a\", B,)", "(\"a\" & B)"),
        ("any(A, all(\"b\", any(C, D)), E)", "(A | (\"b\" & (C | D)) | E)"),
        ("all(A, B, C, D, E, F, G, all(H, I))", "(A & B & C & D & E & F & G & (H & I))"),
    ] {
        assert_eq!(parse(text).as_deref(), Ok(meaning));
    }
}

#[test]
fn what_is_refused_and_why() {
    for (text, why) in [
        ("\"a b\"", "is not a scope"),
        ("all(A, any(\"a\\\\b\"))", "is not a scope"),
        ("all()", "would let everyone in"),
        ("any(A, any())", "would let nobody in"),
        ("none(A)", "`none(..)` is not known"),
        ("all(a, b, c, d, e, f, g, h, i)", "at most 8"),
        ("A & B", "operators combine values"),
        ("any(A | B)", "operators combine values"),
    ] {
        assert!(parse(text).is_err_and(|error| error.contains(why)), "{text}: {:?}", parse(text));
    }
    for text in ["", "5", "true", "b\"a\"", "_", "(A, B)", "&A", "dyn A", "impl A", "scope!(\"a\")"] {
        assert!(parse(text).is_err_and(|error| error.contains("expected a permission")), "{text}: {:?}", parse(text));
    }
}
