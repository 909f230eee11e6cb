// `lanceur tls HOST:PORT`: the certificates that a server shows, what is wrong with them, and what would help.
import { StartTlsProtocol, type TlsInspection } from '#contract/model/tls-inspection';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { Command } from '../command.ts';
import { exitCodes, exitOfError } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';
import { printJson } from './print-json.ts';
import { trustOf } from './server-url.ts';

export const inspectServer: Command = async (context) => {
  const { terminal, texts, signal, json } = context;
  const server = addressOf(context.arguments.positionals[0] ?? '');
  const startTls = startTlsOf(context.arguments.text('starttls'));
  const trust = await trustOf(context);
  // Needs no data of anybody: it works on any machine, whoever holds the data folder.
  const session = await context.scratch();
  const question = { server: { ...server, trust }, startTls };
  const found = await session.call('tls.inspect', question, { signal });
  if (json) printJson(terminal, found);
  else if (context.arguments.flag('pem')) terminal.data(found.chain.map(({ pem }) => pem).join(''));
  else for (const line of linesOf(found, texts)) terminal.result(line);
  return found.problem === null ? exitCodes.ok : exitOfError(found.problem);
};

function addressOf(text: string) {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/\s]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? '0');
  if (host !== '' && port >= 1 && port <= 65_535) return { host, port };
  throw usageError('usage.badHostPort', { text });
}

function startTlsOf(text: string | undefined): StartTlsProtocol | null {
  if (text === undefined) return null;
  const parsed = StartTlsProtocol.safeParse(text);
  if (parsed.success) return parsed.data;
  throw usageError('usage.badStartTls', { text, known: StartTlsProtocol.options.join(', ') });
}

function linesOf(
  { host, port, protocol, cipher, problem, chain, remedies }: TlsInspection,
  texts: Texts,
) {
  const lines = [[`${host}:${port}`, protocol, cipher].filter((one) => one !== '').join('  ')];
  for (const [index, one] of chain.entries()) {
    lines.push('', `${index + 1}. ${one.subject}`);
    const facts = {
      issuer: one.issuer,
      names: one.names.join(', '),
      from: one.validFrom,
      until: one.validTo,
      fingerprint: one.fingerprint,
    };
    const keys = ['issuer', ...(one.names.length > 0 ? ['names'] : []), 'validity', 'fingerprint'];
    for (const key of keys) lines.push(`   ${texts.say(`cli.tls.${key}`, facts)}`);
  }
  if (problem === null) return [...lines, '', texts.say('cli.tls.trusted')];
  lines.push('', sayReason(texts, problem));
  if (remedies.serverName !== '') lines.push(texts.say('cli.tls.nameRemedy', remedies));
  if (remedies.authorityPem !== '') lines.push(texts.say('cli.tls.authorityRemedy'));
  if (remedies.fingerprint !== '') lines.push(texts.say('cli.tls.pinRemedy', remedies));
  return lines;
}
