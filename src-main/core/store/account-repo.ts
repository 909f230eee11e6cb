// Accounts; their secrets stay sealed in here.
import { z } from 'zod';
import type { AccountId } from '#contract/ids';
import { Account, AccountDraft, SignedIn } from '#contract/model/account';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

const Row = z.object({
  id: z.string(),
  config: z.string(),
  secret: z.string().nullable(),
  token_state: z.string().nullable(),
  created_at: z.string(),
  changed_at: z.string(),
});

export type AccountRepo = ReturnType<typeof createAccountRepo>;

export function createAccountRepo(db: Db) {
  const selectAll = db.prepare('SELECT * FROM account ORDER BY created_at, rowid');
  const selectOne = db.prepare('SELECT * FROM account WHERE id = ?');
  const selectSecret = db.prepare('SELECT secret FROM account WHERE id = ?').pluck();
  const upsert = db.prepare(
    `INSERT INTO account (id, config, created_at, changed_at) VALUES (@id, @config, @at, @at)
     ON CONFLICT (id) DO UPDATE SET config = @config, changed_at = @at`,
  );
  const setSecret = db.prepare('UPDATE account SET secret = ? WHERE id = ?');
  const selectTokens = db.prepare('SELECT tokens FROM account WHERE id = ?').pluck();
  const setTokens = db.prepare('UPDATE account SET tokens = ? WHERE id = ?');
  const setState = db.prepare('UPDATE account SET token_state = ? WHERE id = ?');
  const forget = db.prepare('UPDATE account SET tokens = NULL, token_state = NULL WHERE id = ?');
  const remove = db.prepare('DELETE FROM account WHERE id = ?');

  return {
    list: (): Account[] => selectAll.all().map(toAccount),
    get: (id: AccountId): Account | undefined => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : toAccount(row);
    },
    save: (id: AccountId, draft: z.output<typeof AccountDraft>, at: string): void => {
      const { id: _id, secret: _secret, ...config } = draft;
      upsert.run({ id, config: JSON.stringify(config), at });
    },
    /** What SecretBox sealed; null where nothing is stored. */
    sealedSecret: (id: AccountId): string | null =>
      z
        .string()
        .nullable()
        .parse(selectSecret.get(id) ?? null),
    setSealedSecret: (id: AccountId, sealed: string): void => {
      setSecret.run(sealed, id);
    },
    /** What a sign-in left behind, sealed; null where nobody has signed in. */
    sealedTokens: (id: AccountId): string | null =>
      z
        .string()
        .nullable()
        .parse(selectTokens.get(id) ?? null),
    setSealedTokens: (id: AccountId, sealed: string): void => {
      setTokens.run(sealed, id);
    },
    setSignedIn: (id: AccountId, state: SignedIn): void => {
      setState.run(JSON.stringify(state), id);
    },
    forgetTokens: (id: AccountId): void => {
      forget.run(id);
    },
    delete: (id: AccountId): void => {
      remove.run(id);
    },
  };
}

function toAccount(row: unknown): Account {
  const { id, config, secret, token_state, created_at, changed_at } = Row.parse(row);
  const draft = readJson(AccountDraft.omit({ id: true, secret: true }), config, `account ${id}`);
  return Account.parse({
    ...draft,
    id,
    hasSecret: secret !== null,
    signedIn: token_state === null ? null : readJson(SignedIn, token_state, `account ${id}`),
    createdAt: created_at,
    changedAt: changed_at,
  });
}
