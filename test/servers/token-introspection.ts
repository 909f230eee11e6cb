// The half of a sign-in service that a mail server talks to (RFC 7662): says whose a token is.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type TokenIntrospection = {
  readonly url: string;
  /** From now on this token signs in this user. */
  readonly accept: (token: string, user: string) => void;
  readonly revoke: (token: string) => void;
  /** While broken it answers 500 to everything, so the mail server cannot tell. */
  readonly setBroken: (broken: boolean) => void;
  readonly stop: () => Promise<void>;
};

export async function startTokenIntrospection(
  accepted: Readonly<Record<string, string>> = {},
): Promise<TokenIntrospection> {
  const users = new Map(Object.entries(accepted));
  let isBroken = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const user = users.get(form.get('token') ?? '');
      response.statusCode = isBroken ? 500 : 200;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(user === undefined ? { active: false } : { active: true, username: user }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`,
    accept: (token, user) => void users.set(token, user),
    revoke: (token) => void users.delete(token),
    setBroken: (broken) => {
      isBroken = broken;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
