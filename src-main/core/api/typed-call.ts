// From a call by name with unknown output to one whose output has the contract's type, because it was parsed.
import type { z } from 'zod';
import { type CallInput, calls, type CallName, type CallOutput } from '#contract/calls';
import type { Dispatch } from './dispatch.ts';

export type TypedCall = <N extends CallName>(
  name: N,
  input: CallInput<N>,
  options?: { readonly signal?: AbortSignal },
) => Promise<CallOutput<N>>;

export function typedCall(call: Dispatch): TypedCall {
  return async (name, input, options) => outputOf(name).parse(await call(name, input, options));
}

/** The schema of a call's output under its own type, which the compiler loses behind a generic name. */
function outputOf<N extends CallName>(name: N): z.ZodType<CallOutput<N>> {
  const schemas: { readonly [K in CallName]: { readonly output: z.ZodType<CallOutput<K>> } } =
    calls;
  return schemas[name].output;
}
