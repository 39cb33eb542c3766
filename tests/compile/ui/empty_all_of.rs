//! An all-of that asks for nothing would let everyone in.

use portcullis::{AllOf, Requirement};

fn main() {
    let _ = Requirement::from(AllOf::<()>::new());
}
