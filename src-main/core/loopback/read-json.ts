// The body of a request as JSON, up to a size.
import type { IncomingMessage } from 'node:http';
import { readCapped } from '../files/read-capped.ts';
import type { Refusal } from './gate.ts';

export type ReadResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly refusal: Refusal };

export async function readJson(request: IncomingMessage, maxBytes: number): Promise<ReadResult> {
  const tooLarge: ReadResult = { ok: false, refusal: { status: 413, code: 'api.tooLarge' } };
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge;
  const body = await readCapped(request.iterator({ destroyOnReturn: false }), maxBytes);
  if (body === undefined) return tooLarge;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return { ok: true, value };
  } catch {
    return { ok: false, refusal: { status: 400, code: 'api.badJson' } };
  }
}
