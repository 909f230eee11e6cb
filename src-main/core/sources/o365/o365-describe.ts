// Messages described one by one: those the listing named and the ledger does not know, and those it still has open.
import { z } from 'zod';
import type { MailTake } from '#contract/model/mail-take';
import { GoneError } from '../../errors.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import type { SourceItem } from '../source.ts';
import { Attachment, DESCRIBED, isItem, itemOf, Message } from './o365-message.ts';

export type DescribeOptions = {
  readonly graph: GraphClient;
  readonly take: MailTake;
  readonly signal: AbortSignal;
};

const Attachments = z.object({
  value: z.array(Attachment),
  '@odata.nextLink': z.string().optional(),
});
const AttachedItem = z.object({ item: z.object({ '@odata.type': z.string() }) });

/** Null: it is not there any more. */
export async function describe(options: DescribeOptions, id: string): Promise<Message | null> {
  const { graph, signal } = options;
  try {
    const path = `/messages/${encodeURIComponent(id)}?${DESCRIBED}`;
    return (await graph.json({ path, about: { about: 'item' }, signal }, Message)).value;
  } catch (thrown) {
    if (thrown instanceof GoneError) return null;
    throw thrown;
  }
}

export async function toItem(options: DescribeOptions, message: Message): Promise<SourceItem> {
  const whole = await withAttachments(options, message);
  const kinds = new Map<string, 'message' | 'event' | 'contact'>();
  for (const one of (whole.attachments ?? []).filter(isItem)) {
    kinds.set(one.id, await kindOf(options, whole.id, one.id));
  }
  return itemOf(whole, kinds, options.take);
}

/** Those that did not fit into the answer, or all where it held none. */
async function withAttachments(
  { graph, signal }: DescribeOptions,
  message: Message,
): Promise<Message> {
  const path = `/messages/${encodeURIComponent(message.id)}/attachments?$select=id,name,contentType,size,isInline`;
  let next = message.attachments ? message['attachments@odata.nextLink'] : path;
  if (next === undefined) return message;
  const attachments = [...(message.attachments ?? [])];
  while (next !== undefined) {
    const reply: { readonly value: z.infer<typeof Attachments> } = await graph.json(
      { path: next, about: { about: 'item' }, signal },
      Attachments,
    );
    attachments.push(...reply.value.value);
    next = reply.value['@odata.nextLink'];
  }
  return { ...message, attachments };
}

/** An Outlook item comes as MIME, iCalendar or vCard (learn.microsoft.com/graph/api/attachment-get); its list does not say. */
async function kindOf({ graph, signal }: DescribeOptions, id: string, attachmentId: string) {
  const item = `/messages/${encodeURIComponent(id)}/attachments/${encodeURIComponent(attachmentId)}`;
  const path = `${item}?$expand=microsoft.graph.itemattachment/item`;
  const { value } = await graph.json({ path, about: { about: 'item' }, signal }, AttachedItem);
  const type = value.item['@odata.type'];
  if (type === '#microsoft.graph.event') return 'event';
  return type === '#microsoft.graph.contact' ? 'contact' : 'message';
}
