import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunCounts } from '#contract/model/run';
import { addsUp, type Column, createTally } from '#core/pipeline/tally';

const columns: readonly Column[] = [
  'delivered',
  'known',
  'filtered',
  'deferred',
  'quarantined',
  'unrouted',
];

describe('tally', () => {
  it('adds up whatever is counted in whatever order', () => {
    const counted = fc.tuple(fc.constantFrom(...columns), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(counted), (given) => {
        const tally = createTally(() => undefined);
        for (const [column, count] of given) tally.item(column, count);
        tally.document(5);
        tally.settled(3);

        expect(addsUp(tally.counts())).toBe(true);
        expect(tally.counts().seen).toBe(given.reduce((sum, [, count]) => sum + count, 0));
      }),
    );
  });

  it('counts documents and their bytes beside the items', () => {
    const tally = createTally(() => undefined);

    tally.item('delivered');
    tally.document(10);
    tally.document(32);

    expect(tally.counts()).toMatchObject({ seen: 1, delivered: 1, documents: 2, bytes: 42 });
  });

  it('tells of every change, and not of nothing', () => {
    const seen: RunCounts[] = [];
    const tally = createTally((counts) => seen.push(counts));

    tally.item('known', 0);
    tally.item('known', 2);

    expect(seen).toMatchObject([{ seen: 2, known: 2 }]);
  });

  it('notices numbers that do not add up', () => {
    const tally = createTally(() => undefined);
    tally.item('delivered');

    expect(addsUp({ ...tally.counts(), seen: 2 })).toBe(false);
  });
});
