// How things are: the provider, its keys, and what the services know of them.

import { byId } from "./dom.js";
import { ask, read } from "./wire.js";

const changes = new EventTarget();
let people = [];
let isUp = true;

export const onPeople = (listener) => changes.addEventListener("people", () => listener(people));
export const rolesOf = (name) => people.find((person) => person.name === name)?.roles ?? [];

/** What a visitor can do to the provider. */
export function start() {
  byId("provider-switch").addEventListener("click", async () => {
    await ask("PUT", "/demo/provider", { up: !isUp });
    await look();
  });
  byId("next-key").addEventListener("click", async () => {
    const { json } = await ask("POST", "/demo/keys", null);
    byId("next-key").textContent = json?.kid ? "It signs in 12 seconds" : "One is on its way";
    setTimeout(() => { byId("next-key").textContent = "Make the next key"; }, json?.kid ? 12000 : 3000);
    await look();
  });
}

/** Looks again. */
export async function look() {
  const state = await read("/demo/state");
  if (!state?.provider) return null;
  const { provider, keys_of_the_services: keys } = state;
  isUp = provider.up;
  put("state-provider", isUp ? "up" : "down", isUp ? "good" : "bad");
  byId("provider-switch").textContent = isUp ? "Take it away" : "Bring it back";
  put("state-keys", keys.last_error ? `${keys.state}, last fetch failed` : keys.state, keys.last_error ? "bad" : "good");
  put("state-published", String(provider.published_keys.length));
  put("state-requests", provider.key_set_requests === 1 ? "once" : `${provider.key_set_requests} times`);
  if (JSON.stringify(people) !== JSON.stringify(state.people)) {
    people = state.people;
    changes.dispatchEvent(new Event("people"));
  }
  return state;
}

function put(id, text, kind = "") {
  byId(id).textContent = text;
  byId(id).className = kind;
}
