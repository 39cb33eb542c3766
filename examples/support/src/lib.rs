//! What the three example servers share, so that each of them shows its host and nothing else.
//!
//! - [`Orders`]: the resource layer. Each of its functions asks for a proof, and there is no way around it.
//! - [`run`]: the ways of a process. Arguments, keys, a token to try, signals; the server itself is the caller's.

mod args;
mod orders;
mod permissions;
mod proof;
mod run;

pub use orders::{Change, NewOrder, Order, Orders};
pub use permissions::{DeleteOrders, ManageUsers, ReadOrders, SeeReports, WriteOrders};
pub use proof::Proof;
pub use run::{Host, Stop, run};
