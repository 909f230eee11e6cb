// `lanceur account list`, and `lanceur account secret <account>`: the way to enter a secret again.
import { type Account, endsSoon } from '#contract/model/account';
import type { Texts } from '#contract/texts/texts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printList } from '../terminal/print-list.ts';
import { usageError } from '../usage-error.ts';
import { findAccount } from './find-account.ts';
import { printJson } from './print-json.ts';

const COLUMNS = ['id', 'name', 'user', 'method', 'state', 'answered', 'refreshed', 'until', 'end'];

export const listAccounts: Command = async ({ session, terminal, texts, json }) => {
  const accounts = await (await session()).call('accounts.list', {});
  if (json) {
    printJson(terminal, accounts);
    return exitCodes.ok;
  }
  const head = COLUMNS.map((one) => texts.say(`cli.account.head.${one}`));
  const now = new Date();
  const rows = accounts.map((account) => rowOf(account, texts, now));
  printList({ terminal, texts, none: 'cli.account.none' }, rows, { head });
  return exitCodes.ok;
};

function rowOf(account: Account, texts: Texts, now: Date): string[] {
  const { id, name, user, method, signedIn } = account;
  const instant = (at: string | null | undefined): string =>
    at === null || at === undefined ? '–' : texts.formats.instant(at);
  return [
    ...[id, name, user, texts.say(`cli.account.method.${method}`)],
    texts.say(`cli.account.${stateOf(account, now)}`),
    signedIn === null || signedIn.user === '' ? '–' : signedIn.user,
    instant(signedIn?.lastRefreshAt ?? signedIn?.signedInAt),
    instant(signedIn?.accessUntil),
    instant(signedIn?.renewUntil),
  ];
}

function stateOf(account: Account, now: Date): string {
  const { method, hasSecret, signedIn } = account;
  if (signedIn?.refused !== undefined && signedIn.refused !== null) return 'refused';
  if (endsSoon(account, now)) return 'endsSoon';
  if (signedIn !== null) return 'signedIn';
  const isTyped = method === 'password' || method === 'token' || method === 'microsoftApp';
  if (!isTyped) return 'toSignIn';
  return hasSecret ? 'stored' : 'missing';
}

export const enterSecret: Command = async (context) => {
  const { terminal, texts, environment } = context;
  const [wanted = ''] = context.arguments.positionals;
  const session = await context.session();
  const { id, name, user, method, oauth } = await findAccount(session, wanted, texts.language);
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
  await session.call('accounts.save', { id, name, user, method, oauth, secret });
  terminal.note(texts.say('cli.account.saved', { account: name }));
  return exitCodes.ok;
};
