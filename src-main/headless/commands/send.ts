// `lanceur send --to … --subject … --attach …`: one message into the outbox. Without a `serve` on this data folder it is
// tried before the command ends, because nobody else would.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CallInput } from '#contract/calls';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { fileFault } from '../file-fault.ts';
import type { Session } from '../session.ts';
import { usageError } from '../usage-error.ts';
import { decodeText } from '#contract/decode-text';
import { findNamed } from './find-named.ts';
import { printJson } from './print-json.ts';
import { exitOfMessage, messageLines } from './say-message.ts';

export const send: Command = async (context) => {
  const { terminal, texts, json, signal } = context;
  const { flag, text } = context.arguments;
  const session = await context.session();
  const draft = await draftOf(context, session);
  if (flag('dry-run')) {
    const preview = await session.call('outbox.preview', draft, { signal });
    if (json) printJson(terminal, preview);
    else terminal.result(previewLine(context, preview));
    return exitCodes.ok;
  }
  const wait = flag('wait') || !session.isRemote;
  const once = text('once') ?? '';
  const since = new Date().toISOString();
  const asker = { kind: 'script', name: once } as const;
  const message = await session.call('outbox.send', { ...draft, asker, once, wait }, { signal });
  if (json) printJson(terminal, message);
  else {
    if (message.createdAt < since) terminal.note(texts.say('cli.send.known', { once }));
    for (const line of messageLines(texts, message)) terminal.result(line);
  }
  return wait ? exitOfMessage(message) : exitCodes.ok;
};

type Draft = CallInput<'outbox.preview'>;

async function draftOf(context: CommandContext, session: Session): Promise<Draft> {
  const { text, texts } = context.arguments;
  const service = text('service');
  const services = service === undefined ? [] : await session.call('services.list', {});
  return {
    serviceId:
      service === undefined
        ? null
        : findNamed(services, service, { language: context.texts.language, list: 'service list' })
            .id,
    to: [...texts('to')],
    cc: [...texts('cc')],
    bcc: [...texts('bcc')],
    replyTo: text('reply-to') ?? '',
    subject: text('subject') ?? '',
    text: text('text') ?? (await fileText(context, text('text-file'))),
    html: await fileText(context, text('html-file')),
    attachments: texts('attach').map((path) => ({ path: resolve(context.workingDir, path) })),
  };
}

async function fileText({ workingDir }: CommandContext, path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  try {
    return decodeText(await readFile(resolve(workingDir, path)));
  } catch (thrown) {
    throw usageError('usage.unreadableFile', { path, reason: fileFault(thrown) });
  }
}

export function previewLine(
  { texts }: Pick<CommandContext, 'texts'>,
  preview: {
    readonly subject: string;
    readonly recipients: readonly { readonly address: string }[];
    readonly attachments: readonly { readonly name: string }[];
    readonly connectorName: string;
  },
): string {
  return texts.say('cli.send.preview', {
    subject: preview.subject,
    to: preview.recipients.map((one) => one.address).join(', '),
    attachments: preview.attachments.map((one) => one.name).join(', ') || '-',
    connector: preview.connectorName,
  });
}
