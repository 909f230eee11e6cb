// The intake of a run: takes parts from the source, stages each in the volume of its COLD job, and hands whole
// items to the delivery in groups, so that one flush and one transaction serve many documents.
import type { JobId } from '#contract/ids';
import { AppError, toAppError } from '../errors.ts';
import { safeName } from '../files/safe-name.ts';
import type {
  FetchOrder,
  FoundContents,
  Intake,
  PartChanges,
  PartOffer,
} from '../sources/source.ts';
import type { Destination } from '../destinations/destination.ts';
import type { PlannedPart } from './plan.ts';
import type { WatchStaging } from './protection.ts';
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
  /** Judges what was found in an item that had to be read first. */
  readonly choose: (claimed: ClaimedItem, found: FoundContents) => Promise<ClaimedItem>;
  readonly signal: AbortSignal;
  /** Looks at what passes by; absent where nothing is looked for. */
  readonly watch?: WatchStaging;
  /** Delivers a group; never rejects for one item's sake. */
  readonly deliver: (units: readonly Unit[]) => Promise<void>;
  readonly fail: (claimed: ClaimedItem, error: AppError) => void;
};

/** What a fetch left unanswered, in the order asked for. */
export type Unanswered = {
  /** Begun and not handed over whole. */
  readonly begun: readonly ClaimedItem[];
  readonly untouched: readonly ClaimedItem[];
  /** Read, and turned down by the filter: their fate is still to come. */
  readonly rejected: readonly ClaimedItem[];
  /** Nothing at all was answered or begun. */
  readonly fruitless: boolean;
  /** What broke the delivery of whole groups: the ledger failed, or a folder could not be flushed. */
  readonly failure: AppError | undefined;
};

export type RunIntake = Intake & {
  /** After the last order: what was handed over is delivered, what was not is removed from the disk. Never rejects. */
  readonly end: () => Promise<Unanswered>;
};

export function createRunIntake(options: RunIntakeOptions): RunIntake {
  const open = new Map<FetchOrder, StagedPart[]>();
  const answered = new Set<FetchOrder>();
  const claims = new Map(options.claimed);
  const rejected: ClaimedItem[] = [];
  let group: Unit[] = [];
  let documents = 0;
  let bytes = 0;
  const pending = new Set<Promise<void>>();
  const removals: Promise<void>[] = [];
  const undelivered = new Set<ClaimedItem>();
  let tail: Promise<void> = Promise.resolve();
  let failure: AppError | undefined;

  const begin = (order: FetchOrder, offer: PartOffer) => {
    const claimed = expectOpen(order);
    const part = claimed.parts.find((one) => one.offer.part === offer.part);
    const destination = part === undefined ? undefined : options.destinations.get(part.jobId);
    if (part === undefined || destination === undefined) throw bug('not ordered', offer.part);
    const add = (staged: Omit<StagedPart, 'part'>): void => {
      // Until its group is delivered nobody waits for it: a failure is looked at there, not lost.
      staged.staged.catch(() => undefined);
      const parts = open.get(order);
      if (parts === undefined) open.set(order, [{ part, ...staged }]);
      else parts.push({ part, ...staged });
    };
    return { tempPath: destination.tempPath(), add };
  };

  const expectOpen = (order: FetchOrder): ClaimedItem => {
    const found = claims.get(order);
    if (found === undefined) throw bug('not ordered', order.item.key);
    if (answered.has(order)) throw bug('answered twice', order.item.key);
    return found;
  };

  const answer = (order: FetchOrder): Unit => {
    const claimed = expectOpen(order);
    const parts = open.get(order) ?? [];
    open.delete(order);
    answered.add(order);
    return { claimed, parts };
  };

  const giveUp = (parts: readonly StagedPart[]): void => {
    for (const one of parts) removals.push(one.abort());
  };

  const close = (): void => {
    if (group.length === 0) return;
    const units = group;
    group = [];
    documents = 0;
    bytes = 0;
    const deliver = async (): Promise<void> => {
      if (failure === undefined) return options.deliver(units);
      for (const { claimed, parts } of units) {
        undelivered.add(claimed);
        giveUp(parts);
      }
    };
    // One after the other: names are handed out and rows written in the order of arrival.
    const delivery = tail.then(deliver).catch((thrown: unknown) => {
      failure ??= toAppError(thrown);
    });
    tail = delivery;
    pending.add(delivery);
    void delivery.then(() => pending.delete(delivery));
  };

  return {
    async choose(order, found) {
      const chosen = await options.choose(expectOpen(order), found);
      claims.set(order, chosen);
      return chosen.order.parts;
    },
    part(order, offer) {
      const { tempPath, add } = begin(order, offer);
      const staging = options.stager.open(tempPath);
      const { sink, staged } = options.watch?.(staging, tempPath) ?? staging;
      add({ tempPath, staged, abort: staging.abort });
      return sink;
    },
    file(order, offer, file) {
      const { tempPath, add } = begin(order, offer);
      const staged = options.stager.take(file, tempPath, options.signal);
      const abort = async (): Promise<void> => {
        await staged.catch(() => undefined);
        await options.stager.discard(tempPath);
      };
      add({ tempPath, staged, abort });
    },
    done(order, changes) {
      const unit = changed(answer(order), changes);
      giveUp(unit.leftOut);
      if (unit.claimed.rest.state === 'filtered') {
        rejected.push(unit.claimed);
        return undefined;
      }
      group.push(unit);
      documents += unit.parts.length;
      bytes += order.item.sizeBytes;
      if (documents >= GROUP_DOCUMENTS || bytes >= GROUP_BYTES) close();
      return pending.size <= GROUPS_PENDING ? undefined : Promise.race(pending);
    },
    failed(order, error) {
      const { claimed, parts } = answer(order);
      giveUp(parts);
      options.fail(claimed, error);
    },
    async end() {
      close();
      await tail;
      const begun: ClaimedItem[] = [];
      const untouched: ClaimedItem[] = [];
      for (const [order, claimed] of claims) {
        if (undelivered.has(claimed)) untouched.push(claimed);
        if (answered.has(order)) continue;
        const parts = open.get(order);
        if (parts === undefined) untouched.push(claimed);
        else begun.push(claimed);
        giveUp(parts ?? []);
      }
      await Promise.all(removals);
      return { begun, untouched, rejected, fruitless: answered.size + begun.length === 0, failure };
    },
  };
}

/** Without what was left out, and under the names that turned out to be right. */
function changed(
  { claimed, parts }: Unit,
  { omitted, renamed }: PartChanges = {},
): Unit & { readonly leftOut: readonly StagedPart[] } {
  if (omitted === undefined && renamed === undefined) return { claimed, parts, leftOut: [] };
  const isOut = (part: PlannedPart): boolean => omitted?.has(part.offer.part) === true;
  const name = (part: PlannedPart): PlannedPart => {
    const to = renamed?.get(part.offer.part);
    return to === undefined ? part : { ...part, name: safeName(to) };
  };
  return {
    claimed: {
      ...claimed,
      parts: claimed.parts.filter((part) => !isOut(part)).map(name),
      findings: [...(claimed.findings ?? []), ...(omitted?.values() ?? [])],
    },
    parts: parts
      .filter(({ part }) => !isOut(part))
      .map((one) => ({ ...one, part: name(one.part) })),
    leftOut: parts.filter(({ part }) => isOut(part)),
  };
}

const bug = (what: string, which: string): AppError =>
  new AppError('unexpected', 'internal.bug', { message: `${what}: ${which}` });
