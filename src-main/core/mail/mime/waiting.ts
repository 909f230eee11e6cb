// Most writes need not wait: these keep such calls synchronous, which is twice as fast as awaiting each.

export type Wait = Promise<void> | undefined;

/** `next` at once, or after the promise. */
export function after(wait: Wait, next: () => Wait): Wait {
  return wait ? wait.then(next) : next();
}

/** Both, one after the other is not asked for. */
export function both(one: Wait, other: Wait): Wait {
  if (!one) return other;
  return other ? Promise.all([one, other]).then(() => undefined) : one;
}
