// Who may ask the loopback API: programs of this machine that know the token. A web page of another origin is
// refused, and so is a name that was made to point at 127.0.0.1 (DNS rebinding). Pure.
import type { IncomingHttpHeaders } from 'node:http';
import { isSameSecret } from './api-token.ts';

/** `code`: one of `api.*`. */
export type Refusal = { readonly status: number; readonly code: `api.${string}` };

export type Knock = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** How many Host headers were sent; Node shows the first alone. */
  readonly hostCount: number;
};

export type Door = { readonly port: number; readonly token: string };

export type Route = 'call' | 'events' | 'files' | 'health';

const routes: Readonly<Record<string, { readonly route: Route; readonly method: string }>> = {
  '/api/call': { route: 'call', method: 'POST' },
  '/api/events': { route: 'events', method: 'GET' },
  '/api/files': { route: 'files', method: 'POST' },
  '/api/health': { route: 'health', method: 'GET' },
};

/** From outside in: place, origin, path, token, form. */
export function admit(knock: Knock, door: Door): Route | Refusal {
  const { headers } = knock;
  const host = (headers.host ?? '').toLowerCase();
  if (knock.hostCount !== 1 || !ownHosts(door.port).includes(host)) return refuse(403, 'badHost');
  if (!isOwnOrigin(headers, host)) return refuse(403, 'badOrigin');
  const found = Object.hasOwn(routes, knock.path) ? routes[knock.path] : undefined;
  if (found === undefined) return refuse(404, 'notFound');
  // OPTIONS ends here too: no other origin is ever given leave.
  if (knock.method !== found.method) return refuse(405, 'badMethod');
  if (found.route === 'health') return found.route;
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  if (!isSameSecret(bearer, door.token)) return refuse(401, 'badToken');
  const isBytes = headers['content-type'] === 'application/octet-stream';
  if (found.route === 'files' && !isBytes) return refuse(415, 'badType');
  if (found.route === 'call' && !isJson(headers['content-type'])) return refuse(415, 'badType');
  return found.route;
}

const refuse = (status: number, what: string): Refusal => ({ status, code: `api.${what}` });

function ownHosts(port: number): readonly string[] {
  const named = [`127.0.0.1:${port}`, `localhost:${port}`];
  return port === 80 ? [...named, '127.0.0.1', 'localhost'] : named;
}

function isOwnOrigin(headers: IncomingHttpHeaders, host: string): boolean {
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) return false;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Forms that a page may send without being asked (text/plain, form data) are none of these. */
function isJson(type: string | undefined): boolean {
  return /^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(type ?? '');
}
