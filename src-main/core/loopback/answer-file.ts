// One file of the loopback API: its bytes to the outbox as they come, its id into a Reply.
import type { IncomingMessage } from 'node:http';
import type { Reply } from '#contract/envelope';
import type { Upload } from '#contract/model/outbox';
import { toErrorBody } from '../errors.ts';

export type ReceiveFile = (
  name: string,
  bytes: AsyncIterable<unknown>,
  signal: AbortSignal,
) => Promise<Upload>;

/** Never throws but where the connection broke. */
export async function answerFile(
  receive: ReceiveFile,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Reply> {
  const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const name = (searchParams.get('name') ?? '').slice(0, 255) || 'document';
  try {
    return { ok: true, value: await receive(name, request, signal) };
  } catch (thrown) {
    if (request.destroyed && !request.complete) throw thrown;
    return { ok: false, error: toErrorBody(thrown) };
  }
}
