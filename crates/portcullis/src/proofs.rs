//! The private slot in the request extensions: the proof of each authority that a request went through.

use http::Extensions;
use portcullis_core::{Principal, SignedToken};

use crate::Authority;

/// What an authority knows of a request.
#[derive(Clone)]
pub(crate) enum Proof {
    /// It let the request through without a credential.
    Anonymous,
    /// The signature stands; the time is not judged yet.
    Signed(SignedToken),
    Principal(Principal),
}

impl Proof {
    pub(crate) fn is_of(&self, token: &str) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Signed(signed) => signed.is_of(token),
            Self::Principal(principal) => principal.is_of(token),
        }
    }
}

/// The proof of one authority.
#[derive(Clone)]
pub(crate) struct Entry {
    authority: Authority,
    pub(crate) proof: Proof,
    /// The authority took the credential off the request.
    pub(crate) stripped: bool,
}

/// The extension itself. Nobody outside can name it, so nobody can forge it.
#[derive(Clone)]
pub(crate) struct Proofs {
    innermost: Entry,
    /// Almost always empty: a second authority on one route is rare.
    outer: Vec<Entry>,
}

impl Proofs {
    pub(crate) fn of<'e>(extensions: &'e Extensions, authority: &Authority) -> Option<&'e Entry> {
        let proofs = extensions.get::<Self>()?;
        std::iter::once(&proofs.innermost).chain(&proofs.outer).find(|entry| entry.authority.is(authority))
    }

    pub(crate) fn innermost(extensions: &Extensions) -> Option<&Authority> {
        extensions.get::<Self>().map(|proofs| &proofs.innermost.authority)
    }

    /// Puts the proof of an authority in front, in place of its earlier one.
    pub(crate) fn keep(extensions: &mut Extensions, authority: &Authority, proof: Proof, stripped: bool) {
        let entry = Entry { authority: authority.clone(), proof, stripped };
        match extensions.get_mut::<Self>() {
            None => {
                extensions.insert(Self { innermost: entry, outer: Vec::new() });
            }
            Some(proofs) => {
                let before = std::mem::replace(&mut proofs.innermost, entry);
                proofs.outer.push(before);
                proofs.outer.retain(|entry| !entry.authority.is(authority));
            }
        }
    }

    pub(crate) fn bring_to_front(extensions: &mut Extensions, authority: &Authority) {
        let Some(proofs) = extensions.get_mut::<Self>() else { return };
        if let Some(found) = proofs.outer.iter_mut().find(|entry| entry.authority.is(authority)) {
            std::mem::swap(found, &mut proofs.innermost);
        }
    }
}
