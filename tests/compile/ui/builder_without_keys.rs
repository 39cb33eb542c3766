//! An authority that cannot verify.

use portcullis::Authority;

fn main() {
    let _ = Authority::builder().issuer("https://id.test").audience("https://api.test").build();
}
