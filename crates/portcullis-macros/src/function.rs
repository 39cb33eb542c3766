//! A function as an attribute sees it.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, LitStr, Result, Signature, Token, Visibility, braced, token};

/// A free function, an associated one or a method. The statements stay as they are: nobody here needs to read them, and
/// half-typed ones must not cost an editor the rest.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    brace: token::Brace,
    inner_attributes: Vec<Attribute>,
    statements: TokenStream,
}

impl Function {
    /// Puts something before the first statement.
    pub(crate) fn prepend(&mut self, mut statements: TokenStream) {
        statements.append_all(std::mem::take(&mut self.statements));
        self.statements = statements;
    }
}

/// The attributes of a function, with or without a body.
pub(crate) struct FunctionAttributes(pub(crate) Vec<Attribute>);

impl Parse for FunctionAttributes {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        expect_function(input)?;
        input.parse::<TokenStream>()?;
        Ok(Self(attributes))
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        expect_function(input)?;
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            return Err(Error::new(
                signature.ident.span(),
                "a function without a body has nowhere to check: write the attribute where it is implemented",
            ));
        }
        let body;
        let brace = braced!(body in input);
        let inner_attributes = body.call(Attribute::parse_inner)?;
        Ok(Self { attributes, visibility, signature, brace, inner_attributes, statements: body.parse()? })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attributes);
        self.visibility.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.brace.surround(tokens, |body| {
            body.append_all(&self.inner_attributes);
            self.statements.to_tokens(body);
        });
    }
}

fn expect_function(input: ParseStream<'_>) -> Result<()> {
    let ahead = input.fork();
    while ahead.peek(Token![const])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
        || ahead.peek(LitStr)
    {
        ahead.parse::<TokenTree>()?;
    }
    if ahead.peek(Token![fn]) {
        Ok(())
    } else {
        Err(input
            .error("this is not a function: the attribute stands on an axum handler or on a method of a tonic service"))
    }
}
