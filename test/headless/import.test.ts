import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { fakeStreams } from './fake-terminal.ts';
import { runCommand } from './run-command.ts';
import { configuration, everyMinute } from './sample-set-up.ts';

const dir = useTempDir();
const SECRET = 'hunter2-é';
type Options = Partial<Parameters<typeof runCommand>[1]>;
type Sample = ReturnType<typeof configuration>;

const sample = (): Sample => configuration(join(dir(), 'in'), join(dir(), 'out'));
const withAccount = (): Sample => {
  const account = { id: 'mail', name: 'Courrier', user: 'jean@example.org', secretEnv: 'MAIL_PW' };
  return { ...sample(), accounts: [account] };
};

async function lanceur(words: readonly string[], options: Options = {}) {
  return runCommand(words, { dataDir: join(dir(), 'data'), workingDir: dir(), ...options });
}

async function importText(text: string, words: readonly string[] = [], options: Options = {}) {
  await writeFile(join(dir(), 'c.json'), text);
  return lanceur(['import', 'c.json', ...words], options);
}

const importSample = (value: unknown, words: readonly string[] = [], options: Options = {}) =>
  importText(JSON.stringify(value), words, options);

const exported = async (): Promise<Sample> => JSON.parse((await lanceur(['export'])).out) as Sample;

describe('a configuration file', () => {
  it('is imported, and comes out again as it went in', async () => {
    const first = await importSample(sample());
    const again = await exported();

    expect(first).toMatchObject({
      code: 0,
      out: 'Configuration read. Added: 2, changed: 0, unchanged: 0.\n',
    });
    expect(again.jobs[0]).toMatchObject(sample().jobs[0]!);
    expect(again.launchers[0]).toMatchObject(sample().launchers[0]!);
    expect((await importSample(again)).out).toContain('Added: 0, changed: 0, unchanged: 2');
  });

  it('may begin with the byte order mark of Notepad', async () => {
    expect((await importText(`\ufeff${JSON.stringify(sample())}`)).code).toBe(0);
  });

  it('may come on standard input', async () => {
    const outcome = await lanceur(['import', '-'], { input: JSON.stringify(sample()) });

    expect(outcome).toMatchObject({ code: 0, err: '' });
  });

  it.skipIf(process.platform === 'win32')(
    'is written into a device, not in its place',
    async () => {
      const pipe = join(dir(), 'pipe');
      await promisify(execFile)('mkfifo', [pipe]);

      const [read, outcome] = await Promise.all([
        readFile(pipe, 'utf8'),
        lanceur(['export', pipe]),
      ]);

      expect(outcome.code).toBe(0);
      expect(JSON.parse(read)).toMatchObject({ format: 'lanceur-cold/1' });
    },
  );

  it('changes nothing in a dry run', async () => {
    const outcome = await importSample(sample(), ['--dry-run']);

    expect(outcome.out).toContain('nothing was changed. To add: 2');
    expect((await exported()).launchers).toEqual([]);
  });
});

describe('a broken file', () => {
  const broken = async (change: (value: Sample) => unknown) => {
    await importSample(sample());
    const before = await exported();
    const outcome = await importSample(change(structuredClone(before)));
    expect(await exported()).toEqual(before);
    return outcome;
  };

  it.each<[string, (value: Sample) => unknown, string]>([
    [
      'a wrong type',
      (v) => ({ ...v, launchers: [{ ...v.launchers[0], quietSeconds: 'soon' }] }),
      'launchers[0].quietSeconds',
    ],
    [
      'a missing field',
      (v) => ({ ...v, jobs: [{ ...v.jobs[0], name: undefined }] }),
      'jobs[0].name',
    ],
    ['an unknown field', (v) => ({ ...v, jobs: [{ ...v.jobs[0], nmae: 'x' }] }), 'jobs[0]'],
    [
      'an unknown field of an object in an object',
      (v) => ({ ...v, launchers: [{ ...v.launchers[0], filter: { inclde: '*.pdf' } }] }),
      'launchers[0].filter',
    ],
    [
      'an unknown field beside a known protocol',
      (v) => ({
        ...v,
        launchers: [{ ...v.launchers[0], source: { ...v.launchers[0]!.source, pth: '/' } }],
      }),
      'launchers[0].source',
    ],
    [
      'an unknown field in a list',
      (v) => ({
        ...v,
        launchers: [{ ...v.launchers[0], affiliations: [{ jobId: 'out', extension: ['pdf'] }] }],
      }),
      'launchers[0].affiliations[0]',
    ],
    [
      "an unknown field of a connector's server",
      (v) => ({
        ...v,
        connectors: [
          {
            id: 'smtp',
            name: 'smtp',
            config: { type: 'smtp', server: { host: 'a.example', prt: 25 } },
          },
        ],
      }),
      'connectors[0].config.server',
    ],
    [
      "an unknown field of an alarm's opening hours",
      (v) => ({
        ...v,
        notices: [{ id: 'n', event: { kind: 'silence', opening: { form: '08:00' } } }],
      }),
      'notices[0].event.opening',
    ],
    [
      'an unknown protocol',
      (v) => ({ ...v, launchers: [{ ...v.launchers[0], source: { protocol: 'ftp' } }] }),
      'launchers[0].source.protocol',
    ],
    [
      'a secret',
      (v) => ({ ...v, accounts: [{ id: 'a', name: 'a', user: 'u', secret: SECRET }] }),
      'accounts[0].secret',
    ],
    ['another format', (v) => ({ ...v, format: 'other/1' }), 'format'],
    ['no object at all', () => [], '.'],
  ])('with %s names the field and changes nothing', async (_, change, field) => {
    const outcome = await broken(change);

    expect(outcome.code).toBe(3);
    expect(outcome.err).toContain('Nothing was changed.');
    expect(outcome.err).toContain(`  ${field}: `);
    expect(outcome.err).not.toContain(SECRET);
  });

  it.each<[string, (value: Sample) => unknown, RegExp]>([
    [
      'a day that never comes',
      (v) => ({
        ...v,
        launchers: [{ ...v.launchers[0], schedule: [{ ...everyMinute, months: '2', days: '31' }] }],
      }),
      /Field: launchers\.0\.schedule\.0\.days/,
    ],
    [
      'a filter that cannot be read',
      (v) => ({ ...v, launchers: [{ ...v.launchers[0], filter: { include: '/(/' } }] }),
      /Field: launchers\.0\.filter\.include/,
    ],
    [
      'a job that does not exist',
      (v) => ({ ...v, launchers: [{ ...v.launchers[0], affiliations: [{ jobId: 'none' }] }] }),
      /Field: launchers\.0\.affiliations\.0\.jobId/,
    ],
  ])('with %s names the field and changes nothing', async (_, change, field) => {
    const outcome = await broken(change);

    expect(outcome.code).toBe(3);
    expect(outcome.err).toMatch(field);
  });

  it('tells every fault at once', async () => {
    const outcome = await importSample({
      ...sample(),
      jobs: [{ id: 'x' }],
      launchers: [{ id: 'y' }],
    });

    expect(outcome.err).toContain('jobs[0].name');
    expect(outcome.err).toContain('launchers[0].description');
  });

  it('that is no JSON tells line and column', async () => {
    const outcome = await importText('{\n  "format": "lanceur-cold/1",\n  oops\n}');

    expect(outcome.code).toBe(3);
    expect(outcome.err).toContain('line 3, column 3');
  });

  it('may be UTF-16, as PowerShell writes it', async () => {
    const text = Buffer.from(`\ufeff${JSON.stringify(sample())}`, 'utf16le');
    await writeFile(join(dir(), 'c.json'), text);

    expect((await lanceur(['import', 'c.json', '--dry-run'])).out).toContain('To add: 2');
  });

  it('is one JSON line for scripts', async () => {
    const outcome = await importSample({ ...sample(), jobs: [{ id: 'x' }] }, ['--json']);

    expect(outcome).toMatchObject({ code: 3, out: '' });
    expect(JSON.parse(outcome.err)).toMatchObject({
      error: { kind: 'config', code: 'configuration.broken' },
      problems: expect.arrayContaining([
        { field: 'jobs[0].name', problem: expect.stringContaining('missing') as string },
      ]) as unknown,
    });
  });

  it('that is cut off tells where it ends', async () => {
    expect((await importText('{\n  "format":')).err).toContain('line 2, column 12');
  });

  it('that is not there says so', async () => {
    const outcome = await lanceur(['import', 'none.json']);

    expect(outcome.code).toBe(3);
    expect(outcome.err).toContain('none.json cannot be read (ENOENT)');
  });

  it('is told in French to a French reader', async () => {
    await writeFile(join(dir(), 'c.json'), JSON.stringify({ ...sample(), jobs: [{ id: 'x' }] }));
    const outcome = await lanceur(['import', 'c.json'], { environment: { LANG: 'fr_FR.UTF-8' } });

    expect(outcome.err).toContain("Rien n'a été changé.");
    expect(outcome.err).toContain('jobs[0].name : il manque');
  });
});

describe('the secret of an account', () => {
  const stored = async (): Promise<boolean> => {
    const { out } = await lanceur(['account', 'list', '--json']);
    return (JSON.parse(out) as { hasSecret: boolean }[])[0]?.hasSecret ?? false;
  };
  const typing = (text: string) => {
    const streams = fakeStreams({ isTerminal: true });
    return {
      streams,
      typed: eventually(() => streams.err().includes('Secret of')).then(() =>
        streams.stdin.write(text),
      ),
    };
  };

  it('is not called missing by a dry run that finds it in the environment', async () => {
    const environment = { MAIL_PW: SECRET };
    const outcome = await importSample(withAccount(), ['--dry-run'], { environment });

    expect(outcome).toMatchObject({ code: 0, err: '' });
    expect((await importSample(withAccount(), ['--dry-run'])).err).toContain('Courrier');
  });

  it('comes from the environment variable that the file names', async () => {
    const outcome = await importSample(withAccount(), [], { environment: { MAIL_PW: SECRET } });

    expect(outcome.code).toBe(0);
    expect(await stored()).toBe(true);
  });

  it('is asked for on a terminal, and never shown', async () => {
    const { streams, typed } = typing(`${SECRET}\r`);

    const outcome = await importSample(withAccount(), [], { streams });
    await typed;

    expect(outcome.code).toBe(0);
    expect(outcome.err).toContain('Secret of the account “Courrier” (jean@example.org): ');
    expect(outcome.out + outcome.err).not.toContain(SECRET);
    expect(await stored()).toBe(true);
  });

  it('is not passed over in silence where nobody can type what --ask-secrets wants', async () => {
    const outcome = await importSample(withAccount(), ['--ask-secrets']);

    expect(outcome).toMatchObject({ code: 2, out: '' });
    expect(outcome.err).toContain('--ask-secrets wants a terminal');
    expect((await lanceur(['account', 'list'])).out).toBe('');
  });

  it('is not asked for again when it is stored', async () => {
    await importSample(withAccount(), [], { environment: { MAIL_PW: SECRET } });
    const streams = fakeStreams({ isTerminal: true });

    const outcome = await importSample(withAccount(), [], { streams });

    expect(outcome).toMatchObject({ code: 0, err: '' });
  });

  it('that nobody gives is reported, and the rest is imported', async () => {
    const outcome = await importSample(withAccount());

    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('The account “Courrier” has no secret');
    expect((await exported()).launchers).toHaveLength(1);
  });

  it('that somebody refuses to type changes nothing', async () => {
    const { streams, typed } = typing('\u0003');

    const outcome = await importSample(withAccount(), [], { streams });
    await typed;

    expect(outcome.code).toBe(130);
    expect((await exported()).launchers).toEqual([]);
  });

  it('is in no file of the data folder, nor in an export', async () => {
    await importSample(withAccount(), ['--verbose'], { environment: { MAIL_PW: SECRET } });
    await mkdir(join(dir(), 'x'), { recursive: true });
    await lanceur(['export', 'x/out.json']);

    const database = await readFile(join(dir(), 'data', 'lanceur.db'), 'latin1');
    expect(database).not.toContain('hunter2');
    expect(await readFile(join(dir(), 'x', 'out.json'), 'utf8')).not.toMatch(/hunter2|secret"/);
  });

  it('can be entered again', async () => {
    await importSample(withAccount());
    const words = ['account', 'secret', 'courrier', '--env', 'OTHER'];

    expect((await lanceur(words, { environment: { OTHER: SECRET } })).code).toBe(0);
    expect(await stored()).toBe(true);
    expect((await lanceur(words)).code).toBe(2);
    expect((await lanceur(words.slice(0, 3))).code).toBe(2);
  });
});

describe('the schema', () => {
  it('describes the file that import reads', async () => {
    const { out, code } = await lanceur(['schema']);
    const schema = JSON.parse(out) as { properties: Record<string, unknown>; required: string[] };

    expect(code).toBe(0);
    expect(Object.keys(schema.properties)).toEqual([
      'format',
      'accounts',
      'connectors',
      'services',
      'defaultConnector',
      'jobs',
      'launchers',
      'notices',
    ]);
    // What has a default need not be in the file.
    expect(schema.required).toEqual(['format']);
  });
});
