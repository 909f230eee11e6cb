// The one door into the core: a call's name is looked up, its input parsed by the contract, its handler run.
// What it throws is an AppError; shells turn it into an error body.
import { type CallName, calls } from '#contract/calls';
import { AppError, ConfigError } from '../errors.ts';
import type { Handlers } from './handlers.ts';

export type Dispatch = (
  name: string,
  input: unknown,
  options?: { readonly signal?: AbortSignal },
) => Promise<unknown>;

/** Throws ConfigError `call.badInput` {path, message} with the field, or unexpected `call.unknown`. */
export function createDispatch(handlers: Handlers): Dispatch {
  return async (name, input, options = {}) => {
    if (!isCallName(name)) throw new AppError('unexpected', 'call.unknown', { name });
    const parsed = calls[name].input.safeParse(input ?? {});
    if (!parsed.success) throw badInput(parsed.error.issues[0]);
    // One name's handler takes just that name's input; the compiler cannot see through the union.
    const handler: (input: never, signal: AbortSignal) => unknown = handlers[name];
    const run = (value: unknown): unknown =>
      Reflect.apply(handler, undefined, [value, options.signal ?? new AbortController().signal]);
    return await run(parsed.data);
  };
}

const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);

type Issue = {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Names that the schema does not know. */
  readonly keys?: readonly string[];
};

function badInput(issue: Issue | undefined): ConfigError {
  const path = [...(issue?.path ?? []), ...(issue?.keys?.slice(0, 1) ?? [])].map(String).join('.');
  return new ConfigError('call.badInput', { path, message: issue?.message ?? '' }, { field: path });
}
