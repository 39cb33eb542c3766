//! The permission as a type: a scope in quotes has none, so it gets one.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Ident, LitStr, Visibility};

use crate::permission::{Operator, Permission};

/// The hidden permission types of one annotation, one for each scope in quotes.
pub(crate) struct ScopeTypes {
    prefix: String,
    types: Vec<(String, Ident)>,
}

impl ScopeTypes {
    /// `nth` tells several annotations of one function apart.
    pub(crate) fn new(function: &Ident, nth: usize) -> Self {
        let nth = if nth == 0 { String::new() } else { format!("{nth}_") };
        Self { prefix: format!("__{}Scope{nth}", camel_case(&function.unraw().to_string())), types: Vec::new() }
    }

    /// The type of a permission. Its tokens point at what the user wrote, and are known as ours to the lints.
    pub(crate) fn lower(&mut self, permission: &Permission) -> TokenStream {
        let span = ours(permission.span());
        match permission {
            Permission::Type(path) => quote!(#path),
            Permission::Scope(scope) => {
                let name = self.name(scope.value(), span);
                quote!(#name)
            }
            Permission::List { operator, members, .. } => {
                let members = members.iter().map(|member| self.lower(member));
                match operator {
                    Operator::All => quote_spanned!(span=> ::portcullis::AllOf<(#(#members,)*)>),
                    Operator::Any => quote_spanned!(span=> ::portcullis::AnyOf<(#(#members,)*)>),
                }
            }
        }
    }

    /// The items that declare them.
    pub(crate) fn declare(&self, visibility: &Visibility) -> TokenStream {
        let types = self.types.iter().map(|(scope, name)| {
            let scope = LitStr::new(scope, name.span());
            let doc = format!("The scope `{}`.", scope.value());
            quote_spanned!(name.span()=> #[doc = #doc] #[doc(hidden)] #visibility #name = #scope;)
        });
        if self.types.is_empty() {
            TokenStream::new()
        } else {
            quote_spanned!(Span::mixed_site()=> ::portcullis::permissions! { #(#types)* })
        }
    }

    fn name(&mut self, scope: String, span: Span) -> Ident {
        if let Some((_, name)) = self.types.iter().find(|(known, _)| *known == scope) {
            return name.clone();
        }
        let name = format_ident!("{}{}", self.prefix, self.types.len() + 1, span = span);
        self.types.push((scope, name.clone()));
        name
    }
}

/// The span of something written, with the hygiene of something generated.
pub(super) fn ours(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// `get_order` becomes `GetOrder`. Nothing but an underscore before a lower-case letter is dropped, so that two functions
/// named as they should be never meet: `order_12` keeps its underscore.
fn camel_case(snake: &str) -> String {
    let mut camel = String::new();
    for (i, word) in snake.split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if first.is_lowercase() => camel.extend(first.to_uppercase()),
            first => {
                camel.extend((i > 0 || first.is_none()).then_some('_'));
                camel.extend(first);
            }
        }
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::camel_case;

    #[test]
    fn names_stay_apart() {
        let names = ["list", "get_order", "getorder", "order_12", "order12", "order1_2", "order_1_2", "_list", "list_"];
        let camel: BTreeSet<_> = names.iter().map(|name| camel_case(name)).collect();
        assert_eq!(camel.len(), names.len(), "{camel:?}");
        assert!(camel.contains("GetOrder") && camel.contains("Order_12"));
    }
}
