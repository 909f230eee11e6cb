// Whatever happens in whatever order (new items, renames, faults, another filter, kills at any step, a COLD job that
// eats): in the end each accepted document has been delivered exactly once.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { makeTempDir, removeTempDir } from '../../helpers/temp-dir.ts';

const filters = ['*.*', '*.pdf'] as const;
const names = ['a.pdf', 'b.pdf', 'c.tmp', 'd.tmp', 'e.pdf'] as const;

const name = fc.constantFrom(...names);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), name, parts: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('run' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('crash' as const), at: fc.nat(14) }) },
  fc.record({ do: fc.constant('remove' as const), name }),
  fc.record({ do: fc.constant('rename' as const), name, to: name }),
  fc.record({
    do: fc.constant('fault' as const),
    what: fc.constantFrom(
      ...(['fetch:*', 'break:*', 'breakBefore:*', 'settle:*', 'settleBreak', 'list'] as const),
    ),
  }),
  fc.record({ do: fc.constant('filter' as const), include: fc.constantFrom(...filters) }),
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({ do: fc.constant('eat' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const world = fc.record({
  fate: fc.constantFrom('leave', 'archive', 'delete'),
  hasCursor: fc.boolean(),
  repeatsKnown: fc.boolean(),
  sidecar: fc.constantFrom('none', 'json'),
  /** The COLD job eats documents the moment they appear, also while the program dies. */
  eatsAtOnce: fc.boolean(),
  steps: fc.array(step, { minLength: 3, maxLength: 14 }),
});
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

async function live(dir: string, given: World) {
  const { fate, hasCursor, repeatsKnown, sidecar, eatsAtOnce, steps } = given;
  const core = await makeCore({ dir });
  const job = await core.job('out', { sidecar });
  const source = core.sources.at('/in');
  Object.assign(source.options, { hasCursor, repeatsKnown, batch: 2 });
  const limits = { maxAttempts: 100 };
  const draft = (include: string) =>
    launcherDraft('/in', job, { fate: { kind: fate }, filter: { include }, limits });
  const { id } = await core.call('launchers.save', draft('*.*'));

  /** What the COLD job got, by content: every content is made once. */
  const eaten: string[] = [];
  const eat = (): void => {
    for (const file of core.filesIn('out')) {
      const path = join(core.folderOf('out'), file);
      if (file.startsWith('.') || file.endsWith('.json')) continue;
      eaten.push(readFileSync(path, 'utf8'));
      rmSync(path);
      if (sidecar === 'json') expect(existsSync(`${path}.json`), file).toBe(true);
      rmSync(`${path}.json`, { force: true });
    }
  };
  /** Contents at the source that the program may deliver, with the name that the filter judges. */
  const made = new Map<string, { key: string; removed: boolean }>();
  let serial = 0;
  let include = '*.*';

  const put = (key: string, parts: number): void => {
    // What lies under the name already is overwritten: removed, as far as the program is concerned.
    forget(key);
    serial += 1;
    const files: Record<string, string> = {};
    for (let part = 0; part <= parts; part += 1) {
      const file = part === 0 ? key : `${part}${key}`;
      files[file] = `${serial}/${part}`;
      made.set(files[file], { key, removed: false });
    }
    source.put({ key, version: String(serial), fingerprint: `f${serial}`, files });
  };
  const forget = (key: string): void => {
    if (!source.keys().includes(key)) return;
    for (const one of made.values()) if (one.key === key) one.removed = true;
  };

  const run = async (crashAt: number | null): Promise<void> => {
    let passed = 0;
    let dead = false;
    const work = async (die: () => void): Promise<void> => {
      core.hooks.checkpoint = () => {
        if (dead) return;
        if (eatsAtOnce) eat();
        if (passed === crashAt) {
          dead = true;
          die();
        }
        passed += 1;
      };
      await core.run({ id });
      core.hooks.checkpoint = undefined;
    };
    await core.crash(work);
  };

  const take: { [K in Step['do']]: (one: Extract<Step, { do: K }>) => unknown } = {
    put: (one) => {
      put(one.name, one.parts);
    },
    run: () => run(null),
    crash: (one) => run(one.at),
    remove: (one) => {
      forget(one.name);
      source.remove(one.name);
    },
    rename: (one) => {
      if (!source.keys().includes(one.name) || source.keys().includes(one.to)) return;
      // Mails with several files are not renamed.
      const own = [...made.values()].filter((other) => other.key === one.name && !other.removed);
      if (own.length !== 1) return;
      source.rename(one.name, one.to);
      for (const other of own) other.key = one.to;
    },
    fault: (one) => {
      source.fail(one.what, new TransientError('source.lost'));
    },
    filter: async (one) => {
      include = one.include;
      await core.call('launchers.save', { ...draft(include), id });
    },
    restart: () => core.restart(),
    eat,
  };
  for (const one of steps) await take[one.do](one as never);

  source.heal();
  for (let last = 0; last < 3; last += 1) await core.run({ id });
  eat();
  const left = core.filesIn('out');
  const isAccepted = (key: string): boolean => include === '*.*' || key.endsWith('.pdf');
  const wanted = [...made].filter(([, one]) => !one.removed && isAccepted(one.key));
  await core.stop();
  return { eaten, left, wanted: wanted.map(([content]) => content) };
}

describe('a launcher', () => {
  it(
    'delivers every accepted document exactly once, whatever happens',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(world, async (given) => {
          const dir = await makeTempDir();
          try {
            const { eaten, left, wanted } = await live(dir, given);

            expect([...eaten].sort()).toEqual([...new Set(eaten)].sort());
            expect(wanted.filter((content) => !eaten.includes(content))).toEqual([]);
            expect(left).toEqual([]);
          } finally {
            await removeTempDir(dir);
          }
        }),
        { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 25) },
      );
    },
  );
});
