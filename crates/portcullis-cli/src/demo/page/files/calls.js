// The doors: every operation of the services, and what comes of trying it.

import { byId, element, show } from "./dom.js";
import { note, session } from "./session.js";
import { look } from "./state.js";
import { gates, sentence } from "./way.js";
import { call } from "./wire.js";

export function start(table) {
  const door = (operation) => element("li", {},
    element("button", { type: "button", id: `call-${operation.id}`, onclick: () => knock(table, operation) },
      element("strong", {}, operation.title),
      element("code", {}, broken(operation.operation.replace(/^rpc /, ""))),
      element("small", {}, needs(table, operation).join(" and ") || "no rule")));
  show("calls-http", table.calls.filter((operation) => operation.over === "http").map(door));
  show("calls-grpc", table.calls.filter((operation) => operation.over === "grpc").map(door));
  show("way", gates(null));
}

/** A long name breaks behind its slash. */
function broken(name) {
  const [first, last] = name.split(/(?<=[A-Za-z]\/)/);
  return last ? [first, element("wbr"), last] : [first];
}

const needs = (table, { operation }) => table.scopes[operation] ?? [];

let knocks = 0;

async function knock(table, operation) {
  const token = byId("without-token").checked ? null : session.access;
  const nth = ++knocks;
  const reply = await call(operation, token);
  // Another token may be at hand by now, or another door have been tried.
  if (token && token === session.access) note(operation, reply, needs(table, operation));
  if (nth === knocks) tell(reply);
  await look();
}

function tell(reply) {
  show("way", gates(reply));
  byId("verdict").textContent = sentence(reply);
  byId("verdict").className = `verdict ${reply.good ? "good" : "bad"}`;
  const side = (title, text) => element("div", {}, element("h4", {}, title), element("pre", { tabIndex: 0 }, text));
  show("exchange", element("div", { className: "exchange" }, side("Sent", reply.sent), side("Came back", reply.came)));
  // On a phone the doors stand above it.
  byId("verdict").scrollIntoView({ block: "nearest" });
}
