// Scripts beside a running window: the real `lanceur` command on the data folder that the desktop program holds.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { jobDraft } from '../helpers/make-config.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { runCommand } from '../headless/run-command.ts';
import type { EngineHost } from '../../src-main/electron/engine-host.ts';
import { withDoor } from '../../src-main/electron/script-door.ts';
import { makeDesktop } from './start.ts';

const dir = useTempDir();
const dataDir = () => join(dir(), 'data');
const holder = () =>
  JSON.parse(readFileSync(join(dataDir(), 'instance.json'), 'utf8')) as { url: string | null };

async function startWithDoor() {
  const desktop = await makeDesktop(dir());
  await eventually(() => holder().url !== null);
  const token = readFileSync(join(dataDir(), 'api-token'), 'utf8');
  return { ...desktop, url: holder().url!, token };
}

describe('the `lanceur` command beside the desktop program', () => {
  it('hands its calls over instead of finding the data folder taken', async () => {
    const { call } = await startWithDoor();
    await call('jobs.save', jobDraft(dir(), { name: 'invoices' }));

    const { code, out } = await runCommand(['export'], { dataDir: dataDir() });

    expect(code).toBe(0);
    expect(out).toContain('"invoices"');
  });

  it('changes what the window shows', async () => {
    const { call } = await startWithDoor();
    await call('jobs.save', jobDraft(dir(), { name: 'invoices' }));
    const { out } = await runCommand(['export'], { dataDir: dataDir() });
    const file = join(dir(), 'changed.json');
    writeFileSync(file, out.replace('"invoices"', '"orders"'));

    const { code } = await runCommand(['import', file], { dataDir: dataDir() });

    expect(code).toBe(0);
    expect((await call('jobs.list', {})).map(({ name }) => name)).toEqual(['orders']);
  });

  it('finds it taken where it wants to serve itself', async () => {
    await startWithDoor();

    const { code, err } = await runCommand(['serve'], { dataDir: dataDir() });

    expect(code).toBe(6);
    expect(err).toContain(String(process.pid));
  });
});

describe('the door for scripts', () => {
  it('is shut for whoever does not know the token, and shows no page', async () => {
    const { url, token } = await startWithDoor();
    const ask = (given: string) =>
      fetch(`${url}/api/call`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${given}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'launchers.list', input: {} }),
      });

    expect((await ask('guessed')).status).toBe(401);
    expect((await ask(token)).status).toBe(200);
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/index.html`)).status).toBe(404);
  });

  it('is shut for web pages, though they know the token', async () => {
    const { url, token } = await startWithDoor();
    const headers = { Authorization: `Bearer ${token}`, Origin: 'https://evil.example' };

    const answer = await fetch(`${url}/api/events`, { headers });

    expect(answer.status).toBe(403);
  });

  it('that cannot be shut does not keep the launchers from stopping', async () => {
    const steps: string[] = [];
    const engine = { stop: () => Promise.resolve(void steps.push('stopped')) } as EngineHost;
    const open = () => Promise.resolve();
    const ended = withDoor(engine, { open, close: () => Promise.reject(new Error('EBUSY')) });

    await expect(ended.stop()).rejects.toThrow('EBUSY');

    expect(steps).toEqual(['stopped']);
  });

  it('leaves neither key nor address behind, and ends before the launchers do', async () => {
    const { app, url, system } = await startWithDoor();

    system.answers = [1];
    app.quit();
    await eventually(() => app.exitCode !== undefined);

    expect(existsSync(join(dataDir(), 'api-token'))).toBe(false);
    expect(existsSync(join(dataDir(), 'instance.json'))).toBe(false);
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
  });
});
