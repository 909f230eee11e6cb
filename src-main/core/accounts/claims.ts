// What stands in a token, unverified: to show who answered and what was granted, never to decide who may come in.
import { z } from 'zod';

type Claims = Readonly<Record<string, unknown>>;

/** The payload of a JWT; empty when it is none. */
export function readClaims(jwt: string): Claims {
  const [, payload = ''] = jwt.split('.');
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
  } catch {
    // Not JSON: no claims.
    return {};
  }
}
