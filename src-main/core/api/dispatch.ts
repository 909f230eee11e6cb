// The one door into the core: a call's name is looked up, its input parsed by the contract, its handler run.
// What it throws is an AppError; shells turn it into an error body.
import type { z } from 'zod';
import { type CallName, calls } from '#contract/calls';
import { AppError, ConfigError } from '../errors.ts';
import type { Handlers } from './handlers.ts';
import { inputFault } from '#contract/input-fault';

export type Dispatch = (
  name: string,
  input: unknown,
  options?: { readonly signal?: AbortSignal },
) => Promise<unknown>;

/** Throws ConfigError `call.badInput` {path, fault…} with the field, or unexpected `call.unknown`. */
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

export const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);

/** The path of the field, and of the first name in it that the schema does not know. */
function badInput(issue: z.core.$ZodIssue | undefined): ConfigError {
  const surplus = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...surplus].map(String).join('.');
  return new ConfigError('call.badInput', { path, ...inputFault(issue) }, { field: path });
}
