//! What `#[guarded]` refuses, and what it writes.

use proc_macro2::TokenStream;
use quote::quote;

fn errors(item: &TokenStream) -> Vec<String> {
    let open = match super::expand(TokenStream::new(), item) {
        Ok(guarded) => guarded.open,
        Err(error) => Some(error),
    };
    open.into_iter().flatten().map(|error| error.to_string()).collect()
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
    assert!(errors.len() == 4 && errors.iter().zip(begin).all(|(error, begin)| error.starts_with(begin)), "{errors:?}");
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
}

fn beside(arguments: TokenStream, item: &TokenStream) -> String {
    super::expand(arguments, item).ok().unwrap().beside.to_string()
}

#[test]
fn nothing_is_written_unless_it_is_asked_for() {
    let service = quote! { impl Orders for Service { #[require("a")] async fn a(&self) {} } };
    assert_eq!(beside(TokenStream::new(), &service), "");
}

#[test]
fn the_constant_tells_what_each_method_says() {
    let service = quote! {
        #[cfg(unix)]
        impl Orders for Service {
            type WatchStream = Never;
            #[portcullis::require(by: perms::Read)] async fn get(&self) {}
            #[require("a")] #[cfg(feature = "b")] fn r#type(&self) {}
            #[require(A)] #[require(any(B, "c"))] async fn two(&self) {}
            #[public("why")] async fn open(&self) {}
            #[require("not a scope")] async fn wrong(&self) {}
            async fn says_nothing(&self) {}
        }
    };
    let expected = quote! {
        #[cfg(unix)]
        /// What the annotations of the service say, method by method.
        pub(crate) const ORDERS: ::portcullis_tonic::Annotations = ::portcullis_tonic::Annotations::new(const { &[
            ::portcullis_tonic::Annotation::require("get", ::portcullis::Requirement::from_type::<perms::Read>),
            #[cfg(feature = "b")] {
                ::portcullis::permissions! { #[doc = "The scope `a`."] #[doc(hidden)] __TypeScope1 = "a"; }
                ::portcullis_tonic::Annotation::require("type", ::portcullis::Requirement::from_type::<__TypeScope1>)
            },
            {
                ::portcullis::permissions! { #[doc = "The scope `c`."] #[doc(hidden)] __TwoScope1 = "c"; }
                ::portcullis_tonic::Annotation::require("two", ::portcullis::Requirement::from_type::<
                    ::portcullis::AllOf<(A, ::portcullis::AnyOf<(B, __TwoScope1,)>,)>
                >)
            },
            ::portcullis_tonic::Annotation::public("open", "why")
        ] });
    };
    assert_eq!(beside(quote!(inventory = pub(crate) ORDERS), &service), expected.to_string());
}

#[test]
fn what_it_takes() {
    let service = quote!(impl Orders for Service {});
    for arguments in
        [quote!(inventory = ORDERS), quote!(inventory = pub ORDERS,), quote!(inventory = pub(in a::b) ORDERS)]
    {
        assert!(super::expand(arguments.clone(), &service).is_ok(), "{arguments}");
    }
    for arguments in [
        quote!(strict),
        quote!("inventory"),
        quote!(inventory),
        quote!(inventory =),
        quote!(inventory = "ORDERS"),
        quote!(inventory = a::ORDERS),
        quote!(inventory = pub),
        quote!(inventory(ORDERS)),
        quote!(inventory = A, inventory = B),
        quote!(inventory = ORDERS, strict),
    ] {
        let error = super::expand(arguments.clone(), &service).err().unwrap().to_string();
        assert!(error.contains("`inventory = ORDERS`"), "{arguments}: {error}");
    }
}
