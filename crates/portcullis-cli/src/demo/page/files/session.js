// The token at hand, and what was done with it.

const changes = new EventTarget();

export const session = {
  name: null,
  access: null,
  refresh: null,
  scopes: [],
  /** When it ends, by the clock of this browser. */
  endsAt: 0,
  /** Its whole life, in seconds. */
  life: 0,
  /** Replies by operation, and by call. */
  tried: new Map(),
};

export const onChange = (listener) => changes.addEventListener("change", listener);
export const onHold = (listener) => changes.addEventListener("hold", listener);

/** Another token is at hand; with it nothing was done yet. */
export function hold(name, answer) {
  Object.assign(session, {
    name,
    access: answer.access_token,
    refresh: answer.refresh_token ?? null,
    scopes: answer.scope.split(" "),
    endsAt: Date.now() + answer.expires_in * 1000,
    life: answer.expires_in,
    tried: new Map(),
  });
  changes.dispatchEvent(new Event("hold"));
  changes.dispatchEvent(new Event("change"));
}

/** An operation was tried with it. */
export function note(operation, reply) {
  if (!session.tried.has(operation.operation)) session.tried.set(operation.operation, new Map());
  session.tried.get(operation.operation).set(operation.id, reply);
  changes.dispatchEvent(new Event("change"));
}
