//! What comes out of `#[require(..)]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::expand;

/// Expects an expansion, in any layout.
fn expands(argument: TokenStream, item: &TokenStream, expected: &TokenStream) {
    assert_eq!(expand(argument, item).unwrap().to_string(), expected.to_string());
}

#[test]
fn a_handler_gets_a_leading_extractor() {
    let handler = quote! { #[axum::debug_handler] pub async fn create(body: String) -> String { body } };
    let named = quote! {
        #[axum::debug_handler]
        pub async fn create(
            ::portcullis_axum::Require(by): ::portcullis_axum::Require<WriteOrders>,
            body: String
        ) -> String { body }
    };
    expands(quote!(by: WriteOrders), &handler, &named);

    let handler = quote! { async fn list() {} };
    let unnamed = quote! { async fn list(_: ::portcullis_axum::Require<perms::ReadOrders>) {} };
    expands(quote!(perms::ReadOrders), &handler, &unnamed);
    expands(quote!(_: perms::ReadOrders,), &handler, &unnamed);
    let global = quote! { async fn list(_: ::portcullis_axum::Require<::perms::ReadOrders>) {} };
    expands(quote!(::perms::ReadOrders), &handler, &global);
}

#[test]
fn scopes_in_quotes_become_types_beside_a_handler() {
    let handler = quote! { pub(crate) async fn get_all() {} };
    let expanded = expand(quote!(any("a", all("b", "a", C))), &handler).unwrap().to_string();
    let required = quote! {
        ::portcullis::AnyOf<(__GetAllScope1, ::portcullis::AllOf<(__GetAllScope2, __GetAllScope1, C,)>,)>
    };
    assert!(expanded.contains(&required.to_string()), "{expanded}");
    let declared = quote! {
        ::portcullis::permissions! {
            #[doc = "The scope `a`."] #[doc(hidden)] pub(crate) __GetAllScope1 = "a";
            #[doc = "The scope `b`."] #[doc(hidden)] pub(crate) __GetAllScope2 = "b";
        }
    };
    assert!(expanded.ends_with(&declared.to_string()), "{expanded}");
}

#[test]
fn two_annotations_of_a_handler_stay_apart() {
    let outer = expand(quote!("a"), &quote! { #[require("b")] async fn f() {} }).unwrap().to_string();
    let inner = expand(quote!("b"), &quote! { async fn f() {} }).unwrap().to_string();
    assert!(outer.contains("__FScope1_1") && inner.contains("__FScope1 "), "{outer} {inner}");
}

#[test]
fn the_parameter_that_clippy_finds_too_many_is_ours() {
    let of_seven = quote! { async fn f(a: A, b: B, c: C, d: D, e: E, f: F, g: G) {} };
    let of_eight = quote! { async fn f(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H) {} };
    let allows = |handler| expand(quote!(P), &handler).unwrap().to_string().contains("too_many_arguments");
    assert!(allows(of_seven) && !allows(of_eight));
}

#[test]
fn a_method_gets_a_check_as_its_first_statement() {
    let method = quote! { async fn get(&self, mut request: R) -> Out { #![inner] work(request).await } };
    let checked = quote! {
        async fn get(&self, mut request: R) -> Out {
            #![inner]
            {
                ::portcullis::permissions! { #[doc = "The scope `a`."] #[doc(hidden)] __GetScope1 = "a"; }
                if let ::core::result::Result::Err(status) =
                    <_ as ::portcullis_tonic::RequestExt>::require::<__GetScope1>(&request)
                {
                    return ::core::result::Result::Err(status);
                }
            }
            work(request).await
        }
    };
    expands(quote!("a"), &method, &checked);
}

#[test]
fn a_boxed_method_refuses_with_a_boxed_future() {
    let method = quote! { fn get(&self, __arg1: R) -> BoxFuture<'_, Out> { boxed() } };
    let checked = quote! {
        fn get(&self, __arg1: R) -> BoxFuture<'_, Out> {
            let by = {
                match <_ as ::portcullis_tonic::RequestExt>::require::<A>(&__arg1) {
                    ::core::result::Result::Ok(granted) => granted,
                    ::core::result::Result::Err(status) =>
                        return ::std::boxed::Box::pin(async move { ::core::result::Result::Err(status) }),
                }
            };
            boxed()
        }
    };
    expands(quote!(by: A), &method, &checked);
}

#[test]
fn what_is_refused_and_why() {
    for (argument, item, why) in [
        (quote!(A), quote! { pub struct S; }, "not a function"),
        (quote!(), quote! { fn f() {} }, "say what is required"),
        (quote! { by: }, quote! { fn f() {} }, "expected a permission"),
        (quote! { 5: A }, quote! { fn f() {} }, "expected a permission"),
        (quote!(A B), quote! { fn f() {} }, "one permission is expected"),
        (quote! { self: A }, quote! { fn f() {} }, "a keyword cannot"),
        (quote!(A, B), quote! { fn f() {} }, "one permission is expected"),
        (quote!("a b"), quote! { fn f() {} }, "not a scope"),
        (quote!(A), quote! { #[public("why")] fn f() {} }, "required and public"),
        (quote!(A), quote! { async fn f(&self, request: R) -> Out; }, "without a body"),
        (quote!(A), quote! { async fn f(&self) -> Out {} }, "no request argument"),
        (quote!(A), quote! { async fn f(&self, _: R) -> Out {} }, "name the request argument"),
        (quote!(A), quote! { async fn f(&self, Request(inner): R) -> Out {} }, "name the request argument"),
        (quote!(A), quote! { async fn f(&self, ref request: R) -> Out {} }, "name the request argument"),
        (quote!(A), quote! { fn f(&self, request: R) {} }, "neither `async` nor boxed"),
        (quote!(A), quote! { fn f(self: Arc<Self>, request: R) -> Out {} }, "neither `async` nor boxed"),
        (quote!(A), quote! { fn f(&self, request: R) -> impl Future {} }, "neither `async` nor boxed"),
    ] {
        let error = expand(argument, &item).unwrap_err().to_string();
        assert!(error.contains(why), "{item}: {error}");
    }
}
