//! The private slot in the request extensions: the proof of each authority that a request went through.

use http::Extensions;
use portcullis_core::{Principal, SignedToken};

use crate::Authority;
use crate::policy::Mark;

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
    pub(crate) fn is_of(&self, token: &[u8]) -> bool {
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
    /// The rule that let the request through, if a policy judged it.
    pub(crate) mark: Option<Mark>,
}

impl Entry {
    pub(crate) fn new(authority: &Authority, proof: Proof, stripped: bool) -> Self {
        Self { authority: authority.clone(), proof, stripped, mark: None }
    }

    pub(crate) fn anonymous(authority: &Authority) -> Self {
        Self::new(authority, Proof::Anonymous, false)
    }
}

/// Who keeps a proof: a layer is further in than those before it; an extractor only asks, and what others find by "the
/// innermost layer" must not hang on the order of extractors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Innermost,
    Behind,
}

pub(crate) type ForgetClaims = fn(&mut Extensions, of: &Principal);

/// The extension itself. Nobody outside can name it, so nobody can forge it.
#[derive(Clone)]
pub(crate) struct Proofs {
    innermost: Entry,
    /// Almost always empty: a second authority on one route is rare.
    outer: Vec<Entry>,
    /// Claims sit in the extensions under a type of their own, for anyone to find: these take those of a principal away
    /// whose place another credential's has taken.
    forget_claims: Vec<ForgetClaims>,
}

impl Proofs {
    pub(crate) fn of<'e>(extensions: &'e Extensions, authority: &Authority) -> Option<&'e Entry> {
        let proofs = extensions.get::<Self>()?;
        std::iter::once(&proofs.innermost).chain(&proofs.outer).find(|entry| entry.authority.is(authority))
    }

    pub(crate) fn innermost(extensions: &Extensions) -> Option<&Authority> {
        extensions.get::<Self>().map(|proofs| &proofs.innermost.authority)
    }

    /// Keeps the proof of an authority, in place of its earlier one.
    pub(crate) fn keep(extensions: &mut Extensions, entry: Entry, place: Place) {
        let Some(proofs) = extensions.get_mut::<Self>() else {
            extensions.insert(Self { innermost: entry, outer: Vec::new(), forget_claims: Vec::new() });
            return;
        };
        let earlier = proofs.put(entry, place);
        if let Some(Entry { proof: Proof::Principal(gone), .. }) = earlier {
            for forget in proofs.forget_claims.clone() {
                forget(extensions, &gone);
            }
        }
    }

    /// The earlier entry of the same authority, if there was one.
    fn put(&mut self, mut entry: Entry, place: Place) -> Option<Entry> {
        let earlier =
            std::iter::once(&self.innermost).chain(&self.outer).find(|outer| outer.authority.is(&entry.authority));
        // An operation that is open to all stays so when it is asked who calls.
        if let Some(Entry { proof: Proof::Anonymous, mark: Some(mark), .. }) = earlier {
            entry.mark.get_or_insert_with(|| mark.clone());
        }
        if self.innermost.authority.is(&entry.authority) {
            return Some(std::mem::replace(&mut self.innermost, entry));
        }
        let at = self.outer.iter().position(|outer| outer.authority.is(&entry.authority));
        let earlier = at.map(|at| self.outer.swap_remove(at));
        let behind = match place {
            Place::Innermost => std::mem::replace(&mut self.innermost, entry),
            Place::Behind => entry,
        };
        self.outer.push(behind);
        earlier
    }

    /// Notes on the entry of an authority which rule let the request through.
    pub(crate) fn mark(extensions: &mut Extensions, authority: &Authority, mark: Mark) {
        let Some(proofs) = extensions.get_mut::<Self>() else { return };
        let mut entries = std::iter::once(&mut proofs.innermost).chain(&mut proofs.outer);
        if let Some(entry) = entries.find(|entry| entry.authority.is(authority)) {
            entry.mark = Some(mark);
        }
    }

    /// What the innermost layer left behind.
    pub(crate) fn front(extensions: &Extensions) -> Option<&Entry> {
        extensions.get::<Self>().map(|proofs| &proofs.innermost)
    }

    pub(crate) fn note_claims(extensions: &mut Extensions, forget: ForgetClaims) {
        if let Some(proofs) = extensions.get_mut::<Self>() {
            proofs.forget_claims.push(forget);
        }
    }

    /// Lets a request through unjudged: what the authority knows of it stays, nobody calls otherwise.
    pub(crate) fn enter(extensions: &mut Extensions, authority: &Authority) {
        if Self::of(extensions, authority).is_some() {
            Self::bring_to_front(extensions, authority);
            // What a policy further out let through was another question.
            if let Some(proofs) = extensions.get_mut::<Self>() {
                proofs.innermost.mark = None;
            }
        } else {
            Self::keep(extensions, Entry::anonymous(authority), Place::Innermost);
        }
    }

    pub(crate) fn bring_to_front(extensions: &mut Extensions, authority: &Authority) {
        let Some(proofs) = extensions.get_mut::<Self>() else { return };
        if let Some(found) = proofs.outer.iter_mut().find(|entry| entry.authority.is(authority)) {
            std::mem::swap(found, &mut proofs.innermost);
        }
    }
}
