// `lanceur outbox`: the messages that wait, failed or were sent; retry and cancel one; send all that is due.
import { OutboxId } from '#contract/ids';
import { OutboxState } from '#contract/model/outbox';
import { sayReason } from '#contract/texts/say-reason';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printList } from '../terminal/print-list.ts';
import { usageError } from '../usage-error.ts';
import { printJson } from './print-json.ts';
import { carrierLines } from './say-carrier.ts';
import { exitOfMessage, messageLines } from './say-message.ts';

export const outbox: Command = async ({ session, terminal, texts, json, arguments: words }) => {
  const state = words.text('state');
  const known = OutboxState.safeParse(state);
  if (state !== undefined && !known.success) {
    const states = OutboxState.options.join(', ');
    throw usageError('usage.unknownState', { state, states });
  }
  const limit = words.integer('limit', { min: 1, max: 5000 }) ?? 100;
  const states = known.success ? { states: [known.data] } : {};
  const messages = await (await session()).call('outbox.list', { limit, ...states });
  if (json) {
    printJson(terminal, messages);
    return exitCodes.ok;
  }
  const head = ['id', 'state', 'at', 'to', 'subject'].map((one) =>
    texts.say(`cli.outbox.head.${one}`),
  );
  const rows = messages.map((one) => [
    String(one.id),
    texts.say(`outboxState.${one.state}`),
    texts.formats.instant(one.sentAt ?? one.createdAt),
    one.recipients.map((recipient) => recipient.address).join(', '),
    one.subject,
  ]);
  printList({ terminal, texts, none: 'cli.outbox.none' }, rows, { head });
  for (const { id, reason } of messages) {
    if (reason === null) continue;
    terminal.result(texts.say('cli.outbox.reason', { id, reason: sayReason(texts, reason) }));
    for (const line of carrierLines(texts, reason.params)) terminal.result(line);
  }
  return exitCodes.ok;
};

export const changeMessage =
  (verb: 'retry' | 'cancel'): Command =>
  async ({ session, terminal, texts, json, signal, arguments: words }) => {
    const [typed = ''] = words.positionals;
    const id = OutboxId.safeParse(Number(typed));
    if (!id.success) throw usageError('usage.notAMessage', { id: typed });
    const opened = await session();
    let message = await opened.call(`outbox.${verb}`, { id: id.data });
    if (verb === 'retry' && !opened.isRemote) {
      await opened.call('outbox.flush', {}, { signal });
      message = await opened.call('outbox.get', { id: id.data });
    }
    if (json) printJson(terminal, message);
    else for (const line of messageLines(texts, message)) terminal.result(line);
    return verb === 'retry' ? exitOfMessage(message) : exitCodes.ok;
  };

export const flushOutbox: Command = async ({ session, terminal, texts, json, signal }) => {
  const counts = await (await session()).call('outbox.flush', {}, { signal });
  if (json) printJson(terminal, counts);
  else {
    const waiting = counts.queued + counts.retrying + counts.sending;
    const stuck = counts.failed + counts.unknown;
    terminal.result(texts.say('cli.outbox.flushed', { sent: counts.sent, waiting, stuck }));
  }
  return counts.failed + counts.unknown > 0 ? exitCodes.warnings : exitCodes.ok;
};
