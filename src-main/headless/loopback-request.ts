// One HTTP exchange with this machine. Node's own client, because `fetch` gives up after five minutes of silence,
// and a run may take longer.
import process from 'node:process';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export type LoopbackRequest = {
  readonly url: string;
  readonly token?: string;
  /** With a body it is a POST of JSON, without one a GET. */
  readonly body?: string;
  readonly signal?: AbortSignal;
};

/** The answer once its headers are there. Rejects with an AbortError, or with what the socket says. */
export function open({ url, token, body, signal }: LoopbackRequest): Promise<IncomingMessage> {
  const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  // Importing node:http as a module would load all of `fetch` too (20 ms), to list its exports.
  const http = process.getBuiltinModule('node:http');
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...bearer, ...type },
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    request.once('response', resolve);
    request.once('error', reject);
    request.end(body);
  });
}

/** The whole answer as text, whatever its status. */
export async function exchange(request: LoopbackRequest): Promise<string> {
  return text(await open(request));
}
