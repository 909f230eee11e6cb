// The headers of mails that will not be read because of their size, so that they have a subject and a sender where they are listed.
import { readHeader } from '../../mail/mime/header-reader.ts';
import { readMailHeader } from '../../mail/mime/mail-header.ts';
import { factsOf } from '../../mail/message-item.ts';
import type { SourceItem } from '../source.ts';
import type { PopSession } from './pop-session.ts';
import type { PopCommand } from './pop-wire.ts';

export type PopHead = Pick<SourceItem, 'title' | 'receivedAt' | 'facts'>;

/** Longer headers are read as far as this. */
const MOST_BYTES = 65_536;
/** What a header is expected to have. */
const COST_BYTES = 4000;

/** By number. TOP is optional (RFC 1939 §7): where a server refuses it, a mail has none. Throws what ends the connection. */
export async function readHeads(
  session: PopSession,
  numbers: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, PopHead>> {
  const heads = new Map<number, PopHead>();
  const commands = numbers.map((number): PopCommand => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    return {
      text: `TOP ${number} 0`,
      costBytes: COST_BYTES,
      answered: () => undefined,
      body: () => ({
        write: (piece) => {
          if (bytes < MOST_BYTES) chunks.push(Buffer.from(piece));
          bytes += piece.length;
          return undefined;
        },
        end: () => void heads.set(number, headOf(Buffer.concat(chunks))),
      }),
    };
  });
  await session.wire.exchange(commands, signal);
  return heads;
}

function headOf(bytes: Buffer): PopHead {
  const header = readMailHeader(readHeader(bytes, MOST_BYTES).fields, '');
  const sentAt = new Date(header.date);
  return {
    title: header.subject,
    receivedAt: Number.isNaN(sentAt.getTime()) ? null : sentAt.toISOString(),
    facts: factsOf(header),
  };
}
