import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../../src-main/core/router/compose.ts';
import type { OutboxEntry } from '../../../src-main/core/store/outbox-rows.ts';

describe('a composed message', () => {
  it('lets go of its attachments where it is given up half-way', async () => {
    const file = Readable.from(endless(), { objectMode: false });
    const stream = compose(file);

    await once(stream, 'data');
    stream.destroy();

    await once(file, 'close');
    expect(file.destroyed).toBe(true);
  });

  it('fails as its attachment fails', async () => {
    const file = Readable.from(broken(), { objectMode: false });
    const stream = compose(file).resume();

    const [error] = (await once(stream, 'error')) as [Error];

    expect(error.message).toBe('no such file');
  });
});

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024);
}

function* broken(): Generator<Buffer> {
  yield Buffer.alloc(1024);
  throw new Error('no such file');
}

/** With one attachment, too large to be taken whole. */
function compose(file: Readable): Readable {
  const entry = {
    message: {
      recipients: [{ address: 'clerk@example.org', name: '', kind: 'to', state: 'pending' }],
      messageId: '<1@example.org>',
      subject: 'Avis',
      createdAt: '2026-01-05T09:00:00.000Z',
      sizeBytes: 100 * 1024 * 1024,
      asker: { kind: 'person' },
    },
    files: [{ name: 'avis.pdf', mediaType: 'application/pdf', sizeBytes: 100 * 1024 * 1024 }],
    replyTo: '',
  } as unknown as OutboxEntry;
  return composeMessage({
    entry,
    texts: { text: 'Bonjour', html: '' },
    sender: 'mairie@example.org',
    files: { read: () => file, whole: () => null },
    committing: () => Promise.resolve(),
  }).open();
}
