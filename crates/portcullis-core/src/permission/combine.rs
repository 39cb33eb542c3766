//! All of, any of: permissions made of permissions.

use std::fmt;
use std::marker::PhantomData;

use super::{Expr, Permission};

/// All of these permissions, as a permission: `AllOf<(WriteOrders, DeleteOrders)>`. The operator `&` makes the same.
pub struct AllOf<L>(PhantomData<fn() -> L>);

/// Any of these permissions, as a permission: `AnyOf<(ReadReports, ReadAll)>`. The operator `|` makes the same.
///
/// A refusal asks the caller for the first one: put the narrowest first.
pub struct AnyOf<L>(PhantomData<fn() -> L>);

/// A list of one to eight permissions: a tuple. There is no empty one, so nothing is ever allowed for want of a question.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of permissions",
    note = "write a tuple of one to eight permissions: `AllOf<(A, B)>`, `AnyOf<(A,)>`"
)]
pub trait PermissionList: 'static {
    #[doc(hidden)]
    const PARTS: &'static [Expr];
}

macro_rules! lists {
    ($($name:ident)+) => {
        impl<$($name: Permission),+> PermissionList for ($($name,)+) {
            const PARTS: &'static [Expr] = &[$($name::EXPR),+];
        }
    };
}
lists!(A);
lists!(A B);
lists!(A B C);
lists!(A B C D);
lists!(A B C D E);
lists!(A B C D E F);
lists!(A B C D E F G);
lists!(A B C D E F G H);

macro_rules! combination {
    ($name:ident, $make:ident) => {
        impl<L: PermissionList> Permission for $name<L> {
            const EXPR: Expr = Expr::$make(L::PARTS);
        }

        impl<L: PermissionList> $name<L> {
            /// The combination as a value, for a layer.
            pub const fn new() -> Self {
                Self(PhantomData)
            }
        }

        impl<L: PermissionList> Default for $name<L> {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<L> Clone for $name<L> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<L> Copy for $name<L> {}

        impl<L: PermissionList> fmt::Debug for $name<L> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&super::Requirement::from(*self), f)
            }
        }

        impl<L: PermissionList, R: Permission> std::ops::BitAnd<R> for $name<L> {
            type Output = AllOf<(Self, R)>;

            fn bitand(self, _: R) -> Self::Output {
                AllOf::new()
            }
        }

        impl<L: PermissionList, R: Permission> std::ops::BitOr<R> for $name<L> {
            type Output = AnyOf<(Self, R)>;

            fn bitor(self, _: R) -> Self::Output {
                AnyOf::new()
            }
        }
    };
}
combination!(AllOf, all);
combination!(AnyOf, any);
