// An Adullact launcher from its folder to the COLD job and back, over real folders.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { depositDefaults, type DepositOptions } from '../../../envelopes/deposit-options.ts';
import { makeCtesArchive } from '../../../envelopes/make-actes.ts';
import { makePivot, makeStatus } from '../../../envelopes/make-chorus.ts';
import { makeDeposit, type MadeDeposit, writeDeposit } from '../../../envelopes/make-deposit.ts';
import { makeUbl } from '../../../envelopes/make-invoices.ts';
import { makePes } from '../../../envelopes/make-pes.ts';
import { makeZip } from '../../../envelopes/make-zip.ts';
import { adullactWorld, tree } from './adullact-world.ts';

type World = Awaited<ReturnType<typeof adullactWorld>>;

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Hashes of everything delivered, index files left out. */
const hashes = (world: World): string[] =>
  world
    .delivered()
    .filter((name) => !/\.index\.[a-z]+$/u.test(name))
    .map((name) => sha(world.bytes(name)))
    .sort();

const hashesOf = (deposit: MadeDeposit): string[] =>
  deposit.files
    .filter(({ name }) => name !== deposit.markerName)
    .map(({ bytes }) => sha(bytes))
    .sort();

async function put(world: World, options: Partial<DepositOptions> = {}): Promise<MadeDeposit> {
  const deposit = makeDeposit({ ...depositDefaults, ...options });
  await writeDeposit(world.inbox, deposit);
  return deposit;
}

describe('an Adullact launcher', () => {
  it.each(['folder', 'zip', 'root'] as const)(
    'delivers a deposit made as %s in one folder, byte for byte, with its index file',
    async (container) => {
      const world = await adullactWorld({ extensions: ['acte_nature'] });
      const deposit = await put(world, { container });
      await world.settle(3);
      expect(hashes(world)).toEqual(hashesOf(deposit));
      const folders = readdirSync(world.core.folderOf('cold'));
      expect(folders).toHaveLength(1);
      const index = world.delivered().find((name) => name.endsWith('.index.json'))!;
      const told = world.json(index);
      expect(told).toMatchObject({ type: 'acte_nature', numero: '2026_014', nature_code: '1' });
      const files = told['files'] as { name: string; role: string; size: number }[];
      expect(files.map(({ name }) => name)[0]).toBe('Délibération-tampon.pdf');
      expect(files.every(({ size }) => typeof size === 'number')).toBe(true);
      expect(readdirSync(world.inbox)).toEqual(['_archive']);
    },
  );

  it('lays the files side by side with a common beginning where that is asked for', async () => {
    const world = await adullactWorld({ source: { layout: 'flat' } });
    const deposit = await put(world, { kind: 'helios' });
    await world.settle();
    expect(hashes(world)).toEqual(hashesOf(deposit));
    const names = world.delivered();
    expect(names.every((name) => !name.includes('/'))).toBe(true);
    const stem = /^(.*)_01_/u.exec(names.find((name) => name.includes('_01_'))!)?.[1] ?? 'none';
    expect(names.every((name) => name.startsWith(stem))).toBe(true);
    expect(names).toContain(`${stem}.index.json`);
  });

  it('writes the index in every format', async () => {
    const texts: string[] = [];
    for (const sidecar of ['xml', 'csv', 'text'] as const) {
      const world = await adullactWorld({ job: { sidecar } });
      writeFileSync(join(world.inbox, 'pivot.xml'), makePivot());
      await world.settle();
      const name = world.delivered().find((one) => one.includes('.index.'))!;
      texts.push(world.bytes(name).toString());
    }
    const [xml = '', csv = '', text = ''] = texts;
    expect(xml).toContain('<engagement>2412345673</engagement>');
    expect(xml).toContain('<role>pivot</role>');
    const [head = '', values = ''] = csv.split('\r\n');
    const column = head.split(';').indexOf('ttc');
    expect(values.split(';')[column]).toBe('1234.56');
    expect(text).toContain('files_1_name: pivot.xml');
    expect(text).toContain("fournisseur_nom: SARL L'Été");
  });

  it('tells each invoice of a pivot of four in one index file', async () => {
    const world = await adullactWorld();
    const invoices = ['A', 'B', 'C', 'D'].map((number) => ({ number }));
    writeFileSync(join(world.inbox, 'quatre.xml'), makePivot({ invoices, counter: 3 }));
    await world.settle();
    const told = world.json('quatre/quatre.index.json');
    const documents = told['documents'] as { numero: string }[];
    expect(documents.map(({ numero }) => numero)).toEqual(['A', 'B', 'C', 'D']);
    expect(String((told['warnings'] as string[])[0])).toContain('invoiceCount');
  });

  it('takes attachments out where that is asked for, and leaves a damaged one out with a word', async () => {
    const world = await adullactWorld({ source: { extract: { pes: true, invoice: true } } });
    const bytes = Buffer.from('%PDF-1.4 one');
    const cut = Buffer.from('1f8b0800000000000003abcd', 'hex').toString('base64');
    const attachments = [
      { name: 'un.pdf', bytes },
      { name: 'deux.pdf', text: cut },
    ];
    const pes = makePes({ attachments });
    writeFileSync(join(world.inbox, 'pes.xml'), pes);
    const run = await world.settle(1);
    expect(run.counts.delivered).toBe(1);
    expect(world.delivered()).toEqual(['pes/pes.index.json', 'pes/pes.xml', 'pes/un.pdf']);
    expect(world.bytes('pes/un.pdf')).toEqual(bytes);
    expect(world.bytes('pes/pes.xml')).toEqual(pes);
    const warnings = world.json('pes/pes.index.json')['warnings'] as string[];
    expect(warnings.join()).toContain('deux.pdf');
  });

  it('opens a national archive and tells what is inside', async () => {
    const world = await adullactWorld({ extensions: ['acte_nature'] });
    writeFileSync(join(world.inbox, 'SLO-EACT--1.tar.gz'), makeCtesArchive());
    await world.settle(1);
    expect(readdirSync(world.core.folderOf('cold'))).toEqual(['SLO-EACT--1']);
    expect(tree(world.inbox).map((name) => name.split('/').at(-1))).toEqual(['SLO-EACT--1.tar.gz']);
  });

  it('leaves a kind that no row names where it is, and says so', async () => {
    const world = await adullactWorld({ extensions: ['helios'] });
    await put(world);
    const run = await world.settle(1);
    expect(run.counts.unrouted).toBe(1);
    const [item] = await world.core.items(world.launcher);
    expect(item?.reason).toMatchObject({
      code: 'route.noneOfKind',
      params: { kind: 'acte_nature' },
    });
    expect(world.delivered()).toEqual([]);
    expect(world.left().length).toBeGreaterThan(3);
  });

  it('sets apart what is contradictory or unknown with the reason, and goes on with the others', async () => {
    const world = await adullactWorld();
    mkdirSync(join(world.inbox, 'double'));
    writeFileSync(join(world.inbox, 'double', 'a.xml'), makePes());
    writeFileSync(join(world.inbox, 'double', 'b.xml'), makePivot());
    writeFileSync(join(world.inbox, 'note.txt'), 'bonjour');
    writeFileSync(join(world.inbox, 'statut.xml'), makeStatus());
    writeFileSync(join(world.inbox, 'facture.xml'), makeUbl());
    writeFileSync(join(world.inbox, 'evil.zip'), makeZip([{ name: '../x.xml', bytes: makePes() }]));
    writeFileSync(join(world.inbox, 'dtd.xml'), '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>');
    symlinkSync('/etc/hostname', join(world.inbox, 'lien'));
    writeFileSync(join(world.inbox, 'bon.xml'), makePivot());
    await world.settle(3);
    const items = await world.core.items(world.launcher, 'quarantined');
    const codes = Object.fromEntries(items.map((item) => [item.key, item.reason?.code]));
    expect(codes).toEqual({
      double: 'envelope.contradiction',
      'note.txt': 'envelope.notAnEnvelope',
      'statut.xml': 'envelope.chorusStatus',
      'facture.xml': 'envelope.bareInvoice',
      'evil.zip': 'envelope.unsafePath',
      'dtd.xml': 'envelope.xmlDoctype',
      lien: 'envelope.link',
    });
    expect(readdirSync(world.core.folderOf('cold'))).toEqual(['bon']);
  });

  it('takes a bare invoice as chorus_fact where the switch says so', async () => {
    const world = await adullactWorld({
      extensions: ['chorus_fact'],
      source: { envelope: { bareInvoices: 'chorus_fact' } },
    });
    writeFileSync(join(world.inbox, 'facture.xml'), makeUbl());
    await world.settle(1);
    expect(world.json('facture/facture.index.json')).toMatchObject({
      type: 'chorus_fact',
      numero: 'F2026-0042',
    });
  });

  it.each([
    ['delete', { kind: 'delete' }, []],
    ['leave', { kind: 'leave' }, 'all'],
  ] as const)('carries out the fate %s on the whole deposit', async (_title, fate, left) => {
    for (const container of ['folder', 'zip', 'root'] as const) {
      const world = await adullactWorld({ source: { fate } });
      const deposit = await put(world, { container, marker: 'standard' });
      const before = world.left();
      await world.settle(3);
      expect(hashes(world)).toEqual(hashesOf(deposit));
      expect(world.left()).toEqual(left === 'all' ? before : []);
      const again = await world.settle(2);
      expect(again.counts.documents).toBe(0);
    }
  });

  it('gives two deposits of one name a folder each under "number", refuses the second under "refuse", replaces under "replace"', async () => {
    for (const [collision, expected] of [
      ['number', ['x', 'x (2)']],
      ['refuse', ['x']],
      ['replace', ['x']],
    ] as const) {
      const world = await adullactWorld({ job: { collision } });
      writeFileSync(join(world.inbox, 'x.xml'), makePivot({ invoices: [{ number: '1' }] }));
      await world.settle(1);
      writeFileSync(join(world.inbox, 'x.xml'), makePivot({ invoices: [{ number: '2' }] }));
      await world.settle(1);
      expect(readdirSync(world.core.folderOf('cold')).sort()).toEqual(expected);
      const numero = world.json('x/x.index.json')['numero'];
      expect(numero).toBe(collision === 'replace' ? '2' : '1');
      const quarantined = await world.core.items(world.launcher, 'quarantined');
      expect(quarantined).toHaveLength(collision === 'refuse' ? 1 : 0);
    }
  });

  it('delivers once more from its archive when somebody asks', async () => {
    const world = await adullactWorld();
    const deposit = await put(world, { container: 'root' });
    await world.settle(3);
    rmSync(world.core.folderOf('cold'), { recursive: true });
    mkdirSync(world.core.folderOf('cold'));
    const [item] = await world.core.items(world.launcher);
    await world.core.call('items.replay', { id: item!.id });
    await world.settle(1);
    expect(hashes(world)).toEqual(hashesOf(deposit));
    const archived = world.left();
    await world.settle(1);
    expect(world.left()).toEqual(archived);
  });

  it('filters by the name of the unit, not of its files', async () => {
    const world = await adullactWorld({ launcher: { filter: { include: '*.xml' } } });
    await put(world);
    writeFileSync(join(world.inbox, 'pivot.xml'), makePivot());
    const run = await world.settle(1);
    expect(run.counts).toMatchObject({ delivered: 1, filtered: 1 });
  });

  it('shows in the preview why each unit is what it is, changing nothing', async () => {
    const world = await adullactWorld();
    writeFileSync(join(world.inbox, 'pivot.xml'), makePivot());
    writeFileSync(join(world.inbox, 'note.txt'), 'bonjour');
    await world.settle(1);
    writeFileSync(join(world.inbox, 'autre.xml'), makePes());
    const before = tree(world.dir);
    const items = await world.core.call('launchers.preview', { id: world.launcher.id, limit: 10 });
    const [pes] = items.filter(({ title }) => title === 'autre.xml');
    expect(pes?.verdict).toBe('take');
    expect(pes?.explanation).toMatchObject({ kind: 'helios', layer: 'national' });
    expect(pes?.explanation?.why[0]).toMatchObject({ code: 'envelope.why.root' });
    expect(tree(world.dir)).toEqual(before);
  });
});
