//! The grammar of a permission.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, Ident, Lit, LitStr, Result, Token, Type, parenthesized, token};

use crate::grammar::check_scope;

/// The longest list that `portcullis::PermissionList` has an implementation for.
const MOST: usize = 8;

pub(crate) const EXPECTED: &str =
    "expected a permission: a type such as `ReadOrders`, a scope such as \"orders:read\", `all(..)` or `any(..)`";

/// A permission as it is written, its scopes and lists checked.
pub(crate) enum Permission {
    Type(Box<Type>),
    Scope(LitStr),
    List { operator: Operator, span: Span, members: Vec<Permission> },
}

#[derive(Clone, Copy)]
pub(crate) enum Operator {
    All,
    Any,
}

impl Permission {
    /// Where an error about it belongs.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Type(path) => path.span(),
            Self::Scope(literal) => literal.span(),
            Self::List { span, .. } => *span,
        }
    }
}

impl Parse for Permission {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let permission = if input.peek(LitStr) {
            let literal = input.parse()?;
            check_scope(&literal)?;
            Self::Scope(literal)
        } else if input.peek(Ident) && input.peek2(token::Paren) {
            list(input)?
        } else {
            type_path(input)?
        };
        if input.peek(Token![&]) || input.peek(Token![|]) {
            return Err(input.error("operators combine values: here write `all(..)` or `any(..)`"));
        }
        Ok(permission)
    }
}

fn list(input: ParseStream<'_>) -> Result<Permission> {
    let word: Ident = input.parse()?;
    let operator = match word.to_string().as_str() {
        "all" => Operator::All,
        "any" => Operator::Any,
        _ => return Err(Error::new(word.span(), format!("`{word}(..)` is not known: write `all(..)` or `any(..)`"))),
    };
    let content;
    parenthesized!(content in input);
    let members = Punctuated::<Permission, Token![,]>::parse_terminated(&content)?;
    if members.is_empty() {
        let effect = match operator {
            Operator::All => "everyone",
            Operator::Any => "nobody",
        };
        return Err(Error::new(word.span(), format!("an empty `{word}()` would let {effect} in: name a permission")));
    }
    if let Some(extra) = members.iter().nth(MOST) {
        let message = format!("at most {MOST} permissions stand in one `{word}(..)`: nest another one for the rest");
        return Err(Error::new(extra.span(), message));
    }
    Ok(Permission::List { operator, span: word.span(), members: members.into_iter().collect() })
}

fn type_path(input: ParseStream<'_>) -> Result<Permission> {
    // What can't begin a path, the parser of types would answer with a list of all that can begin a type.
    let begins = [input.peek(Ident::peek_any), input.peek(Token![::]), input.peek(Token![<]), input.peek(token::Group)];
    if !begins.contains(&true) || input.peek(Lit) {
        return Err(Error::new(input.span(), EXPECTED));
    }
    let begin = input.span();
    let written = input.call(Type::without_plus)?;
    let mut path = &written;
    while let Type::Group(group) = path {
        path = &group.elem;
    }
    if matches!(path, Type::Path(_)) {
        Ok(Permission::Type(Box::new(written)))
    } else {
        Err(Error::new(begin, EXPECTED))
    }
}

#[cfg(test)]
mod tests;
