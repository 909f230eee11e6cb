// A real OpenID provider (npm oidc-provider) of our own per call on 127.0.0.1, with a person who can be told to sign in,
// faults on demand at its token endpoint, and the half that a mail server asks whose a token is.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
// @ts-expect-error -- it brings no types
import OidcProvider from 'oidc-provider';
import { onFreePorts } from './free-ports.ts';
import { createPerson, type Person } from './person.ts';

export type TokenFault = 'slow' | '500' | 'garbage' | 'reset' | 'silent' | '429' | 'portal';

export type OpenidProvider = {
  readonly issuer: string;
  /** Where it really listens. */
  readonly origin: string;
  readonly urls: {
    readonly authorize: string;
    readonly token: string;
    readonly device: string;
    /** For Dovecot's oauth2 passdb: answers `username` for a token that is good. */
    readonly introspect: string;
  };
  /** Without a secret: PKCE protects it. */
  readonly publicClient: string;
  readonly secretClient: { readonly id: string; readonly secret: string };
  /** A new browser with nobody signed in. */
  readonly person: () => Person;
  /** What the next requests to the token endpoint get, each one; empty again afterwards. */
  readonly faults: TokenFault[];
  /** Requests to the token endpoint by grant type, in order. */
  readonly grants: readonly string[];
  /** Access tokens live so long from now on. */
  readonly setTokenLife: (seconds: number) => void;
  /** All refresh tokens and access tokens so far are refused. */
  readonly revokeAll: () => void;
  /** Access tokens that a mail server was shown so far are refused from now on, their refresh tokens are not. */
  readonly refuseShownTokens: () => void;
  readonly stop: () => Promise<void>;
};

export const MAIL_SCOPE = 'https://mail.example.org/';

/** What another provider is called, where it listens behind a front that speaks TLS under its names. */
export type ProviderNames = {
  readonly issuer: string;
  readonly authorizePath: string;
  readonly mailScope: string;
};

export function startOpenidProvider(names?: ProviderNames): Promise<OpenidProvider> {
  return onFreePorts(1, ([port = 0]) => startOn(port, names));
}

const Provider = OidcProvider as unknown as new (
  issuer: string,
  options: object,
) => {
  proxy: boolean;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
};

async function startOn(port: number, names?: ProviderNames): Promise<OpenidProvider> {
  const origin = `http://127.0.0.1:${port}`;
  const { issuer, authorizePath, mailScope } = names ?? {
    issuer: origin,
    authorizePath: '/auth',
    mailScope: MAIL_SCOPE,
  };
  const secretClient = { id: 'with-secret', secret: 'a-secret-of-the-client' };
  let life = 3600;
  const shown = new Set<string>();
  const revoked = new Set<string>();
  const faults: TokenFault[] = [];
  const grants: string[] = [];
  const store = new Map<string, Record<string, unknown>>();
  const redirects = {
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/', 'http://localhost'],
    grant_types: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    response_types: ['code'],
  };
  const provider = new Provider(issuer, {
    adapter: memoryAdapter(store),
    clients: [
      { client_id: 'public', token_endpoint_auth_method: 'none', ...redirects },
      {
        client_id: secretClient.id,
        client_secret: secretClient.secret,
        token_endpoint_auth_method: 'client_secret_post',
        ...redirects,
      },
      {
        client_id: 'mail-server',
        client_secret: 'mail-server-secret',
        redirect_uris: ['https://mail.example.org/'],
      },
    ],
    scopes: ['openid', 'offline_access', 'email', 'profile', mailScope],
    routes: { authorization: authorizePath },
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id }),
    }),
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: (_: unknown, __: unknown, code: { scopes: Set<string> }) =>
      code.scopes.has('offline_access') || code.scopes.has(mailScope),
    ttl: {
      AccessToken: () => life,
      DeviceCode: 600,
      RefreshToken: 90 * 86_400,
      Grant: 90 * 86_400,
    },
    cookies: { keys: ['a key for tests'] },
  });
  // The front says by which name it was asked.
  provider.proxy = names !== undefined;
  const handle = provider.callback();
  const server = createServer((request, response) => {
    if (request.url === '/introspect') {
      void introspect(request, response);
      return;
    }
    if (request.url === '/token') {
      const fault = faults.shift();
      if (fault === 'slow') {
        // Everything is right, but later.
        setTimeout(() => {
          handle(request, response);
        }, 200);
        return;
      }
      request.on('data', (chunk: Buffer) => {
        grants.push(new URLSearchParams(chunk.toString()).get('grant_type') ?? '');
      });
      if (fault !== undefined) {
        request.on('end', () => {
          misbehave(fault, response);
        });
        return;
      }
    }
    handle(request, response);
  });

  const introspect = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? '';
    shown.add(token);
    // Dovecot sends client credentials twice, which the provider refuses: asked in its place.
    const answer = await fetch(`${origin}/token/introspection`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('mail-server:mail-server-secret')}` },
      body: new URLSearchParams({ token }),
    });
    const found = (await answer.json()) as { active: boolean; sub?: string };
    const isGood = found.active && !revoked.has(token);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(isGood ? { active: true, username: found.sub } : { active: false }),
    );
  };

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer,
    origin,
    urls: {
      authorize: `${issuer}${authorizePath}`,
      token: `${issuer}/token`,
      device: `${issuer}/device/auth`,
      introspect: `${issuer}/introspect`,
    },
    publicClient: 'public',
    secretClient,
    person: () => createPerson(issuer),
    faults,
    grants,
    setTokenLife: (seconds) => {
      life = seconds;
    },
    revokeAll: () => {
      store.clear();
    },
    refuseShownTokens: () => {
      for (const token of shown) revoked.add(token);
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function misbehave(fault: Exclude<TokenFault, 'slow'>, response: ServerResponse): void {
  switch (fault) {
    case '500':
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"error":"server_error"}');
      return;
    case '429':
      response.writeHead(429, { 'retry-after': '17', 'content-type': 'application/json' });
      response.end('{"error":"slow_down"}');
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"access_token": ');
      return;
    case 'portal':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html>Please accept our terms</html>');
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'silent':
      return;
  }
}

type Row = Record<string, unknown>;

/** oidc-provider's contract for a store; one per server, so that it can be emptied. */
function memoryAdapter(store: Map<string, Row>) {
  return class {
    readonly name: string;
    constructor(name: string) {
      this.name = name;
    }
    key(id: string) {
      return `${this.name}:${id}`;
    }
    where(match: (row: Row) => boolean) {
      const entries = [...store].filter(([key]) => key.startsWith(`${this.name}:`));
      return Promise.resolve(entries.find(([, row]) => match(row))?.[1]);
    }
    upsert(id: string, payload: Row) {
      store.set(this.key(id), payload);
      return Promise.resolve();
    }
    find(id: string) {
      return Promise.resolve(store.get(this.key(id)));
    }
    findByUserCode(code: string) {
      return this.where((row) => row['userCode'] === code);
    }
    findByUid(uid: string) {
      return this.where((row) => row['uid'] === uid);
    }
    consume(id: string) {
      const row = store.get(this.key(id));
      if (row) row['consumed'] = Math.floor(Date.now() / 1000);
      return Promise.resolve();
    }
    destroy(id: string) {
      store.delete(this.key(id));
      return Promise.resolve();
    }
    revokeByGrantId(grantId: string) {
      for (const [key, row] of store) if (row['grantId'] === grantId) store.delete(key);
      return Promise.resolve();
    }
  };
}
