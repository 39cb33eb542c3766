//! Requirements that ask for the same in other words.

use super::value::{Requirement, Term};

impl Requirement {
    /// Whether both ask for the same: the order of their parts, repetitions and needless brackets aside.
    ///
    /// ```
    /// use portcullis_core::{Requirement, scope};
    ///
    /// let one = (Requirement::from(scope!("a")) & scope!("b")) & scope!("c");
    /// let other = Requirement::all([scope!("c"), scope!("b"), scope!("a")])?;
    /// assert!(one.asks_the_same_as(&other));
    /// assert!(!one.asks_the_same_as(&Requirement::any([scope!("a"), scope!("b"), scope!("c")])?));
    /// # Ok::<(), portcullis_core::EmptyRequirement>(())
    /// ```
    #[must_use]
    pub fn asks_the_same_as(&self, other: &Self) -> bool {
        self == other || self.plain() == other.plain()
    }

    fn plain(&self) -> Self {
        let (parts, all) = match &self.0 {
            Term::All(parts) => (parts, true),
            Term::Any(parts) => (parts, false),
            _ => return self.clone(),
        };
        let mut flat = Vec::new();
        for part in parts {
            match part.plain().0 {
                Term::All(inner) if all => flat.extend(inner),
                Term::Any(inner) if !all => flat.extend(inner),
                term => flat.push(Self(term)),
            }
        }
        flat.sort_by_cached_key(Self::to_string);
        flat.dedup();
        match (flat.pop(), flat.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                flat.extend(last);
                Self(if all { Term::All(flat.into()) } else { Term::Any(flat.into()) })
            }
        }
    }
}
