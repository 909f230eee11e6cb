// Files that the window hands over for a message.
import { describe, expect, it } from 'vitest';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { RefusedError } from '#core/errors';
import { UploadId } from '#contract/ids';
import { fakeCore } from './fake-core.ts';
import { serving, TOKEN } from './serving.ts';

async function uploading() {
  const received: { name: string; body: string }[] = [];
  const core = {
    ...fakeCore(),
    receiveFile: async (name: string, bytes: AsyncIterable<unknown>) => {
      const body = await text(Readable.from(bytes));
      if (body === 'too large') throw new RefusedError('attachment.tooLarge', { maxBytes: 3 });
      received.push({ name, body });
      return { id: UploadId.parse('abc'), name, sizeBytes: body.length };
    },
  };
  const { url } = await serving(core);
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/files?name=${encodeURIComponent('Pièce 1.pdf')}`, {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/octet-stream',
        ...headers,
      },
    });
  return { post, received };
}

describe('a file for a message', () => {
  it('is handed to the core as it comes, under its name', async () => {
    const { post, received } = await uploading();

    const answer = await post('contents');

    expect(await answer.json()).toEqual({
      ok: true,
      value: { id: 'abc', name: 'Pièce 1.pdf', sizeBytes: 8 },
    });
    expect(received).toEqual([{ name: 'Pièce 1.pdf', body: 'contents' }]);
  });

  it('needs the token, and a type that no form of a foreign page can send', async () => {
    const { post, received } = await uploading();

    expect((await post('x', { authorization: 'Bearer no' })).status).toBe(401);
    expect((await post('x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect(received).toEqual([]);
  });

  it('is refused with the reason of the core', async () => {
    const { post } = await uploading();

    expect(await (await post('too large')).json()).toMatchObject({
      ok: false,
      error: { code: 'attachment.tooLarge' },
    });
  });
});
