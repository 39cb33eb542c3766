//! Where the keys of an issuer are.

use std::fmt;
use std::path::{Path, PathBuf};

use portcullis_core::{Algorithm, StaticKeys};

use super::fields::{Field, Fields};
use super::place::{Report, Span, quote};
use super::read::read_text;
use super::suggest::closest;

/// Where the keys of an issuer are, as its entry in a policy file says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeysAt {
    /// In a file with a JWKS document.
    JwksFile(PathBuf),
    /// At this URL, as a JWKS document.
    JwksUrl(Box<str>),
    /// Where the metadata of the issuer says.
    Discover,
    /// In a file with one public key, for this algorithm.
    PemFile {
        /// The file.
        path: PathBuf,
        /// The algorithm.
        algorithm: Algorithm,
    },
}

const PLACES: [&str; 4] = ["jwks_file", "jwks_url", "discover", "pem_file"];

/// As long as the longest set that is fetched.
const LONGEST: u64 = 512 * 1024;

impl KeysAt {
    /// Reads where they are, and where that is written; `None` was reported.
    pub(super) fn read(fields: &Fields<'_>, folder: Option<&Path>, report: &mut Report) -> Option<(Span, Self)> {
        let named = fields.get("algorithm");
        if let Some(field) = named.as_ref().filter(|_| fields.get("pem_file").is_none()) {
            let text = "`algorithm` is that of a `pem_file`: a key set says it itself; what may be used is `algorithms`, a list";
            report.fault(field.key.clone(), text);
        }
        match fields.among(&PLACES).as_slice() {
            [] => {
                let text = "it does not say where its keys are: write `jwks_file = \"jwks.json\"`, `jwks_url = \"https://..\"`, \
                            `discover = true`, or `pem_file = \"key.pem\"` with `algorithm = \"ES256\"`";
                report.fault(fields.at.clone(), text);
                None
            }
            [only] => Some((only.at(), Self::of(only, named, folder, report)?)),
            [first, others @ ..] => {
                for other in others {
                    let (first, other_name) = (first.name, other.name);
                    let text =
                        format!("`{other_name}` beside `{first}`: keys come from one place, leave one of them out");
                    report.fault(other.key.clone(), text);
                }
                None
            }
        }
    }

    fn of(field: &Field<'_>, named: Option<Field<'_>>, folder: Option<&Path>, report: &mut Report) -> Option<Self> {
        let path = |text: &str| folder.map_or_else(|| PathBuf::from(text), |folder| folder.join(text));
        match field.name {
            "jwks_file" => Some(Self::JwksFile(path(filled(field, "jwks.json", report)?))),
            "jwks_url" => Some(Self::JwksUrl(filled(field, "https://issuer.test/jwks", report)?.into())),
            "discover" => match field.truth(report)? {
                true => Some(Self::Discover),
                false => {
                    report.fault(field.at(), "keys have to come from somewhere: say `true`, or name another place");
                    None
                }
            },
            _ => {
                let path = filled(field, "key.pem", report).map(path);
                let Some(named) = named else {
                    report.fault(
                        field.key.clone(),
                        "`pem_file` does not say for which algorithm: write `algorithm = \"ES256\"` too",
                    );
                    return None;
                };
                let algorithm = algorithm(named.text("algorithm = \"ES256\"", report)?, named.at(), report);
                Some(Self::PemFile { path: path?, algorithm: algorithm? })
            }
        }
    }

    /// The keys, if they are in a file: read now, and not again.
    ///
    /// # Errors
    /// When they are not in a file, cannot be read or cannot be used; the text says which, and of what file.
    pub fn load(&self) -> Result<StaticKeys, KeysFileError> {
        let (path, algorithm) = match self {
            Self::JwksFile(path) => (path, None),
            Self::PemFile { path, algorithm } => (path, Some(*algorithm)),
            Self::JwksUrl(_) | Self::Discover => {
                let text = "the keys are not in a file: give a source for them to `PolicyFile::authority_with`";
                return Err(KeysFileError(text.into()));
            }
        };
        let text = read_text(path, LONGEST)
            .map_err(|error| KeysFileError(format!("the keys cannot be read: {}: {error}", path.display()).into()))?;
        let keys = match algorithm {
            None => StaticKeys::from_jwks(&text),
            Some(algorithm) => StaticKeys::from_pem(algorithm, text),
        };
        keys.map_err(|error| KeysFileError(format!("the keys cannot be used: {}: {error}", path.display()).into()))
    }
}

/// Why keys cannot be had from a file. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysFileError(Box<str>);

impl fmt::Display for KeysFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeysFileError {}

fn filled<'a>(field: &Field<'a>, example: &str, report: &mut Report) -> Option<&'a str> {
    let example = format!("{} = \"{example}\"", field.name);
    let text = field.text(&example, report)?;
    if text.is_empty() {
        report.fault(field.at(), format!("it is empty: write `{example}`"));
        return None;
    }
    Some(text)
}

/// Reads an algorithm whose public keys can be published.
pub(super) fn algorithm(name: &str, at: Span, report: &mut Report) -> Option<Algorithm> {
    let usable: Vec<&str> = Algorithm::ALL.iter().filter(|one| !one.is_symmetric()).map(|one| one.as_str()).collect();
    match name.parse::<Algorithm>() {
        Ok(algorithm) if algorithm.is_symmetric() => {
            let text = format!(
                "{} signs with a shared secret: whoever verifies could sign, and a secret has no place in a policy; take one of `{}`",
                quote(name),
                usable.join("`, `")
            );
            report.fault(at, text);
            None
        }
        Ok(algorithm) => Some(algorithm),
        Err(_) => {
            let meant = closest(name, &usable).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            let text = format!(
                "{} is not an algorithm for signatures: take one of `{}`{meant}",
                quote(name),
                usable.join("`, `")
            );
            report.fault(at, text);
            None
        }
    }
}
