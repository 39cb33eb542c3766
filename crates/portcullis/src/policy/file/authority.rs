//! From a policy file to an authority.

use std::error::Error;

use portcullis_core::{KeySource, SetupError, TrustMap, Verifier};

use super::PolicyFile;
use super::error::{FileError, FileFault};
use super::issuer::IssuerSettings;
use super::place::Place;
use crate::Authority;

impl PolicyFile {
    /// The authority of the issuers of this file, whose keys are all in files: they are read now, and change with the process
    /// alone. It judges by the access model of the file, so that [`Authority::enforce`] takes its [`policy`](Self::policy).
    ///
    /// Several issuers are a [`TrustMap`], and challenges name the first audience of the first.
    ///
    /// # Errors
    /// When there is no issuer, when keys cannot be read or are not in a file, and when parts make no sense together: with the
    /// place in the file.
    pub fn authority(&self) -> Result<Authority, FileError> {
        self.authority_with(|settings| settings.keys().load().map(|keys| Box::new(keys) as Box<dyn KeySource>))
    }

    /// As [`authority`](Self::authority), with keys from wherever you get them: `RemoteKeys` of `portcullis-jwks` for those at
    /// a URL.
    ///
    /// # Errors
    /// As there, with your errors at the place where the keys are named.
    pub fn authority_with<E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        mut keys: impl FnMut(&IssuerSettings) -> Result<Box<dyn KeySource>, E>,
    ) -> Result<Authority, FileError> {
        let mut faults = Vec::new();
        let mut found = Vec::new();
        for settings in self.issuers() {
            match keys(settings) {
                Ok(keys) => found.push((settings, keys)),
                Err(error) => faults.push(self.fault(&settings.keys_place, &error.into().to_string())),
            }
        }
        if !faults.is_empty() {
            return Err(FileError::new(faults, 0));
        }
        let Some((first, _)) = found.first() else {
            let text = "no issuer is trusted: write an `[[issuer]]` with `issuer`, `audience` and `jwks_file`, or make the authority \
                        in code";
            return Err(FileError::of_file(self.name(), text));
        };
        let first = *first;
        let refused = |at: &Place, error: SetupError| FileError::new(vec![self.fault(at, &error.to_string())], 0);
        let verifiers = found.into_iter().map(|(settings, keys)| {
            let verifier = Verifier::new(settings.issuer(), settings.audiences(), keys, settings.rules());
            verifier.map_err(|error| refused(&settings.keys_place, error))
        });
        let realm = first.audiences().next().unwrap_or_default();
        let built = match <[Verifier; 1]>::try_from(verifiers.collect::<Result<Vec<_>, _>>()?) {
            Ok([only]) => Authority::builder().trust(only).realm(realm).build(),
            Err(several) => Authority::builder().trust(TrustMap::from_iter(several)).realm(realm).build(),
        };
        built.map_err(|error| refused(&first.place, error))
    }

    fn fault(&self, place: &Place, text: &str) -> FileFault {
        FileFault::new(self.name(), Some(place.clone()), text)
    }
}
