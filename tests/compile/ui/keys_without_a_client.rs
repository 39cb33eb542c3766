use portcullis_jwks::RemoteKeys;

fn main() {
    let _ = RemoteKeys::watch("jwks.json").start();
    let _ = RemoteKeys::at("https://id.test/jwks").start();
}
