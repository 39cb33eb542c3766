//! Claims beyond the registered ones: where they are, what they say.

mod path;
mod reference;
mod value;

pub use path::{ClaimPath, InvalidClaimPath};
pub use reference::ClaimRef;
pub use value::ClaimValue;
