// The shape of the handlers: one per call of the contract, grouped by subject in the files beside this one.
import type { CallName, CallOutput, ParsedInput } from '#contract/calls';

export type Handler<N extends CallName> = (
  input: ParsedInput<N>,
  signal: AbortSignal,
) => Promise<CallOutput<N>> | CallOutput<N>;

export type Handlers<N extends CallName = CallName> = { readonly [K in N]: Handler<K> };
