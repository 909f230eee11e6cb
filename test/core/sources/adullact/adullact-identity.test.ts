// What is known of envelopes: repeated deposits, new versions, answers and what they answer, and what is waited for.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { depositDefaults } from '../../../envelopes/deposit-options.ts';
import { makePivot } from '../../../envelopes/make-chorus.ts';
import { makeDeposit, writeDeposit } from '../../../envelopes/make-deposit.ts';
import { makeAck, makePes } from '../../../envelopes/make-pes.ts';
import { adullactWorld } from './adullact-world.ts';

describe('a repeated deposit', () => {
  it.each(['archive', 'delete', 'leave'] as const)(
    'is known, whatever its name and container, and put away like the first: %s',
    async (kind) => {
      const world = await adullactWorld({ source: { fate: { kind } } });
      const deposit = makeDeposit(depositDefaults);
      await writeDeposit(world.inbox, deposit, 'Premier');
      await world.settle();
      const delivered = world.delivered();
      await writeDeposit(world.inbox, deposit, 'Premier_20260314110000_77');
      const zipped = makeDeposit({ ...depositDefaults, container: 'zip' });
      await writeDeposit(world.inbox, zipped, 'encore');
      const run = await world.settle(1);
      expect(run.counts).toMatchObject({ delivered: 0, known: kind === 'leave' ? 3 : 2 });
      expect(world.delivered()).toEqual(delivered);
      if (kind === 'delete') expect(world.left()).toEqual([]);
      const journal = await world.core.call('journal.list', { limit: 50 });
      expect(journal.filter(({ code }) => code === 'envelope.repeated')).toHaveLength(2);
      const again = await world.settle(1);
      expect(again.counts.delivered).toBe(0);
    },
  );

  it('comes only once though both copies lie there at the first look', async () => {
    const world = await adullactWorld();
    const deposit = makeDeposit(depositDefaults);
    await writeDeposit(world.inbox, deposit, 'un');
    await writeDeposit(world.inbox, deposit, 'deux');
    await world.settle(3);
    expect(world.delivered().filter((name) => name.endsWith('.index.json'))).toHaveLength(1);
    expect(Object.values(await world.core.states(world.launcher))).toEqual(['settled', 'settled']);
  });

  it('with another content is delivered, and says what it replaces', async () => {
    const world = await adullactWorld();
    const options = { ...depositDefaults, kind: 'chorus_fact' } as const;
    await writeDeposit(world.inbox, makeDeposit({ ...options, files: 'main only' }), 'un');
    await world.settle();
    await writeDeposit(world.inbox, makeDeposit(options), 'deux');
    await world.settle();
    expect(world.json('deux/deux.index.json')).toMatchObject({ replaces_source_file: 'un' });
  });
});

describe('an acknowledgement', () => {
  const refusal = [
    { domain: '5', state: '1', voucher: '14' },
    {
      domain: '5',
      state: '0',
      voucher: '15',
      errors: [{ piece: '1', line: '1', code: 'T01', label: 'Tiers inconnu' }],
    },
  ] as const;

  it('is linked to the file it answers, and its partial refusals are told', async () => {
    const world = await adullactWorld();
    writeFileSync(join(world.inbox, 'PES1.xml'), makePes({ nomFic: 'FLUX1' }));
    await world.settle(1);
    writeFileSync(join(world.inbox, 'retour-77.xml'), makeAck(refusal, { nomFic: 'FLUX1.xml' }));
    await world.settle(1);
    const told = world.json('retour-77/retour-77.index.json');
    expect(told).toMatchObject({ answers_source_file: 'PES1.xml', ack_state: 'partial' });
    expect(String((told['ack_refusals'] as string[])[0])).toContain('Tiers inconnu');
    const journal = await world.core.call('journal.list', { limit: 50 });
    const entry = (code: string) => journal.find((one) => one.code === code);
    expect(entry('envelope.answered')?.params).toMatchObject({ of: 'FLUX1' });
    expect(entry('envelope.refusedInPart')?.params['count']).toBe(1);
  });

  it('that comes first waits for nothing; the file that comes later says what answered it', async () => {
    const world = await adullactWorld();
    writeFileSync(join(world.inbox, 'ack.xml'), makeAck(refusal, { nomFic: 'FLUX2' }));
    await world.settle(1);
    expect(world.delivered()).toContain('ack/ack.xml');
    writeFileSync(join(world.inbox, 'pes.xml'), makePes({ nomFic: 'FLUX2' }));
    await world.settle(1);
    expect(world.json('pes/pes.index.json')).toMatchObject({
      answered_by: ['pes_acquit ack.xml partial'],
    });
  });
});

describe('what is not complete', () => {
  it('is shown with the number of missing files and since when, and taken once they are there', async () => {
    const world = await adullactWorld();
    const deposit = makeDeposit(depositDefaults);
    await writeDeposit(world.inbox, deposit, 'acte');
    const late = ['Annexe 1.pdf', 'Annexe "2".pdf'];
    for (const name of late) {
      renameSync(join(world.inbox, 'acte', name), join(world.dir, name.replaceAll('"', '')));
    }
    await world.core.run(world.launcher, true);
    const first = world.core.clock.now().toISOString();
    const [item] = await world.core.items(world.launcher, 'deferred');
    expect(item?.reason?.code).toBe('envelope.incomplete');
    expect(item?.reason?.params).toMatchObject({ count: 2, since: first });
    await world.core.clock.advance(60_000);
    renameSync(join(world.dir, 'Annexe 1.pdf'), join(world.inbox, 'acte', 'Annexe 1.pdf'));
    await world.core.run(world.launcher, true);
    const [later] = await world.core.items(world.launcher, 'deferred');
    expect(later?.reason?.params).toMatchObject({ count: 1, since: first });
    const status = await world.core.call('status.get', {});
    expect(status.launchers[0]?.open).toMatchObject({ deferred: 1 });
    renameSync(join(world.dir, 'Annexe 2.pdf'), join(world.inbox, 'acte', 'Annexe "2".pdf'));
    const run = await world.core.run(world.launcher, true);
    expect(run.counts.delivered).toBe(1);
  });

  it('is taken with a warning after its patience, or never where files are strict', async () => {
    for (const strictFiles of [false, true]) {
      const world = await adullactWorld({ source: { envelope: { strictFiles } } });
      const folder = join(world.inbox, 'acte');
      await writeDeposit(world.inbox, makeDeposit(depositDefaults), 'acte');
      renameSync(join(folder, 'Annexe 1.pdf'), join(world.dir, 'x.pdf'));
      await world.settle(3);
      const index = 'acte/acte.index.json';
      expect(world.delivered().includes(index)).toBe(!strictFiles);
      if (!strictFiles) expect(String(world.json(index)['warnings'])).toContain('missing');
      const journal = await world.core.call('journal.list', { limit: 50 });
      const told = journal.filter(({ code }) => code === 'envelope.warning.missing');
      expect(told.map(({ level, params }) => [level, params['name']])).toEqual(
        strictFiles ? [] : [['warn', 'Annexe 1.pdf']],
      );
    }
  });

  it('waits for the end marker where one is required', async () => {
    const world = await adullactWorld({
      source: { envelope: { requireMarker: true, endMarker: 'FINI.ok; pret.txt' } },
    });
    await writeDeposit(world.inbox, makeDeposit(depositDefaults), 'acte');
    await world.settle(2);
    const [item] = await world.core.items(world.launcher, 'deferred');
    expect(item?.reason?.code).toBe('envelope.waitsForMarker');
    writeFileSync(join(world.inbox, 'acte', 'pret.txt'), '');
    const run = await world.settle(1);
    expect(run.counts.delivered).toBe(1);
    expect(world.delivered().some((name) => name.includes('pret'))).toBe(false);
  });

  it('is never taken while it grows', async () => {
    const world = await adullactWorld({ launcher: { quietSeconds: 30 } });
    mkdirSync(join(world.inbox, 'flux'));
    const path = join(world.inbox, 'flux', 'pivot.xml');
    const pivot = makePivot();
    for (let share = 1; share <= 4; share += 1) {
      writeFileSync(path, pivot.subarray(0, Math.floor((pivot.length * share) / 4)));
      await world.core.clock.advance(20_000);
      expect((await world.core.run(world.launcher, true)).counts.delivered).toBe(0);
    }
    await world.settle(2);
    expect(world.delivered()).toContain('flux/pivot.xml');
  });
});

it('a file and its acknowledgement that come together tell of each other', async () => {
  const world = await adullactWorld();
  writeFileSync(join(world.inbox, 'pes.xml'), makePes({ nomFic: 'FLUX3' }));
  writeFileSync(
    join(world.inbox, 'retour.xml'),
    makeAck([{ domain: '5', state: '1', voucher: '14' }], { nomFic: 'FLUX3' }),
  );
  await world.settle(1);
  expect(world.json('retour/retour.index.json')).toMatchObject({ answers_source_file: 'pes.xml' });
  expect(world.json('pes/pes.index.json')).toMatchObject({
    answered_by: ['pes_acquit retour.xml accepted'],
  });
});
