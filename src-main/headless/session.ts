// The program on a data folder, as a command sees it: in this process, or in a `serve` that holds the folder.
// The hand-over is silent; only who holds the folder without answering calls is an error (`store.inUse`).
import type { CallInput, CallName, CallOutput } from '#contract/calls';
import type { Listener } from '../core/emitter.ts';
import { AppError } from '../core/errors.ts';
import type { HeadlessPortsOptions } from './headless-ports.ts';

export type CallOptions = { readonly signal?: AbortSignal };

export interface Session {
  /** The output is parsed by the contract, wherever it comes from. Throws AppErrors. */
  call<N extends CallName>(
    name: N,
    input: CallInput<N>,
    options?: CallOptions,
  ): Promise<CallOutput<N>>;
  on(listener: Listener): () => void;
  /** True when another process does the work. */
  readonly isRemote: boolean;
  close(): Promise<void>;
}

/** Throws ConfigError `store.inUse`, `store.damaged`, `store.newer`. */
export async function openSession(options: HeadlessPortsOptions): Promise<Session> {
  const { connectToHolder } = await import('./api-client.ts');
  // First without opening anything: with a `serve` running, a command costs one connection.
  const serving = await connectToHolder(options.dataDir);
  if (serving !== undefined) return serving;
  const { openLocalSession } = await import('./local-session.ts');
  try {
    return await openLocalSession(options);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'store.inUse') throw thrown;
    // It may have begun to serve between the two looks.
    const late = await connectToHolder(options.dataDir);
    if (late === undefined) throw thrown;
    return late;
  }
}
