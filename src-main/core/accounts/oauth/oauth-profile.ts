// What differs between one OAuth2 provider and the next: addresses, scopes, and what is asked of its answer.
import type { Account } from '#contract/model/account';

export type Endpoints = {
  /** Null where nobody told: then nothing that names it can be checked. */
  readonly issuer: string | null;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** Empty = no sign-in by code. */
  readonly deviceUrl: string;
};

export type OauthProfile = {
  /** Fixed, or to be asked from the issuer. Throws ConfigError with the field. */
  readonly endpoints: (account: Account) => Endpoints | { readonly discover: string };
  /** Separated by blanks. */
  readonly scopes: (account: Account) => string;
  /** More parameters of the page that the browser opens. */
  readonly parameters: Readonly<Record<string, string>>;
  /** A scope without which the tokens are of no use, where people may untick it; empty = none. */
  readonly neededScope: string;
  /** A right to renew that lies idle for so many days ends; null = nobody said so. */
  readonly idleDays: number | null;
  /** Whether the account that answers must be the one that is configured. */
  readonly mustBeUser: boolean;
};
