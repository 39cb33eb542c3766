//! Why a command could not do its work.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Why a command could not do its work, and the exit code for it.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What is wrong, and the repair.
    Usage(String),
    /// What is wrong with a policy that could be read.
    Invalid(String),
    /// Whoever reads the output has gone: like others that a pipe ends.
    Gone,
    /// What clap says: an error, or a page of help.
    Clap(Box<clap::Error>),
}

impl Failure {
    /// What went wrong, and what to do about it.
    pub(crate) fn new(wrong: impl Display, repair: impl Display) -> Self {
        Self::Usage(format!("{wrong}: {repair}"))
    }

    /// Says it on stderr.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Gone => ExitCode::from(141),
            Self::Usage(text) => say(&text, 2),
            Self::Invalid(text) => say(&text, 1),
            Self::Clap(error) if error.use_stderr() => {
                let _ = write!(anstream::stderr().lock(), "{}", without_tokens(&error.render().ansi().to_string()));
                ExitCode::from(2)
            }
            Self::Clap(page) => match write!(anstream::stdout().lock(), "{}", page.render().ansi()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => Self::from(error).report(),
            },
        }
    }
}

fn say(text: &str, code: u8) -> ExitCode {
    // There is nobody left to tell that stderr cannot be written to.
    let _ = writeln!(anstream::stderr().lock(), "{ERROR}error:{ERROR:#} {}", without_tokens(text));
    ExitCode::from(code)
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Gone,
            _ => Self::new(format!("cannot write ({error})"), "give the output a place that can be written to"),
        }
    }
}

/// An error names the argument that is wrong, or the line of a file. A token that stands there is not said again.
fn without_tokens(text: &str) -> String {
    let arguments = std::env::args_os().skip(1);
    let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    let parts: Vec<String> =
        arguments.flat_map(|argument| parts(&argument)).filter(|part| may_be_token(part)).collect();
    let text = parts.iter().fold(text.to_owned(), |text, part| text.replace(part.as_str(), HIDDEN));
    let (mut shown, mut word) = (String::new(), String::new());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.') {
            word.push(character);
        } else {
            shown.push_str(if is_encoded(&word) { HIDDEN } else { &word });
            word.clear();
            shown.push(character);
        }
    }
    shown + if is_encoded(&word) { HIDDEN } else { &word }
}

/// What every header begins with; or a long word of upper case, lower case and digits, which may be a part of a segment.
fn is_encoded(word: &str) -> bool {
    let has = |kind: fn(&char) -> bool| word.chars().any(|character| kind(&character));
    let mixed = has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit);
    word.contains("eyJ") || word.len() >= 40 && mixed
}

const HIDDEN: &str = "[not shown]";

/// `--option=value`, `Bearer token`.
fn parts(argument: &str) -> Vec<String> {
    let value = argument.split_once('=').map_or(argument, |(_, value)| value);
    value.split_whitespace().map(str::to_owned).collect()
}

/// Two dots, as in a token, and no slash, as in most paths and every URL.
fn may_be_token(text: &str) -> bool {
    text.len() > 16 && text.matches('.').count() >= 2 && !text.contains('/')
}
