//! `#[require(..)]`.

mod axum;
mod scopes;
mod tonic;

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, Result, Token};

use crate::attributes;
use crate::function::Function;
use crate::permission::{EXPECTED, Permission};

pub(crate) use scopes::ScopeTypes;

/// What stands in the parentheses.
pub(crate) struct Argument {
    name: Option<Ident>,
    pub(crate) permission: Permission,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            let message = "say what is required: `#[require(ReadOrders)]`, `#[require(\"orders:read\")]`";
            return Err(Error::new(input.span(), message));
        }
        let name = name(input)?;
        let permission = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() {
            Ok(Self { name, permission })
        } else {
            Err(input.error("one permission is expected: to ask for several write `all(..)` or `any(..)`"))
        }
    }
}

fn name(input: ParseStream<'_>) -> Result<Option<Ident>> {
    let word = input.peek(Ident::peek_any);
    // A path, or what else may be a permission.
    if !word || !input.peek2(Token![:]) || input.peek2(Token![::]) {
        return Ok(None);
    }
    let name = match input.parse::<Option<Token![_]>>()? {
        Some(_) => None,
        None if input.peek(Ident) => Some(input.parse()?),
        None => return Err(input.error("a keyword cannot name the proof")),
    };
    let colon: Token![:] = input.parse()?;
    if input.is_empty() { Err(Error::new(colon.span, EXPECTED)) } else { Ok(name) }
}

/// The item with the check in it.
pub(crate) fn expand(argument: TokenStream, item: &TokenStream) -> Result<TokenStream> {
    // First, so that on something that is no function nobody is asked to mend the argument.
    let function: Function = syn::parse2(item.clone())?;
    let argument: Argument = syn::parse2(argument)?;
    if let Some(public) = attributes::find(&function.attributes, "public") {
        let message = "this is required and public at once: keep `#[require]` or `#[public]`";
        return Err(Error::new_spanned(public, message));
    }
    if function.signature.receiver().is_some() {
        tonic::expand(argument, function)
    } else {
        Ok(axum::expand(argument, function))
    }
}

#[cfg(test)]
mod tests;
