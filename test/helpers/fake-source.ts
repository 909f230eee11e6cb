// A Source whose items, contents and faults the test scripts, behind the folder protocol: one box for each source path.
// A box outlives restarts of the core, like a real folder, and can be put back to an earlier state, like a killed one.
import { isOnDisk } from '#contract/model/adullact-config';
import { FolderConfig, type SourceConfig } from '#contract/model/source-config';
import { type AppError, GoneError, throwIfAborted, TransientError } from '#core/errors';
import type { LoadSourceType, SourceType } from '#core/sources/registry';
import type {
  Credentials,
  FetchOrder,
  Intake,
  ListRequest,
  SettleOrder,
  SettleOutcome,
  Source,
  SourceItem,
} from '#core/sources/source';
import { settlePlan } from '#core/sources/folder/settle-plan';

export type FakeItem = {
  readonly key: string;
  readonly version?: string;
  /** Default: none. */
  readonly fingerprint?: string;
  /** Default: the key. */
  readonly title?: string;
  readonly sizeBytes?: number;
  /** File name → content; default: one file named like the last part of the key, its content the key. */
  readonly files?: Readonly<Record<string, string>>;
  /** How many looks it takes before it is ready; default 1. */
  readonly readyAtLook?: number;
};

type Stored = {
  readonly item: Required<Omit<FakeItem, 'fingerprint'>> & { fingerprint: string | null };
  readonly seq: number;
};

/** Where something is wrong; `times` runs out, `always` does not. `*` in place of a key is any item. */
export type FaultStep =
  | 'list'
  /** The item alone fails. */
  | `fetch:${string}`
  /** The connection breaks in the middle of the item. */
  | `break:${string}`
  /** The connection breaks before the item's first byte. */
  | `breakBefore:${string}`
  | `settle:${string}`
  /** The connection breaks while settling. */
  | 'settleBreak';

export type FakeSource = ReturnType<typeof createBox>;

export function createFakeSources() {
  const boxes = new Map<string, FakeSource>();
  const at = (path: string): FakeSource => {
    const found = boxes.get(path) ?? createBox();
    boxes.set(path, found);
    return found;
  };
  const load: LoadSourceType = (protocol) =>
    Promise.resolve({
      protocol,
      settlePlan: (config, as) => settlePlan(planned(config), as),
      open: ({ launcher, credentials }) => {
        const { source } = launcher;
        const box = at(placeOf(source));
        const signIn = isOnDisk(source)
          ? undefined
          : (signal: AbortSignal) => credentials(source.accountId, signal);
        return box.open(planned(source), signIn);
      },
    } satisfies SourceType);
  return {
    /** The source of the launchers with this path (folder) or folder (mail). */
    at,
    load,
    snapshot: () => {
      const restores = [...boxes.values()].map((box) => box.snapshot());
      return () => {
        for (const restore of restores) restore();
      };
    },
  };
}

const placeOf = (config: SourceConfig): string =>
  isOnDisk(config) ? config.path : 'folder' in config ? config.folder : '';

/** Mail launchers of the tests have the same fates as folders. */
function planned(config: SourceConfig): FolderConfig {
  if (config.protocol === 'folder') return config;
  return FolderConfig.parse({
    protocol: 'folder',
    path: placeOf(config),
    fate: { kind: 'leave' },
    rejectedFate: { kind: 'leave' },
  });
}

function createBox() {
  let stored = new Map<string, Stored>();
  /** Location → what was put there by its fate. */
  let away = new Map<string, Stored>();
  let seq = 0;
  const faults: { step: string; error: AppError; left: number }[] = [];
  const log: string[] = [];
  const settleLog: SettleOrder[] = [];
  const options = {
    batch: 100,
    hasCursor: false,
    forgets: false,
    repeatsKnown: false,
    settlesBeside: false,
  };
  const hooks: {
    onFetch?: (key: string) => Promise<void> | void;
    onList?: () => Promise<void> | void;
    onPart?: (key: string, name: string) => Promise<void> | void;
    onSettle?: () => Promise<void> | void;
    /** It is carried out, and nobody has been told yet. */
    onSettled?: () => Promise<void> | void;
  } = {};
  let opened = 0;
  let looks = 0;
  let closed = 0;

  const faultAt = (...steps: string[]): AppError | undefined => {
    const found = faults.find((one) => one.left > 0 && steps.includes(one.step));
    if (found !== undefined) found.left -= 1;
    return found?.error;
  };
  const throwAt = (...steps: string[]): void => {
    const error = faultAt(...steps);
    if (error !== undefined) throw error;
  };
  const locate = (location: string): Stored | undefined =>
    away.get(location) ?? [...stored.values()].find((one) => locationOf(one) === location);

  async function* list(request: ListRequest, signal: AbortSignal) {
    log.push('list');
    await hooks.onList?.();
    throwIfAborted(signal);
    throwAt('list');
    const from = options.hasCursor && request.cursor !== null ? Number(request.cursor) : 0;
    const open = new Map(request.open.map((one) => [`${one.key}\n${one.version}`, one]));
    const items: SourceItem[] = [];
    let knownCount = 0;
    for (const one of [...stored.values()].sort((a, b) => a.seq - b.seq)) {
      const { key, version } = one.item;
      const asked = open.get(`${key}\n${version}`);
      open.delete(`${key}\n${version}`);
      if (asked === undefined && one.seq <= from) continue;
      const isKnown = asked === undefined && request.isKnown(key, version);
      if (isKnown && !options.repeatsKnown) knownCount += 1;
      else items.push(offer(one, asked?.observation ?? null));
    }
    for (const asked of open.values()) {
      const one = asked.replay ? away.get(asked.location) : undefined;
      if (one !== undefined) items.push({ ...offer(one, null), location: asked.location });
    }
    for (let start = 0; start < items.length || start === 0; start += options.batch) {
      yield { items: items.slice(start, start + options.batch), knownCount };
      knownCount = 0;
      throwIfAborted(signal);
    }
  }

  async function fetchOne(order: FetchOrder, intake: Intake, signal: AbortSignal): Promise<void> {
    const { key } = order.item;
    log.push(`fetch ${key}`);
    await hooks.onFetch?.(key);
    throwIfAborted(signal);
    throwAt(`breakBefore:${key}`, 'breakBefore:*');
    const one = locate(order.item.location);
    const failed =
      one === undefined
        ? new GoneError('source.gone', { key })
        : faultAt(`fetch:${key}`, 'fetch:*');
    if (failed !== undefined || one === undefined) {
      intake.failed(order, failed ?? new GoneError('source.gone', { key }));
      return;
    }
    const broken = faultAt(`break:${key}`, 'break:*');
    for (const part of order.parts) {
      await hooks.onPart?.(key, part.name);
      throwIfAborted(signal);
      const sink = intake.part(order, part);
      const bytes = Buffer.from(one.item.files[part.name] ?? '');
      await sink.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      if (broken !== undefined) throw broken;
      await sink.write(bytes.subarray(Math.ceil(bytes.length / 2)));
      sink.end();
    }
    await intake.done(order);
  }

  function settleOne(order: SettleOrder, config: FolderConfig): SettleOutcome {
    settleLog.push(order);
    log.push(`settle ${order.as} ${order.key}`);
    const error = faultAt(`settle:${order.key}`, 'settle:*');
    if (error !== undefined) return { ok: false, error };
    const fate = order.as === 'delivered' ? config.fate.kind : config.rejectedFate.kind;
    const one = [...stored.values()].find((other) => locationOf(other) === order.location);
    // Done before, or taken away by somebody.
    if (one === undefined)
      return { ok: true, location: away.has(order.location) ? order.location : null };
    if (fate === 'leave') return { ok: true, location: order.location };
    stored.delete(one.item.key);
    if (fate === 'delete') return { ok: true, location: null };
    const location = `away/${locationOf(one)}`;
    away.set(location, one);
    return { ok: true, location };
  }

  const open = (
    config: FolderConfig,
    signIn: ((signal: AbortSignal) => Promise<Credentials>) | undefined,
  ): Source => {
    opened += 1;
    let seenUpTo = 0;
    return {
      check: () => Promise.resolve([]),
      async *list(request, signal) {
        await signIn?.(signal);
        seenUpTo = seq;
        yield* list(request, signal);
      },
      stillThere: (location) => Promise.resolve(locate(location) !== undefined),
      cursor: () => {
        looks += 1;
        return options.hasCursor ? String(seenUpTo) : null;
      },
      fetch: async (orders, intake, signal) => {
        if (options.forgets) return;
        for (const order of orders) await fetchOne(order, intake, signal);
      },
      ...(options.settlesBeside ? { settlesBeside: true } : {}),
      settle: async (orders, signal) => {
        await hooks.onSettle?.();
        throwIfAborted(signal);
        throwAt('settleBreak');
        const outcomes = orders.map((order) => settleOne(order, config));
        await hooks.onSettled?.();
        return outcomes;
      },
      close: () => {
        closed += 1;
        return Promise.resolve();
      },
    };
  };

  return {
    /** Everything asked of it: `list`, `fetch <key>`, `settle delivered|rejected <key>`. */
    log: log as readonly string[],
    settled: settleLog as readonly SettleOrder[],
    options,
    hooks,
    open,
    /** A new item, or a new version of one. */
    put: (given: FakeItem) => {
      const { key } = given;
      const name = key.slice(key.lastIndexOf('/') + 1);
      const files = given.files ?? { [name]: `content of ${key} ${given.version ?? ''}` };
      const sizeBytes = given.sizeBytes ?? Object.values(files).join('').length;
      seq += 1;
      const whole = { version: '1', readyAtLook: 1, title: key, ...given, files, sizeBytes };
      stored.set(key, { seq, item: { ...whole, fingerprint: given.fingerprint ?? null } });
    },
    rename: (from: string, to: string) => {
      const found = stored.get(from);
      if (found === undefined) throw new Error(`no such item: ${from}`);
      stored.delete(from);
      const content = Object.values(found.item.files);
      seq += 1;
      stored.set(to, { seq, item: { ...found.item, key: to, files: { [to]: content[0] ?? '' } } });
    },
    remove: (key: string) => stored.delete(key),
    keys: () => [...stored.keys()],
    fail: (step: FaultStep, error: AppError = new TransientError('source.lost'), times = 1) => {
      faults.push({ step, error, left: times });
    },
    heal: () => {
      faults.length = 0;
    },
    /** Complete listings so far. */
    looks: () => looks,
    /** Sources opened and not closed again. */
    leaks: () => opened - closed,
    snapshot: () => {
      const before = { stored: new Map(stored), away: new Map(away), seq };
      return () => {
        stored = new Map(before.stored);
        away = new Map(before.away);
        seq = before.seq;
      };
    },
  };
}

const locationOf = ({ item }: Stored): string => `${item.key}@${item.version}`;

function offer(one: Stored, observation: string | null): SourceItem {
  const { key, version, fingerprint, title, sizeBytes, files, readyAtLook } = one.item;
  const looks = Number(observation ?? 0) + 1;
  const names = Object.keys(files);
  return {
    key,
    version,
    fingerprint,
    location: locationOf(one),
    title,
    sizeBytes,
    receivedAt: '2026-01-05T07:00:00.000Z',
    parts: names.map((name, index) => ({
      part: names.length === 1 ? 'file' : String(index + 1),
      name,
      mediaType: 'application/octet-stream',
      sizeBytes: Buffer.byteLength(files[name] ?? ''),
    })),
    readiness:
      looks >= readyAtLook
        ? { ready: true }
        : {
            ready: false,
            reason: new TransientError('file.growing'),
            observation: String(looks),
          },
    facts: { source_path: key },
  };
}
