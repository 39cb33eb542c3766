//! An authority that trusts nobody in particular.

use portcullis::Authority;

fn main() {
    let _ = Authority::builder().audience("https://api.test");
}
