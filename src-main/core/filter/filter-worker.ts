// Runs user's regular expressions in a thread that can be killed: some of them need longer than the age of
// the world on a name of forty characters, and nothing else can interrupt a JavaScript expression.
// The thread starts with the first expression, never keeps the process alive when idle, and is replaced
// after a kill. One batch at a time; the limit counts from the moment the batch is in the thread's hands.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CancelledError, ConfigError, throwIfAborted } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { FilterField } from './field-language.ts';
import type { CompiledRegex } from './parse-filter.ts';

export interface RegexRunner {
  /**
   * One mark (1 = matches) for each name, in order; names must be normalised. Throws ConfigError
   * `filter.tooSlow` {pattern, ms, name} or `filter.tooComplex` {pattern}, CancelledError.
   */
  test(ask: RegexAsk, names: readonly string[], signal: AbortSignal): Promise<Uint8Array>;
  /** Kills the thread; what waits is cancelled, what comes later too. */
  close(): Promise<void>;
}

export type RegexAsk = { readonly regex: CompiledRegex; readonly field: FilterField };

export type RunnerOptions = {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly startThread: () => Worker;
};

// Self-contained text, so that it runs unbuilt and bundled alike. `done` counts the names finished: it
// tells the other side which name held the thread up, and that an answer is under way.
const THREAD = `'use strict';
const { parentPort } = require('node:worker_threads');
const compiled = new Map();
parentPort.on('message', ({ source, flags, names, done }) => {
  try {
    const key = flags + source;
    let regex = compiled.get(key);
    if (regex === undefined) {
      if (compiled.size > 200) compiled.clear();
      regex = new RegExp(source, flags);
      compiled.set(key, regex);
    }
    const marks = new Uint8Array(names.length);
    for (let index = 0; index < names.length; index += 1) {
      Atomics.store(done, 0, index);
      marks[index] = regex.test(names[index]) ? 1 : 0;
    }
    Atomics.store(done, 0, names.length);
    parentPort.postMessage(marks);
  } catch (error) {
    parentPort.postMessage(String(error));
  }
});`;

export function startRegexThread(): Worker {
  const thread = new Worker(THREAD, {
    eval: true,
    env: {},
    execArgv: [],
    name: 'filter',
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
  });
  thread.unref();
  return thread;
}

export function createRegexRunner({ clock, limitMs, startThread }: RunnerOptions): RegexRunner {
  const closing = new AbortController();
  let running: Promise<Worker> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function stopThread(): Promise<void> {
    const started = running;
    running = null;
    // A thread that failed to start has nothing to stop.
    const thread = await started?.catch(() => undefined);
    await thread?.terminate();
  }

  async function testNow(ask: RegexAsk, names: readonly string[], signal: AbortSignal) {
    throwIfAborted(signal);
    running ??= ready(startThread());
    try {
      return await askThread(await running, { ...ask, names, signal, clock, limitMs });
    } catch (thrown) {
      // Whatever went wrong, the thread may still be at it: the next batch gets a fresh one.
      await stopThread();
      throwIfAborted(signal);
      throw thrown;
    }
  }

  return {
    async test(ask, names, signal) {
      const cut = AbortSignal.any([signal, closing.signal]);
      const mine = turn.then(() => testNow(ask, names, cut));
      turn = mine.catch(() => undefined);
      return await orCancelled(mine, cut);
    },
    async close() {
      closing.abort();
      await turn;
      await stopThread();
    },
  };
}

/** Starting costs some 50 ms, more on a busy machine: it is not held against the expression. */
async function ready(thread: Worker): Promise<Worker> {
  thread.ref();
  await once(thread, 'online');
  return thread;
}

type Batch = RegexAsk & {
  readonly names: readonly string[];
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly limitMs: number;
};

async function askThread(thread: Worker, batch: Batch): Promise<Uint8Array> {
  const { regex, field, names, limitMs } = batch;
  const stop = new AbortController();
  const signal = AbortSignal.any([batch.signal, stop.signal]);
  const done = new Int32Array(new SharedArrayBuffer(4));
  const reply = once(thread, 'message', { signal });
  const late = watch(batch, done, signal);
  thread.ref();
  try {
    thread.postMessage({ source: regex.source, flags: regex.flags, names, done });
    const first: unknown = await Promise.race([reply, late]);
    if (first === 'late') {
      const name = (names[Atomics.load(done, 0)] ?? '').slice(0, 120);
      throw new ConfigError(
        'filter.tooSlow',
        { pattern: regex.text, ms: limitMs, name },
        { field },
      );
    }
    const marks: unknown = Array.isArray(first) ? first[0] : first;
    if (marks instanceof Uint8Array) return marks;
    throw tooComplex(batch, marks);
  } catch (thrown) {
    if (thrown instanceof ConfigError) throw thrown;
    // The thread died, as a rule for want of memory.
    throw tooComplex(batch, thrown);
  } finally {
    stop.abort();
    thread.unref();
  }
}

function tooComplex({ regex, field }: RegexAsk, cause: unknown): ConfigError {
  return new ConfigError('filter.tooComplex', { pattern: regex.text }, { field, cause });
}

/**
 * Says 'late' when the limit has passed. Slept in two halves: after a standby, or when this thread was
 * itself held up, the first half ends late and the batch still gets its second. A finished batch is never
 * late: its answer is on the way, and only `signal` ends the wait.
 */
async function watch(batch: Batch, done: Int32Array, signal: AbortSignal): Promise<'late'> {
  await batch.clock.sleep(batch.limitMs / 2, signal);
  await batch.clock.sleep(batch.limitMs / 2, signal);
  if (Atomics.load(done, 0) < batch.names.length) return 'late';
  return await new Promise<never>(() => undefined);
}

/** Leaves at once when the signal aborts, although the turn is not over. */
async function orCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  const stop = new AbortController();
  const aborted = once(signal, 'abort', { signal: stop.signal }).then(() => {
    throw new CancelledError();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop.abort();
  }
}
