// Plays the steps of a scenario, and holds what comes back to what is promised.

import { forge, parts } from "./jwt.js";
import { look } from "./state.js";
import { ask, askForToken, call, read } from "./wire.js";

/** The pause of the services between two looks at the key set, and a little. */
const REST = 11;
const ROTATION = 30;
const AT_ONCE = 6;
/** After so many forged tokens comes a good one. */
const GOOD_EVERY = 20;

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Somebody with tokens, for one scenario. */
export class Player {
  #table;
  #access = new Map();
  #refresh = new Map();

  constructor(table) {
    this.#table = table;
  }

  /** Everybody as they started, and the provider up, whatever was played with before: whether that could be had. */
  async begin() {
    try {
      return (await ask("POST", "/demo/reset", null)).status === 204;
    } catch {
      return false;
    }
  }

  /** What a step came to: `to` in a word or two, whether that `isAsPromised`, and the `reply` of a service. */
  async play(step) {
    const came = await this[`_${step.do}`](step);
    await look();
    return came;
  }

  async _login({ name, scopes, resource, seconds, token, expect }) {
    const login = { name, scopes, resource, seconds };
    return this.#minted(await ask("POST", "/demo/login", login), token, expect);
  }

  async _forge({ how, from, token }) {
    const keySet = how === "public-key-as-secret" ? await read("/jwks.json") : null;
    this.#access.set(token, await forge(how, this.#token(from), keySet));
    return { to: "forged", isAsPromised: true };
  }

  async _call({ call: id, token, expect }) {
    const reply = await call(this.#call(id), token && this.#token(token));
    const kind = reply.kind ? ` ${reply.kind}` : "";
    const over = reply.over === "gRPC" ? `gRPC ${reply.status}${reply.good ? " OK" : ""}` : reply.status;
    return { to: `${over}${kind}`, isAsPromised: is(reply, expect), reply };
  }

  async _refresh({ from, token, expect }) {
    const parameters = {
      grant_type: "refresh_token",
      client_id: this.#table.clients.web,
      refresh_token: this.#refresh.get(from),
    };
    return this.#minted(await askForToken(parameters), token, expect);
  }

  async _exchange({ from, scopes, token, expect }) {
    const came = this.#minted(await exchange(this.#table, this.#token(from), scopes), token, expect);
    // What is exchanged lives no longer than what it came from.
    const lives = this.#access.has(token) ? expiry(this.#token(token)) <= expiry(this.#token(from)) : true;
    return { ...came, isAsPromised: came.isAsPromised && lives };
  }

  async _assign({ name, roles }) {
    const { status } = await ask("PUT", `/demo/people/${name}`, { roles });
    return { to: roles.join(", "), isAsPromised: status === 204 };
  }

  async _provider({ up }) {
    const { status } = await ask("PUT", "/demo/provider", { up });
    return { to: up ? "up" : "down", isAsPromised: status === 204 };
  }

  async _rotate({ name, scopes, call: id, token }) {
    const kid = async () => {
      this.#minted(await ask("POST", "/demo/login", { name, scopes }), token, { scopes });
      return parts(this.#token(token)).header.kid;
    };
    const before = await kid();
    await ask("POST", "/demo/keys", null);
    for (let waited = 0; waited < ROTATION; waited += 1) {
      await sleep(1);
      const now = await kid();
      const reply = await call(this.#call(id), this.#token(token));
      if (!reply.good) return { to: `${reply.status} ${reply.kind}`, isAsPromised: false, reply };
      if (now !== before) return { to: "another key signs", isAsPromised: true };
      await look();
    }
    return { to: "the old key signs", isAsPromised: false };
  }

  async _flood({ from, count, call: id, expect, key_set_requests: most }) {
    const asked = async () => (await look()).provider.key_set_requests;
    const before = await asked();
    let left = count;
    let refused = 0;
    let passed = true;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const isFollowed = left % GOOD_EVERY === 0;
        const reply = await call(this.#call(id), await forge("unknown-key", this.#token(from)));
        refused += is(reply, expect) ? 1 : 0;
        if (isFollowed) passed &&= (await call(this.#call(id), this.#token(from))).good;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const fetched = await asked() - before;
    const isAsPromised = refused === count && passed && fetched >= 1 && fetched <= most;
    return { to: `${refused} refused, ${fetched} fetched`, isAsPromised };
  }

  async _expire({ token }) {
    const left = Math.max(0, expiry(this.#token(token)) * 1000 + 50 - Date.now()) / 1000;
    await sleep(left);
    return { to: `${Math.ceil(left)} s later`, isAsPromised: true };
  }

  /** A fetch by itself may come in between, and the pause begins anew. */
  async _rest() {
    for (let waited = 0; ;) {
      const { provider } = await look();
      const left = Math.max(0, REST - (provider.seconds_since_key_set_request ?? REST));
      if (left === 0) return { to: waited === 0 ? "ready" : `${waited} s later`, isAsPromised: true };
      waited += left;
      await sleep(left);
    }
  }

  #minted({ status, json }, token, expect) {
    if (json?.access_token) this.#access.set(token, json.access_token);
    if (json?.refresh_token) this.#refresh.set(token, json.refresh_token);
    const error = json?.error ?? (json?.scope ? null : String(status));
    const isAsPromised = error ? expect.error === error : expect.scopes === json.scope;
    return { to: error ?? json.scope, isAsPromised };
  }

  #token(name) {
    if (!this.#access.has(name)) throw new Error(`no token is called ${name}`);
    return this.#access.get(name);
  }

  #call(id) {
    return this.#table.calls.find((known) => known.id === id);
  }
}

/** The order service swaps a token that it was called with for one that the stock service takes. */
export function exchange(table, token, scopes) {
  const parameters = {
    grant_type: EXCHANGE,
    subject_token: token,
    subject_token_type: ACCESS_TOKEN,
    resource: table.audiences.stock,
    scope: scopes,
  };
  return askForToken(parameters, { id: table.clients.service, secret: table.clients.service_secret });
}

const expiry = (token) => parts(token).claims.exp;

function is(reply, expect) {
  const asks = !expect.scope || (reply.challenge ?? "").includes(`scope="${expect.scope}"`);
  return reply.status === expect.status && reply.kind === (expect.kind ?? null) && reply.stopped === (expect.stopped ?? null) && asks;
}
