// A stand-in for Microsoft Entra's sign-in service: its addresses, its error bodies and its device flow as
// learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code and …/v2-oauth2-auth-code-flow document them.
// Plain HTTP; `fetch` takes what is meant for its HTTPS name there, since MSAL refuses any other; so may a front that speaks TLS.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clouds } from '#core/accounts/microsoft/clouds';
import type { HttpFetch } from '#core/net/http-errors';

export type EntraAnswer =
  /** Tokens, as after a successful sign-in. */
  | { readonly kind: 'tokens'; readonly expiresIn?: number; readonly renewSeconds?: number }
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'error';
      readonly error: string;
      readonly number?: number;
      readonly text?: string;
    }
  /** A status without the protocol's body: a proxy's page, a service that is down. */
  | { readonly kind: 'page'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' };

export type EntraRequest = {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
};

export type Entra = {
  readonly clouds: Clouds;
  readonly fetch: HttpFetch;
  /** Where it really listens. */
  readonly origin: string;
  /** What the token endpoint answers next; the last one stays. */
  readonly answers: EntraAnswer[];
  /** What the device code endpoint answers instead of a code. */
  deviceCodeAnswer: EntraAnswer | null;
  /** Seconds between two polls; undefined = left out. */
  interval: number | undefined;
  expiresIn: number;
  user: string;
  readonly requests: EntraRequest[];
  /** Requests to the token endpoint. */
  readonly polls: () => number;
  /** The refresh token that is good now: each use replaces it. */
  readonly refreshToken: () => string;
  readonly stop: () => Promise<void>;
};

/** `host`: the name it goes by. */
export async function startEntra(host = 'https://login.entra.test'): Promise<Entra> {
  const requests: EntraRequest[] = [];
  let issued = 0;
  const server = createServer((request, response) => {
    void readForm(request).then((form) => {
      const url = new URL(request.url ?? '', 'http://entra');
      requests.push({ path: url.pathname, form });
      serve(url, form, response);
    });
  });

  const serve = (
    { pathname: path, searchParams: asked }: URL,
    form: Readonly<Record<string, string>>,
    response: ServerResponse,
  ): void => {
    const tenant = path.split('/')[1] ?? '';
    if (path.endsWith('/.well-known/openid-configuration')) {
      const base = `${host}/${tenant}`;
      json(response, 200, {
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      });
    } else if (path.endsWith('/devicecode')) {
      if (entra.deviceCodeAnswer) answer(response, entra.deviceCodeAnswer, form);
      else {
        const code = {
          device_code: 'device',
          user_code: 'ABCD-EFGH',
          verification_uri: 'https://microsoft.com/devicelogin',
          expires_in: entra.expiresIn,
          ...(entra.interval === undefined ? {} : { interval: entra.interval }),
          message: 'To sign in…',
        };
        json(response, 200, code);
      }
    } else if (path.endsWith('/token')) {
      const next = entra.answers.length > 1 ? entra.answers.shift() : entra.answers[0];
      answer(response, next ?? { kind: 'tokens' }, form);
    } else if (path.endsWith('/authorize')) {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(consentPage(asked));
    } else {
      response.writeHead(404).end();
    }
  };

  const answer = (
    response: ServerResponse,
    what: EntraAnswer,
    form: Readonly<Record<string, string>>,
  ): void => {
    switch (what.kind) {
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'silence':
        return;
      case 'page':
        response.writeHead(what.status, {
          'content-type': 'text/html',
          ...(what.retryAfter === undefined ? {} : { 'retry-after': String(what.retryAfter) }),
        });
        response.end('<html>Bad gateway</html>');
        return;
      case 'pending':
        refuse(response, 'authorization_pending', 70016, 'OAuth 2.0 device flow error.');
        return;
      case 'error':
        refuse(response, what.error, what.number, what.text ?? 'Refused.');
        return;
      case 'tokens': {
        const isRenewal = form['grant_type'] === 'refresh_token';
        if (isRenewal && form['refresh_token'] !== entra.refreshToken()) {
          refuse(response, 'invalid_grant', 70000, 'The provided grant is not valid.');
          return;
        }
        const isApplication = form['grant_type'] === 'client_credentials';
        issued += 1;
        json(response, 200, tokens(what, { isApplication, issued, host, user: entra.user, form }));
      }
    }
  };

  const entra: Entra & { origin: string } = {
    clouds: cloudsAt(host),
    fetch: (url, init) => fetch(url.replace(host, entra.origin), init),
    origin: '',
    answers: [],
    deviceCodeAnswer: null,
    interval: 1,
    expiresIn: 900,
    user: 'accueil@mairie.example',
    requests,
    polls: () => requests.filter(({ path }) => path.endsWith('/token')).length,
    refreshToken: () => `refresh-${issued}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  entra.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return entra;
}

/** What a person sees in the browser: agreeing brings the code back to the program. */
function consentPage(asked: URLSearchParams): string {
  const back = new URL(asked.get('redirect_uri') ?? 'about:blank');
  back.search = new URLSearchParams({ code: 'code', state: asked.get('state') ?? '' }).toString();
  return `<!doctype html><title>Sign in</title><a href="${back.href.replaceAll('&', '&amp;')}">Accept</a>`;
}

/** All clouds in one place. */
function cloudsAt(login: string): Clouds {
  const cloud = {
    login,
    scopes: {
      graph: ['https://graph.microsoft.com/.default'],
      mail: ['https://outlook.office365.com/.default'],
    },
  };
  return { global: cloud, usGov: cloud, usDod: cloud, china: cloud };
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application */
function refuse(
  response: ServerResponse,
  error: string,
  number: number | undefined,
  text: string,
): void {
  const description = number === undefined ? text : `AADSTS${number}: ${text}`;
  json(response, error === 'temporarily_unavailable' ? 503 : 400, {
    error,
    error_description: `${description}\r\nTrace ID: 0000aaaa-11bb\r\nTimestamp: 2026-01-05 08:00:00Z`,
    ...(number === undefined ? {} : { error_codes: [number] }),
    timestamp: '2026-01-05 08:00:00Z',
    trace_id: '0000aaaa-11bb',
  });
}

type Issue = {
  readonly isApplication: boolean;
  readonly issued: number;
  readonly host: string;
  readonly user: string;
  readonly form: Readonly<Record<string, string>>;
};

function tokens(
  { expiresIn = 3600, renewSeconds }: Extract<EntraAnswer, { kind: 'tokens' }>,
  { isApplication, issued, host, user, form }: Issue,
): object {
  const access = { token_type: 'Bearer', expires_in: expiresIn, access_token: `access-${issued}` };
  if (isApplication) return access;
  const claims = {
    aud: form['client_id'],
    iss: `${host}/tenant-id/v2.0`,
    preferred_username: user,
    name: 'Accueil',
    oid: 'object-id',
    tid: 'tenant-id',
    sub: 'subject',
    ver: '2.0',
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    ...access,
    scope: form['scope'],
    refresh_token: `refresh-${issued}`,
    ...(renewSeconds === undefined ? {} : { refresh_token_expires_in: renewSeconds }),
    id_token: `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
    client_info: encode({ uid: 'object-id', utid: 'tenant-id' }),
  };
}
