// Holds the core: starts it, and tries again while something keeps it from starting; says whether its heart beats; ends it.
// While there is none, a call is refused with TransientError `engine.down` instead of hanging.
import type { Dispatch } from '../core/api/dispatch.ts';
import { background } from '../core/background.ts';
import type { Core } from '../core/create-core.ts';
import { createEmitter, type Emitter } from '../core/emitter.ts';
import { type AppError, toAppError, TransientError } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';

export type EngineCore = Pick<
  Core,
  | 'call'
  | 'on'
  | 'receiveFile'
  | 'announce'
  | 'start'
  | 'wake'
  | 'finish'
  | 'stop'
  | 'sinceHeartbeatMs'
>;

export interface EngineHost {
  readonly call: Dispatch;
  readonly on: Emitter['on'];
  readonly receiveFile: Core['receiveFile'];
  /** Tells other programs on the data folder where this one answers. */
  readonly announce: Core['announce'];
  /** `starting`, `alive`, `down` (with its reason, where it could not be started), `stopping`. */
  readonly state: () => {
    readonly kind: 'starting' | 'alive' | 'down' | 'stopping';
    readonly error?: AppError;
  };
  /** Resolves when the first attempt is over; `onFailure` is told each new reason once. */
  readonly start: () => Promise<void>;
  /** Tries again now. */
  readonly retry: () => void;
  readonly wake: () => void;
  /** Lets the runs under way come to their end first. */
  readonly finish: () => Promise<void>;
  /** Stops the runs safely. Idempotent. */
  readonly stop: () => Promise<void>;
}

const RETRY_MS = [5_000, 15_000, 60_000];
/** The schedules are looked at every half minute; a heart that did not beat for this long stands still. */
const SILENCE_MS = 90_000;

export function createEngineHost(parts: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly createCore: () => Promise<EngineCore>;
  readonly onFailure: (error: AppError) => void;
  readonly onStarted: () => void;
}): EngineHost {
  const { clock, logger } = parts;
  const emitter = createEmitter(logger);
  const ending = new AbortController();
  let core: EngineCore | undefined;
  let failure: AppError | undefined;
  let retryNow: AbortController | undefined;
  let isFinishing = false;
  let stopped: Promise<void> | undefined;

  const startOnce = async (): Promise<void> => {
    try {
      const made = await parts.createCore();
      made.on(emitter.emit);
      await made.start().catch(async (thrown: unknown) => {
        await made.stop();
        throw thrown;
      });
      core = made;
      failure = undefined;
      emitter.emit('status.changed', {});
      parts.onStarted();
    } catch (thrown) {
      const error = toAppError(thrown);
      const isNews = error.code !== failure?.code;
      failure = error;
      logger.log('error', 'engine.notStarted', { code: error.code, message: error.message });
      if (isNews) parts.onFailure(error);
    }
  };
  const keepTrying = async (): Promise<void> => {
    for (let tries = 0; core === undefined && !ending.signal.aborted; tries += 1) {
      const waitMs = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 60_000;
      retryNow = new AbortController();
      const signal = AbortSignal.any([ending.signal, retryNow.signal]);
      // Either the time is over, or somebody cannot wait; whether the end came is asked above.
      await clock.sleep(waitMs, signal).catch(() => undefined);
      if (!ending.signal.aborted) await startOnce();
    }
  };
  let starting: Promise<void> | undefined;

  return {
    call: async (name, input, options) => {
      if (core === undefined) throw new TransientError('engine.down');
      return await core.call(name, input, options);
    },
    on: emitter.on,
    receiveFile: async (name, bytes, signal) => {
      if (core === undefined) throw new TransientError('engine.down');
      return await core.receiveFile(name, bytes, signal);
    },
    announce: (url) => core?.announce(url),
    state: () => {
      // The schedules of one that finishes its runs are looked at no more: its heart stands still, and nothing is wrong.
      if (ending.signal.aborted || isFinishing) return { kind: 'stopping' };
      if (failure !== undefined) return { kind: 'down', error: failure };
      if (core === undefined) return { kind: 'starting' };
      const sinceMs = core.sinceHeartbeatMs();
      return { kind: sinceMs !== null && sinceMs <= SILENCE_MS ? 'alive' : 'down' };
    },
    start: async () => {
      starting = startOnce();
      await starting;
      if (core === undefined) {
        starting = keepTrying();
        background(starting, logger);
      }
    },
    retry: () => retryNow?.abort(),
    wake: () => core?.wake(),
    finish: async () => {
      isFinishing = true;
      await core?.finish();
    },
    stop: () => {
      ending.abort();
      stopped ??= (async () => {
        // A core that is just being made must be unmade too.
        await starting?.catch(() => undefined);
        await core?.stop();
        core = undefined;
      })();
      return stopped;
    },
  };
}
