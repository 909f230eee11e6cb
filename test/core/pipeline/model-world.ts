// A random life of a launcher, for the property tests: what happens in it, and what its COLD job must have got in the end.
// Documents are told apart by their content; the same content may come again as another document.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Destination } from '#core/destinations/destination';
import { TransientError } from '#core/errors';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore, type TestCore } from '../../helpers/make-core.ts';

/** Where documents appear: a fake source, or a real folder. */
export type Place = {
  readonly path: string;
  /** A new document, with as many files as given; what lies under the key is overwritten. */
  readonly put: (key: string, serial: number, files: Readonly<Record<string, string>>) => void;
  readonly remove: (key: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly keys: () => readonly string[];
  /** What goes wrong once, the next time. */
  readonly fail: (what: SourceFault) => void;
  readonly heal: () => void;
  readonly hasManyFiles: boolean;
};

export type SourceFault = (typeof sourceFaults)[number];
const sourceFaults = [
  'fetch:*',
  'break:*',
  'breakBefore:*',
  'settle:*',
  'settleBreak',
  'list',
] as const;
/** Of the COLD job's disk: full when documents get their names, or not to be flushed after it. */
const diskFaults = ['full', 'unflushed'] as const;
/** Of the ledger's disk, by what can no longer be written. */
const storeFaults = {
  claim: `BEFORE UPDATE ON item WHEN NEW.state = 'fetching'`,
  begin: 'BEFORE INSERT ON document',
  end: `BEFORE UPDATE ON document WHEN NEW.state = 'delivered'`,
  settle: `BEFORE UPDATE ON item WHEN NEW.state = 'settled'`,
} as const;

const names = ['a.pdf', 'b.pdf', 'c.tmp', 'd.tmp', 'e.pdf'] as const;
const fates = ['leave', 'archive', 'delete'] as const;
const name = fc.constantFrom(...names);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      name,
      parts: fc.nat(2),
      isCopy: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('run' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('crash' as const), at: fc.nat(14) }) },
  fc.record({ do: fc.constant('remove' as const), name }),
  fc.record({ do: fc.constant('rename' as const), name, to: name }),
  fc.record({ do: fc.constant('fault' as const), what: fc.constantFrom(...sourceFaults) }),
  fc.record({ do: fc.constant('disk' as const), what: fc.constantFrom(...diskFaults) }),
  fc.record({
    do: fc.constant('store' as const),
    what: fc.constantFrom(...(Object.keys(storeFaults) as (keyof typeof storeFaults)[])),
  }),
  fc.record({ do: fc.constant('away' as const), isAway: fc.boolean() }),
  fc.record({ do: fc.constant('filter' as const), include: fc.constantFrom('*.*', '*.pdf') }),
  fc.record({ do: fc.constant('fate' as const), fate: fc.constantFrom(...fates) }),
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({ do: fc.constant('eat' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

export const life = fc.record({
  fate: fc.constantFrom(...fates),
  sidecar: fc.constantFrom('none', 'json'),
  /** The COLD job eats documents the moment they appear, also while the program dies. */
  eatsAtOnce: fc.boolean(),
  /** Of the fake source. */
  hasCursor: fc.boolean(),
  repeatsKnown: fc.boolean(),
  settlesBeside: fc.boolean(),
  steps: fc.array(step, { minLength: 3, maxLength: 16 }),
});
export type Life = typeof life extends fc.Arbitrary<infer W> ? W : never;

type Made = { readonly content: string; key: string; isGone: boolean };

export type End = {
  /** Contents that the COLD job got, as often as it got them. */
  readonly eaten: readonly string[];
  /** Whatever else lies in its folder. */
  readonly left: readonly string[];
  readonly made: readonly Made[];
  /** Those of them that must have been delivered. */
  readonly wanted: readonly Made[];
  readonly states: Readonly<Record<string, string>>;
};

/** Lives it to its end, then lets everything heal and three runs pass. */
export async function live(
  dir: string,
  { fate: firstFate, sidecar, eatsAtOnce, steps }: Life,
  openPlace: (core: TestCore) => Place,
  isReal: boolean,
): Promise<End> {
  const diskFault: { what?: (typeof diskFaults)[number] } = {};
  const core = await makeCore({ dir, isReal, wrapDestination: (real) => failing(real, diskFault) });
  const place = openPlace(core);
  const job = await core.job('out', { sidecar });
  const [out, away] = [core.folderOf('out'), core.folderOf('away')];
  let include = '*.*';
  let fate = firstFate;
  const draft = () =>
    launcherDraft(place.path, job, {
      fate: { kind: fate },
      filter: { include },
      limits: { maxAttempts: 100 },
      quietSeconds: 0,
    });
  const { id } = await core.call('launchers.save', draft());
  const save = () => core.call('launchers.save', { ...draft(), id });

  const eaten: string[] = [];
  const eat = (): void => {
    if (!existsSync(out)) return;
    for (const file of core.filesIn('out')) {
      const path = join(out, file);
      if (file.startsWith('.') || file.endsWith('.json')) continue;
      eaten.push(readFileSync(path, 'utf8'));
      rmSync(path);
      if (sidecar === 'json') expect(existsSync(`${path}.json`), file).toBe(true);
      rmSync(`${path}.json`, { force: true });
    }
  };

  const made: Made[] = [];
  let serial = 0;
  const forget = (key: string): void => {
    if (!place.keys().includes(key)) return;
    for (const one of made) if (one.key === key) one.isGone = true;
  };
  const put = (key: string, parts: number, isCopy: boolean): void => {
    forget(key);
    serial += 1;
    const files: Record<string, string> = {};
    const last = made.at(-1)?.content;
    for (let part = 0; part <= (place.hasManyFiles ? parts : 0); part += 1) {
      const content =
        isCopy && part === 0 && last !== undefined ? last : `document ${serial}/${part}`;
      files[part === 0 ? key : `${part}${key}`] = content;
      made.push({ content, key, isGone: false });
    }
    place.put(key, serial, files);
  };

  const run = async (crashAt: number | null, isStoreBroken = false): Promise<void> => {
    let passed = 0;
    let dead = false;
    await core.crash(async (die) => {
      core.hooks.checkpoint = () => {
        if (dead) return;
        if (eatsAtOnce) eat();
        if (passed === crashAt) {
          dead = true;
          die();
        }
        passed += 1;
      };
      const asked = core.run({ id });
      // A ledger that cannot be written is told to whoever asked for the run; nothing else is.
      await (isStoreBroken ? asked.catch(() => undefined) : asked);
      core.hooks.checkpoint = undefined;
    });
  };
  const withoutStore = async (what: keyof typeof storeFaults): Promise<void> => {
    const db = new Database(join(dir, 'data', 'lanceur.db'));
    db.exec(`CREATE TRIGGER broken ${storeFaults[what]} BEGIN SELECT RAISE(ABORT, 'no room'); END`);
    await run(null, true);
    db.exec('DROP TRIGGER broken');
    db.close();
  };
  const goAway = (isAway: boolean): void => {
    if (isAway && existsSync(out)) renameSync(out, away);
    if (!isAway && existsSync(away)) renameSync(away, out);
  };

  const take: { [K in Step['do']]: (one: Extract<Step, { do: K }>) => unknown } = {
    put: (one) => put(one.name, one.parts, one.isCopy),
    run: () => run(null),
    crash: (one) => run(one.at),
    remove: (one) => {
      forget(one.name);
      place.remove(one.name);
    },
    rename: (one) => {
      if (!place.keys().includes(one.name) || place.keys().includes(one.to)) return;
      // Mails with several files are not renamed.
      const own = made.filter((other) => other.key === one.name && !other.isGone);
      if (own.length !== 1) return;
      place.rename(one.name, one.to);
      for (const other of own) other.key = one.to;
    },
    fault: (one) => place.fail(one.what),
    disk: (one) => (diskFault.what = one.what),
    store: (one) => withoutStore(one.what),
    away: (one) => goAway(one.isAway),
    filter: async (one) => {
      include = one.include;
      await save();
    },
    fate: async (one) => {
      fate = one.fate;
      await save();
    },
    restart: () => core.restart(),
    eat,
  };
  for (const one of steps) await take[one.do](one as never);

  place.heal();
  delete diskFault.what;
  goAway(false);
  // Whatever is put off is due.
  await core.clock.advance(86_400_000);
  for (let last = 0; last < 3; last += 1) await core.run({ id });
  eat();
  const left = core.filesIn('out');
  const isAccepted = (key: string): boolean => include === '*.*' || key.endsWith('.pdf');
  const states = await core.states({ id });
  await core.stop();
  return {
    eaten,
    left,
    made,
    wanted: made.filter((one) => !one.isGone && isAccepted(one.key)),
    states,
  };
}

/** The COLD job's disk fails once, in the way that is asked for. */
function failing(real: Destination, fault: { what?: (typeof diskFaults)[number] }): Destination {
  return {
    ...real,
    publish: async (moves, signal) => {
      const { what } = fault;
      delete fault.what;
      if (what === 'full') {
        const error = new TransientError('disk.full', { path: real.job.destination.path });
        return moves.map(() => ({ ok: false, error }));
      }
      const outcomes = await real.publish(moves, signal);
      if (what === 'unflushed') throw new TransientError('disk.failing');
      return outcomes;
    },
  };
}

/** Each document once: as often as it was made at most, and as often as it is still wanted at least; nothing else is left. */
export function expectOnce({ eaten, left, made, wanted, states }: End): void {
  const count = (all: readonly string[], content: string) =>
    all.filter((one) => one === content).length;
  const all = made.map((one) => one.content);
  const needed = wanted.map((one) => one.content);
  for (const content of new Set([...all, ...eaten])) {
    const times = count(eaten, content);
    expect(times, `${content} came too often`).toBeLessThanOrEqual(count(all, content));
    expect(times, `${content} is lost`).toBeGreaterThanOrEqual(count(needed, content));
  }
  expect(left).toEqual([]);
  for (const [key, state] of Object.entries(states)) {
    expect(['settled', 'filtered', 'gone'], `${key} is left in the ledger`).toContain(state);
  }
}

/** Fixed lives in the gate; as many new ones as PROPERTY_RUNS says. */
export const parameters = (numRuns: number): { numRuns: number; seed?: number } => {
  const wanted = process.env['PROPERTY_RUNS'];
  return wanted === undefined ? { numRuns, seed: 20261122 } : { numRuns: Number(wanted) };
};
