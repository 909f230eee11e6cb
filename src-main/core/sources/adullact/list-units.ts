// The listing of an Adullact launcher: its folder cut into units, those concluded before only counted, each other one looked
// at, and recognised once it is ready. In small batches, so that what is unpacked is delivered before the next is opened.
import type { AdullactConfig } from '#contract/model/adullact-config';
import { lookAtUnit } from '../../envelopes/unit/look-at-unit.ts';
import { planUnits, type UnitPlan } from '../../envelopes/unit/plan-units.ts';
import {
  AppError,
  GoneError,
  RefusedError,
  throwIfAborted,
  toAppError,
  TransientError,
} from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import { within } from '../folder/within.ts';
import type { ListBatch, ListRequest, OpenItem, Readiness, SourceItem } from '../source.ts';
import { offerUnit } from './offer-unit.ts';
import {
  fileId,
  filesAt,
  locationOf,
  readUnitLocation,
  type UnitLocation,
  versionOfFiles,
} from './unit-location.ts';
import type { UnitSpool } from './unit-spool.ts';
import { observe, readinessOf } from './unit-watch.ts';

export type UnitListing = {
  readonly root: string;
  readonly config: AdullactConfig;
  readonly quietSeconds: number;
  /** Of the launcher itself, below the root: keys ending in `/`. */
  readonly ownFolders: readonly string[];
  /** Windows and macOS: the same folder may be written in another case. */
  readonly ignoreCase: boolean;
  readonly request: ListRequest;
  readonly spool: UnitSpool;
  /** Since when a unit in this state is known to be unchanged, over the life of the program; by id. */
  readonly memory: Map<string, string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

const BATCH_UNITS = 16;
const BATCH_BYTES = 256_000_000;
const REMEMBERED = 20_000;
/** A share that falls silent in the middle must not hold the launcher for ever. */
const SCAN_LIMIT_MS = 10 * 60_000;

export const unitId = ({ key, version }: { readonly key: string; readonly version: string }) =>
  `${key}\0${version}`;

export async function* listUnits(listing: UnitListing): AsyncGenerator<ListBatch> {
  const { request, spool, signal } = listing;
  const { plans, knownCount: halfDone } = await planAll(listing);
  const open = new Map(request.open.map((item) => [unitId(item), item]));
  let knownCount = halfDone;
  let items: SourceItem[] = [];
  let bytes = 0;
  for (const unit of plans) {
    throwIfAborted(signal);
    if (request.isKnown(unit.plan.name, unit.version)) {
      knownCount += 1;
      continue;
    }
    open.delete(unitId({ key: unit.plan.name, version: unit.version }));
    const item = await itemOf(listing, unit);
    if (item === undefined) continue;
    items.push(item);
    bytes += item.sizeBytes;
    if (items.length < BATCH_UNITS && bytes < BATCH_BYTES) continue;
    yield { items, knownCount };
    await spool.clear();
    items = [];
    [knownCount, bytes] = [0, 0];
  }
  for (const item of open.values()) {
    const again = item.replay ? await offerAgain(listing, item) : undefined;
    if (again !== undefined) items.push(again);
  }
  if (items.length > 0 || knownCount > 0) yield { items, knownCount };
  await spool.clear();
}

type Found = { readonly plan: UnitPlan; readonly version: string };

/** Oldest first. */
async function planAll(
  listing: UnitListing,
): Promise<{ readonly plans: Found[]; readonly knownCount: number }> {
  const { root, config, ownFolders, ignoreCase, request, clock, signal } = listing;
  const settings = config.envelope;
  const version = (plan: Pick<UnitPlan, 'files'>): string =>
    versionOfFiles(plan.files, settings.endMarker);
  const moving = new Set<string>();
  let knownCount = 0;
  for (const text of request.unsettled?.() ?? []) {
    const location = readUnitLocation(text);
    if (location === undefined || location.shape === 'folder') continue;
    for (const file of filesAt(location)) moving.add(fileId(file));
    knownCount += 1;
  }
  const scan = planUnits(root, {
    settings,
    folders: 'always',
    signal,
    skips: isOwn(ownFolders, ignoreCase),
    ignores: (file) => moving.size > 0 && moving.has(fileId(file)),
    isKnown: (file) => {
      const name = file.name.slice(file.name.lastIndexOf('/') + 1);
      return request.isKnown(file.name, version({ files: [{ ...file, name }] }));
    },
  });
  const late = (): TransientError =>
    new TransientError('source.away', { path: root, cause: 'ETIMEDOUT' });
  const plans = await within(scan, { clock, signal, limitMs: SCAN_LIMIT_MS, late });
  const aged = plans.map((plan) => ({ plan, version: version(plan), at: newest(plan) }));
  aged.sort((a, b) => a.at - b.at || (a.plan.name < b.plan.name ? -1 : 1));
  return { plans: aged, knownCount };
}

function isOwn(ownFolders: readonly string[], ignoreCase: boolean): (key: string) => boolean {
  const fold = (key: string): string => (ignoreCase ? key.toLowerCase() : key);
  const own = new Set(ownFolders.map(fold));
  return (key) => own.has(fold(key));
}

const newest = ({ files }: UnitPlan): number => Math.max(0, ...files.map((file) => file.mtimeMs));

/** Undefined where it has vanished meanwhile. */
async function itemOf(listing: UnitListing, found: Found): Promise<SourceItem | undefined> {
  const { config, clock, quietSeconds, request, memory, signal } = listing;
  const { plan, version } = found;
  const { trouble } = plan;
  try {
    if (trouble instanceof RefusedError) {
      const envelope = { is: 'refused', error: trouble, why: [] } as const;
      return { ...plainItem(found), envelope, readiness: READY };
    }
    if (trouble !== undefined) throw trouble;
    const id = unitId({ key: plan.name, version });
    const now = clock.now();
    const mine = request.open.filter((item) => item.key === plan.name);
    const same = mine.find((item) => item.version === version);
    const earlier = mine.find((item) => item.version !== version);
    const seen = observe(
      same?.observation ?? memory.get(id) ?? null,
      earlier?.observation ?? null,
      now,
    );
    remember(memory, id, JSON.stringify(seen));
    const look = await lookAtUnit(plan, config.envelope, signal);
    const settings = config.envelope;
    const readiness = readinessOf({ plan, look, settings, quietSeconds, seen, now });
    if (!readiness.ready) return { ...plainItem(found), readiness };
    return { ...plainItem(found), readiness, ...(await offerUnit(id, plan, listing)) };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled' || error.kind === 'unexpected') throw thrown;
    if (error instanceof GoneError) return undefined;
    return { ...plainItem(found), readiness: notReady(error) };
  }
}

const READY = { ready: true } as const;
const notReady = (reason: AppError): Readiness => ({ ready: false, reason, observation: '' });

function remember(memory: Map<string, string>, id: string, text: string): void {
  memory.delete(id);
  memory.set(id, text);
  const [oldest] = memory.keys();
  if (memory.size > REMEMBERED && oldest !== undefined) memory.delete(oldest);
}

function plainItem({ plan, version }: Found): Omit<SourceItem, 'readiness'> {
  const at = newest(plan);
  return {
    key: plan.name,
    version,
    fingerprint: null,
    location: JSON.stringify(locationOf(plan)),
    title: plan.name,
    sizeBytes: plan.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    receivedAt: at > 0 ? new Date(at).toISOString() : null,
    parts: [],
    facts: { source_path: plan.name },
  };
}

/** A unit that was asked for once more, from wherever its fate put it. */
async function offerAgain(listing: UnitListing, item: OpenItem): Promise<SourceItem | undefined> {
  const location = readUnitLocation(item.location);
  if (location === undefined) return undefined;
  const plan = planAt(item.key, location);
  const found = { plan, version: item.version };
  try {
    const offered = await offerUnit(unitId(item), plan, listing);
    return { ...plainItem(found), location: item.location, readiness: READY, ...offered };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled' || error.kind === 'unexpected') throw thrown;
    return error instanceof GoneError
      ? undefined
      : { ...plainItem(found), readiness: notReady(error) };
  }
}

export const planAt = (name: string, location: UnitLocation): UnitPlan => ({
  shape: location.shape,
  name,
  path: location.path,
  files: filesAt(location),
});
