//! Where the token comes from.

use std::io::{self, IsTerminal, Read, Write};

use portcullis_core::bearer_token;

use crate::failure::Failure;

/// No token is that long; a rule says so.
const MOST: u64 = 1024 * 1024;

/// The token of the command line, or that of stdin. Errors never say it again.
pub(crate) fn read(words: &[String]) -> Result<Vec<u8>, Failure> {
    let text = match words {
        [] => from_stdin()?,
        [dash] if dash == "-" => from_stdin()?,
        // `Bearer` and the token are two words where nobody quoted them.
        [_] | [_, _] => words.join(" ").into_bytes(),
        _ => return Err(Failure::new("more than one token", "give one, or none and write it to stdin")),
    };
    let text = text.trim_ascii();
    let token = match bearer_token(text) {
        Ok(Some(token)) => token.trim_ascii(),
        Ok(None) => text,
        Err(_) => b"",
    };
    if token.is_empty() {
        return Err(Failure::new("there is no token", "give it as an argument, or write it to stdin"));
    }
    Ok(token.to_vec())
}

fn from_stdin() -> Result<Vec<u8>, Failure> {
    let stdin = io::stdin().lock();
    if stdin.is_terminal() {
        // A prompt that cannot be shown is no reason not to read.
        let _ = writeln!(anstream::stderr().lock(), "reading the token from stdin; end it with Ctrl-D");
    }
    let mut text = Vec::new();
    stdin.take(MOST).read_to_end(&mut text).map_err(|error| {
        Failure::new(format!("cannot read stdin ({error})"), "write the token to stdin, or give it as an argument")
    })?;
    Ok(text)
}
