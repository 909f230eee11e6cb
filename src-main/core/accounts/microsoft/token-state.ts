// What is kept of a sign-in with Microsoft: MSAL's own cache, which holds the refresh token, and the access tokens of
// the moment. MSAL looks access tokens up by the names of their permissions, and `.default` is none.
import { z } from 'zod';
import type { AccessToken, Audience } from '../token-provider.ts';

const Stored = z.object({ token: z.string(), issuedAt: z.string(), expiresAt: z.string() });

export const MicrosoftTokens = z.object({
  /** MSAL's name of who signed in; empty for an application. */
  homeAccountId: z.string(),
  /** MSAL's serialised cache; empty for an application. */
  cache: z.string(),
  access: z.object({ mail: Stored.optional(), graph: Stored.optional() }),
});
export type MicrosoftTokens = z.infer<typeof MicrosoftTokens>;

/** How much life an access token must have left: a run that begins with it must get through its first calls. */
const MARGIN_MS = 300_000;

/** Null when there is nothing, or nothing that can be read: then nobody has signed in, as far as we know. */
export function readState(text: string | null): MicrosoftTokens | null {
  if (text === null) return null;
  try {
    return MicrosoftTokens.parse(JSON.parse(text));
  } catch {
    // Of another method, or damaged.
    return null;
  }
}

export function usableToken(
  state: MicrosoftTokens,
  audience: Audience,
  { now, refused }: { readonly now: Date; readonly refused: string | null },
): AccessToken | null {
  const stored = state.access[audience];
  if (stored === undefined || stored.token === refused) return null;
  const { token, issuedAt, expiresAt } = stored;
  const lifeMs = Date.parse(expiresAt) - Date.parse(issuedAt);
  const leftMs = Date.parse(expiresAt) - now.getTime();
  // One that lives for minutes only is renewed in the last quarter of its life.
  if (!(leftMs > Math.min(MARGIN_MS, lifeMs / 4))) return null;
  return { token, expiresAt, isFresh: false };
}

export function withToken(
  state: MicrosoftTokens,
  audience: Audience,
  {
    token,
    expiresAt,
    now,
  }: { readonly token: string; readonly expiresAt: Date; readonly now: Date },
): MicrosoftTokens {
  const stored = { token, issuedAt: now.toISOString(), expiresAt: expiresAt.toISOString() };
  return { ...state, access: { ...state.access, [audience]: stored } };
}
