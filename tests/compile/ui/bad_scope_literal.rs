//! The empty text is no scope.

fn main() {
    let _ = portcullis::scope!("");
}
