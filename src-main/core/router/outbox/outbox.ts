// The outbox: takes messages in, sends them side by side through their connectors, and lets nobody wait behind a
// connector that is away. Which attempt means what is `after-attempt.ts`; what is on the disk when, `delivery.ts`.
import type { ErrorBody } from '#contract/error-codes';
import type { ConnectorId, OutboxId, ServiceId } from '#contract/ids';
import type { OutboxCounts, OutboxMessage } from '#contract/model/outbox';
import { background } from '../../background.ts';
import type { Emitter } from '../../emitter.ts';
import {
  type AppError,
  CancelledError,
  ConfigError,
  toAppError,
  toErrorBody,
} from '../../errors.ts';
import type { Checkpoint, Clock, Logger } from '../../ports.ts';
import type { OutboxEntry } from '../../store/outbox-rows.ts';
import type { Store } from '../../store/store.ts';
import { chooseConnector, type Chosen } from '../choose-connector.ts';
import type { ConnectorDesk } from '../connector-desk.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { cancelled, reopened } from './by-hand.ts';
import { deliver, namedBody } from './delivery.ts';
import { noteEnd } from './note-end.ts';
import { createTeller } from './teller.ts';

export interface Outbox {
  /** Somebody stored a message, or let one go: look. */
  poke(): void;
  /** One message as soon as a connection is free, whatever it waits for; resolves when its attempt is over. */
  attempt(id: OutboxId, signal: AbortSignal): Promise<OutboxMessage>;
  /** Until nothing is due and nothing is on its way. */
  flush(signal: AbortSignal): Promise<OutboxCounts>;
  /** Throws ConfigError `outbox.missing`, `outbox.notOpen`, or why no connector can carry it. */
  retry(id: OutboxId): OutboxMessage;
  /** Stops what is not committed. Throws ConfigError `outbox.missing`, `outbox.notOpen`, `outbox.onItsWay`. */
  cancel(id: OutboxId): Promise<OutboxMessage>;
  /** The connector's or its account's settings changed: what waits for it is due. */
  forgive(id?: ConnectorId): void;
  /** What was under way when the program was cut, or its store failed. */
  recover(): void;
  /** From now on it works by itself. */
  start(): void;
  /** Ends what is under way safely; what was not committed is sent after the next start. */
  stop(): Promise<void>;
}

export type OutboxParts = {
  readonly store: Pick<Store, 'outbox' | 'router' | 'journal'>;
  readonly files: AttachmentStore;
  readonly desk: ConnectorDesk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emitter: Emitter;
  readonly checkpoint: Checkpoint;
};

type Job = { readonly controller: AbortController; readonly ended: Promise<void> };

/** Clocks may be set while somebody sleeps. */
const LONGEST_SLEEP_MS = 60_000;
/** How long a service without a usable connector is left alone. */
const UNUSABLE_MS = 15 * 60_000;
const WOKEN = 'woken';
const CUT: ErrorBody = { kind: 'transient', code: 'outbox.cutInDoubt', params: {} };

export function createOutbox(parts: OutboxParts): Outbox {
  const { store, desk, clock, logger, emitter } = parts;
  const { outbox, router } = store;
  const jobs = new Map<OutboxId, Job>();
  const busy = new Map<ConnectorId, number>();
  const stopped = new AbortController();
  let isRunning = false;
  /** How an attempt ended could not be written: its row says that it is still under way. */
  let isUnsettled = false;
  let nap: AbortController | undefined;
  let restsUntilMs = Number.POSITIVE_INFINITY;
  const tell = createTeller(emitter, clock, { logger, signal: stopped.signal });
  const wake = (): void => {
    // With a reason: without, an exception with its stack is made for each message.
    nap?.abort(WOKEN);
    nap = undefined;
  };

  const launch = (entry: OutboxEntry, chosen: Chosen): Job => {
    const { id } = entry.message;
    const connectorId = chosen.connector.id;
    const controller = new AbortController();
    const { signal } = controller;
    if (stopped.signal.aborted) controller.abort();
    busy.set(connectorId, (busy.get(connectorId) ?? 0) + 1);
    const work = async (): Promise<void> => {
      // Unless it is over for good, the loop must know when it is due again.
      let isOver = false;
      try {
        const verdict = await deliver({ ...parts, outbox }, entry, { chosen, signal });
        if (verdict !== null) noteEnd(parts, entry.message, verdict);
        isOver = verdict?.nextTryAt === null;
      } catch (thrown) {
        putOff(entry, chosen, toAppError(thrown));
      } finally {
        jobs.delete(id);
        busy.set(connectorId, (busy.get(connectorId) ?? 1) - 1);
        tell();
        kick(isOver);
        // The last one puts all of them on the disk.
        if (jobs.size === 0) background(outbox.flush(), logger);
      }
    };
    const job = { controller, ended: work() };
    jobs.set(id, job);
    background(job.ended, logger);
    return job;
  };

  /** It failed before it was begun: credentials, the connector's settings, a question that found no answer. */
  const putOff = ({ message }: OutboxEntry, chosen: Chosen, error: AppError): void => {
    if (error instanceof CancelledError) return;
    const { id, serviceId } = message;
    const level = error.kind === 'unexpected' ? 'error' : 'warn';
    logger.log(level, error.code, { id, message: error.message });
    isUnsettled = true;
    const before = outbox.get(id);
    if (before === undefined || before.message.state === 'sending') return;
    isUnsettled = false;
    const { until } = desk.failed(chosen.connector.id, error);
    const now = clock.now().toISOString();
    const reason = namedBody(error, chosen);
    outbox.postpone(serviceKey(serviceId), now, until.toISOString(), reason);
  };

  const recover = (): void => {
    const doubtful = outbox.recover(clock.now().toISOString(), CUT);
    if (doubtful > 0) logger.log('warn', CUT.code, { count: doubtful });
    isUnsettled = false;
  };

  /** Launches what is due and may be; false = there was nothing to launch. */
  const pump = (): boolean => {
    if (isUnsettled && jobs.size === 0) recover();
    let launched = false;
    for (const serviceId of [null, ...router.services().map((one) => one.id)]) {
      launched = pumpService(serviceId) || launched;
    }
    return launched;
  };

  const pumpService = (serviceId: ServiceId | null): boolean => {
    const key = serviceKey(serviceId);
    const now = clock.now();
    const nowText = now.toISOString();
    if (outbox.due(key, nowText, 1).length === 0) return false;
    let chosen: Chosen;
    try {
      chosen = chooseConnector(router, 'mail', serviceId);
    } catch (thrown) {
      const until = new Date(now.getTime() + UNUSABLE_MS).toISOString();
      outbox.postpone(key, nowText, until, toErrorBody(thrown));
      return false;
    }
    const away = desk.away(chosen.connector.id);
    if (away !== null) {
      outbox.postpone(key, nowText, away.until.toISOString(), away.reason);
      return false;
    }
    const limit = placesAt(chosen);
    if (limit <= 0) return false;
    const due = outbox.due(key, nowText, limit + jobs.size).filter((id) => !jobs.has(id));
    for (const id of due.slice(0, limit)) launch(find(id), chosen);
    return due.length > 0;
  };

  /** As the configuration says; the connector itself is opened when a message is there for it. */
  const placesAt = ({ connector: { id, config } }: Chosen): number =>
    (config.type === 'smtp' ? config.maxConnections : 2) - (busy.get(id) ?? 0);

  const loop = async (): Promise<void> => {
    while (isRunning && !stopped.signal.aborted) {
      try {
        if (!pump()) await rest();
      } catch (thrown) {
        // The store failed, a full disk perhaps: it may be better in a minute.
        const error = toAppError(thrown);
        logger.log('error', error.code, { message: error.message });
        await clock.sleep(LONGEST_SLEEP_MS, stopped.signal).catch(() => undefined);
      }
    }
  };

  /** When something is due that is not due yet; what is due but has no place is launched at the end of another. */
  const nextLookMs = (): number => {
    const now = clock.now().getTime();
    const keys = [null, ...router.services().map((one) => one.id)].map(serviceKey);
    const next = keys.flatMap((key) => outbox.nextDue(key) ?? []).sort()[0];
    const at = next === undefined ? now : Date.parse(next);
    return at <= now ? now + LONGEST_SLEEP_MS : Math.min(at, now + LONGEST_SLEEP_MS);
  };

  const rest = async (): Promise<void> => {
    restsUntilMs = nextLookMs();
    nap = new AbortController();
    await clock.sleep(restsUntilMs - clock.now().getTime(), nap.signal).catch(() => undefined);
  };

  /** Launches what may go at once: to wake the loop for each message would cost more than to look. */
  const kick = (isOver: boolean): void => {
    if (!isRunning || stopped.signal.aborted) return;
    try {
      pump();
      if (!isOver && nextLookMs() < restsUntilMs) wake();
    } catch {
      // The loop meets it again and says what it is.
      wake();
    }
  };

  const find = (id: OutboxId): OutboxEntry => {
    const entry = outbox.get(id);
    if (entry === undefined) throw new ConfigError('outbox.missing', { id });
    return entry;
  };

  const reopen = (id: OutboxId): OutboxMessage => {
    const entry = find(id);
    const verdict = reopened(entry, clock.now().toISOString());
    // Of an instance that is gone nobody would ever look at it again.
    const { connector } = chooseConnector(router, 'mail', entry.message.serviceId);
    outbox.settle(id, verdict);
    desk.forgive(connector.id);
    tell();
    wake();
    return find(id).message;
  };

  return {
    poke: () => {
      tell();
      kick(false);
    },
    async attempt(id, signal) {
      const chosen = chooseConnector(router, 'mail', find(id).message.serviceId);
      while (!jobs.has(id) && placesAt(chosen) <= 0 && !signal.aborted) {
        await Promise.race([...jobs.values()].map((one) => one.ended));
      }
      const entry = find(id);
      const job =
        jobs.get(id) ?? (entry.message.nextTryAt === null ? undefined : launch(entry, chosen));
      const cut = (): void => job?.controller.abort();
      signal.addEventListener('abort', cut, { once: true });
      await job?.ended;
      signal.removeEventListener('abort', cut);
      return find(id).message;
    },
    async flush(signal) {
      while (!signal.aborted && !stopped.signal.aborted) {
        const launched = pump();
        if (jobs.size > 0) await Promise.race([...jobs.values()].map((one) => one.ended));
        else if (!launched) break;
      }
      return outbox.counts();
    },
    retry: reopen,
    async cancel(id) {
      const job = jobs.get(id);
      job?.controller.abort();
      await job?.ended;
      outbox.settle(id, cancelled(find(id), clock.now().toISOString()));
      tell();
      return find(id).message;
    },
    forgive: (id) => {
      desk.forgive(id);
      const at = clock.now().toISOString();
      for (const key of [null, ...router.services().map((one) => one.id)].map(serviceKey)) {
        outbox.hasten(key, at);
      }
      wake();
    },
    recover,
    start: () => {
      if (isRunning) return;
      isRunning = true;
      background(loop(), logger);
    },
    stop: async () => {
      stopped.abort();
      wake();
      for (const { controller } of jobs.values()) controller.abort();
      await Promise.allSettled([...jobs.values()].map((one) => one.ended));
      await desk.close();
    },
  };
}

export const serviceKey = (id: ServiceId | null): string => id ?? '';
