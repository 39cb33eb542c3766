// Asking for a token, and the token taken apart.

import { byId, element, show } from "./dom.js";
import { parts } from "./jwt.js";
import { exchange } from "./scenario.js";
import { hold, onChange, session } from "./session.js";
import { look, onPeople, rolesOf } from "./state.js";
import { ask, askForToken } from "./wire.js";

let table;

export function start(given) {
  table = given;
  const scopes = table.roles.flatMap((role) => role.scopes).sort();
  show("scopes", scopes.map((scope) => choice("checkbox", "scope", scope, element("code", {}, scope), scope === "orders:read")));
  show("roles", table.roles.map((role) => choice("checkbox", "role", role.name,
    [element("strong", {}, role.name), " ", element("small", {}, role.scopes.join(" "))])));
  byId("roles").addEventListener("change", assign);
  byId("people").addEventListener("change", showRoles);
  byId("mint-form").addEventListener("submit", (event) => {
    event.preventDefault();
    mint();
  });
  onPeople(showPeople);
  onChange(showToken);
  setInterval(tick, 1000);
  showToken();
}

function choice(type, name, value, content, checked = false) {
  return element("label", { className: "choice" }, element("input", { type, name, value, checked }), element("span", {}, content));
}

const chosen = (name) => Array.from(document.querySelectorAll(`input[name=${name}]:checked`), (input) => input.value);

function showPeople(people) {
  const [who = people[0].name] = chosen("who");
  const same = document.querySelectorAll("input[name=who]").length === people.length;
  if (same) {
    people.forEach((person) => { byId(`roles-of-${person.name}`).textContent = person.roles.join(", ") || "no role"; });
  } else {
    show("people", people.map((person) => choice("radio", "who", person.name,
      [element("strong", {}, person.name), " ", element("small", { id: `roles-of-${person.name}` }, person.roles.join(", "))],
      person.name === who)));
  }
  showRoles();
}

function showRoles() {
  const [who] = chosen("who");
  const roles = rolesOf(who);
  document.querySelectorAll("input[name=role]").forEach((input) => { input.checked = roles.includes(input.value); });
}

async function assign() {
  const [who] = chosen("who");
  const { status, text } = await ask("PUT", `/demo/people/${who}`, { roles: chosen("role") });
  say(status === 204 ? `${who} has other roles from now on. Tokens from before go on for minutes; refresh, and see.` : `Refused: ${text}.`, status === 204);
  await look();
  showRoles();
}

async function mint() {
  const [who] = chosen("who");
  const asked = chosen("scope");
  if (asked.length === 0) return say("Tick a scope: a token without one opens nothing.", false);
  // A token is for one service.
  const forStock = asked.every((scope) => scope.startsWith("stock:"));
  const resource = forStock ? table.audiences.stock : table.audiences.orders;
  const { status, json } = await ask("POST", "/demo/login", { name: who, scopes: asked.join(" "), resource });
  take(who, asked, status, json);
  return look();
}

function take(who, asked, status, answer) {
  if (!answer?.access_token) {
    const still = session.access ? ` You still hold the token of ${session.name}.` : "";
    return say(`Refused: ${answer?.error_description ?? `the issuer answers ${status}`}.${still}`, false);
  }
  hold(who, answer);
  const left = asked.filter((scope) => !session.scopes.includes(scope));
  const less = left.length > 0 ? ` Not ${left.join(" and ")}: ${who} may not do that.` : "";
  return say(`${who} has a token for ${session.scopes.join(" and ")}.${less}`, true);
}

/** Once at a time: a refresh token is good once. */
async function refresh({ currentTarget: button }) {
  button.disabled = true;
  const before = session.scopes;
  const parameters = { grant_type: "refresh_token", client_id: table.clients.web, refresh_token: session.refresh };
  const { status, json } = await askForToken(parameters);
  take(session.name, before, status, json);
  button.disabled = false;
  return look();
}

async function downscope() {
  const { status, json } = await exchange(table, session.access, "stock:read");
  take(session.name, ["stock:read"], status, json);
  return look();
}

function say(text, good) {
  byId("mint-message").textContent = text;
  byId("mint-message").className = `message ${good ? "good" : "bad"}`;
}

function showToken() {
  if (!session.access) {
    show("token", element("h3", {}, "No token yet"),
      element("p", {}, "Choose somebody and some scopes, and mint one. You get what was asked for, as far as the roles give it: never more."));
    return;
  }
  const { segments, header, claims } = parts(session.access);
  const kinds = ["header", "payload", "signature"];
  const raw = segments.flatMap((segment, nth) => [nth > 0 ? "." : null, element("span", { className: kinds[nth] }, segment)]);
  const canExchange = claims.aud === table.audiences.orders && session.scopes.includes("stock:read");
  const json = (value, kind) => element("pre", { className: kind, tabIndex: 0 }, JSON.stringify(value, null, 2));
  show("token",
    element("h3", {}, `A token of ${session.name}`),
    element("p", { className: "clock" },
      element("progress", { id: "life", max: session.life, value: session.life, "aria-label": "Time left" }),
      " ", element("span", { id: "left" })),
    element("p", { className: "raw", tabIndex: 0, role: "group", "aria-label": "The token as it is sent" }, raw),
    element("div", { className: "taken-apart" }, json(header, "header"), json(claims, "payload")),
    element("p", { className: "buttons" },
      session.refresh && element("button", { type: "button", id: "refresh", onclick: refresh }, "Refresh it"),
      canExchange && element("button", { type: "button", id: "exchange-it", onclick: downscope }, "Exchange it for stock:read")));
  tick();
}

/** Time goes by. */
function tick() {
  if (!byId("life")) return;
  const left = Math.max(0, Math.round((session.endsAt - Date.now()) / 1000));
  byId("life").value = left;
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  byId("left").textContent = left > 0 ? `${clock} left` : "over: worth nothing any more";
}
