// Whether a message has left, by what Exchange keeps of it: in the sent items, or still in the outbox.
import { z } from 'zod';
import { ConfigError } from '../../../errors.ts';
import type { GraphClient } from '../../../graph/graph-client.ts';
import { MARK_HEADER, markOf } from './addressed-mime.ts';

const Found = z.object({ value: z.array(z.object({ id: z.string() })) });

/** Named properties that hold the fields of a header (MS-OXPROPS, PS_INTERNET_HEADERS). */
const HEADERS = 'String {00020386-0000-0000-C000-000000000046} Name';

/** Null = this account may not look. A copy appears some time after the message was taken on. */
export async function isSent(
  graph: GraphClient,
  messageId: string,
  signal: AbortSignal,
): Promise<boolean | null> {
  const byId = `internetMessageId eq '${messageId.replaceAll("'", "''")}'`;
  const mark = markOf(messageId);
  const byMark = `singleValueExtendedProperties/Any(ep: ep/id eq '${HEADERS} ${MARK_HEADER}' and ep/value eq '${mark}')`;
  const places = [
    { folder: 'sentitems', filter: byId },
    // Exchange may have given it another Message-ID.
    { folder: 'sentitems', filter: byMark },
    { folder: 'outbox', filter: byId },
  ];
  try {
    for (const { folder, filter } of places) {
      const path = `/mailFolders/${folder}/messages?$filter=${encodeURIComponent(filter)}&$select=id&$top=1`;
      const { value } = await graph.json({ path, about: { about: 'mailbox' }, signal }, Found);
      if (value.value.length > 0) return true;
    }
    return false;
  } catch (thrown) {
    if (thrown instanceof ConfigError) return null;
    throw thrown;
  }
}
