// Files handed over for a message that is being written: of one message each, forgotten after a day, swept by a program
// that runs for weeks.
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCore } from '#core/create-core';
import { eventually } from '../../helpers/eventually.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { makePorts } from '../../helpers/make-ports.ts';
import { tempDir } from '../../helpers/temp-dir.ts';
import { onTestFinished } from 'vitest';
import { smtpConfig } from './make-router.ts';

const HOUR = 3_600_000;

async function office() {
  const dir = await tempDir();
  const clock = fakeClock();
  const dataDir = join(dir, 'data');
  const core = await createCore(makePorts({ dataDir, clock }));
  onTestFinished(() => core.stop());
  await core.call('connectors.save', { name: 'Serveur', config: smtpConfig({ port: 1 }) });
  const upload = async (text: string) =>
    await core.receiveFile('a.txt', blocks(text), new AbortController().signal);
  const send = async (uploadId: string, given: object = {}) =>
    await core.call('outbox.send', {
      ...{ to: ['a@example.org'], subject: 'x', attachments: [{ uploadId }], ...given },
    });
  const files = (): string[] =>
    existsSync(join(dataDir, 'outbox')) ? readdirSync(join(dataDir, 'outbox')) : [];
  return { core, clock, upload, send, files, dataDir };
}

async function* blocks(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
}

describe('a file handed over for a message', () => {
  it('belongs to one message, however often it is asked for at the same time', async () => {
    const { upload, send } = await office();
    const { id } = await upload('contents');

    const both = await Promise.allSettled([send(id), send(id)]);

    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'attachment.uploadGone' },
    });
  });

  it('waits for another try where no message came of it', async () => {
    const { upload, send } = await office();
    const { id } = await upload('contents');

    const path = join('/', 'nowhere', 'b.txt');
    const attachments = [{ uploadId: id }, { path }];
    await expect(send(id, { attachments })).rejects.toMatchObject({ code: 'attachment.missing' });

    await expect(send(id)).resolves.toMatchObject({ state: 'queued' });
  });

  it('is forgotten after a day, and its file goes although the program runs on', async () => {
    const { core, clock, upload, send, files, dataDir } = await office();
    await core.start();
    const { id } = await upload('contents');
    const [file = ''] = files();
    const made = new Date(clock.now().getTime());
    utimesSync(join(dataDir, 'outbox', file), made, made);

    await clock.advance(2 * 60_000);
    expect(files()).toEqual([file]);
    await clock.advance(24 * HOUR);
    await clock.advance(HOUR);

    await expect(send(id)).rejects.toMatchObject({ code: 'attachment.uploadGone' });
    await eventually(() => files().length === 0);
  });
});
