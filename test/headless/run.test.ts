import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Run } from '#contract/model/run';
import type { Status } from '#contract/model/status';
import { makeMail } from '../helpers/make-mail.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { fakeStreams } from './fake-terminal.ts';
import { runCommand } from './run-command.ts';
import { configuration, folderLauncher, sampleSetUp, type Sample } from './sample-set-up.ts';

type RunResult = {
  readonly launcherId: string;
  readonly run: Run | null;
  readonly exitCode: number;
};

const resultsOf = (out: string): RunResult[] => JSON.parse(out) as RunResult[];

async function addLauncher(sample: Sample, id: string, name: string, source: string) {
  const { launchers, ...rest } = configuration(sample.source, sample.target);
  const both = { ...rest, launchers: [...launchers, folderLauncher(id, name, source)] };
  await writeFile(join(sample.dir, 'both.json'), JSON.stringify(both));
  await sample.lanceur('import', 'both.json');
}

/** One that cannot sign in, and pauses when it has tried. */
async function addMailbox(sample: Sample) {
  const { launchers, ...rest } = configuration(sample.source, sample.target);
  const account = { id: 'box', name: 'Boîte', user: 'jean@example.org' };
  const source = { protocol: 'imap', accountId: 'box', server: { host: 'mail.example.org' } };
  const mailbox = { ...folderLauncher('mailbox', 'Courrier', ''), source };
  const both = { ...rest, accounts: [account], launchers: [...launchers, mailbox] };
  await writeFile(join(sample.dir, 'mailbox.json'), JSON.stringify(both));
  await sample.lanceur('import', 'mailbox.json');
}

describe('lanceur run', () => {
  it('delivers what is there, says so in one line, and ends well', async () => {
    const { lanceur, target } = await sampleSetUp(['a.pdf', 'b.pdf']);

    const { code, out } = await lanceur('run');

    expect(code).toBe(0);
    expect(out).toMatch(/^Scanner é: done – 2 seen, 2 delivered \(2 documents, 4 kB\) – .*\n$/);
    expect((await readdir(target)).sort()).toEqual(['a.pdf', 'b.pdf']);
  });

  it('copies the database once a day, and lets old history go, where nothing else stays to do it', async () => {
    const { lanceur, dataDir } = await sampleSetUp(['a.pdf']);
    const copies = () => readdir(join(dataDir, 'backups')).catch(() => []);
    await lanceur('run');
    expect(await copies()).toEqual([]);
    const db = new Database(join(dataDir, 'lanceur.db'));
    // As a task left it long ago.
    db.exec(`UPDATE run SET started_at = '2020-01-01T08:00:00.000Z'`);

    await lanceur('run');
    await lanceur('run');

    expect(await copies()).toHaveLength(1);
    const old = db.prepare(`SELECT count(*) FROM run WHERE started_at < '2021'`).pluck().get();
    db.close();
    expect(old).toBe(0);
  });

  it('tells scripts the same as JSON', async () => {
    const { lanceur } = await sampleSetUp(['a.pdf']);

    const { out } = await lanceur('run', '--json', '--quiet');

    const [result] = resultsOf(out);
    expect(result).toMatchObject({ launcherId: 'scanner', exitCode: 0 });
    expect(result?.run?.counts).toMatchObject({ seen: 1, delivered: 1, documents: 1 });
  });

  it.each(['scanner', 'Scanner é', 'SCANNER E'])('finds the launcher called %s', async (name) => {
    const { lanceur } = await sampleSetUp(['a.pdf']);

    expect((await lanceur('run', name)).out).toContain('1 delivered');
  });

  it('refuses a name that nobody has, and one that is only begun', async () => {
    const { lanceur } = await sampleSetUp();

    expect((await lanceur('run', 'nobody')).code).toBe(2);
    expect((await lanceur('run', 'Scan')).code).toBe(2);
  });

  it('refuses a name that two launchers have, and names their ids', async () => {
    const sample = await sampleSetUp();
    await addLauncher(sample, 'second', 'scanner e', sample.source);

    const outcome = await sample.lanceur('run', 'Scanner é');

    expect(outcome.code).toBe(2);
    expect(outcome.err).toContain('scanner, second');
  });

  it('runs the others when one cannot, and ends in the worst of their codes', async () => {
    const sample = await sampleSetUp(['a.pdf']);
    await addLauncher(sample, 'away', 'Share', join(sample.dir, 'nowhere'));

    const { code, out } = await sample.lanceur('run', '--json');

    const codes = resultsOf(out).map((one) => [one.launcherId, one.exitCode]);
    expect(code).toBe(5);
    expect(Object.fromEntries(codes)).toEqual({ scanner: 0, away: 5 });
    expect(await readdir(sample.target)).toEqual(['a.pdf']);
  });

  it('warns when a document has no COLD job to go to', async () => {
    const sample = await sampleSetUp();
    const launcher = folderLauncher('scanner', 'Scanner é', sample.source);
    const all = { ...launcher, filter: { include: '*.*' } };
    const changed = { ...configuration(sample.source, sample.target), launchers: [all] };
    await writeFile(join(sample.dir, 'all.json'), JSON.stringify(changed));
    await sample.lanceur('import', 'all.json');
    await writeFile(join(sample.source, 'note.txt'), 'a note');

    const { code, out } = await sample.lanceur('run');

    expect(code).toBe(1);
    expect(out).toContain('1 without a COLD job');
  });

  it('leaves out launchers that are disabled or paused', async () => {
    const { lanceur, target } = await sampleSetUp(['a.pdf']);
    await lanceur('launcher', 'pause', 'scanner');

    const { code, err } = await lanceur('run');

    expect(code).toBe(0);
    expect(err).toContain('No launcher to run');
    expect(await readdir(target)).toEqual([]);
  });

  it('tells each time of a launcher that paused by itself, and does not end as if all were well', async () => {
    const sample = await sampleSetUp(['a.pdf']);
    await addMailbox(sample);
    const first = await sample.lanceur('run');

    const { code, out, err } = await sample.lanceur('run');
    const forScripts = await sample.lanceur('run', '--json');

    expect(first.code).toBe(4);
    expect(first.err).not.toContain('paused');
    expect(code).toBe(4);
    expect(out).toContain('Scanner é: done');
    expect(err).toContain('Courrier: paused, did not run. The account “Boîte” has no secret yet.');
    const codes = resultsOf(forScripts.out).map((one) => [one.launcherId, one.exitCode]);
    expect(Object.fromEntries(codes)).toEqual({ scanner: 0, mailbox: 4 });
  });

  it('ends with 130 when it is asked to stop, and loses nothing', async () => {
    const sample = await sampleSetUp(['a.pdf']);
    const { dataDir, lanceur, target } = sample;

    const stopped = await runCommand(['run'], { dataDir, signal: AbortSignal.abort() });
    await lanceur('run');

    expect(stopped.code).toBe(130);
    expect(await readdir(target)).toEqual(['a.pdf']);
  });
});

describe('other commands', () => {
  it('show a preview that changes nothing', async () => {
    const { lanceur, source, target } = await sampleSetUp(['a.pdf']);
    await writeFile(join(source, 'b.db'), 'x');

    const { code, out } = await lanceur('preview', 'scanner');

    expect(code).toBe(0);
    expect(out).toMatch(/taken +a\.pdf +2 kB +Goes to the job “cold facturesfournisseurs”/);
    expect(out).toMatch(/left out +b\.db/);
    expect(await readdir(target)).toEqual([]);
  });

  it('check source and target in named steps', async () => {
    const { lanceur, target } = await sampleSetUp(['a.pdf']);

    const well = await lanceur('check', 'scanner');
    await rm(target, { recursive: true });
    const ill = await lanceur('check', 'scanner');

    expect(well.code).toBe(0);
    expect(well.out).toContain('✓ Folder reachable');
    expect(well.out).not.toMatch(/check\.|[✗⚠]/);
    expect(well.err).toContain('everything is in order');
    expect(ill.code).toBe(5);
    expect(ill.out).toContain('✗');
  });

  it('check says that remarks are to be read, where nothing failed', async () => {
    const { lanceur } = await sampleSetUp();

    const { code, err } = await lanceur('check', 'scanner');

    expect(code).toBe(1);
    expect(err).toContain('read the remarks');
  });

  it('tell the state of everything', async () => {
    const { lanceur } = await sampleSetUp(['a.pdf']);
    await lanceur('run');

    const plain = await lanceur('status');
    const { out } = await lanceur('status', '--json');

    expect(plain.out).toContain('Scanner é');
    expect((JSON.parse(out) as Status).launchers[0]?.lastRun?.counts.delivered).toBe(1);
  });

  it('pause, resume, disable, enable and delete a launcher', async () => {
    const { lanceur } = await sampleSetUp();
    const state = async (): Promise<string> => (await lanceur('launcher', 'list')).out;

    await lanceur('launcher', 'pause', 'scanner');
    expect(await state()).toContain('paused');
    await lanceur('launcher', 'resume', 'scanner');
    await lanceur('launcher', 'disable', 'scanner');
    expect(await state()).toContain('disabled');
    await lanceur('launcher', 'enable', 'scanner');
    expect(await state()).toContain('enabled');
    expect((await lanceur('launcher', 'delete', 'scanner')).code).toBe(2);
    expect((await lanceur('launcher', 'delete', 'scanner', '--yes')).code).toBe(0);
    expect(await state()).not.toContain('scanner');
  });

  it('list what was delivered but could not be opened, in both languages', async () => {
    const { lanceur, dir, source, target } = await sampleSetUp();
    const whole = configuration(source, target);
    const mails = { open: true, take: { zip: 'open' } };
    const launchers = whole.launchers.map((one) => ({
      ...{ ...one, filter: { include: '*' }, quietSeconds: 0 },
      affiliations: [{ jobId: 'invoices', extensions: [] }],
      source: { ...one.source, mails },
    }));
    await writeFile(join(dir, 'configuration.json'), JSON.stringify({ ...whole, launchers }));
    const damaged = { name: 'lot.zip', type: 'application/zip', content: 'no zip' };
    await writeFile(join(source, 'm.eml'), makeMail({ attachments: [damaged] }));

    await lanceur('import', 'configuration.json');
    await lanceur('run');

    expect(await readdir(target)).toEqual(['lot.zip']);
    expect((await lanceur('items', '--lang', 'en')).out).toContain(
      '“lot.zip” could not be opened: it is damaged',
    );
    expect((await lanceur('items', '--lang', 'fr')).out).toContain(
      "« lot.zip » n'a pas pu être ouvert : il est abîmé",
    );
  });

  it('list the items, and deliver one again', async () => {
    const { lanceur, target } = await sampleSetUp(['a.pdf']);
    await lanceur('run');
    const { out } = await lanceur('items', '--json');
    const [item] = JSON.parse(out) as { id: number; state: string }[];

    const replayed = await lanceur('replay', String(item?.id));
    await lanceur('run');

    expect(replayed.code).toBe(0);
    expect(await readdir(target)).toHaveLength(2);
    expect((await lanceur('items', '--state', 'nonsense')).code).toBe(2);
    expect((await lanceur('retry', 'abc')).code).toBe(2);
    expect((await lanceur('retry', '4711')).code).toBe(3);
  });

  it('write the history where the working directory says', async () => {
    const { lanceur, dir } = await sampleSetUp(['a.pdf']);
    await lanceur('run');
    await mkdir(join(dir, 'reports'));

    const { code } = await lanceur('history', 'export', 'reports/h.csv');

    expect(code).toBe(0);
    expect(await readdir(join(dir, 'reports'))).toEqual(['h.csv']);
  });

  it('test a filter on names from standard input, and on those at a source', async () => {
    const { lanceur, dataDir } = await sampleSetUp(['a.pdf']);
    const typed = await runCommand(['filter', 'test', '*.pdf'], {
      dataDir,
      input: 'x.pdf\ny.db\n',
    });
    const found = await lanceur('filter', 'test', '*.tif', '--launcher', 'scanner');

    expect(typed.out).toMatch(/taken +x\.pdf/);
    expect(typed.out).toMatch(/left out +y\.db/);
    expect(found.out).toMatch(/left out +a\.pdf/);
  });

  it('need no data folder to test a filter or a schedule', async () => {
    const dataDir = join(await tempDir(), 'none');

    await runCommand(['filter', 'test', '*.pdf', 'a.pdf'], { dataDir });
    const outcome = await runCommand(['schedule', 'next', '* * * * * * 0'], { dataDir });

    expect(outcome.code).toBe(0);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('show the next instants of a schedule, or the column that is wrong', async () => {
    const { lanceur } = await sampleSetUp();

    const good = await lanceur('schedule', 'next', '* * * * 8 30 0', '--count', '2', '--json');
    const bad = await lanceur('schedule', 'next', '* * * * 25 30 0');
    const short = await lanceur('schedule', 'next', '* * * *');

    expect((JSON.parse(good.out) as { instants: string[] }).instants).toHaveLength(2);
    expect(bad).toMatchObject({ code: 3 });
    expect(bad.err).toContain('Hours');
    expect(short).toMatchObject({ code: 2 });
  });

  it('find nothing wrong with this machine', async () => {
    const { lanceur, dataDir } = await sampleSetUp();
    const before = await readdir(dataDir);

    const { code, out } = await lanceur('self-test', '--json');

    const { steps } = JSON.parse(out) as { steps: { step: string; ok: boolean }[] };
    expect(steps.filter((step) => !step.ok)).toEqual([]);
    expect(code).toBe(0);
    expect(await readdir(dataDir)).toEqual(before);
  });
});

describe('a damaged database', () => {
  const damage = async ({ dataDir }: Sample): Promise<void> => {
    await writeFile(join(dataDir, 'lanceur.db'), Buffer.alloc(8192, 7));
  };

  it('ends every command with 7 and shows the way out', async () => {
    const sample = await sampleSetUp();
    await damage(sample);

    const { code, err } = await sample.lanceur('status');

    expect(code).toBe(7);
    expect(err).toContain('lanceur repair');
  });

  it('is repaired on purpose only, and kept', async () => {
    const sample = await sampleSetUp();
    await damage(sample);

    expect((await sample.lanceur('repair')).code).toBe(2);
    const { code, out } = await sample.lanceur('repair', '--yes');

    expect(code).toBe(1);
    expect(out).toContain('may be delivered a second time');
    expect(await readdir(sample.dataDir)).toContainEqual(expect.stringContaining('.damaged-'));
    expect((await sample.lanceur('status')).code).toBe(0);
  });

  it('is left alone when it is none', async () => {
    const { lanceur } = await sampleSetUp();

    const { code, err } = await lanceur('repair', '--yes');

    expect(code).toBe(0);
    expect(err).toContain('nothing to repair');
    expect((await lanceur('launcher', 'list')).out).toContain('Scanner é');
  });
});

describe('progress', () => {
  it('is a live line on a terminal, gone at the end', async () => {
    const { dataDir } = await sampleSetUp(['a.pdf']);
    const streams = fakeStreams({ isTerminal: true });

    const { err, out } = await runCommand(['run'], { dataDir, streams });

    expect(err).toContain('Scanner é: starting…\n');
    expect(err.endsWith('\u001b[1A\r\u001b[J')).toBe(true);
    expect(out).toMatch(/^Scanner é: done .*\n$/);
    expect(out).not.toContain('\u001b');
  });

  it('is a plain line where nobody watches', async () => {
    const { lanceur } = await sampleSetUp(['a.pdf']);

    const { err } = await lanceur('run');

    expect(err).toBe('Scanner é: starting…\n');
  });
});
