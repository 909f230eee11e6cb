// The built program (dist) as a script on Windows would use it, by the Windows build of Node under Wine: nearer to the real thing
// one cannot come here. Its words are given by a batch of commands; what lies on the disk afterwards is read from this side.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makePdf } from '../../helpers/make-pdf.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { everyMinute } from '../../headless/sample-set-up.ts';
import { eventually } from '../../helpers/eventually.ts';
import * as wine from '../wine.ts';

const { nodeProgram, prepareWine, runInWine, startInWine, userOfWine, windowsPath } = wine;

const dir = useTempDir();
const program = join(import.meta.dirname, '../../../dist/lanceur-main.js');
beforeAll(prepareWine);

const wordsOf = (words: readonly string[]) => [
  ...[windowsPath(program), '--data', windowsPath(at('data'))],
  ...words,
];
const lanceur = (...words: readonly string[]) =>
  runInWine(nodeProgram, wordsOf(words), { folder: at('said') });
const at = (...names: readonly string[]): string => join(dir(), ...names);
const scanned = (launcher: string, name: string, seed = name): Buffer => {
  mkdirSync(at(launcher), { recursive: true });
  const content = makePdf(2000, seed);
  writeFileSync(at(launcher, name), content);
  return content;
};
const delivered = (): string[] => readdirSync(at('cold')).sort();
const below = (folder: string): string[] =>
  readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(at(folder).length + 1))
    .map((path) => path.replace(/\d{4}-\d{2}-\d{2}/, 'DAY'))
    .sort();

/** One launcher for each fate, on a folder of its own name; all of them deliver to `cold`. */
async function setUp(fates: Readonly<Record<string, object>>, job: object = {}): Promise<void> {
  for (const name of ['cold', ...Object.keys(fates)]) mkdirSync(at(name), { recursive: true });
  const destination = { kind: 'folder', path: windowsPath(at('cold')) };
  const configuration = {
    format: 'lanceur-cold/1',
    accounts: [],
    jobs: [{ id: 'job', number: 87, name: 'cold factures', destination, ...job }],
    launchers: Object.entries(fates).map(([name, fate]) => ({
      id: name,
      description: name,
      source: { protocol: 'folder', path: windowsPath(at(name)), fate },
      filter: { include: '*.pdf' },
      affiliations: [{ jobId: 'job', extensions: ['pdf'] }],
      schedule: [everyMinute],
    })),
  };
  writeFileSync(at('configuration.json'), JSON.stringify(configuration));
  expect(await lanceur('import', windowsPath(at('configuration.json')))).toMatchObject({ code: 0 });
}

describe('the built program on Windows', () => {
  it('delivers each document once and carries out every fate', async () => {
    await setUp({
      leave: { kind: 'leave' },
      archive: { kind: 'archive' },
      remove: { kind: 'delete' },
      later: { kind: 'delete', afterDays: 3 },
    });
    const content = scanned('leave', 'Été 2026.pdf');
    for (const name of ['archive', 'remove', 'later']) scanned(name, `${name}.pdf`);
    scanned('leave', 'notes.txt');

    const first = await lanceur('run', '--once', '--json');
    const again = await lanceur('run', '--once', '--json');

    expect([first.code, again.code]).toEqual([0, 0]);
    expect(delivered()).toEqual(['archive.pdf', 'later.pdf', 'remove.pdf', 'Été 2026.pdf']);
    expect(readFileSync(at('cold', 'Été 2026.pdf')).equals(content)).toBe(true);
    expect(below('leave')).toEqual(['notes.txt', 'Été 2026.pdf']);
    expect(below('archive').map((path) => path.replace(/^[^/]+\//, ''))).toEqual([
      'DAY/archive.pdf',
    ]);
    expect([below('remove'), below('later')]).toEqual([[], ['later.pdf']]);
  });

  it('gives no document the name of a device, nor one that differs by case alone', async () => {
    await setUp({ names: { kind: 'leave' } });
    // This side may write what Windows may not; a scanner's server with other rules does the same.
    for (const name of ['CON.pdf', 'aux.PDF', 'Facture.pdf', 'FACTURE.PDF', 'fin .pdf'])
      scanned('names', name);

    const { code } = await lanceur('run', '--once');

    expect(code).toBe(0);
    const names = delivered();
    expect(names).toHaveLength(5);
    expect(names).toEqual(expect.arrayContaining(['_CON.pdf', '_aux.PDF']));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(5);
  });

  it('says how things stand, gives its configuration back, and finds itself in order', async () => {
    await setUp({ leave: { kind: 'leave' } });
    scanned('leave', 'a.pdf');
    await lanceur('run', '--once');

    const status = JSON.parse((await lanceur('--json', 'status')).out) as {
      launchers: { lastRun: { counts: { documents: number } } }[];
    };
    const exported = await lanceur('export', windowsPath(at('out.json')));
    const test = await lanceur('self-test');

    expect(status.launchers[0]?.lastRun.counts.documents).toBe(1);
    expect(exported.code).toBe(0);
    const { jobs } = JSON.parse(readFileSync(at('out.json'), 'utf8')) as {
      jobs: { destination: { path: string } }[];
    };
    expect(jobs[0]?.destination.path).toBe(windowsPath(at('cold')));
    expect(test).toMatchObject({ code: 0 });
  });

  it('answers for a filter and a schedule, which need no data, and leaves no folder behind', async () => {
    const temp = join(userOfWine(), 'Temp');
    const folders = () => readdirSync(temp).filter((name) => name.startsWith('lanceur-'));
    const before = folders();

    const filter = await lanceur('filter', 'test', '*.pdf', 'a.pdf');
    const schedule = await lanceur('schedule', 'next', '* * * * * * 0');

    expect([filter.code, schedule.code]).toEqual([0, 0]);
    expect(filter.out).toContain('a.pdf');
    expect(folders()).toEqual(before);
  });

  it('numbers the second of two documents of one name, and writes its index beside each', async () => {
    await setUp(
      { one: { kind: 'delete' }, two: { kind: 'delete' } },
      { collision: 'number', sidecar: 'json' },
    );
    scanned('one', 'scan.pdf', 'first');
    scanned('two', 'scan.pdf', 'second');

    const { code } = await lanceur('run', '--once');

    expect(code).toBe(0);
    expect(delivered().filter((name) => name.endsWith('.pdf'))).toEqual([
      'scan (2).pdf',
      'scan.pdf',
    ]);
    expect(delivered().filter((name) => name.endsWith('.json'))).toHaveLength(2);
    expect(existsSync(at('one', 'scan.pdf'))).toBe(false);
  });

  it('serves the window, takes the calls of a command, and leaves nothing locked when it is killed', async () => {
    await setUp({ leave: { kind: 'leave' } });
    scanned('leave', 'a.pdf');
    const { running, ended } = startInWine(nodeProgram, wordsOf(['serve']), {
      folder: at('serve'),
    });
    const holder = (): { url: string } =>
      JSON.parse(readFileSync(at('data/instance.json'), 'utf8')) as { url: string };
    await eventually(() => holder().url, { withinMs: 60_000, everyMs: 200 });

    const page = await fetch(`${holder().url}/`);
    const beside = await lanceur('run', 'leave', '--once', '--json');
    running.kill('SIGKILL');
    await ended;
    const after = await lanceur('--json', 'status');

    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect(await page.text()).toContain('<!doctype html>');
    expect([beside.code, delivered()]).toEqual([0, ['a.pdf']]);
    expect(after).toMatchObject({ code: 0 });
  });

  it('takes some hundred documents by way of its disk thread, each whole', async () => {
    await setUp({ many: { kind: 'delete' } });
    for (let index = 0; index < 300; index += 1) scanned('many', `f${index}.pdf`);

    const { code } = await lanceur('run', '--once');

    expect(code).toBe(0);
    expect(delivered()).toHaveLength(300);
    expect(below('many')).toEqual([]);
    expect(readFileSync(at('cold/f77.pdf')).equals(makePdf(2000, 'f77.pdf'))).toBe(true);
  });
});
