// What is kept of an OAuth2 grant: the refresh token and the access token of the moment, as one text.
import { z } from 'zod';
import type { AccessToken } from '../token-provider.ts';

export const OauthTokens = z.object({
  refreshToken: z.string(),
  accessToken: z.string(),
  issuedAt: z.string(),
  /** Null when the provider does not say. */
  expiresAt: z.string().nullable(),
  /** When this refresh token ends, as the provider said; null where use keeps it alive, as far as is known. */
  endsAt: z.string().nullable().default(null),
});
export type OauthTokens = z.infer<typeof OauthTokens>;

export type TokenAnswer = {
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  readonly expires_in?: number | undefined;
  /** Seconds the right to renew lasts; Google's name of it. */
  readonly refresh_token_expires_in?: unknown;
  /** Keycloak's. */
  readonly refresh_expires_in?: unknown;
};

/** How much life an access token must have left: a run that begins with it must get through its sign-ins. */
const MARGIN_MS = 300_000;

export function tokensOf(answer: TokenAnswer, now: Date, last: OauthTokens | null): OauthTokens {
  const { expires_in: seconds, refresh_token: given } = answer;
  const told = Number(answer.refresh_token_expires_in ?? answer.refresh_expires_in ?? NaN);
  const isSame = given === undefined || given === last?.refreshToken;
  const inSeconds = (count: number) => new Date(now.getTime() + count * 1000).toISOString();
  return {
    // One that does not rotate is not repeated (RFC 6749 §6).
    refreshToken: given ?? last?.refreshToken ?? '',
    accessToken: answer.access_token,
    issuedAt: now.toISOString(),
    expiresAt: seconds === undefined ? null : inSeconds(seconds),
    endsAt: told >= SESSION_SECONDS ? inSeconds(told) : isSame ? (last?.endsAt ?? null) : null,
  };
}

/** What ends within hours unless it is used is a session of the provider's, and no date for people. */
const SESSION_SECONDS = 86_400;

/** When the right to renew ends: as the provider said, or by its rule for what lies idle; null = not known. */
export function renewUntilOf(
  { endsAt, issuedAt }: OauthTokens,
  idleDays: number | null,
): string | null {
  if (endsAt !== null || idleDays === null) return endsAt;
  return new Date(Date.parse(issuedAt) + idleDays * 86_400_000).toISOString();
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
