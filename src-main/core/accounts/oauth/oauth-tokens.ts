// What is kept of an OAuth2 grant: the refresh token and the access token of the moment, as one text.
import { z } from 'zod';
import type { AccessToken } from '../token-provider.ts';

export const OauthTokens = z.object({
  refreshToken: z.string(),
  accessToken: z.string(),
  issuedAt: z.string(),
  /** Null when the provider does not say. */
  expiresAt: z.string().nullable(),
});
export type OauthTokens = z.infer<typeof OauthTokens>;

export type TokenAnswer = {
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  readonly expires_in?: number | undefined;
};

/** How much life an access token must have left: a run that begins with it must get through its sign-ins. */
const MARGIN_MS = 300_000;

export function tokensOf(answer: TokenAnswer, now: Date, lastRefreshToken: string): OauthTokens {
  const { expires_in: seconds } = answer;
  return {
    // One that does not rotate is not repeated (RFC 6749 §6).
    refreshToken: answer.refresh_token ?? lastRefreshToken,
    accessToken: answer.access_token,
    issuedAt: now.toISOString(),
    expiresAt:
      seconds === undefined ? null : new Date(now.getTime() + seconds * 1000).toISOString(),
  };
}

/** Null when the stored text is not of this form (an account that was of another kind). */
export function readTokens(text: string | null): OauthTokens | null {
  if (text === null) return null;
  try {
    return OauthTokens.parse(JSON.parse(text));
  } catch {
    // Then nobody has signed in, as far as this provider goes.
    return null;
  }
}

export function usable(tokens: OauthTokens, now: Date, refused: string | null): AccessToken | null {
  const { accessToken, expiresAt, issuedAt } = tokens;
  if (accessToken === refused) return null;
  if (expiresAt !== null) {
    // A token that lives for minutes only is renewed in the last quarter of its life.
    const life = Date.parse(expiresAt) - Date.parse(issuedAt);
    const left = Date.parse(expiresAt) - now.getTime();
    if (left < Math.min(MARGIN_MS, life / 4)) return null;
  }
  return { token: accessToken, expiresAt, isFresh: false };
}
