use portcullis::{Authority, TrustMap};

fn main() {
    let _ = Authority::builder().trust(TrustMap::new()).build();
}
