//! `#[guarded]`.

mod inventory;

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, ImplItem, ImplItemFn, ItemImpl, Result, Token, Visibility};

use self::inventory::Arguments;
use crate::attributes;

/// What `#[guarded]` finds.
pub(crate) struct Guarded {
    /// What to write beside the impl.
    pub(crate) beside: TokenStream,
    /// The methods that do not say who may call them.
    pub(crate) open: Option<Error>,
}

/// Looks at each method of the service.
pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> Result<Guarded> {
    let arguments: Arguments = syn::parse2(arguments)?;
    let Service(service) = syn::parse2(item.clone())?;
    // All at once: whoever guards a service of ten methods should not compile ten times.
    let errors = service.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => open(method),
        ImplItem::Macro(made) => Some(Error::new_spanned(&made.mac.path, HIDDEN)),
        ImplItem::Verbatim(unknown) => Some(Error::new_spanned(unknown, HIDDEN)),
        _ => None,
    });
    let open = errors.reduce(|mut all, error| {
        all.combine(error);
        all
    });
    Ok(Guarded { beside: arguments.constant(&service), open })
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
mod tests;
