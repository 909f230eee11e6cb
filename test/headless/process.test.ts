// The command as a process of its own: signals, pipes, exit codes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { runCommand } from './run-command.ts';
import { sampleSetUp } from './sample-set-up.ts';

const main = join(import.meta.dirname, '../../src-main/headless/main.ts');
const posixOnly = it.skipIf(process.platform === 'win32');
const linuxOnly = it.skipIf(process.platform !== 'linux');

/** What takes nothing, as a disk that is full. */
async function fullDisk(): Promise<number> {
  const file = await open('/dev/full', 'w');
  onTestFinished(() => file.close());
  return file.fd;
}

type Started = {
  readonly environment?: Readonly<Record<string, string>>;
  /** Where this goes, instead of being read. */
  readonly stdout?: number;
  readonly stderr?: number;
};

function start(words: readonly string[], { environment, ...streams }: Started = {}) {
  const { stdout = 'pipe', stderr = 'pipe' } = streams;
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...process.env, LC_ALL: 'en_GB.UTF-8', ...environment },
    stdio: ['ignore', stdout, stderr],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, said, ended };
}

/** A run that waits for a file to have been quiet long enough. */
async function startWaitingRun() {
  const sample = await sampleSetUp(['a.pdf']);
  const exported = JSON.parse((await sample.lanceur('export')).out) as { launchers: object[] };
  const launchers = exported.launchers.map((one) => ({ ...one, quietSeconds: 3600 }));
  const input = JSON.stringify({ ...exported, launchers });
  await runCommand(['import', '-'], { dataDir: sample.dataDir, input });
  await utimes(join(sample.source, 'a.pdf'), new Date(), new Date());
  const run = start(['run', '--data', sample.dataDir]);
  await eventually(() => run.said.err.includes('starting'), { withinMs: 15_000 });
  return { ...run, sample };
}

describe('the process', () => {
  posixOnly.each(['SIGINT', 'SIGTERM'] as const)(
    'stops a run safely on %s and ends with 130',
    async (signal) => {
      const { child, said, ended, sample } = await startWaitingRun();

      child.kill(signal);

      expect(await ended).toBe(130);
      expect(said.err).toContain('Stopped as asked: nothing is lost');
      expect((await sample.lanceur('status')).code).toBe(0);
    },
  );

  it('ends with the exit code of what went wrong', async () => {
    const { ended, said } = start(['fly']);

    expect(await ended).toBe(2);
    expect(said).toEqual({ out: '', err: expect.stringContaining('Unknown command') as string });
  });

  it('cannot start on a data folder that is none, and says why', async () => {
    const { ended, said } = start(['status', '--data', join(main, 'data')]);

    expect(await ended).toBe(2);
    expect(said.err).toMatch(/cannot be used as the data folder \(ENOTDIR\)/);
  });

  posixOnly('says that the temporary folder is at fault, where it is', async () => {
    const environment = { TMPDIR: join(main, 'tmp') };
    const { ended, said } = start(['filter', 'test', '*.pdf', 'a.pdf'], { environment });

    expect(await ended).toBe(2);
    expect(said.err).toMatch(/^The temporary folder .* cannot be used \(ENOTDIR\)\. .*TMPDIR.*\n$/);
  });

  it('ends quietly when nobody reads its output any more', async () => {
    const { child, said, ended } = start(['help']);
    child.stdout?.destroy();

    expect([0, null]).toContain(await ended);
    expect(said.err).toBe('');
  });

  linuxOnly('does not end well when its result could not be written', async () => {
    const { ended, said } = start(['schema'], { stdout: await fullDisk() });

    expect(await ended).toBe(5);
    expect(said.err).toMatch(/could not be written to standard output as a whole \(ENOSPC\)/);
  });

  linuxOnly('does its work though nothing of what goes on can be told', async () => {
    const { dataDir, target } = await sampleSetUp(['a.pdf']);
    const { ended } = start(['run', '--data', dataDir], { stderr: await fullDisk() });

    expect(await ended).toBe(0);
    expect(await readdir(target)).toEqual(['a.pdf']);
  });

  posixOnly('goes on with its work when nobody reads its output any more', async () => {
    const { dataDir, target } = await sampleSetUp(['a.pdf']);
    const { child, ended } = start(['run', '--data', dataDir]);
    child.stdout?.destroy();
    child.stderr?.destroy();

    expect(await ended).toBe(0);
    expect(await readdir(target)).toEqual(['a.pdf']);
  });

  it('speaks the language of its locale', async () => {
    const { ended, said } = start(['fly'], { environment: { LC_ALL: 'fr_FR.UTF-8' } });
    await ended;

    expect(said.err).toContain('Commande inconnue');
  });
});
