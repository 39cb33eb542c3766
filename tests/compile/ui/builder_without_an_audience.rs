//! An authority whose tokens may be for anybody.

use portcullis::{Authority, StaticKeys};

fn authority(keys: StaticKeys) {
    let _ = Authority::builder().issuer("https://id.test").keys(keys);
}

fn main() {}
