//! On a tonic method: a check as the first statement.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{Error, FnArg, Ident, Pat, PatIdent, Result, ReturnType, Signature, Type, Visibility};

use super::Argument;
use super::scopes::{ScopeTypes, ours};
use crate::function::Function;

pub(super) fn expand(Argument { name, permission }: Argument, mut method: Function) -> Result<TokenStream> {
    let request = request(&method.signature)?;
    let span = ours(permission.span());
    let refusal = quote_spanned!(span=> ::core::result::Result::Err(status));
    let refusal = match Shape::of(&method.signature)? {
        Shape::Async => refusal,
        Shape::Boxed => quote_spanned!(span=> ::std::boxed::Box::pin(async move { #refusal })),
    };
    let mut scopes = ScopeTypes::new(&method.signature.ident, 0);
    let required = scopes.lower(&permission);
    // In a block of their own with the check: nothing of them reaches the user's statements.
    let declared = scopes.declare(&Visibility::Inherited);
    let check = quote_spanned!(span=> <_ as ::portcullis_tonic::RequestExt>::require::<#required>(&#request));
    method.prepend(match name {
        Some(name) => quote_spanned! {span=>
            let #name = {
                #declared
                match #check {
                    ::core::result::Result::Ok(granted) => granted,
                    ::core::result::Result::Err(status) => return #refusal,
                }
            };
        },
        None => quote_spanned! {span=>
            {
                #declared
                if let ::core::result::Result::Err(status) = #check {
                    return #refusal;
                }
            }
        },
    });
    Ok(quote_spanned!(span=> #method))
}

/// The name of the first argument after `self`. `#[async_trait]` has given it one where the user wrote a pattern.
fn request(signature: &Signature) -> Result<&Ident> {
    match signature.inputs.iter().nth(1) {
        Some(FnArg::Typed(argument)) => match &*argument.pat {
            Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => Ok(ident),
            pattern => Err(Error::new_spanned(pattern, "name the request argument: the check reads the proof from it")),
        },
        Some(FnArg::Receiver(_)) | None => {
            let message =
                "this method has no request argument: the check reads the proof from the first one after `self`";
            Err(Error::new(signature.ident.span(), message))
        }
    }
}

/// How a method gives its answer, and so how it refuses.
enum Shape {
    Async,
    Boxed,
}

impl Shape {
    fn of(signature: &Signature) -> Result<Self> {
        if signature.asyncness.is_some() {
            return Ok(Self::Async);
        }
        match &signature.output {
            ReturnType::Type(_, output) if is_boxed_future(output) => Ok(Self::Boxed),
            _ => Err(Error::new(
                signature.ident.span(),
                "this method is neither `async` nor boxed: the attribute works on an `async fn`, also under \
                 `#[tonic::async_trait]`",
            )),
        }
    }
}

fn is_boxed_future(output: &Type) -> bool {
    let Type::Path(path) = output else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Pin" || last.ident == "BoxFuture")
}
