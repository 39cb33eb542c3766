//! Why a command could not do its work.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use portcullis::policy::FileError;
use portcullis::policy::shown::one_line;

use crate::output;

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Why a command could not do its work, and the exit code for it.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What is wrong, and the repair.
    Usage(String),
    /// What is wrong with a policy that could be read, how many there are if several, and the exit code.
    Invalid { faults: Vec<String>, count: Option<String>, code: u8 },
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

    /// Every fault of a policy file, and how many there are.
    pub(crate) fn invalid(path: &Path, invalid: &FileError, code: u8) -> Self {
        let faults: Vec<String> = invalid.faults().iter().map(ToString::to_string).collect();
        // Those that are too many to be told come last.
        let whole = invalid.to_string();
        let more = whole.strip_prefix(&faults.join("\n")).map(str::trim).filter(|more| !more.is_empty());
        let more = more.map(|more| format!(", {more}")).unwrap_or_default();
        let count = (faults.len() > 1).then(|| format!("{} errors{more}", faults.len()));
        let (raw, name) = (path.display().to_string(), output::name(path));
        let faults = faults.iter().map(|fault| match fault.strip_prefix(&raw) {
            Some(rest) => format!("{name}{rest}"),
            None => fault.clone(),
        });
        Self::Invalid { faults: faults.collect(), count, code }
    }

    /// Says it on stderr.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Gone => ExitCode::from(141),
            Self::Usage(text) => say(&text, 2),
            Self::Invalid { faults, count, code } => {
                let faults: Vec<String> = faults.iter().map(|fault| error(fault)).collect();
                let count = count.map(|count| format!("\n\n{count}")).unwrap_or_default();
                let _ = writeln!(anstream::stderr().lock(), "{}{count}", faults.join("\n\n"));
                ExitCode::from(code)
            }
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

/// A fault as it is shown: its lines, with nothing in them that moves the cursor.
fn error(text: &str) -> String {
    let lines: Vec<String> = without_tokens(text).split('\n').map(one_line).collect();
    format!("{ERROR}error:{ERROR:#} {}", lines.join("\n"))
}

fn say(text: &str, code: u8) -> ExitCode {
    // There is nobody left to tell that stderr cannot be written to.
    let _ = writeln!(anstream::stderr().lock(), "{}", error(text));
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
