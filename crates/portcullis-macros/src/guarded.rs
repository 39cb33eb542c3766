//! `#[guarded]`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, ImplItem, ImplItemFn, ItemImpl, Result, Token, Visibility};

use crate::attributes;

/// Whether each method of the service says who may call it.
pub(crate) fn check(arguments: TokenStream, item: &TokenStream) -> Result<()> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[guarded]` takes no arguments"));
    }
    let Service(service) = syn::parse2(item.clone())?;
    // All at once: whoever guards a service of ten methods should not compile ten times.
    let errors = service.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => open(method),
        ImplItem::Macro(made) => Some(Error::new_spanned(&made.mac.path, HIDDEN)),
        ImplItem::Verbatim(unknown) => Some(Error::new_spanned(unknown, HIDDEN)),
        _ => None,
    });
    let combined = errors.reduce(|mut all, error| {
        all.combine(error);
        all
    });
    combined.map_or(Ok(()), Err)
}

const HIDDEN: &str = "`#[guarded]` cannot see what methods this makes: write them out";

const EXPECTED: &str = "`#[guarded]` stands on the impl of a tonic service: `impl Orders for Service { .. }`";

struct Service(ItemImpl);

impl Parse for Service {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        ahead.parse::<Option<Token![unsafe]>>()?;
        if !ahead.peek(Token![impl]) {
            return Err(Error::new(ahead.span(), format!("this is not an impl: {EXPECTED}")));
        }
        let service: ItemImpl = input.parse()?;
        if service.trait_.is_some() {
            Ok(Self(service))
        } else {
            Err(Error::new_spanned(&service.self_ty, format!("no trait is implemented here: {EXPECTED}")))
        }
    }
}

fn open(method: &ImplItemFn) -> Option<Error> {
    let carries = |name| attributes::find(&method.attrs, name).is_some();
    if carries("require") || carries("public") {
        return None;
    }
    let name = &method.sig.ident;
    let mut message = format!(
        "`{name}` is open to every caller: write `#[portcullis::require(..)]` with the permission that it needs, or \
         `#[portcullis::public(\"why\")]` if that is meant"
    );
    if carries("cfg_attr") {
        message.push_str("; an annotation inside `#[cfg_attr(..)]` does not count");
    }
    Some(Error::new(name.span(), message))
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    fn errors(item: &TokenStream) -> Vec<String> {
        match super::check(TokenStream::new(), item) {
            Ok(()) => Vec::new(),
            Err(errors) => errors.into_iter().map(|error| error.to_string()).collect(),
        }
    }

    #[test]
    fn every_open_method_is_named() {
        let errors = errors(&quote! {
            impl Orders for Service {
                type WatchStream = Never;
                #[require("a")] async fn a(&self) {}
                async fn b(&self) {}
                #[portcullis::public("why")] async fn c(&self) {}
                #[doc = "require"] fn d(&self) {}
                #[cfg_attr(feature = "guard", require("a"))] async fn e(&self) {}
                generated!();
            }
        });
        let begin = ["`b` is open", "`d` is open", "`e` is open", "`#[guarded]` cannot see"];
        assert!(
            errors.len() == 4 && errors.iter().zip(begin).all(|(error, begin)| error.starts_with(begin)),
            "{errors:?}"
        );
        assert!(errors[2].contains("cfg_attr") && !errors[0].contains("cfg_attr"));
    }

    #[test]
    fn what_it_stands_on() {
        assert!(errors(&quote!(impl Orders for Service {})).is_empty());
        assert!(
            errors(&quote!(
                #[doc = ""]
                unsafe impl<T> a::Orders<T> for Service<T> where T: Send {}
            ))
            .is_empty()
        );
        assert!(errors(&quote!(impl Service {}))[0].starts_with("no trait is implemented here"));
        for item in [
            quote!(
                pub struct Service;
            ),
            quote!(
                pub(crate) trait Orders {}
            ),
            quote!(
                fn f() {}
            ),
        ] {
            assert!(errors(&item)[0].starts_with("this is not an impl"));
        }
        assert!(super::check(quote!(strict), &quote!(impl Orders for Service {})).is_err());
    }
}
