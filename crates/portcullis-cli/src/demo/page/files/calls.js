// The doors: every operation of the services, and what comes of trying it.

import { byId, element, show } from "./dom.js";
import { note, onHold, session } from "./session.js";
import { look } from "./state.js";
import { gates, sentence } from "./way.js";
import { call } from "./wire.js";

export function start(table) {
  const door = (operation) => element("li", {},
    element("button", { type: "button", id: `call-${operation.id}`, onclick: () => knock(operation) },
      element("strong", {}, operation.title),
      element("code", {}, broken(operation.operation.replace(/^rpc /, ""))),
      element("small", {}, asks(table, operation))));
  show("calls-http", table.calls.filter((operation) => operation.over === "http").map(door));
  show("calls-grpc", table.calls.filter((operation) => operation.over === "grpc").map(door));
  onHold(begin);
  begin();
}

/** A long name breaks behind its slash. */
function broken(name) {
  const [first, last] = name.split(/(?<=[A-Za-z]\/)/);
  return last ? [first, element("wbr"), last] : [first];
}

/** What it takes, as the policy says it. */
function asks(table, { operation, service }) {
  const row = table.matrix.find((known) => known.operation === operation);
  return `${row?.needs ?? "no rule"}${service === "stock" ? ", in a token for the stock service" : ""}`;
}

let knocks = 0;

async function knock(operation) {
  const token = byId("without-token").checked ? null : session.access;
  const nth = ++knocks;
  const reply = await call(operation, token);
  // Another token may be at hand by now, or another door have been tried.
  if (token && token === session.access) note(operation, reply);
  if (nth === knocks) tell(operation, reply);
  await look();
}

/** What was tried with another token is over. */
function begin() {
  byId("with").textContent = session.access
    ? `With the token of ${session.name}: ${session.scopes.join(" and ")}.`
    : "Without a token: mint one above.";
  show("way", gates(null));
  show("exchange");
  byId("verdict").textContent = "Choose a door. Here you see which layers the request passes, and which one stops it.";
  byId("verdict").className = "verdict";
}

function tell(operation, reply) {
  show("way", gates(reply));
  byId("verdict").textContent = `${operation.title}: ${sentence(reply)}`;
  byId("verdict").className = `verdict ${reply.good ? "good" : "bad"}`;
  const side = (title, text) => element("div", {}, element("h4", {}, title), element("pre", { tabIndex: 0 }, text));
  show("exchange", element("div", { className: "exchange" }, side("Sent", reply.sent), side("Came back", reply.came)));
  // On a phone the doors stand above it.
  byId("verdict").scrollIntoView({ block: "nearest" });
}
