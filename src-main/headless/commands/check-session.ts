// `lanceur check --account <account> --incoming imaps://host [--outgoing smtp:]`: opens the incoming and the outgoing
// side of a mail session together, and says how far each came.
import type { CheckReport } from '#contract/model/check';
import { Timeouts, type TlsTrust } from '#contract/model/connection';
import type { Command, CommandContext } from '../command.ts';
import { worstExit } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';
import { exitOfStep } from './exit-of-step.ts';
import { findAccount } from './find-account.ts';
import { printJson } from './print-json.ts';
import { stepLines } from './say-check.ts';
import { tlsHint } from './tls-hint.ts';
import { parseServerUrl, type ServerUrl, trustOf } from './server-url.ts';

export const checkSession: Command = async (context) => {
  const { terminal, texts, signal, json } = context;
  const session = await context.session();
  const wanted = context.arguments.text('account') ?? '';
  const account = await findAccount(session, wanted, texts.language);
  const trust = await trustOf(context);
  const incoming = incomingOf(context, trust);
  const outgoing = outgoingOf(context, trust, incoming);
  if (incoming === null && outgoing === null) throw usageError('usage.noSide');
  const input = { id: account.id, incoming, outgoing };
  const report = await session.call('accounts.check', input, { signal });
  if (json) printJson(terminal, report);
  else {
    tell(context, 'incoming', report.incoming);
    tell(context, 'outgoing', report.outgoing);
    const hints = [
      incoming &&
        tlsHint(report.incoming?.steps ?? [], incoming.server, {
          protocol: incoming.kind === 'pop' ? 'pop3' : 'imap',
          texts,
        }),
      outgoing &&
        tlsHint(
          report.outgoing?.steps ?? [],
          { ...outgoing.server, host: outgoing.server.host || (incoming?.server.host ?? '') },
          { protocol: 'smtp', texts },
        ),
    ];
    for (const hint of hints) if (hint !== null) terminal.note(hint);
    const end = report.ok ? 'cli.session.passed' : 'cli.session.failed';
    terminal.note(texts.say(end, { account: account.name }));
  }
  const steps = [...(report.incoming?.steps ?? []), ...(report.outgoing?.steps ?? [])];
  return worstExit(steps.map(exitOfStep));
};

function incomingOf(context: CommandContext, trust: TlsTrust) {
  const text = context.arguments.text('incoming');
  if (text === undefined) return null;
  const url = parseServerUrl(text, ['imap', 'pop']);
  if (url.host === '') throw usageError('usage.badServer', { text, known: 'imaps://… pops://…' });
  return {
    kind: url.scheme === 'pop' ? ('pop' as const) : ('imap' as const),
    ...serverOf(context, url, trust),
  };
}

/** Without --outgoing the server of the incoming side is asked, in the same way; `none` leaves it out. */
function outgoingOf(
  context: CommandContext,
  trust: TlsTrust,
  incoming: ReturnType<typeof incomingOf>,
) {
  const text = context.arguments.text('outgoing');
  if (text === 'none') return null;
  if (text !== undefined) return serverOf(context, parseServerUrl(text, ['smtp']), trust);
  if (incoming === null) throw usageError('usage.noSide');
  const { tls } = incoming.server;
  return serverOf(context, { scheme: 'smtp', host: '', port: 0, tls }, trust);
}

function serverOf(
  { arguments: words }: CommandContext,
  { host, port, tls }: ServerUrl,
  trust: TlsTrust,
) {
  const seconds = words.integer('timeout', { min: 1, max: 600 });
  const given = seconds === undefined ? {} : { connectSeconds: seconds, answerSeconds: seconds };
  return { server: { host, port, tls, trust, timeouts: Timeouts.parse(given) } };
}

function tell({ terminal, texts }: CommandContext, side: string, report: CheckReport | null): void {
  if (report === null) return;
  terminal.result(texts.say(`cli.session.${side}`));
  for (const step of report.steps) {
    for (const line of stepLines(step, texts)) terminal.result(`  ${line}`);
  }
}
