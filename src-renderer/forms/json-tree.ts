// A draft as a tree of plain values, read and changed by dotted paths. Pure: a change makes a new tree.
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Anything that came out of the contract's schemas, without what is `undefined`. */
export function toTree(value: unknown): JsonObject {
  const tree: unknown = JSON.parse(JSON.stringify(value));
  return isObject(tree) ? tree : {};
}

export function readPath(tree: Json | undefined, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((node, step) => (isObject(node) ? node[step] : undefined), tree);
}

export function writePath(tree: JsonObject, path: string, value: Json | undefined): JsonObject {
  const [step = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...tree, [step]: value };
  const child = tree[step];
  return { ...tree, [step]: writePath(isObject(child) ? child : {}, rest.join('.'), value) };
}

/** What `values` says, and what `defaults` says where it says nothing. */
export function withUsual(defaults: JsonObject, values: JsonObject): JsonObject {
  const merged = Object.entries(values).map(([name, value]) => {
    const usual = defaults[name];
    const isBranch = isObject(usual) && isObject(value);
    return [name, isBranch ? withUsual(usual, value) : (value ?? usual)] as const;
  });
  return { ...defaults, ...Object.fromEntries(merged) };
}

/** What lies under a name, where that is a tree; else an empty one. */
export function branchOf(tree: JsonObject, name: string): JsonObject {
  const found = tree[name];
  return isObject(found) ? found : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
