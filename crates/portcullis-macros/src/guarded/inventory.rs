//! The constant that tells what the methods ask of their callers.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Ident, ImplItem, ImplItemFn, ItemImpl, LitStr, Result, Token, Visibility};

use crate::attributes;
use crate::public::Reason;
use crate::require::{Argument, ScopeTypes};

const EXPECTED: &str = "`#[guarded]` takes nothing, or `inventory = ORDERS` with the name of the constant to write beside the \
                        impl: `inventory = pub(crate) ORDERS` where other modules read it";

/// What stands in the parentheses of `#[guarded]`.
pub(super) struct Arguments {
    inventory: Option<(Visibility, Ident)>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            return Ok(Self { inventory: None });
        }
        let wrong = |error: Error| Error::new(error.span(), EXPECTED);
        let key = input.call(Ident::parse_any).map_err(wrong)?;
        if key != "inventory" {
            return Err(Error::new(key.span(), EXPECTED));
        }
        input.parse::<Token![=]>().map_err(wrong)?;
        let constant = (input.parse().map_err(wrong)?, input.parse().map_err(wrong)?);
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() { Ok(Self { inventory: Some(constant) }) } else { Err(input.error(EXPECTED)) }
    }
}

impl Arguments {
    /// The constant, if it is asked for. A method whose annotation is wrong is left out: the annotation has its own error.
    pub(super) fn constant(&self, service: &ItemImpl) -> TokenStream {
        let Some((visibility, name)) = &self.inventory else { return TokenStream::new() };
        let methods = service.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) => says(method),
            _ => None,
        });
        let configured = configured(&service.attrs);
        quote_spanned! {Span::mixed_site()=>
            #(#configured)*
            /// What the annotations of the service say, method by method.
            #visibility const #name: ::portcullis_tonic::Annotations =
                ::portcullis_tonic::Annotations::new(const { &[#(#methods),*] });
        }
    }
}

/// What one method says, as an element of the list.
fn says(method: &ImplItemFn) -> Option<TokenStream> {
    let name = method.sig.ident.unraw().to_string();
    let span = Span::mixed_site();
    let name = LitStr::new(&name, span);
    let configured = configured(&method.attrs);
    if let Some(public) = attributes::all(&method.attrs, "public").next() {
        let reason = public.parse_args::<Reason>().ok()?.0;
        return Some(quote_spanned!(span=> #(#configured)* ::portcullis_tonic::Annotation::public(#name, #reason)));
    }
    let mut scopes = ScopeTypes::new(&method.sig.ident, 0);
    let mut required = Vec::new();
    for require in attributes::all(&method.attrs, "require") {
        required.push(scopes.lower(&require.parse_args::<Argument>().ok()?.permission));
    }
    let required = match required.as_slice() {
        [] => return None,
        [one] => one.clone(),
        // All of them must pass.
        several => quote_spanned!(span=> ::portcullis::AllOf<(#(#several,)*)>),
    };
    let declared = scopes.declare(&Visibility::Inherited);
    let says = quote_spanned! {span=>
        ::portcullis_tonic::Annotation::require(#name, ::portcullis::Requirement::from_type::<#required>)
    };
    Some(if declared.is_empty() {
        quote_spanned!(span=> #(#configured)* #says)
    } else {
        quote_spanned!(span=> #(#configured)* { #declared #says })
    })
}

/// A method that is not there says nothing.
fn configured(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"))
}
