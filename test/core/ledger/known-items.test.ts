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
const launcherId = LauncherId.parse('l');
const at = '2026-01-05T08:00:00.000Z';
let store: Store;
let cache: KnownItemsCache;

beforeEach(() => {
  store = openStore({ dataDir: dir(), clock: fakeClock(), logger: memoryLogger() });
  onTestFinished(() => {
    store.close();
  });
  const source = { protocol: 'folder', path: '/in' } as const;
  store.launchers.save(launcherId, LauncherDraft.parse({ description: 'x', source }), at);
  cache = createKnownItemsCache(store.ledger);
});

function conclude(key: string, version: string, state: ItemState, revision = 'r'): void {
  const item: SourceItem = {
    ...{ key, version, fingerprint: null, location: key, title: key, sizeBytes: 1 },
    ...{ receivedAt: null, parts: [], readiness: { ready: true }, facts: {} },
  };
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
});
