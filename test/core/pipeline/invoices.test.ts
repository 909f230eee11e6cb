// Electronic invoices in a folder launcher: routed by what they are, whatever they are called, with their data in the
// index file. Launchers without such a row work as before.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePivot } from '../../envelopes/make-chorus.ts';
import { makeCii, makeFacturx, makeUbl } from '../../envelopes/make-invoices.ts';
import { makePes } from '../../envelopes/make-pes.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { makePdf } from '../../helpers/make-pdf.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

type Row = readonly [job: string, ...extensions: string[]];

async function setUp(rows: readonly Row[], fate: 'archive' | 'leave' = 'archive') {
  const core = await makeCore({ dir: dir(), clock: fakeClock(new Date()), isReal: true });
  const folder = join(dir(), 'in');
  mkdirSync(folder);
  const affiliations = [];
  for (const [name, ...extensions] of rows) {
    const job = await core.job(name, { name, sidecar: 'json' });
    affiliations.push({ jobId: job.id, extensions });
  }
  const launcher = await core.call('launchers.save', {
    description: 'factures',
    source: { protocol: 'folder', path: folder, fate: { kind: fate } },
    affiliations,
  });
  const put = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes);
  };
  const index = (job: string, name: string) =>
    JSON.parse(core.read(job, `${name}.json`)) as Record<string, unknown>;
  return { core, launcher, put, index };
}

describe('a folder launcher with a row for an invoice type', () => {
  it('sends a Factur-X where its type leads and any other PDF where its extension does', async () => {
    const { core, launcher, put, index } = await setUp([
      ['scans', 'pdf'],
      ['factures', 'facturx'],
    ]);
    const invoice = makeFacturx();
    put('a.pdf', invoice);
    put('b.pdf', makePdf(3000, 1));
    const run = await core.run(launcher);
    expect(run.counts).toMatchObject({ delivered: 2, settled: 2 });
    expect(core.filesIn('factures')).toEqual(['a.pdf', 'a.pdf.json']);
    expect(core.filesIn('scans')).toEqual(['b.pdf', 'b.pdf.json']);
    expect(index('factures', 'a.pdf')).toMatchObject({
      type: 'facturx',
      numero: 'F2026-0042',
      date_facture: '2026-04-02',
      fournisseur_nom: "L'Été SARL",
      acheteur_nom: 'Commune',
      ht: '100.00',
      tva: '20.00',
      ttc: '120.00',
      devise: 'EUR',
      size: invoice.length,
    });
    expect(index('scans', 'b.pdf')['type']).toBeUndefined();
  });

  it('knows UBL, CII and the national files by their content, whatever they are called', async () => {
    const { core, launcher, put } = await setUp([
      ['ubl', 'ubl'],
      ['cii', 'cii'],
      ['chorus', 'chorus_fact'],
      ['helios', 'helios'],
      ['reste'],
    ]);
    put('1.dat', makeUbl());
    put('2', makeCii());
    put('3.xml', makePivot());
    put('4.txt', makePes());
    put('5.xml', Buffer.from('<a/>'));
    await core.run(launcher);
    const documents = (job: string) => core.filesIn(job).filter((name) => !name.endsWith('.json'));
    expect(['ubl', 'cii', 'chorus', 'helios', 'reste'].map(documents)).toEqual([
      ['1.dat'],
      ['2'],
      ['3.xml'],
      ['4.txt'],
      ['5.xml'],
    ]);
  });

  it('leaves in place what its content leads nowhere, and does not fetch what cannot be one', async () => {
    const { core, launcher, put } = await setUp([['factures', 'facturx']]);
    put('a.pdf', makePdf(3000, 1));
    put('b.svg', Buffer.from('<svg/>'));
    const run = await core.run(launcher);
    expect(run.counts).toMatchObject({ delivered: 0, unrouted: 2 });
    expect(core.filesIn('factures')).toEqual([]);
    const items = await core.items(launcher, 'unrouted');
    expect(items.map(({ key, attempts }) => [key, attempts]).sort()).toEqual([
      ['a.pdf', 1],
      ['b.svg', 0],
    ]);
    const again = await core.run(launcher);
    expect(again.counts).toMatchObject({ known: 2, unrouted: 0 });
  });

  it('shows in the preview where the content leads, and the run does just that', async () => {
    const { core, launcher, put } = await setUp([
      ['scans', 'pdf', 'jpg'],
      ['factures', 'facturx', 'ubl'],
    ]);
    put('a.pdf', makeFacturx());
    put('b.jpg', makeFacturx());
    put('c.xml', makeUbl());
    put('d.pdf', makePdf(3000, 1));
    put('e.xml', Buffer.from('<a/>'));
    await core.clock.advance(2000);
    const jobs = new Map((await core.call('jobs.list', {})).map(({ id, name }) => [id, name]));

    const items = await core.call('launchers.preview', { id: launcher.id });

    const shown = items.flatMap((item) =>
      item.documents.map(({ name, verdict, reason, jobId }) => [
        ...[name, item.verdict, verdict, reason.code],
        jobId === null ? null : jobs.get(jobId),
      ]),
    );
    expect(shown.sort()).toEqual([
      ['a.pdf', 'take', 'take', 'route.kind', 'factures'],
      ['b.jpg', 'take', 'take', 'route.kind', 'factures'],
      ['c.xml', 'take', 'take', 'route.kind', 'factures'],
      ['d.pdf', 'take', 'take', 'route.job', 'scans'],
      ['e.xml', 'unrouted', 'unrouted', 'route.none', null],
    ]);
    const run = await core.run(launcher);
    expect(run.counts).toMatchObject({ seen: 5, delivered: 4, unrouted: 1 });
    const documents = (job: string) => core.filesIn(job).filter((name) => !name.endsWith('.json'));
    expect(documents('factures')).toEqual(['a.pdf', 'b.jpg', 'c.xml']);
    expect(documents('scans')).toEqual(['d.pdf']);
  });

  it('takes a damaged or encrypted PDF for what its name says', async () => {
    const { core, launcher, put } = await setUp([
      ['scans', 'pdf'],
      ['factures', 'facturx'],
    ]);
    put('a.pdf', makeFacturx().subarray(0, 900));
    // A PDF cut short is taken after its patience only.
    await core.run(launcher);
    await core.clock.advance(1_000_000);
    await core.run(launcher);
    await core.clock.advance(1_000_000);
    await core.run(launcher);
    expect(core.filesIn('scans')).toContain('a.pdf');
  });

  it('waits where the job of the type has no room, and delivers once it has', async () => {
    const { core, launcher, put } = await setUp([
      ['scans', 'pdf'],
      ['factures', 'facturx'],
    ]);
    const [job] = (await core.call('jobs.list', {})).filter(({ name }) => name === 'factures');
    const { createdAt: _, changedAt: __, ...draft } = job!;
    await core.call('jobs.save', {
      ...draft,
      backPressure: { maxWaitingFiles: 1, minFreeBytes: 0 },
    });
    put('a.pdf', makeFacturx({ number: '1' }));
    put('b.pdf', makeFacturx({ number: '2' }));
    const run = await core.run(launcher);
    expect(run.counts).toMatchObject({ delivered: 1, deferred: 1 });
    await core.call('jobs.save', { ...draft, backPressure: { minFreeBytes: 0 } });
    expect((await core.run(launcher)).counts.delivered).toBe(1);
  });
});

it('a launcher without a row for an invoice type does not look into its documents', async () => {
  const { core, launcher, put, index } = await setUp([['scans', 'pdf']]);
  put('a.pdf', makeFacturx());
  await core.run(launcher);
  expect(index('scans', 'a.pdf')['type']).toBeUndefined();
});
