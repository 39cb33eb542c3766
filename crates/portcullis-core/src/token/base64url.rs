//! Base64url without padding (RFC 7515 §2), canonical: exactly one spelling for each value.

use base64_simd::{Out, URL_SAFE_NO_PAD};

/// Not canonical base64url.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotBase64Url;

pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| NotBase64Url)
}

/// Decodes to the end of `buffer`.
pub(crate) fn decode_append(text: &[u8], buffer: &mut Vec<u8>) -> Result<(), NotBase64Url> {
    URL_SAFE_NO_PAD.decode_append(text, buffer).map_err(|_| NotBase64Url)
}

/// Decodes into a buffer on the stack or, when that is too small, onto the heap.
pub(crate) fn decode_within<'b>(
    text: &[u8],
    stack: &'b mut [u8],
    heap: &'b mut Vec<u8>,
) -> Result<&'b [u8], NotBase64Url> {
    if URL_SAFE_NO_PAD.estimated_decoded_length(text.len()) > stack.len() {
        decode_append(text, heap)?;
        return Ok(heap);
    }
    match URL_SAFE_NO_PAD.decode(text, Out::from_slice(stack)) {
        Ok(decoded) => Ok(decoded),
        Err(_) => Err(NotBase64Url),
    }
}

#[cfg(feature = "signing")]
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn only_the_canonical_spelling_decodes() {
        assert_eq!(decode(b"_-8").unwrap(), [0xFF, 0xEF]);
        for (name, text) in [
            ("stray bits", "_-9"),
            ("stray bits, one byte", "AB"),
            ("padding", "_-8="),
            ("standard alphabet", "/+8"),
            ("white space", "_-8\n"),
            ("impossible length", "A"),
        ] {
            assert!(decode(text.as_bytes()).is_err(), "{name}");
        }
    }
}
