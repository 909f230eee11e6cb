// `lanceur account sign-in <account>`: opens the provider's page, or shows a code to type there, and waits for how it
// ends. `lanceur account sign-out <account>` forgets the tokens.
import type { Account } from '#contract/model/account';
import type { SignIn, SignInWay } from '#contract/model/sign-in';
import { sayReason } from '#contract/texts/say-reason';
import type { Command, CommandContext } from '../command.ts';
import { type ExitCode, exitCodes, exitOfError } from '../exit-codes.ts';
import { openInBrowser } from '../open-in-browser.ts';
import type { Session } from '../session.ts';
import { isConfirmed } from './confirm.ts';
import { findAccount } from './find-account.ts';
import { printJson } from './print-json.ts';

/** Between two looks at how it goes: the event that tells it may be lost on the way from another process. */
const LOOK_MS = 1_000;

export const signIn: Command = async (context) => {
  const { texts, json } = context;
  const [wanted = ''] = context.arguments.positionals;
  const session = await context.session();
  const account = await findAccount(session, wanted, texts.language);
  const isByCode = context.arguments.flag('device-code');
  const first = await attempt(context, account, isByCode ? 'deviceCode' : 'browser');
  const isOther = first.error?.code === CODE_FORBIDDEN && (await wantsBrowser(context, account));
  const ended = isOther ? await attempt(context, account, 'browser') : first;
  if (json) printJson(context.terminal, ended);
  return exitOf(ended);
};

const CODE_FORBIDDEN = 'microsoft.deviceCodeBlocked';

async function attempt(context: CommandContext, account: Account, way: SignInWay): Promise<SignIn> {
  const { terminal, texts, signal, json } = context;
  const session = await context.session();
  // Opened here: who types this sits in front of this machine, wherever `serve` was started from.
  const input = { id: account.id, way, open: false } as const;
  const started = await session.call('accounts.startSignIn', input, { signal });
  const { url, code, expiresAt } = started;
  // Not on stdout, and shown with --quiet too: without it nobody can go on.
  terminal.problem(texts.say(`cli.signIn.${way}`, { url, code, until: expiresAt ?? '' }));
  if (!context.arguments.flag('no-open')) await openInBrowser(url, context.environment);
  const ended = await untilEnded(context, session, started);
  if (!json) tell(context, account, ended);
  return ended;
}

/** Asked where somebody can answer; elsewhere the way is named. */
async function wantsBrowser(
  { terminal, texts, json }: CommandContext,
  { name }: Account,
): Promise<boolean> {
  if (terminal.ask === null || json) {
    const account = /\s/.test(name) ? `"${name}"` : name;
    terminal.problem(texts.say('cli.signIn.byBrowser', { account }));
    return false;
  }
  return await isConfirmed({ terminal, texts }, texts.say('cli.signIn.offerBrowser'));
}

export const signOut: Command = async (context) => {
  const { terminal, texts } = context;
  const [wanted = ''] = context.arguments.positionals;
  const session = await context.session();
  const { id, name } = await findAccount(session, wanted, texts.language);
  await session.call('accounts.signOut', { id });
  terminal.note(texts.say('cli.signIn.signedOut', { account: name }));
  return exitCodes.ok;
};

async function untilEnded(
  { signal }: CommandContext,
  session: Session,
  { id }: SignIn,
): Promise<SignIn> {
  let wake: () => void = () => undefined;
  const unsubscribe = session.on((name, payload) => {
    if (name === 'signIn.changed' && 'way' in payload) wake();
  });
  const stop = (): void => {
    wake();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const now = await session.call('accounts.signIn', { id });
      if (now.state !== 'waiting') return now;
      if (signal.aborted) {
        await session.call('accounts.cancelSignIn', { id });
        return { ...now, state: 'cancelled' };
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    unsubscribe();
  }
}

function tell({ terminal, texts }: CommandContext, account: Account, ended: SignIn): void {
  const { name, user: expected } = account;
  const { state, user, error, adminConsentUrl } = ended;
  if (error !== null) terminal.problem(sayReason(texts, error));
  if (adminConsentUrl !== '') {
    const { clientId } = account.oauth;
    const permissions = String(error?.params['permissions'] ?? '');
    const letter = { url: adminConsentUrl, user: expected, clientId, permissions };
    terminal.problem(texts.say('cli.signIn.adminConsent'));
    terminal.problem('');
    // A text to be copied, with its lines.
    for (const line of texts.say('adminLetter.text', letter).split('\n')) terminal.problem(line);
  }
  if (state === 'cancelled') terminal.note(texts.say('cli.signIn.cancelled'));
  if (state !== 'done') return;
  terminal.result(texts.say('cli.signIn.done', { account: name, user: user ?? '' }));
  const isOther = user !== null && user !== '' && user.toLowerCase() !== expected.toLowerCase();
  if (isOther) terminal.problem(texts.say('cli.signIn.otherUser', { user, expected }));
}

function exitOf({ state, error }: SignIn): ExitCode {
  if (state === 'done') return exitCodes.ok;
  return error === null ? exitCodes.interrupted : exitOfError(error);
}
