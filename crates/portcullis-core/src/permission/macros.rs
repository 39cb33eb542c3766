//! Scope literals, checked while compiling.

/// Names permissions: each a unit type, its scope literals checked by the grammar of RFC 6749 §3.3 while compiling.
///
/// ```
/// use portcullis_core::{Permission, ScopeSet};
///
/// portcullis_core::permissions! {
///     /// Read the orders of the caller's tenant.
///     pub ReadOrders = "orders:read";
///     /// Delete an order.
///     pub DeleteOrders = all("orders:write", "orders:delete");
///     pub(crate) SeeReports = any("reports:read", "reports:all");
/// }
///
/// let scopes = ScopeSet::parse("orders:write reports:all")?;
/// assert!(SeeReports::EXPR.allows(scopes.as_scopes()));
/// assert!(!DeleteOrders::EXPR.allows(scopes.as_scopes())); // one of two is not all
/// # Ok::<(), portcullis_core::InvalidScope>(())
/// ```
///
/// A text that is not a scope does not compile:
///
/// ```compile_fail
/// portcullis_core::permissions! { pub Oops = "orders read"; }
/// ```
#[macro_export]
macro_rules! permissions {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $kind:tt $(($($scope:literal),+ $(,)?))?;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        $vis struct $name;

        impl $crate::Permission for $name {
            const EXPR: $crate::Expr = $crate::__expr!($kind $(($($scope),+))?);
        }
        // Evaluated whether the permission is used or not.
        const _: $crate::Expr = <$name as $crate::Permission>::EXPR;

        impl<R: $crate::Permission> ::core::ops::BitAnd<R> for $name {
            type Output = $crate::AllOf<(Self, R)>;
            fn bitand(self, _: R) -> Self::Output {
                $crate::AllOf::new()
            }
        }

        impl<R: $crate::Permission> ::core::ops::BitOr<R> for $name {
            type Output = $crate::AnyOf<(Self, R)>;
            fn bitor(self, _: R) -> Self::Output {
                $crate::AnyOf::new()
            }
        }
    )*};
}

/// A [`Scope`](crate::Scope) literal, checked by the grammar of RFC 6749 §3.3 while compiling.
///
/// ```
/// assert_eq!(portcullis_core::scope!("orders:read").as_str(), "orders:read");
/// ```
/// ```compile_fail
/// let scope = portcullis_core::scope!("orders read");
/// ```
#[macro_export]
macro_rules! scope {
    ($scope:literal) => {
        $crate::Scope::literal($crate::__literal!($scope))
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __literal {
    ($scope:literal) => {
        const {
            match $crate::Literal::check($scope) {
                Some(literal) => literal,
                None => panic!(concat!(
                    "`",
                    $scope,
                    "` is not a scope: printable ASCII without space, double quote and backslash, not empty"
                )),
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __expr {
    (all ($($scope:literal),+)) => {
        $crate::Expr::all(const { &[$($crate::Expr::scope($crate::__literal!($scope))),+] })
    };
    (any ($($scope:literal),+)) => {
        $crate::Expr::any(const { &[$($crate::Expr::scope($crate::__literal!($scope))),+] })
    };
    ($scope:literal) => {
        $crate::Expr::scope($crate::__literal!($scope))
    };
}
