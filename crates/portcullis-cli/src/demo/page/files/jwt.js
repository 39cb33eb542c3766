// Tokens as anybody can read them, and as a thief would change them. Nothing here has a key.

const text = new TextEncoder();

function base64url(bytes) {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function bytesOf(base64) {
  const binary = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

const decode = (segment) => JSON.parse(new TextDecoder().decode(bytesOf(segment)));
const encode = (value) => base64url(text.encode(JSON.stringify(value)));

/** The three segments, and what the first two say. */
export function parts(token) {
  const segments = token.split(".");
  return { segments, header: decode(segments[0]), claims: decode(segments[1]) };
}

const MORE = "orders:write orders:cancel payments:refund reports:read";
const UNSIGNED = { alg: "none", typ: "at+jwt" };

/** Another token, made of one without the key. */
export async function forge(how, token, keySet) {
  const { segments: [head, payload, signature], header, claims } = parts(token);
  const wider = encode({ ...claims, scope: `${claims.scope} ${MORE}` });
  switch (how) {
    case "payload":
      return `${head}.${wider}.${signature}`;
    case "none":
      return `${encode(UNSIGNED)}.${wider}.`;
    case "none-with-signature":
      return `${encode(UNSIGNED)}.${wider}.${signature}`;
    case "unknown-key":
      return `${encode({ ...header, kid: `forged-${crypto.getRandomValues(new Uint32Array(2)).join("")}` })}.${payload}.${signature}`;
    case "public-key-as-secret": {
      if (!crypto.subtle) throw new Error("this browser makes signatures on 127.0.0.1 and https alone");
      const signed = `${encode({ ...header, alg: "HS256" })}.${wider}`;
      const secret = text.encode(pem(keySet.keys.find((key) => key.kid === header.kid)));
      const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      const mac = await crypto.subtle.sign("HMAC", key, text.encode(signed));
      return `${signed}.${base64url(new Uint8Array(mac))}`;
    }
    default:
      throw new Error(`nobody forges ${how}`);
  }
}

/** A P-256 key as the PEM file that everybody would make of it (RFC 5480): what comes before the point never changes. */
function pem(jwk) {
  const before = "3059301306072a8648ce3d020106082a8648ce3d03010703420004".match(/../g).map((hex) => Number.parseInt(hex, 16));
  const der = [...before, ...bytesOf(jwk.x), ...bytesOf(jwk.y)];
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g);
  return `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`;
}
