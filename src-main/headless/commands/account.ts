// `lanceur account list`, and `lanceur account secret <account>`: the way to enter a secret again.
import type { Account } from '#contract/model/account';
import type { Language } from '../../core/texts/texts.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { tableLines } from '../terminal/table.ts';
import { usageError } from '../usage-error.ts';
import { printJson } from './print-json.ts';

export const listAccounts: Command = async ({ session, terminal, texts, json }) => {
  const accounts = await (await session()).call('accounts.list', {});
  if (json) {
    printJson(terminal, accounts);
    return exitCodes.ok;
  }
  const head = ['id', 'name', 'user', 'secret'].map((one) => texts.say(`cli.account.head.${one}`));
  const rows = accounts.map(({ id, name, user, hasSecret }) => [
    id,
    name,
    user,
    texts.say(hasSecret ? 'cli.account.stored' : 'cli.account.missing'),
  ]);
  for (const line of tableLines(rows, { head })) terminal.result(line);
  return exitCodes.ok;
};

export const enterSecret: Command = async (context) => {
  const { terminal, texts, environment } = context;
  const [wanted = ''] = context.arguments.positionals;
  const session = await context.session();
  const { id, name, user, method } = await findAccount(session, wanted, texts.language);
  const variable = context.arguments.text('env');
  const secret =
    variable === undefined
      ? await terminal.askHidden?.(texts.say('cli.secret.ask', { account: name, user }))
      : environment[variable];
  if (secret === undefined || secret === '') {
    throw variable === undefined
      ? usageError('usage.noSecretTyped', { account: name })
      : usageError('usage.emptyVariable', { variable });
  }
  await session.call('accounts.save', { id, name, user, method, secret });
  terminal.note(texts.say('cli.account.saved', { account: name }));
  return exitCodes.ok;
};

async function findAccount(session: Session, wanted: string, language: Language): Promise<Account> {
  const { compare } = new Intl.Collator(language, { sensitivity: 'base' });
  const accounts = await session.call('accounts.list', {});
  const byId = accounts.find((one) => one.id === wanted);
  const named = accounts.filter((one) => compare(one.name, wanted.trim()) === 0);
  const found = byId ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  throw named.length === 0
    ? usageError('usage.unknownAccount', { account: wanted })
    : usageError('usage.ambiguousAccount', { account: wanted });
}
