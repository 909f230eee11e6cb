// What goes wrong around an envelope: the COLD job or the source goes away in the middle, files change at the wrong moment.
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { depositDefaults } from '../../../envelopes/deposit-options.ts';
import { makePivot } from '../../../envelopes/make-chorus.ts';
import { makeDeposit, writeDeposit } from '../../../envelopes/make-deposit.ts';
import { makeZip } from '../../../envelopes/make-zip.ts';
import { adullactWorld, tree } from './adullact-world.ts';

async function withActe(options: Parameters<typeof adullactWorld>[0] = {}) {
  const world = await adullactWorld(options);
  await writeDeposit(world.inbox, makeDeposit(depositDefaults), 'acte');
  const at = (wanted: string, act: () => void): void => {
    world.core.hooks.checkpoint = (step) => {
      if (step !== wanted) return;
      world.core.hooks.checkpoint = undefined;
      act();
    };
  };
  return { ...world, at, cold: world.core.folderOf('cold') };
}

describe('an Adullact launcher', () => {
  it.each(['ledger.claimed', 'envelope.filed', 'ledger.delivering'])(
    'whose COLD job goes away at %s delivers whole once it is back',
    async (step) => {
      const { core, launcher, cold, at, settle, delivered } = await withActe();
      at(step, () => {
        renameSync(cold, `${cold}.away`);
      });
      const run = await core.run(launcher, true);
      expect(run.counts.documents).toBe(0);
      renameSync(`${cold}.away`, cold);
      await settle(2);
      // What could not be removed while it was away goes at the next start.
      await core.restart();
      expect(readdirSync(cold)).toEqual(['acte']);
      expect(delivered()).toHaveLength(8);
    },
  );

  it('whose folder goes away waits, and takes nothing for gone', async () => {
    const { core, launcher, inbox, settle, delivered } = await withActe();
    renameSync(join(inbox, 'acte', 'Annexe 1.pdf'), `${inbox}.pdf`);
    await core.run(launcher, true);
    renameSync(inbox, `${inbox}.away`);
    const run = await core.run(launcher, true);
    expect(run).toMatchObject({ outcome: 'waiting', error: { code: 'source.away' } });
    expect(Object.values(await core.states(launcher))).toEqual(['deferred']);
    renameSync(`${inbox}.away`, inbox);
    renameSync(`${inbox}.pdf`, join(inbox, 'acte', 'Annexe 1.pdf'));
    await settle(1);
    expect(delivered()).toHaveLength(8);
  });

  it('leaves a deposit alone that got another file after its delivery; it is delivered as a new version', async () => {
    const { core, launcher, inbox, at, settle, json } = await withActe();
    at('ledger.delivered', () => {
      writeFileSync(join(inbox, 'acte', 'avis.pdf'), '%PDF-1 avis');
    });
    await core.run(launcher, true);
    expect(existsSync(join(inbox, 'acte', 'avis.pdf'))).toBe(true);
    await settle(3);
    expect(json('acte (2)/acte.index.json')).toMatchObject({ replaces_source_file: 'acte' });
    expect(readdirSync(inbox)).toEqual(['_archive']);
  });

  it('takes a file that changes before it is fetched in its new state only', async () => {
    const world = await adullactWorld();
    const path = join(world.inbox, 'pivot.xml');
    writeFileSync(path, makePivot({ invoices: [{ number: 'OLD' }] }));
    world.core.hooks.checkpoint = (step) => {
      if (step !== 'ledger.claimed') return;
      world.core.hooks.checkpoint = undefined;
      writeFileSync(path, makePivot({ invoices: [{ number: 'NEWER' }] }));
    };
    await world.settle(3);
    expect(world.json('pivot/pivot.index.json')['numero']).toBe('NEWER');
    expect(world.delivered()).toHaveLength(2);
  });

  it('does not deliver the rest of loose files whose putting away was held up', async () => {
    const world = await adullactWorld();
    const deposit = makeDeposit({ ...depositDefaults, container: 'root' });
    await writeDeposit(world.inbox, deposit);
    // The archive's place is taken by a file: nothing can be put there.
    writeFileSync(join(world.inbox, '_archive'), '');
    await world.core.run(world.launcher, true);
    const before = world.delivered();
    expect(before.length).toBeGreaterThan(3);
    // As a run leaves it that was cut in the middle of the files: without the metadata the receipt is an envelope of its own.
    rmSync(join(world.inbox, 'metadata.json'));
    await world.core.clock.advance(10_000);
    const run = await world.core.run(world.launcher, true);
    expect(run.counts.documents).toBe(0);
    expect(world.delivered()).toEqual(before);
    rmSync(join(world.inbox, '_archive'));
    await world.settle(3);
    const left = tree(world.inbox).filter((name) => !name.startsWith('_archive/'));
    expect(left.filter((name) => name !== '_archive')).toEqual([]);
    expect(world.delivered()).toEqual(before);
  });

  it('refuses a bomb, and leaves nothing of it in its working folder', async () => {
    const world = await adullactWorld({
      source: { envelope: { limits: { maxArchiveBytes: 1_000_000 } } },
    });
    const bytes = Buffer.alloc(5_000_000);
    writeFileSync(join(world.inbox, 'bombe.zip'), makeZip([{ name: 'a.xml', bytes }]));
    await world.settle(2);
    const [item] = await world.core.items(world.launcher, 'quarantined');
    expect(item?.reason?.code).toBe('envelope.tooLarge');
    const spool = join(world.dir, 'data', 'spool');
    expect(existsSync(spool) ? tree(spool) : []).toEqual([]);
  });
});
