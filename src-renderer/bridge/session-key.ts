// The key to the loopback API: it arrives in the address (`#token=…`), is taken out of it at once so that it stays in no
// history, and is kept for this tab only, so that a reload needs no new address.
const SLOT = 'lanceur.key';
const FORM = /#token=([\w-]{43})(?:&to=(.*))?$/;

export type KeyStore = Pick<Storage, 'getItem' | 'setItem'>;

/** Undefined where the address holds none. */
export function keyIn(address: string): string | undefined {
  return FORM.exec(address)?.[1];
}

/** Takes the key out of the address bar; the page asked for beside it (`&to=/history`) stays. */
export function takeKey(view: Window, store: KeyStore): string | undefined {
  const found = FORM.exec(view.location.hash);
  if (found?.[1] === undefined) return store.getItem(SLOT) ?? undefined;
  const [, key, to = '/'] = found;
  store.setItem(SLOT, key);
  view.history.replaceState(null, '', `${view.location.pathname}#${to}`);
  return key;
}

export function keepKey(store: KeyStore, key: string): void {
  store.setItem(SLOT, key);
}
