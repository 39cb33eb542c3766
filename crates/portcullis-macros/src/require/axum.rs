//! On an axum handler: one more extractor, in front of all others.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::parse_quote;

use super::Argument;
use super::scopes::{ScopeTypes, ours};
use crate::attributes;
use crate::function::Function;

/// From here on clippy finds a function's parameters too many.
const MANY: usize = 8;

pub(super) fn expand(Argument { name, permission }: Argument, mut handler: Function) -> TokenStream {
    let mut scopes = ScopeTypes::new(&handler.signature.ident, attributes::count(&handler.attributes, "require"));
    let required = scopes.lower(&permission);
    let span = ours(permission.span());

    let extractor = match name {
        Some(name) => quote_spanned!(span=> ::portcullis_axum::Require(#name): ::portcullis_axum::Require<#required>),
        None => quote_spanned!(span=> _: ::portcullis_axum::Require<#required>),
    };
    handler.signature.inputs.insert(0, parse_quote!(#extractor));
    if handler.signature.inputs.len() == MANY {
        // No `expect`: where the number is configured otherwise, nothing would be there to expect.
        let lint = quote_spanned!(span=> #[allow(clippy::too_many_arguments, reason = "one is the annotation's")]);
        handler.attributes.push(parse_quote!(#lint));
    }
    // As visible as the handler, whose signature names them.
    let declared = scopes.declare(&handler.visibility);
    quote_spanned!(span=> #handler #declared)
}
