import { describe, expect, it, onTestFinished } from 'vitest';
import { JobId, LauncherId } from '#contract/ids';
import { LauncherDraft } from '#contract/model/launcher';
import type { SourceItem } from '#core/sources/source';
import type { Delivery } from '#core/store/ledger-repo';
import { OPEN_REASONS } from '#core/store/ledger-rows';
import { openStore } from '#core/store/store';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const launcherId = LauncherId.parse('l1');
const at = '2026-11-22T08:00:00.000Z';
const later = '2026-11-22T09:00:00.000Z';

function open() {
  const store = openStore({ dataDir: dir(), clock: fakeClock(), logger: memoryLogger() });
  onTestFinished(() => store.close());
  const draft = LauncherDraft.parse({
    description: 'x',
    source: { protocol: 'folder', path: '/in' },
  });
  store.launchers.save(launcherId, draft, at);
  const runId = store.runs.begin(launcherId, 'manual', at);
  return { store, ledger: store.ledger, stamp: { launcherId, runId, at } };
}

const item = (key: string, version = '1'): SourceItem => ({
  key,
  version,
  fingerprint: `fp-${key}`,
  location: `at-${key}`,
  title: key,
  sizeBytes: 10,
  receivedAt: null,
  parts: [],
  readiness: { ready: true },
  facts: {},
});

const delivery = (itemId: Delivery['itemId'], part: string): Delivery => ({
  itemId,
  generation: 0,
  part,
  originalName: part,
  name: part,
  jobId: JobId.parse('j1'),
  tempPath: `/tmp/${part}`,
  finalPath: `/out/${part}`,
  sidecarTemp: null,
  sidecarFinal: null,
  sizeBytes: 1,
  sha256: 'x',
});

const putOff = { state: 'deferred', reason: null, nextTryAt: null, settleDueAt: null } as const;

describe('ledger', () => {
  it('counts an attempt before it is made', () => {
    const { ledger, stamp } = open();

    const [first] = ledger.claim(stamp, 'r', [item('a')]);
    const [second] = ledger.claim(stamp, 'r', [item('a')]);

    expect([first?.attempts, second?.attempts]).toEqual([1, 2]);
    expect(second?.id).toBe(first?.id);
  });

  it('forgets the looks at a file that was still growing', () => {
    const { ledger, stamp } = open();
    const reason = { kind: 'transient', code: 'file.growing', params: {} } as const;
    const verdict = { state: 'deferred', reason, observation: '{}' } as const;
    ledger.record(stamp, 'r', [{ ...verdict, item: item('a', '1') }]);

    ledger.record(stamp, 'r', [{ ...verdict, item: item('a', '2') }]);

    expect(ledger.open(launcherId, later).map((row) => row.version)).toEqual(['2']);
  });

  it('does not take back an attempt that counted when it gives back one that did not', () => {
    const { ledger, stamp } = open();
    const [claim] = ledger.claim(stamp, 'r', [item('a')]);

    ledger.conclude(at, [{ ...putOff, id: claim!.id, uncounted: true }]);
    const [again] = ledger.claim(stamp, 'r', [item('a')]);

    expect(again?.attempts).toBe(1);
  });

  it('offers an item again only when its next try is due', () => {
    const { ledger, stamp } = open();
    const [claim] = ledger.claim(stamp, 'r', [item('a')]);
    ledger.conclude(at, [
      { id: claim!.id, state: 'deferred', reason: null, nextTryAt: later, settleDueAt: null },
    ]);

    expect(ledger.open(launcherId, '2026-11-22T08:59:59.999Z')).toEqual([]);
    expect(ledger.open(launcherId, later)).toHaveLength(1);
  });

  it('remembers which parts of an item are delivered when another part failed', () => {
    const { ledger, stamp } = open();
    const [claim] = ledger.claim(stamp, 'r', [item('a')]);
    const [good, bad] = [delivery(claim!.id, 'good'), delivery(claim!.id, 'bad')];
    ledger.beginDelivery(stamp, [good, bad]);

    ledger.endDelivery(at, [good], [bad], []);

    expect(ledger.deliveredParts(claim!.id, 0)).toEqual(['good']);
    expect(ledger.delivering()).toEqual([]);
  });

  it('shows deliveries that were cut, and puts their item back to be looked at', () => {
    const { ledger, stamp } = open();
    const [claim] = ledger.claim(stamp, 'r', [item('a')]);
    ledger.beginDelivery(stamp, [delivery(claim!.id, 'p')]);

    const [row] = ledger.delivering();
    ledger.recovered(at, row!, { kind: 'transient', code: 'item.resumed', params: {} });

    expect(row).toMatchObject({ temp_path: '/tmp/p', final_path: '/out/p' });
    expect(ledger.open(launcherId, at).map((one) => one.state)).toEqual(['deferred']);
    expect(ledger.deliveredParts(claim!.id, 0)).toEqual(['p']);
  });

  it('settles only what is due', () => {
    const { ledger, stamp } = open();
    const claims = ledger.claim(stamp, 'r', [item('a'), item('b')]);
    ledger.conclude(
      at,
      claims.map(({ id }, index) => ({
        id,
        state: 'delivered',
        reason: null,
        nextTryAt: null,
        settleDueAt: index === 0 ? at : later,
      })),
    );

    expect(ledger.dueSettlements(launcherId, at).map((row) => row.key)).toEqual(['a']);
  });

  it('calls what vanished before its delivery gone, and what was delivered settled', () => {
    const { ledger, store, stamp } = open();
    const claims = ledger.claim(stamp, 'r', [item('a'), item('b')]);
    const done = delivery(claims[1]!.id, 'p');
    ledger.beginDelivery(stamp, [done]);
    ledger.endDelivery(at, [done], [], []);
    ledger.conclude(
      at,
      claims.map(({ id }) => ({ ...putOff, id })),
    );

    ledger.vanished(
      at,
      claims.map(({ id }, index) => ({ id, key: ['a', 'b'][index]!, version: '1' })),
    );

    const states = claims.map(({ id }) => store.items.get(id)?.state);
    expect(states).toEqual(['gone', 'settled']);
  });

  it('holds a verdict "filtered" only under the revision it was given', () => {
    const { ledger, stamp } = open();
    const reason = { kind: 'refused', code: 'filter.excluded', params: {} } as const;
    ledger.record(stamp, 'old', [
      { item: item('a'), state: 'filtered', reason, observation: null },
    ]);
    const concluded = (revision: string): string[] => {
      const keys: string[] = [];
      const see = (key: string): void => void keys.push(key);
      expect(ledger.concludedBehind(launcherId, revision, { after: 0, rows: 10, see })).toBeNull();
      return keys;
    };

    expect(concluded('old')).toEqual(['a']);
    expect(concluded('new')).toEqual([]);
  });

  it('asks the index, not every row, for what is open', () => {
    const { ledger, store } = open();
    const plan = store.explain(
      `SELECT id FROM item WHERE launcher_id = 'l1' AND state IN ('deferred', 'fetching')
       AND state <> 'settled' AND state <> 'filtered' AND state <> 'gone'`,
    );

    expect(plan).toContain('item_open');
    expect(ledger.open(launcherId, at)).toEqual([]);
  });

  it('asks the same index why items stand open, at the end of every run', () => {
    const { store } = open();

    expect(store.explain(OPEN_REASONS.replace('?', "'l1'"))).toContain('item_open');
  });

  it('delivers an item again on request, as a new generation from where it lies now', () => {
    const { ledger, store, stamp } = open();
    const [claim] = ledger.claim(stamp, 'r', [item('a')]);
    ledger.settled(at, [{ id: claim!.id, location: 'archive' }]);

    const accepted = store.items.replay(claim!.id, at);

    expect(accepted).toBe(true);
    expect(ledger.open(launcherId, at)).toMatchObject([{ location: 'archive', replay: 1 }]);
    expect(ledger.find(launcherId, 'a', '1')?.generation).toBe(1);
  });

  it('does not forget what was asked for again while its fate was carried out', () => {
    const { ledger, store, stamp } = open();
    const claims = ledger.claim(stamp, 'r', [item('a'), item('b')]);
    const done = { state: 'delivered', reason: null, nextTryAt: null, settleDueAt: at } as const;
    ledger.conclude(
      at,
      claims.map(({ id }) => ({ ...done, id })),
    );
    for (const { id } of claims) store.items.replay(id, at);
    const reason = { kind: 'transient', code: 'source.away', params: {} } as const;

    ledger.settled(at, [{ id: claims[0]!.id, location: 'archive' }]);
    ledger.settleLater(at, [{ id: claims[1]!.id, dueAt: later, reason }]);

    expect(ledger.open(launcherId, at)).toMatchObject([
      { key: 'a', location: 'archive', replay: 1 },
      { key: 'b', location: 'at-b', replay: 1 },
    ]);
  });

  it('refuses to deliver again what its source no longer has', () => {
    const { ledger, store, stamp } = open();
    const [claim] = ledger.claim(stamp, 'r', [item('a')]);
    ledger.settled(at, [{ id: claim!.id, location: null }]);

    expect(store.items.replay(claim!.id, at)).toBe(false);
  });
});
