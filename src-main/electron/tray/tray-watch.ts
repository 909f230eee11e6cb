// Keeps the tray true: asks the core after each of its events and every few seconds, and believes it is alive only while it
// answers and its heart beats. Whoever does not answer is shown as down, whatever it said before.
import type { Status } from '#contract/model/status';
import { typedCall } from '../../core/api/typed-call.ts';
import { background } from '../../core/background.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { EngineHost } from '../engine-host.ts';
import { type EngineState, type TrayFacts, type TrayView, trayView } from './tray-model.ts';

const LOOK_MS = 15_000;
/** Events come in bursts. */
const SETTLE_MS = 300;
const ANSWER_MS = 10_000;
/** A machine that just woke up may be looked at before its heart beats again: believed dead after this time. */
const DOUBT_MS = 10_000;

export type TrayWatchParts = {
  readonly engine: EngineHost;
  readonly texts: () => Texts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly show: (view: TrayView) => void;
  /** What the shell itself knows. */
  readonly shell: () => Pick<TrayFacts, 'startAtLogin' | 'update'>;
  readonly signal: AbortSignal;
  /** A core that was there does not answer any more; told once. */
  readonly onDown: () => void;
};

export interface TrayWatch {
  /** Looks soon. */
  readonly look: () => void;
}

export function watchTray(parts: TrayWatchParts): TrayWatch {
  const { engine, clock, logger, signal } = parts;
  let known: Pick<TrayFacts, 'status' | 'lastDelivered'> = { status: null, lastDelivered: null };
  /** Since when it was not well; null = it is. */
  let unwellSinceMs: number | null = null;
  let isToldDown = false;
  let asked = new AbortController();

  const ask = async (): Promise<boolean> => {
    const enough = new AbortController();
    const tooLate = clock.sleep(ANSWER_MS, AbortSignal.any([signal, enough.signal])).then(
      () => null,
      () => null,
    );
    try {
      const answer = await Promise.race([readCore(engine), tooLate]);
      if (answer !== null) known = answer;
      return answer !== null;
    } catch {
      // Not started, stopped, or its store is gone: all of them are "no answer" here, and the log has them.
      return false;
    } finally {
      enough.abort();
    }
  };
  const lookNow = async (): Promise<void> => {
    const before = engine.state();
    const isWell = before.kind === 'alive' && (await ask());
    const nowMs = clock.monotonicMs();
    unwellSinceMs = isWell ? null : (unwellSinceMs ?? nowMs);
    const { kind, error } = engine.state();
    const state: EngineState = kind === 'alive' && !isWell ? 'down' : kind;
    const isSure = error !== undefined || nowMs - (unwellSinceMs ?? nowMs) >= DOUBT_MS;
    const texts = parts.texts();
    if (signal.aborted || (state === 'down' && !isSure)) return;
    if (state === 'down' && error === undefined && !isToldDown) parts.onDown();
    isToldDown = state === 'down';
    const reason = error === undefined ? null : sayReason(texts, error);
    const facts = { now: clock.now(), engine: state, reason, ...known, ...parts.shell() };
    parts.show(trayView(facts, texts));
  };
  // One look after the other: an old answer that comes late shall not be shown over a new one.
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      asked = new AbortController();
      await lookNow();
      // Somebody cannot wait, or the program ends: which of the two is asked next.
      await clock.sleep(LOOK_MS, AbortSignal.any([signal, asked.signal])).catch(() => undefined);
      if (asked.signal.aborted) await clock.sleep(SETTLE_MS, signal);
    }
  };
  const look = (): void => {
    asked.abort();
  };
  background(watch(), logger);
  engine.on(look);
  return { look };
}

async function readCore(
  engine: EngineHost,
): Promise<{ readonly status: Status; readonly lastDelivered: TrayFacts['lastDelivered'] }> {
  const call = typedCall(engine.call);
  const status = await call('status.get', {});
  const ends = ['settled', 'delivered'] as const;
  const newest = await Promise.all(ends.map((state) => call('items.list', { state, limit: 1 })));
  const [first = null] = newest.flat().sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1));
  return { status, lastDelivered: first };
}
