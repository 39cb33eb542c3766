//! The rules by number.

macro_rules! numbered {
    ($($rule:ident $title:literal)+) => {
        /// A rule by its number. In the order of the numbers, which is not that of judgement.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Rule { $($rule),+ }

        impl Rule {
            pub(super) const ALL: &'static [Self] = &[$(Self::$rule),+];

            pub(super) const fn id(self) -> &'static str {
                match self { $(Self::$rule => stringify!($rule)),+ }
            }

            pub(super) const fn title(self) -> &'static str {
                match self { $(Self::$rule => $title),+ }
            }
        }
    };
}

// C3, that the header value is marked sensitive, is about requests and not about tokens.
numbered! {
    C1 "is one token68"
    C2 "is not too large"
    S1 "has the compact form"
    S2 "has a plain header of the right type"
    S3 "is signed by an allowed algorithm"
    S4 "names a known key"
    S5 "has a sound key"
    S6 "has a good signature"
    T1 "has claims in strict JSON"
    T2 "is from the issuer"
    T3 "is for the audience"
    T4 "has not expired"
    T5 "is valid already"
    T6 "lives no longer than allowed"
    T7 "is recent enough"
    T8 "is not bound to a sender"
    T9 "has the demanded claims"
    T10 "is judged with one leeway"
    T11 "has scopes and roles"
    T12 "is not revoked"
    T13 "has no roles that exclude each other"
}
