// Whatever a Pastell was told: its deposit is delivered whole, byte for byte, and once.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEPOSIT_VALUES, type DepositOptions } from '../../../envelopes/deposit-options.ts';
import { makeDeposit, writeDeposit } from '../../../envelopes/make-deposit.ts';
import { adullactWorld } from './adullact-world.ts';

const any = Object.fromEntries(
  Object.entries(DEPOSIT_VALUES).map(([key, values]) => [key, fc.constantFrom(...values)]),
);
const deposits = fc
  .record(any as { [K in keyof DepositOptions]: fc.Arbitrary<DepositOptions[K]> })
  // Loose files hang together by their metadata alone, under names that lead to each other.
  .filter(
    ({ container, metadata, fileNames, keys }) =>
      container !== 'root' ||
      (metadata !== 'none' &&
        keys === 'all' &&
        (fileNames === 'original' || fileNames === 'windows' || fileNames === 'decomposed')),
  )
  .filter(
    ({ kind, metadata, returns, files }) =>
      kind !== 'acte_nature' || metadata !== 'none' || (returns && files === 'all'),
  );

const settings = fc.record({
  layout: fc.constantFrom('folder', 'flat'),
  fate: fc.constantFrom({ kind: 'archive' }, { kind: 'delete' }, { kind: 'leave' }),
});

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

it('any combination of options is delivered whole, once', async () => {
  await fc.assert(
    fc.asyncProperty(deposits, settings, async (options, { layout, fate }) => {
      const endMarker = options.marker === 'renamed' ? 'FINI.ok' : 'fichier_termine.txt';
      const world = await adullactWorld({
        extensions: [options.kind],
        source: { layout, fate, envelope: { endMarker } },
      });
      const deposit = makeDeposit(options);
      await writeDeposit(world.inbox, deposit);
      await world.settle(3);
      const wanted = deposit.files.filter(({ name }) => name !== deposit.markerName);
      const come = world.delivered().filter((name) => !name.endsWith('.index.json'));
      expect(come.map((name) => sha(world.bytes(name))).sort()).toEqual(
        wanted.map(({ bytes }) => sha(bytes)).sort(),
      );
      const again = await world.settle(2);
      expect(again.counts.documents).toBe(0);
      await world.core.stop();
    }),
    { numRuns: 30 },
  );
}, 120_000);
