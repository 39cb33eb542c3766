// gRPC from a browser: gRPC-Web over fetch, and as much of Protocol Buffers as this demo's answers need.

/** A message in its frame. */
export function frame(message) {
  const framed = new Uint8Array(5 + message.length);
  new DataView(framed.buffer).setUint32(1, message.length);
  framed.set(message, 5);
  return framed;
}

/** What came back: the code, the message of a refusal, and the fields of the answer by their names. */
export function answer(headers, bytes, names) {
  const trailers = new Map(headers);
  let fields = null;
  for (let at = 0; at + 5 <= bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(1);
    const content = bytes.subarray(at + 5, at + 5 + length);
    if (bytes[at] & 0x80) {
      for (const line of new TextDecoder().decode(content).split("\r\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      }
    } else {
      fields = decode(content, names);
    }
    at += 5 + length;
  }
  const code = trailers.has("grpc-status") ? Number(trailers.get("grpc-status")) : 2;
  return { code, message: decodeURIComponent(trailers.get("grpc-message") ?? ""), fields };
}

/** Varints and texts. */
function decode(bytes, names) {
  const fields = {};
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * shift;
      if (!(byte & 0x80)) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const name = names[(tag >>> 3) - 1] ?? `field ${tag >>> 3}`;
    if ((tag & 7) === 0) {
      fields[name] = varint();
    } else {
      const length = varint();
      fields[name] = new TextDecoder().decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return fields;
}

export const CODES = {
  0: "OK", 2: "UNKNOWN", 3: "INVALID_ARGUMENT", 5: "NOT_FOUND", 7: "PERMISSION_DENIED", 12: "UNIMPLEMENTED", 13: "INTERNAL",
  14: "UNAVAILABLE", 16: "UNAUTHENTICATED",
};
