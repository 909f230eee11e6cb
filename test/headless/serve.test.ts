import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePdf } from '../helpers/make-pdf.ts';
import { eventually } from '../helpers/eventually.ts';
import { sampleSetUp, type Sample } from './sample-set-up.ts';

const main = join(import.meta.dirname, '../../src-main/headless/main.ts');

type Serving = {
  readonly child: ChildProcess;
  /** The address on the ready line, token included. */
  readonly address: string;
  readonly ended: Promise<number | null>;
};

/** `lanceur serve` as a process of its own; killed when the test is over, should it still live. */
async function startServing({ dataDir }: Sample): Promise<Serving> {
  const words = [main, 'serve', '--data', dataDir, '--lang', 'en'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const address = await eventually(() => /^Ready: (\S+)$/m.exec(out)?.[1], { withinMs: 15_000 });
  return { child, address: address ?? '', ended };
}

describe('lanceur serve', () => {
  it('does what other commands ask, which do not notice', async () => {
    const sample = await sampleSetUp(['a.pdf']);
    await startServing(sample);

    const run = await sample.lanceur('run', 'scanner');
    const status = await sample.lanceur('status');
    const unknown = await sample.lanceur('run', 'nobody');

    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toContain('1 delivered');
    expect(await readdir(sample.target)).toEqual(['a.pdf']);
    // Only a program that fires its schedules knows the next run.
    expect(status.err).not.toContain('is not running');
    expect(unknown.code).toBe(2);
  });

  it('hands its errors on with their exit codes', async () => {
    const sample = await sampleSetUp();
    await startServing(sample);

    const outcome = await sample.lanceur('retry', '4711');

    expect(outcome.code).toBe(3);
    expect(outcome.err).toContain('There is no item 4711');
  });

  it('holds its data folder against a second one', async () => {
    const sample = await sampleSetUp();
    await startServing(sample);

    const second = await sample.lanceur('serve');

    expect(second.code).toBe(6);
    expect(second.err).toMatch(/held by another program \(process \d+ on /);
  });

  it('fires schedules by itself', async () => {
    const sample = await sampleSetUp();
    const { launchers, ...rest } = JSON.parse((await sample.lanceur('export')).out) as {
      launchers: { schedule: Record<string, string>[] }[];
    };
    const often = launchers.map((one) => ({
      ...one,
      schedule: one.schedule.map((row) => ({ ...row, seconds: '*' })),
    }));
    await writeFile(join(sample.dir, 'often.json'), JSON.stringify({ ...rest, launchers: often }));
    await sample.lanceur('import', 'often.json');
    await startServing(sample);

    await writeFile(join(sample.source, 'a.pdf'), makePdf());

    await eventually(async () => (await readdir(sample.target)).includes('a.pdf'), {
      withinMs: 15_000,
    });
  });

  it('answers its window under the address of the ready line', async () => {
    const { address } = await startServing(await sampleSetUp());
    const { origin, hash } = new URL(address);

    const response = await fetch(`${origin}/api/call`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${hash.replace('#token=', '')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ name: 'status.get', input: {} }),
    });

    expect(await response.json()).toMatchObject({
      ok: true,
      value: { version: expect.stringMatching(/^\d/) as string },
    });
  });

  it.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
    'ends well on %s and leaves no way in behind',
    async (signal) => {
      const sample = await sampleSetUp();
      const { child, ended } = await startServing(sample);

      child.kill(signal);

      expect(await ended).toBe(0);
      expect(existsSync(join(sample.dataDir, 'api-token'))).toBe(false);
      expect((await sample.lanceur('status')).err).toContain('is not running');
    },
  );

  it('that was killed leaves a data folder that can be used at once', async () => {
    const sample = await sampleSetUp(['a.pdf']);
    const { child, ended } = await startServing(sample);
    child.kill('SIGKILL');
    await ended;

    expect((await sample.lanceur('run')).out).toContain('1 delivered');
  });
});
