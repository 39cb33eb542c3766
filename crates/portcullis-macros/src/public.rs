//! `#[public("why")]`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Result, Token};

use crate::attributes;
use crate::function::FunctionAttributes;

const EXPECTED: &str = "say why everyone may call this: `#[public(\"load balancers ask without a token\")]`";

/// Whether it stands on a function, with a reason.
pub(crate) fn check(reason: TokenStream, item: &TokenStream) -> Result<()> {
    let FunctionAttributes(attributes) = syn::parse2(item.clone())?;
    syn::parse2::<Reason>(reason)?;
    match attributes::find(&attributes, "require") {
        Some(require) => {
            Err(Error::new_spanned(require, "this is required and public at once: keep `#[require]` or `#[public]`"))
        }
        None => Ok(()),
    }
}

/// The reason.
pub(crate) struct Reason(pub(crate) LitStr);

impl Parse for Reason {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let reason: LitStr = input.parse().map_err(|error| Error::new(error.span(), EXPECTED))?;
        if reason.value().trim().is_empty() {
            return Err(Error::new(reason.span(), EXPECTED));
        }
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() { Ok(Self(reason)) } else { Err(input.error(EXPECTED)) }
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::check;

    #[test]
    fn a_reason_on_a_function() {
        for item in [
            quote!(
                pub async fn f() {}
            ),
            quote!(
                fn f(&self);
            ),
            quote!(
                #[x]
                const unsafe extern "C" fn f() {}
            ),
        ] {
            assert!(check(quote!("load balancers"), &item).is_ok(), "{item}");
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        let function = quote!(
            fn f() {}
        );
        for reason in [TokenStream::new(), quote!(""), quote!(" \t"), quote!(health), quote!("a", "b"), quote!(5)] {
            assert!(
                check(reason.clone(), &function).is_err_and(|error| error.to_string().contains("say why")),
                "{reason}"
            );
        }
        for item in [
            quote!(
                struct S;
            ),
            quote!(
                const F: fn() = f;
            ),
            quote!(impl S {}),
        ] {
            let refused = check(quote!("why"), &item);
            assert!(refused.is_err_and(|error| error.to_string().contains("not a function")), "{item}");
        }
        let both = check(
            quote!("why"),
            &quote!(
                #[portcullis::require("a")]
                fn f() {}
            ),
        );
        assert!(both.is_err_and(|error| error.to_string().contains("required and public")));
    }
}
