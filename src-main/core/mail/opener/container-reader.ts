// Opens winmail.dat, Outlook messages and zips in a thread of its own, with a limit of memory and of time: a forged one costs
// its mail, not the program. The thread reads a file and writes files; it starts when the first container comes.
import { Worker } from 'node:worker_threads';
import { CancelledError, RefusedError, throwIfAborted } from '../../errors.ts';
import type { ContainerAnswer, ContainerOrder, ContainerResult } from './container-thread.ts';

export interface ContainerReader {
  /** Throws RefusedError (why it cannot be opened, `mail.containerTooSlow`, `mail.containerTooComplex`), CancelledError. */
  open(order: ContainerOrder, signal: AbortSignal): Promise<ContainerResult>;
}

export type ContainerReaderOptions = { readonly limitMs?: number; readonly heapMb?: number };

export function createContainerReader(options: ContainerReaderOptions = {}): ContainerReader {
  const { limitMs = 15_000, heapMb = 48 } = options;
  /** One at a time: they are rare, and each may use all the memory it is allowed. */
  let turn: Promise<unknown> = Promise.resolve();
  return {
    open(order, signal) {
      const mine = turn.then(() => openOne(order, { limitMs, heapMb, signal }));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

type Limits = { readonly limitMs: number; readonly heapMb: number; readonly signal: AbortSignal };

async function openOne(order: ContainerOrder, limits: Limits): Promise<ContainerResult> {
  const { limitMs, heapMb, signal } = limits;
  throwIfAborted(signal);
  const thread = new Worker(new URL(PROGRAM, import.meta.url), {
    name: 'container',
    env: {},
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8 },
  });
  const outcome = Promise.withResolvers<ContainerAnswer>();
  const onAbort = () => {
    outcome.reject(new CancelledError());
  };
  // The thread itself is the clock's only client here: a wall clock that jumps must not end it.
  const timer = setTimeout(() => {
    outcome.reject(new RefusedError('mail.containerTooSlow', { ms: limitMs }));
  }, limitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  thread.once('message', (answer: ContainerAnswer) => {
    outcome.resolve(answer);
  });
  thread.once('error', (error) => {
    outcome.reject(new RefusedError('mail.containerTooComplex', {}, { cause: error }));
  });
  thread.once('exit', () => {
    outcome.reject(new RefusedError('mail.containerTooComplex', {}));
  });
  try {
    const answer = await outcome.promise;
    if (!answer.ok) throw new RefusedError(answer.code, answer.params);
    return answer.result;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await thread.terminate();
  }
}

/** Beside this file while it runs unbuilt, beside its chunk in the program. */
const PROGRAM = import.meta.url.endsWith('.ts') ? './container-thread.ts' : './container-thread.js';
