// A message of the outbox as lines of text, and as an exit code.
import type { OutboxMessage } from '#contract/model/outbox';
import { assertNever } from '../../core/errors.ts';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import { type ExitCode, exitCodes, exitOfError } from '../exit-codes.ts';
import { carrierLines } from './say-carrier.ts';

export function messageLines(texts: Texts, message: OutboxMessage): string[] {
  const { id, state, subject, reason, nextTryAt, attempts } = message;
  const to = message.recipients.map((one) => one.address).join(', ');
  const said = texts.say(`outboxState.${state}`);
  const lines = [texts.say('cli.send.line', { id, state: said, subject, to })];
  const { serviceName: service, connectorName, connectorChoice } = message;
  if (connectorChoice !== null) {
    lines.push(...carrierLines(texts, { service, connector: connectorName, connectorChoice }));
  } else if (reason !== null) lines.push(...carrierLines(texts, reason.params));
  if (reason !== null) lines.push(`  ${sayReason(texts, reason)}`);
  for (const { address, state: how, text } of message.recipients) {
    if (how === 'refused') lines.push(`  ${texts.say('cli.send.refused', { address, text })}`);
  }
  if (nextTryAt !== null && state !== 'queued') {
    lines.push(`  ${texts.say('cli.send.nextTry', { at: nextTryAt, attempts })}`);
  }
  return lines;
}

/** Waiting is no failure: it was promised to be sent, and it is kept. */
export function exitOfMessage({ state, reason, recipients }: OutboxMessage): ExitCode {
  switch (state) {
    case 'queued':
    case 'sending':
      return exitCodes.ok;
    case 'sent':
      return recipients.some((one) => one.state === 'refused') ? exitCodes.warnings : exitCodes.ok;
    case 'retrying':
      return reason === null ? exitCodes.away : exitOfError(reason);
    case 'unknown':
    case 'cancelled':
    case 'failed':
      return exitCodes.warnings;
    default:
      return assertNever(state);
  }
}
