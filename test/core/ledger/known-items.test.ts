import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { LauncherId } from '#contract/ids';
import { LauncherDraft } from '#contract/model/launcher';
import type { ItemState } from '#contract/model/item';
import { createKnownItemsCache, type KnownItemsCache } from '#core/ledger/known-items';
import type { SourceItem } from '#core/sources/source';
import { openStore, type Store } from '#core/store/store';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
let launcherId: LauncherId;
const at = '2026-01-05T08:00:00.000Z';
let store: Store;
let cache: KnownItemsCache;

beforeEach(() => {
  store = openStore({ dataDir: dir(), clock: fakeClock(), logger: memoryLogger() });
  onTestFinished(() => store.close());
  addLauncher('l');
  cache = createKnownItemsCache(store.ledger);
});

function addLauncher(name: string): void {
  launcherId = LauncherId.parse(name);
  const source = { protocol: 'folder', path: '/in' } as const;
  store.launchers.save(launcherId, LauncherDraft.parse({ description: 'x', source }), at);
}

const itemOf = (key: string, version: string): SourceItem => ({
  ...{ key, version, fingerprint: null, location: key, title: key, sizeBytes: 1 },
  ...{ receivedAt: null, parts: [], readiness: { ready: true }, facts: {} },
});

function conclude(key: string, version: string, state: ItemState, revision = 'r'): void {
  const item = itemOf(key, version);
  const stamp = { launcherId, runId: store.runs.begin(launcherId, 'manual', at), at };
  const [claim] = store.ledger.claim(stamp, revision, [item]);
  const rest = { reason: null, nextTryAt: null, settleDueAt: null };
  store.ledger.conclude(at, [{ id: claim!.id, state, ...rest }]);
}

describe('known items', () => {
  it.each<[ItemState, boolean]>([
    ['settled', true],
    ['delivered', true],
    ['quarantined', true],
    ['filtered', true],
    ['unrouted', true],
    ['deferred', false],
    ['gone', false],
  ])('of an item that is %s says %s', (state, known) => {
    conclude('a', '1', state);

    expect(cache.of(launcherId, 'r').has('a', '1')).toBe(known);
  });

  it('asks again for what was refused under another filter or routing, not for what is delivered', () => {
    conclude('a', '1', 'filtered', 'old');
    conclude('b', '1', 'unrouted', 'old');
    conclude('c', '1', 'settled', 'old');
    const known = cache.of(launcherId, 'new');

    expect(['a', 'b', 'c'].map((key) => known.has(key, '1'))).toEqual([false, false, true]);
  });

  it('knows a version, not a key', () => {
    conclude('a', '1', 'settled');

    expect(cache.of(launcherId, 'r').has('a', '2')).toBe(false);
  });

  it('learns what a run concludes', () => {
    cache = createKnownItemsCache(store.ledger, { few: 0 });
    const known = cache.of(launcherId, 'r');
    expect(known.has('a', '1')).toBe(false);

    known.add('a', '1');

    expect(cache.of(launcherId, 'r').has('a', '1')).toBe(true);
  });

  it('looks into the ledger again after a change from outside a run', () => {
    conclude('a', '1', 'quarantined');
    const before = cache.of(launcherId, 'r');
    expect(before.has('a', '1')).toBe(true);
    const [item] = store.items.list({ launcherId, limit: 1 });
    store.items.retry(item!.id, at);

    cache.forget(launcherId);

    expect(cache.of(launcherId, 'r').has('a', '1')).toBe(false);
  });

  it('asks the ledger while few of many are listed, and reads it whole once many are', () => {
    for (let index = 0; index < 100; index += 1) conclude(`a${index}`, '1', 'settled');
    let readings = 0;
    const counting = createKnownItemsCache(
      {
        ...store.ledger,
        concludedBehind: (...given) => {
          readings += 1;
          return store.ledger.concludedBehind(...given);
        },
      },
      { few: 2, slice: 40 },
    );
    const ask = (count: number): boolean[] => {
      const known = counting.of(launcherId, 'r');
      return Array.from({ length: count }, (_, index) => known.has(`a${index}`, '1'));
    };

    expect(ask(6)).not.toContain(false);
    expect(readings).toBe(0);
    expect(ask(7)).not.toContain(false);
    expect(readings).toBe(1);
    expect(ask(100)).not.toContain(false);
    // A slice with each question, until all are read.
    expect(readings).toBe(3);
  });

  it('knows what is concluded while it is being read, though its row was passed before', () => {
    conclude('a', '1', 'deferred');
    for (const key of ['b', 'c', 'd']) conclude(key, '1', 'settled');
    const known = createKnownItemsCache(store.ledger, { few: 0, slice: 1 }).of(launcherId, 'r');
    expect(known.has('a', '1')).toBe(false);

    conclude('a', '1', 'settled');
    known.add('a', '1');

    const asked = Array.from({ length: 5 }, () => known.has('a', '1'));
    expect(asked).toEqual([true, true, true, true, true]);
  });

  it('says of every item what a plain model says, whatever became of it meanwhile', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const version = fc.constantFrom('1', '2');
    const state = fc.constantFrom<ItemState>('settled', 'filtered', 'quarantined', 'deferred');
    const step = fc.oneof(
      fc.record({ do: fc.constant('take' as const), key, version, state }),
      fc.record({ do: fc.constant('rename' as const), key, version, to: key }),
      fc.record({ do: fc.constant('retry' as const), key, version }),
      fc.record({ do: fc.constant('ask' as const), key, version }),
      fc.record({ do: fc.constant('run' as const) }),
      fc.record({ do: fc.constant('revise' as const), to: fc.constantFrom('r', 's') }),
    );
    let round = 0;
    const sizes = fc.record({ few: fc.nat(4), slice: fc.integer({ min: 1, max: 4 }) });
    const property = fc.property(fc.array(step, { maxLength: 30 }), sizes, (steps, chosen) => {
      addLauncher(`l${(round += 1)}`);
      cache = createKnownItemsCache(store.ledger, chosen);
      let revision = 'r';
      let known = cache.of(launcherId, revision);
      const model = new Map<string, { state: ItemState; revision: string }>();
      const isKnown = (id: string): boolean => {
        const row = model.get(id);
        if (row === undefined || row.state === 'deferred') return false;
        return row.state !== 'filtered' || row.revision === revision;
      };
      const expectTold = (asked: string, which: string): void => {
        const id = `${asked} ${which}`;
        expect([id, known.has(asked, which)]).toEqual([id, isKnown(id)]);
      };
      for (const one of steps) {
        if (one.do === 'ask') {
          // Each question reads on: all of them after each step would leave nothing half read.
          expectTold(one.key, one.version);
        } else if (one.do === 'revise') {
          revision = one.to;
          known = cache.of(launcherId, revision);
        } else if (one.do === 'run') {
          known = cache.of(launcherId, revision);
        } else {
          const own = one.key;
          const id = `${own} ${one.version}`;
          if (one.do === 'take') {
            if (known.has(own, one.version)) continue;
            conclude(own, one.version, one.state, revision);
            model.set(id, { state: one.state, revision });
            if (one.state !== 'deferred') known.add(own, one.version);
          } else if (one.do === 'retry') {
            const row = store.ledger.find(launcherId, own, one.version);
            if (row === undefined || !store.items.retry(row.id, at)) continue;
            cache.forget(launcherId);
            model.set(id, { state: 'deferred', revision });
            known = cache.of(launcherId, revision);
          } else {
            const { to } = one;
            const row = store.ledger.find(launcherId, own, one.version);
            const was = model.get(id);
            if (row === undefined || was === undefined || model.has(`${to} ${one.version}`))
              continue;
            store.ledger.rekey(at, [{ id: row.id, item: itemOf(to, one.version) }]);
            known.renew();
            model.delete(id);
            model.set(`${to} ${one.version}`, was);
          }
        }
      }
      for (const asked of ['a', 'b', 'c']) {
        for (const which of ['1', '2']) expectTold(asked, which);
      }
    });
    fc.assert(property, { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 60) });
  });
});
