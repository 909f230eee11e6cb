// Mails that nobody can read: kept as they came, and for how long.
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RefusedError } from '#core/errors';
import { createMailDesk, pruneKeptMails } from '#core/mail/opener/mail-desk';
import { tempDir } from '../../../helpers/temp-dir.ts';

const now = new Date('2026-06-01T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

async function kept(dataDir: string, name: string): Promise<string> {
  const keeping = await createMailDesk(dataDir).keep(name);
  await keeping.write(Buffer.from('as it '));
  await keeping.write(Buffer.from('came'));
  const { params } = await keeping.end(new RefusedError('mail.tooDeep', { max: 20 }));
  return String(params['file']);
}

it('keeps a refused mail byte for byte, and says where', async () => {
  const dataDir = await tempDir();
  const file = await kept(dataDir, 'one.eml');
  expect(readFileSync(file, 'utf8')).toBe('as it came');
});

it('leaves nothing of one that was given up', async () => {
  const dataDir = await tempDir();
  const keeping = await createMailDesk(dataDir).keep('one.eml');
  await keeping.write(Buffer.from('x'));
  await keeping.abort();
  expect(readdirSync(join(dataDir, 'quarantine'))).toEqual([]);
});

it('removes what is older than the history, and what a cut left of one', async () => {
  const dataDir = await tempDir();
  const [old, young] = [await kept(dataDir, 'old'), await kept(dataDir, 'young')];
  const part = join(dataDir, 'quarantine', 'cut.eml.part');
  writeFileSync(part, 'half');
  utimesSync(old, daysAgo(40), daysAgo(40));
  utimesSync(young, daysAgo(20), daysAgo(20));
  utimesSync(part, daysAgo(2), daysAgo(2));

  expect(await pruneKeptMails(dataDir, daysAgo(30), now)).toBe(2);
  expect([old, young, part].map((path) => existsSync(path))).toEqual([false, true, false]);
});

it('has nothing to remove where nothing was ever kept', async () => {
  expect(await pruneKeptMails(await tempDir(), now, now)).toBe(0);
});
