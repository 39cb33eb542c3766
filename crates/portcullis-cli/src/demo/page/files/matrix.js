// Who can do what: the policy by roles, and what the token at hand was good for.

import { element, show } from "./dom.js";
import { onChange, session } from "./session.js";

const CELLS = { yes: ["yes", "✓"], "-": ["no", "–"], if: ["depends", "if"], open: ["open", "open"] };

export function start(table) {
  const draw = () => {
    show("matrix-table", head(table), element("tbody", {}, table.matrix.map((row) => line(table, row))));
    show("used", used(table));
  };
  onChange(draw);
  draw();
  show("audit", table.audit.map((finding) => element("li", { className: finding.severity },
    element("strong", {}, finding.severity), " ", ...finding.operations.map((operation) => element("code", {}, operation)),
    element("span", {}, ` ${finding.text}. It is denied meanwhile.`))));
}

function head(table) {
  const roles = table.roles.map((role) => element("th", { scope: "col" }, role.name));
  return element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "operation"), roles,
    element("th", { scope: "col" }, "needs"), element("th", { scope: "col" }, "your token")));
}

function line(table, row) {
  const cells = table.roles.map((role) => {
    const [kind, sign] = CELLS[row.roles[role.name]];
    return element("td", { className: kind }, element("span", { "aria-hidden": "true" }, sign), element("span", { className: "unseen" }, kind));
  });
  const replies = [...session.tried.get(row.operation)?.values() ?? []];
  const yours = replies.map((reply) => element("span", { className: reply.good ? "yes" : "refused" },
    `${reply.good ? "✓" : "✕"} ${reply.over === "gRPC" ? reply.name : reply.status} `));
  return element("tr", {}, element("th", { scope: "row" }, element("code", {}, row.operation)), cells,
    element("td", {}, element("code", {}, row.needs)),
    element("td", { className: "yours" }, replies.length > 0 ? yours : "not tried"));
}

/** A scope was used if an operation that needs it was done. */
function used(table) {
  if (!session.access) return element("p", {}, "Mint a token and try some doors: what it was granted and never used, it did not need.");
  const done = [...session.tried].filter(([, replies]) => [...replies.values()].some((reply) => reply.good));
  const needed = new Set(done.flatMap(([operation]) => table.scopes[operation] ?? []));
  const scopes = session.scopes.map((scope) => element("li", { className: needed.has(scope) ? "used" : "unused" },
    element("code", {}, scope), ` ${needed.has(scope) ? "used" : "not used yet"}`));
  const spare = session.scopes.filter((scope) => !needed.has(scope)).length;
  const summary = spare === 0 ? "Everything that was granted was used: as narrow as it gets."
    : `${session.scopes.length - spare} of ${session.scopes.length} used. Leave out what stays unused, next time.`;
  return [element("ul", { className: "scopes" }, scopes), element("p", {}, summary)];
}
