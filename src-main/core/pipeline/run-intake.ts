// The intake of a run: takes parts from the source, stages each in the volume of its COLD job, and hands whole
// items to the delivery in groups, so that one flush and one transaction serve many documents.
import type { AppError } from '../errors.ts';
import { AppError as AppErrorClass } from '../errors.ts';
import type { FetchOrder, Intake, PartOffer } from '../sources/source.ts';
import type { Destination } from '../destinations/destination.ts';
import type { JobId } from '#contract/ids';
import type { Stager } from './stager.ts';
import type { ClaimedItem, StagedPart, Unit } from './unit.ts';

/** A group is closed at this many documents or bytes: large enough to share a flush, small enough to lose little time. */
const GROUP_DOCUMENTS = 64;
const GROUP_BYTES = 32 * 1024 * 1024;
/** Groups on their way to the disk before the source has to wait. */
const GROUPS_PENDING = 2;

export type RunIntakeOptions = {
  readonly stager: Stager;
  readonly destinations: ReadonlyMap<JobId, Destination>;
  readonly claimed: ReadonlyMap<FetchOrder, ClaimedItem>;
  /** Delivers a group; never rejects for one item's sake. */
  readonly deliver: (units: readonly Unit[]) => Promise<void>;
  readonly fail: (claimed: ClaimedItem, error: AppError) => void;
};

export type RunIntake = Intake & {
  /** After the last order: everything that was handed over is delivered. */
  readonly flush: () => Promise<void>;
  /** Orders that were begun, and those never reached; both unanswered when a connection broke. */
  readonly unanswered: () => { readonly begun: ClaimedItem[]; readonly untouched: ClaimedItem[] };
};

export function createRunIntake(options: RunIntakeOptions): RunIntake {
  const open = new Map<FetchOrder, StagedPart[]>();
  const answered = new Set<FetchOrder>();
  let group: Unit[] = [];
  let documents = 0;
  let bytes = 0;
  const pending = new Set<Promise<void>>();
  let tail: Promise<void> = Promise.resolve();

  const begin = (order: FetchOrder, offer: PartOffer) => {
    const claimed = claimedOf(options.claimed, order);
    const part = claimed.parts.find((one) => one.offer.part === offer.part);
    const destination = part === undefined ? undefined : options.destinations.get(part.jobId);
    if (part === undefined || destination === undefined) throw notPlanned(offer.part);
    const add = (staged: Omit<StagedPart, 'part'>): void => {
      // Until its group is delivered nobody waits for it: a failure is looked at there, not lost.
      staged.staged.catch(() => undefined);
      const parts = open.get(order);
      if (parts === undefined) open.set(order, [{ part, ...staged }]);
      else parts.push({ part, ...staged });
    };
    return { tempPath: destination.tempPath(), add };
  };

  const close = (): void => {
    if (group.length === 0) return;
    const units = group;
    group = [];
    documents = 0;
    bytes = 0;
    // One after the other: names are handed out and rows written in the order of arrival.
    const delivery = tail.then(() => options.deliver(units));
    tail = delivery;
    pending.add(delivery);
    const done = (): boolean => pending.delete(delivery);
    delivery.then(done, done);
  };

  return {
    part(order, offer) {
      const { tempPath, add } = begin(order, offer);
      const { sink, staged, abort } = options.stager.open(tempPath);
      add({ tempPath, staged, abort });
      return sink;
    },
    file(order, offer, file) {
      const { tempPath, add } = begin(order, offer);
      const staged = options.stager.take(file, tempPath);
      const abort = async (): Promise<void> => {
        await staged.catch(() => undefined);
        await options.stager.discard(tempPath);
      };
      add({ tempPath, staged, abort });
    },
    done(order) {
      const claimed = claimedOf(options.claimed, order);
      const parts = open.get(order) ?? [];
      open.delete(order);
      answered.add(order);
      group.push({ claimed, parts });
      documents += parts.length;
      bytes += order.item.sizeBytes;
      if (documents >= GROUP_DOCUMENTS || bytes >= GROUP_BYTES) close();
      if (pending.size <= GROUPS_PENDING) return undefined;
      return Promise.race(pending);
    },
    failed(order, error) {
      const claimed = claimedOf(options.claimed, order);
      const parts = open.get(order) ?? [];
      open.delete(order);
      answered.add(order);
      for (const one of parts) void one.abort();
      options.fail(claimed, error);
    },
    async flush() {
      close();
      await tail;
    },
    unanswered() {
      const begun: ClaimedItem[] = [];
      const untouched: ClaimedItem[] = [];
      for (const [order, claimed] of options.claimed) {
        if (answered.has(order)) continue;
        const parts = open.get(order);
        if (parts === undefined) untouched.push(claimed);
        else begun.push(claimed);
        for (const one of parts ?? []) void one.abort();
      }
      return { begun, untouched };
    },
  };
}

function claimedOf(claimed: ReadonlyMap<FetchOrder, ClaimedItem>, order: FetchOrder): ClaimedItem {
  const found = claimed.get(order);
  if (found === undefined) throw notPlanned(order.item.key);
  return found;
}

const notPlanned = (what: string): AppErrorClass =>
  new AppErrorClass('unexpected', 'internal.bug', { message: `not ordered: ${what}` });
