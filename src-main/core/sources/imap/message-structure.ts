// Envelope and structure of many messages, some hundreds per command, without reading one of them.
import { ask } from './mailbox.ts';
import {
  readBodyStructure,
  readEnvelope,
  asList,
  asText,
  type Envelope,
} from './body-structure.ts';
import { answerError, type ServerAnswer } from './imap-errors.ts';
import { parseValues, type ImapValue } from './imap-values.ts';
import type { MailPart } from '../../mail/mail-part.ts';
import { AppError } from '../../errors.ts';
import type { ResponseLine } from './response-reader.ts';
import { formatUidSet } from './uid-set.ts';
import type { Wire } from './wire.ts';

export type MessageStructure = {
  readonly uid: number;
  readonly sizeBytes: number;
  /** UTC ISO, or null. */
  readonly receivedAt: string | null;
  readonly envelope: Envelope;
  /** Null: the server's description of it cannot be understood; it can still be had as a whole. */
  readonly root: MailPart | null;
};

export type StructureResult<T> = {
  /** By UID, ascending; messages that are gone are missing. */
  readonly described: ReadonlyMap<number, T>;
  /** Messages the server refuses to describe, with its reason. */
  readonly refused: ReadonlyMap<number, AppError>;
};

const ITEMS = '(UID RFC822.SIZE INTERNALDATE ENVELOPE BODYSTRUCTURE)';

export type UidRange = { readonly from: number; readonly to: number };

/**
 * The folder must be open. `uids`: exactly these, or whatever lies in the range. Each structure is made into
 * what is wanted of it as soon as it is read, so that a batch of them is never in memory.
 */
export async function readStructures<T>(
  wire: Wire,
  uids: readonly number[] | UidRange,
  convert: (structure: MessageStructure) => T,
  signal: AbortSignal,
): Promise<StructureResult<T>> {
  const set = 'from' in uids ? `${uids.from}:${uids.to}` : formatUidSet(uids);
  const found = new Map<number, T>();
  const take = (structure: MessageStructure) => {
    found.set(structure.uid, convert(structure));
  };
  const answer = await fetchStructures(wire, set, take, signal);
  const refused = new Map<number, AppError>();
  if (answer.status !== 'OK') {
    // One broken message makes some servers (Exchange) refuse the command: each by itself, then.
    const asked = 'from' in uids ? await existingUids(wire, set, signal) : uids;
    for (const uid of asked.filter((each) => !found.has(each))) {
      const single = await fetchStructures(wire, String(uid), take, signal);
      if (single.status !== 'OK' && !found.has(uid)) refused.set(uid, answerError(single));
    }
  }
  // Answers to commands sent together may come in any order.
  return { described: new Map([...found].sort(([a], [b]) => a - b)), refused };
}

/** All UIDs of `set` (or `ALL`) that exist in the open folder, ascending. */
export async function existingUids(
  wire: Wire,
  set: string,
  signal: AbortSignal,
  more = '',
): Promise<readonly number[]> {
  const criteria = set === 'ALL' ? 'ALL' : `UID ${set}`;
  const { lines, answer } = await ask(wire, `UID SEARCH ${criteria}${more}`, signal);
  if (answer.status !== 'OK') throw answerError(answer);
  const uids: number[] = [];
  for (const { text } of lines) {
    if (!/^SEARCH\b/i.test(text)) continue;
    for (const word of text.slice(6).split(' ')) {
      if (/^\d{1,10}$/.test(word)) uids.push(Number(word));
    }
  }
  return uids.sort((a, b) => a - b);
}

async function fetchStructures(
  wire: Wire,
  set: string,
  take: (structure: MessageStructure) => void,
  signal: AbortSignal,
): Promise<ServerAnswer> {
  let result: ServerAnswer | undefined;
  await wire.exchange(
    [{ text: `UID FETCH ${set} ${ITEMS}`, costBytes: 0 }],
    {
      untagged: (line) => {
        const structure = readStructure(line);
        if (structure) take(structure);
        return undefined;
      },
      answered: (_command, answer) => {
        result = answer;
        return undefined;
      },
    },
    signal,
  );
  return result ?? { status: 'BAD', code: '', codeArguments: '', text: '' };
}

function readStructure(line: ResponseLine): MessageStructure | null {
  const start = /^\d+ FETCH (?=\()/i.exec(line.text)?.[0].length;
  if (start === undefined) return null;
  try {
    const fields = fieldsOf(asList(parseValues(line, start)[0]));
    const uid = Number(asText(fields.get('UID')));
    // A change of flags somebody else made is announced in the same form, without structure.
    if (!Number.isInteger(uid) || uid <= 0 || !fields.has('BODYSTRUCTURE')) return null;
    return {
      uid,
      sizeBytes: Number(asText(fields.get('RFC822.SIZE'))) || 0,
      receivedAt: internalDate(asText(fields.get('INTERNALDATE'))),
      envelope: readEnvelope(fields.get('ENVELOPE')),
      root: readBodyStructure(fields.get('BODYSTRUCTURE')),
    };
  } catch (thrown) {
    const uid = /\bUID (\d{1,10})\b/i.exec(line.text)?.[1];
    if (uid === undefined || !(thrown instanceof AppError)) throw thrown;
    // One mail whose structure is a trap: it must not hide the others.
    const sizeBytes = Number(/\bRFC822\.SIZE (\d{1,15})\b/i.exec(line.text)?.[1] ?? 0);
    return { uid: Number(uid), sizeBytes, receivedAt: null, envelope: noEnvelope, root: null };
  }
}

const noEnvelope: Envelope = {
  subject: '',
  from: '',
  to: '',
  messageId: '',
  date: '',
  raw: { subject: '', from: '' },
};

export function fieldsOf(list: readonly ImapValue[]): ReadonlyMap<string, ImapValue> {
  const fields = new Map<string, ImapValue>();
  for (let at = 0; at + 1 < list.length; at += 2) {
    fields.set(asText(list[at]).toUpperCase(), list[at + 1] ?? null);
  }
  return fields;
}

/** `22-Nov-2026 07:34:27 +0100` (RFC 9051, date-time). */
function internalDate(text: string): string | null {
  const found = /^ ?(\d{1,2})-([A-Z][a-z]{2})-(\d{4}) (\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/.exec(
    text,
  );
  if (!found) return null;
  const [, day = '', month = '', year = '', time = '', hours = '', minutes = ''] = found;
  const number = 1 + MONTHS.indexOf(month);
  if (number === 0) return null;
  const pad = (value: number | string) => String(value).padStart(2, '0');
  const date = new Date(`${year}-${pad(number)}-${pad(day)}T${time}${hours}:${minutes}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
