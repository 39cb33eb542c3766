// Everything that goes over the wire. The page is a client like any other.

import { byId } from "./dom.js";
import { CODES, answer, frame } from "./grpc.js";
import { bytesOf } from "./jwt.js";

const ORDER = ["id", "item", "quantity", "placed_by", "state"];

async function send(method, path, headers, body) {
  // Without credentials of the browser's own: it would ask for a password at a 401 of the token endpoint.
  const options = { method, headers, body, credentials: "omit", cache: "no-store", redirect: "error" };
  const response = await fetch(path, options).catch(gone);
  byId("gone").hidden = true;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, reason: response.statusText, headers: response.headers, bytes };
}

function gone(cause) {
  byId("gone").hidden = false;
  throw new Error("the demo does not answer", { cause });
}

function json({ bytes }) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** Reads a document. */
export const read = async (path) => json(await send("GET", path));

/** Asks the desk for something. */
export async function ask(method, path, content) {
  const response = await send(method, path, { "content-type": "application/json" }, JSON.stringify(content));
  return { status: response.status, text: new TextDecoder().decode(response.bytes), json: json(response) };
}

/** Asks the token endpoint. */
export async function askForToken(parameters, client) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  if (client) headers.authorization = `Basic ${btoa(`${client.id}:${client.secret}`)}`;
  const response = await send("POST", "/token", headers, new URLSearchParams(parameters).toString());
  return { status: response.status, json: json(response) };
}

/** Calls an operation of the services, and says what went and came, and how far the request got. */
export async function call(operation, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return operation.over === "grpc" ? callRpc(operation, headers) : callHttp(operation, headers);
}

async function callHttp({ method, path, body }, headers) {
  if (body) headers["content-type"] = "application/json";
  const response = await send(method, path, headers, body ?? undefined);
  const content = json(response);
  const came = content === null ? "" : JSON.stringify(content, null, 2);
  return {
    over: "HTTP",
    status: response.status,
    name: response.reason,
    good: response.status < 300,
    ...way(response.headers),
    sent: request(method, path, headers, body ?? ""),
    came: `HTTP/1.1 ${response.status} ${response.reason}\n${shown(response.headers)}${came && `\n${came}`}`,
  };
}

async function callRpc({ path, message }, headers) {
  headers["content-type"] = "application/grpc-web+proto";
  const response = await send("POST", path, headers, frame(bytesOf(message)));
  const { code, message: text, fields } = answer(response.headers, response.bytes, ORDER);
  const came = fields ? JSON.stringify(fields, null, 2) : "";
  return {
    over: "gRPC",
    status: code,
    name: CODES[code] ?? "",
    good: code === 0,
    ...way(response.headers),
    sent: request("POST", path, headers, `(${bytesOf(message).length} bytes of Protocol Buffers)`),
    came: `HTTP/1.1 ${response.status}\ngrpc-status: ${code}${text && `\ngrpc-message: ${text}`}\n${shown(response.headers)}${came && `\n${came}`}`,
  };
}

/** How far it got, as the marks between the layers tell. */
function way(headers) {
  return {
    passed: (headers.get("demo-passed") ?? "").split(" ").filter(Boolean),
    stopped: headers.get("demo-stopped"),
    kind: headers.get("demo-kind"),
    why: headers.get("demo-reason"),
    challenge: headers.get("www-authenticate"),
  };
}

function request(method, path, headers, body) {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${short(value)}\n`);
  return `${method} ${path} HTTP/1.1\n${fields.join("")}${body && `\n${body}`}`;
}

/** The token stands in full above; here it is in the way. */
const short = (value) => value.length > 80 ? `${value.slice(0, 36)}…${value.slice(-8)}` : value;

function shown(headers) {
  const telling = ["content-type", "www-authenticate", "retry-after"];
  return telling.filter((name) => headers.has(name)).map((name) => `${name}: ${headers.get(name)}\n`).join("");
}
