//! Private keys from PEM (RFC 7468).

use super::KeyError;
use super::private_der::Pkcs8;

/// The one private key of a file. What `openssl` writes beside it, such as `EC PARAMETERS`, does no harm; of several keys,
/// nobody told which.
pub(super) fn read(pem: &[u8]) -> Result<Pkcs8, KeyError> {
    let text = std::str::from_utf8(pem).map_err(|_| KeyError::MalformedPrivateKey)?;
    let blocks = text.split("-----BEGIN ").skip(1).filter_map(|block| block.split_once("-----"));
    let mut keys = blocks.filter(|(label, _)| label.ends_with("PRIVATE KEY"));
    let (Some((label, rest)), None) = (keys.next(), keys.next()) else { return Err(KeyError::MalformedPrivateKey) };
    let (body, _) = rest.split_once(&format!("-----END {label}-----")).ok_or(KeyError::MalformedPrivateKey)?;
    let der = base64_simd::forgiving_decode_to_vec(body.as_bytes()).map_err(|_| KeyError::MalformedPrivateKey)?;
    match label {
        "PRIVATE KEY" => Pkcs8::read(&der),
        "RSA PRIVATE KEY" => Pkcs8::rsa(der),
        "EC PRIVATE KEY" => Pkcs8::ec(der),
        _ => Err(KeyError::MalformedPrivateKey),
    }
}
