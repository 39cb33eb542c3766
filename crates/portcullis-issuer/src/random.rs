//! Randomness of the system.

use crate::refused::{Refused, RefusedKind};

/// Random bytes, or a refusal: never anything less random.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Refused> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| RefusedKind::Internal)?;
    Ok(bytes)
}

/// A name that nobody can guess: 128 bits.
pub(crate) fn name() -> Result<String, Refused> {
    Ok(base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes::<16>()?))
}
