//! Generates the service from its proto, without a protoc on the machine, and keeps what the methods ask of their callers for
//! the server to read.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

/// The protos of the service, and where the option comes from. Outside of this repository the second is a copy of the file.
const INCLUDES: [&str; 2] = ["proto", "../../crates/portcullis-tonic/proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for include in INCLUDES {
        println!("cargo::rerun-if-changed={include}");
    }
    let mut compiler = protox::Compiler::new(INCLUDES)?;
    compiler.include_imports(true).open_file("orders.proto")?;
    // By the compiler itself: what prost encodes has lost the options.
    let set = PathBuf::from(env::var("OUT_DIR")?).join("orders.bin");
    fs::write(set, compiler.encode_file_descriptor_set())?;
    tonic_prost_build::configure().build_client(false).compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
