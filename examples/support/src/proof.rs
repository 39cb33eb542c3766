//! What the store takes for an answer to the question who says so.

use portcullis::policy::Allowed;
use portcullis_core::{Granted, Permission, Principal};

/// A proof that the caller may do `P`: the permission itself, or that of the table which the server goes by instead of its own
/// code (`--policy`).
pub trait Proof<P>: sealed::Sealed {
    /// Who may, as far as anybody knows: a table can open an operation to everyone.
    fn caller(&self) -> Option<&Principal>;
}

mod sealed {
    pub trait Sealed {}
    impl<P> Sealed for super::Granted<P> {}
    impl Sealed for super::Allowed {}
}

impl<P: Permission> Proof<P> for Granted<P> {
    fn caller(&self) -> Option<&Principal> {
        Some(self.principal())
    }
}

/// Whatever `P` is: the table said who may call the operation.
impl<P: Permission> Proof<P> for Allowed {
    fn caller(&self) -> Option<&Principal> {
        self.principal()
    }
}
