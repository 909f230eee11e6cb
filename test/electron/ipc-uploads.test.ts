// Files from the page of the desktop program: over the real core where that matters, over a slow disk where that does.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channels, PIECE_BYTES } from '#contract/desktop';
import type { Upload } from '#contract/model/outbox';
import type { Core } from '#core/create-core';
import { RefusedError } from '#core/errors';
import { createIpcUploads } from '../../src-main/electron/ipc-uploads.ts';
import { eventually } from '../helpers/eventually.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { seededBytes } from '../helpers/seeded-bytes.ts';
import { useTempDir } from '../helpers/temp-dir.ts';
import { makeDesktop } from './start.ts';

const dir = useTempDir();
const piece = (at: number, bytes: Uint8Array, isLast: boolean) => ({
  ...{ name: 'a.pdf', at, bytes, isLast },
});

/** A receiver that a test holds. */
function setUp(receiveFile: Core['receiveFile']) {
  const clock = fakeClock();
  const uploads = createIpcUploads({ core: { receiveFile }, clock, logger: memoryLogger() });
  return { clock, uploads };
}

describe('a file that the page hands over', () => {
  it('is in the outbox folder byte for byte, under an id that a message can name', async () => {
    const desktop = await makeDesktop(dir());
    desktop.window.contents.mainFrame.url = 'app://lanceur/index.html#/compose';
    const event = desktop.from(desktop.window);
    const bytes = seededBytes(PIECE_BYTES * 2 + 17, 4);
    const give = (at: number) => {
      const end = Math.min(at + PIECE_BYTES, bytes.length);
      const name = 'Facture n°5.pdf';
      const given = { name, at, bytes: bytes.subarray(at, end), isLast: end === bytes.length };
      return desktop.invoke(event, channels.upload, '1', given);
    };

    expect(await give(0)).toEqual({ ok: true, value: null });
    expect(await give(PIECE_BYTES)).toEqual({ ok: true, value: null });
    const upload = ((await give(2 * PIECE_BYTES)) as { readonly value: Upload }).value;

    const files = readdirSync(join(dir(), 'data'), { recursive: true, encoding: 'utf8' });
    const kept = files.find((name) => name.includes(upload.id))!;

    expect(upload).toMatchObject({ name: 'Facture n°5.pdf', sizeBytes: bytes.length });
    expect(readFileSync(join(dir(), 'data', kept)).equals(bytes)).toBe(true);
    const draft = { to: ['a@example.org'], attachments: [{ uploadId: upload.id }] };
    await expect(desktop.call('outbox.preview', draft)).rejects.toThrow('service.noDefault');
  });

  it('of no bytes at all is a file too', async () => {
    const { uploads } = setUp(async (name, stream) => {
      let sizeBytes = 0;
      for await (const chunk of stream) sizeBytes += (chunk as Buffer).length;
      return { id: 'u' as never, name, sizeBytes };
    });

    const reply = await uploads.take('1', piece(0, new Uint8Array(), true));

    expect(reply).toEqual({ ok: true, value: { id: 'u', name: 'a.pdf', sizeBytes: 0 } });
  });

  it('is held up until the disk has taken what came before', async () => {
    const read = Promise.withResolvers<undefined>();
    const { uploads } = setUp(async (name, stream) => {
      await read.promise;
      let sizeBytes = 0;
      for await (const chunk of stream) sizeBytes += (chunk as Buffer).length;
      return { id: 'u' as never, name, sizeBytes };
    });
    const full = new Uint8Array(PIECE_BYTES);
    let isTaken = false;
    await uploads.take('1', piece(0, new Uint8Array(9), false));
    const second = uploads.take('1', piece(9, full, false)).finally(() => (isTaken = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isTaken).toBe(false);

    read.resolve(undefined);

    expect(await second).toEqual({ ok: true, value: null });
    const last = await uploads.take('1', piece(9 + PIECE_BYTES, full, true));
    expect(last).toMatchObject({ ok: true, value: { sizeBytes: 9 + 2 * PIECE_BYTES } });
  });

  it('that the core refuses is refused at once, with its reason', async () => {
    const { uploads } = setUp(() => Promise.reject(new RefusedError('attachment.tooLarge')));
    const full = new Uint8Array(PIECE_BYTES);

    const replies = [await uploads.take('1', piece(0, full, false))];

    expect(replies).toMatchObject([{ ok: false, error: { code: 'attachment.tooLarge' } }]);
    expect(await uploads.take('1', piece(PIECE_BYTES, full, true))).toMatchObject({
      ...{ ok: false, error: { code: 'attachment.uploadGone' } },
    });
  });

  it.each([
    ['a piece that is too long', piece(0, new Uint8Array(PIECE_BYTES + 1), true)],
    ['text for bytes', { ...piece(0, new Uint8Array(), true), bytes: 'abc' }],
    ['a place before the file', piece(-1, new Uint8Array(1), true)],
    ['nothing', null],
  ])('is refused as %s', async (_what, given) => {
    const { uploads } = setUp(() => Promise.reject(new Error('not to be asked')));

    expect(await uploads.take('1', given)).toMatchObject({
      ...{ ok: false, error: { code: 'api.badRequest' } },
    });
  });

  it('whose pieces do not follow each other is refused', async () => {
    const { uploads } = setUp(() => new Promise(() => undefined));
    await uploads.take('1', piece(0, new Uint8Array(10), false));

    expect(await uploads.take('1', piece(20, new Uint8Array(10), false))).toMatchObject({
      ...{ ok: false, error: { code: 'attachment.uploadGone' } },
    });
  });

  it.each(['is forgotten by the page', 'is cancelled'])('that %s is given up', async (why) => {
    const desktop = await makeDesktop(dir());
    desktop.window.contents.mainFrame.url = 'app://lanceur/index.html#/compose';
    const event = desktop.from(desktop.window);
    const kept = () => readdirSync(join(dir(), 'data'), { recursive: true, encoding: 'utf8' });
    const before = kept().length;
    await desktop.invoke(event, channels.upload, '5', piece(0, new Uint8Array(10), false));
    await eventually(() => kept().length > before);

    if (why === 'is cancelled') desktop.send(event, channels.cancel, '5');
    else await desktop.clock.advance(61_000);

    await eventually(() => kept().every((name) => !name.includes('.part')));
    expect(
      await desktop.invoke(event, channels.upload, '5', piece(10, new Uint8Array(1), true)),
    ).toMatchObject({ ok: false, error: { code: 'attachment.uploadGone' } });
  });

  it('is refused from a page that is not ours', async () => {
    const desktop = await makeDesktop(dir());
    desktop.window.contents.mainFrame.url = 'https://example.org/';

    const reply = await desktop.invoke(
      desktop.from(desktop.window),
      channels.upload,
      ...['1', piece(0, new Uint8Array(1), true)],
    );

    expect(reply).toMatchObject({ ok: false, error: { code: 'api.badRequest' } });
  });
});
