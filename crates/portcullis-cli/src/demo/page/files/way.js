// The way of a request through the layers: a gate for each, up or down.

import { drawing, element } from "./dom.js";

/** From the outside in, with the question that each asks. */
const STATIONS = [
  ["signature", "Signature", "A token? From whom, for whom?"],
  ["expiry", "Expiry", "Good now, not revoked?"],
  ["permission", "Permission", "May it do this?"],
  ["claims", "Claims", "Does it say all that is read?"],
  ["resource", "Resource", "Has the code its proof?"],
];

/** The gates as a reply found them; all of them waiting without one. */
export function gates(reply) {
  return STATIONS.map(([id, name, question]) => {
    const state = stateOf(id, reply);
    const told = { open: "let it through", shut: "stopped it", ahead: "not reached", idle: "" }[state];
    return element("li", { className: `gate ${state}` }, picture(),
      element("strong", {}, name), element("span", { className: "told" }, told),
      element("small", {}, question));
  });
}

/** The same in a row of marks, for a line of text. */
export function marks(reply) {
  const signs = { open: "●", shut: "✕", ahead: "○" };
  const row = STATIONS.map(([id, name]) => {
    const state = stateOf(id, reply);
    return element("span", { className: `mark ${state}`, title: name }, signs[state]);
  });
  return element("span", { className: "marks", "aria-hidden": "true" }, row);
}

function stateOf(id, reply) {
  if (!reply) return "idle";
  if (reply.passed.includes(id)) return "open";
  return reply.stopped === id ? "shut" : "ahead";
}

function picture() {
  const stone = "M4 60V26C4 12 16 3 30 3s26 9 26 23v34H46V28c0-9-7-15-16-15s-16 6-16 15v32z";
  const bars = "M18 18v40M26 12v46M34 12v46M42 18v40M14 28h32M14 40h32M14 52h32";
  return drawing("svg", { viewBox: "0 0 60 62", "aria-hidden": "true" },
    drawing("path", { class: "bars", d: bars }), drawing("path", { class: "stone", d: stone }));
}

/** What a reply comes to, in a sentence. */
export function sentence(reply) {
  const code = reply.over === "gRPC" ? `gRPC ${reply.status} ${reply.name}` : `${reply.status} ${reply.name}`;
  if (reply.stopped) return `${code}: stopped at the ${reply.stopped} layer, ${reply.kind}. ${capital(reply.why)}.`;
  return reply.good ? `${code}: all layers let it through.` : `${code}: the layers let it through, and the service itself says no.`;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
