// Opens winmail.dat, Outlook messages and zips in a thread of its own, with a limit of memory and of time: a forged one costs
// its mail, not the program. The thread reads a file and writes files; it starts when the first container comes.
import { Worker } from 'node:worker_threads';
import {
  CancelledError,
  RefusedError,
  throwIfAborted,
  TransientError,
  type AppError,
} from '../../errors.ts';
import type { ContainerAnswer, ContainerOrder, ContainerResult } from './container-thread.ts';

/** What one mail may still ask for, however many containers it holds; each that is opened takes from it. */
export type Allowance = { leftMs: number; leftBytes: number };

const MAIL_MS = 10_000;
const MAIL_BYTES = 1_000_000_000;

export const newAllowance = (): Allowance => ({ leftMs: MAIL_MS, leftBytes: MAIL_BYTES });

export interface ContainerReader {
  /**
   * Throws RefusedError (why it cannot be opened, `mail.containerTooSlow`, `mail.containerTooComplex`), TransientError
   * `disk.spool`, CancelledError.
   */
  open(
    order: Omit<ContainerOrder, 'mostBytes'>,
    allowance: Allowance,
    signal: AbortSignal,
  ): Promise<ContainerResult>;
}

export type ContainerReaderOptions = { readonly limitMs?: number; readonly heapMb?: number };

export function createContainerReader(options: ContainerReaderOptions = {}): ContainerReader {
  const { limitMs = MAIL_MS, heapMb = 48 } = options;
  /** One at a time: they are rare, and each may use all the memory it is allowed. */
  let turn: Promise<unknown> = Promise.resolve();
  return {
    open(order, allowance, signal) {
      const mine = turn.then(async () => {
        // Waiting for its turn is not the mail's time.
        const since = performance.now();
        const { leftMs, leftBytes } = allowance;
        if (leftMs < 1 || leftBytes < 1) throw new RefusedError('mail.containerTooComplex', {});
        const limits = { limitMs: Math.min(limitMs, leftMs), heapMb, signal };
        try {
          const result = await openOne({ ...order, mostBytes: leftBytes }, limits);
          for (const { sizeBytes } of result.files) allowance.leftBytes -= sizeBytes;
          return result;
        } finally {
          allowance.leftMs -= performance.now() - since;
        }
      });
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
    outcome.reject(new RefusedError('mail.containerTooSlow', { ms: Math.ceil(limitMs) }));
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
    if (!answer.ok) throw refusal(answer);
    return answer.result;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await thread.terminate();
  }
}

/** A full disk is no fault of the container. */
function refusal({ isPassing, code, params }: Extract<ContainerAnswer, { ok: false }>): AppError {
  return isPassing
    ? new TransientError('disk.spool', { code: String(params['code'] ?? code) })
    : new RefusedError(code, params);
}

/** Beside this file while it runs unbuilt, beside its chunk in the program. */
const PROGRAM = import.meta.url.endsWith('.ts') ? './container-thread.ts' : './container-thread.js';
