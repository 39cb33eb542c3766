//! An all-of that asks for nothing would let everyone in.

portcullis::permissions! { pub Everything = all(); }

fn main() {}
