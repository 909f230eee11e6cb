import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from '#core/clock';
import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { makePorts } from './make-ports.ts';
import { tempDir, useTempDir } from './temp-dir.ts';

const dir = useTempDir();
const seen: string[] = [];

it('remembers what the core did with its surroundings', async () => {
  const ports = makePorts({ dataDir: join(dir(), 'data') });
  ports.logger.child('imap').child('poll').log('warn', 'mail.slow', { ms: 3 });
  ports.notifier.notify('launcher.stopped', { name: 'a' });
  await ports.openUrl.open('https://example.org/');
  ports.checkpoint('file.renamed');
  expect(ports.logger.entries).toEqual([
    { level: 'warn', area: 'imap.poll', event: 'mail.slow', fields: { ms: 3 } },
  ]);
  expect(ports.notices).toEqual([{ code: 'launcher.stopped', params: { name: 'a' } }]);
  expect([ports.openedUrls, ports.steps]).toEqual([['https://example.org/'], ['file.renamed']]);
  expect(existsSync(ports.paths.logDir)).toBe(true);
});

it('opens what an earlier start sealed, until the key is lost', async () => {
  const first = makePorts({ dataDir: dir(), clock: createSystemClock() });
  const sealed = await first.secretBox.seal('päss');
  expect(sealed).not.toContain('päss');
  const second = makePorts({ dataDir: dir() });
  expect(await second.secretBox.open(sealed)).toBe('päss');
  second.secretBox.loseKey();
  await expect(second.secretBox.open(sealed)).rejects.toMatchObject({ code: 'secret.unreadable' });
});

it('gives a folder of its own to each test', async () => {
  seen.push(dir(), await tempDir());
  writeFileSync(join(dir(), 'left'), 'behind');
  expect(seen.every((path) => existsSync(path))).toBe(true);
});

it('removes it afterwards', () => {
  expect(seen).toHaveLength(2);
  expect(seen.filter((path) => existsSync(path) || path === dir())).toEqual([]);
});

it('says what a condition last was when it never came true', async () => {
  await expect(eventually(() => 0, { withinMs: 30 })).rejects.toThrow('not within 30 ms; last: 0');
  const failing = eventually(() => Promise.reject(new Error('no folder')), { withinMs: 30 });
  await expect(failing).rejects.toThrow('no folder');
});
