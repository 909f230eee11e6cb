// The mailbox as one session sees it: which message has which number. UIDL tells them apart for good; without it, a hash of
// the header and the size has to do, which two equal mails share.
import { createHash, hash } from 'node:crypto';
import { throwIfAborted, TransientError } from '../../errors.ts';
import type { Logger } from '../../ports.ts';
import { commandError } from './pop-errors.ts';
import { linesOf, type Listing, type PopSession } from './pop-session.ts';
import type { PopCommand } from './pop-wire.ts';

export type PopMailbox = {
  /** Identity → number, in the order of the mailbox. Made when first asked for: tens of thousands take their time. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Of the list of identities: the same as long as nothing comes and nothing goes. */
  readonly digest: string;
  /** Bytes by number; asked for when first needed. */
  readonly sizes: (signal: AbortSignal) => Promise<ReadonlyMap<number, number>>;
  readonly hasUidl: boolean;
};

export type MailboxReading = {
  readonly session: PopSession;
  readonly logger: Logger;
  /** There will be new mails: their sizes are asked for in the same breath. */
  readonly withSizes: boolean;
  readonly signal: AbortSignal;
};

export async function readMailbox({
  session,
  logger,
  withSizes,
  signal,
}: MailboxReading): Promise<PopMailbox> {
  const [listed, told] = await session.listings(withSizes ? ['UIDL', 'LIST'] : ['UIDL'], signal);
  let known: Promise<ReadonlyMap<number, number>> | null = null;
  const sizes = () => (known ??= readSizes(session, told, signal));
  if (listed?.bytes) return withUidl(listed.bytes, sizes);
  logger.log('warn', 'pop.noUidl', { text: listed?.refused.text.slice(0, 200) ?? '' });
  const numbers = await hashes(session, await sizes(), signal);
  const digest = hash('sha256', [...numbers.keys()].join('\n'), 'hex');
  return { numbers, digest, sizes, hasUidl: false };
}

/** The numbers count from one without a gap (RFC 1939 §4), so that the bytes differ only where the identities do. */
function withUidl(bytes: Buffer, sizes: PopMailbox['sizes']): PopMailbox {
  let numbers: ReadonlyMap<string, number> | null = null;
  return {
    get numbers() {
      return (numbers ??= identities(linesOf(bytes)));
    },
    digest: hash('sha256', bytes, 'hex'),
    sizes,
    hasUidl: true,
  };
}

/** `12 whqtswO00WBw418f9t5JxYwZ`: 1 to 70 printable characters (RFC 1939 §7), though some send longer ones. */
function identities(lines: readonly string[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const line of lines) {
    const space = line.indexOf(' ');
    const number = Number(line.slice(0, space));
    const id = line.slice(space + 1).trim();
    if (space < 1 || !Number.isInteger(number) || number < 1 || id === '') continue;
    add(numbers, id.slice(0, 500), number);
  }
  return numbers;
}

/** Servers that hash the mail give twins the same id: they are told apart by their order. */
function add(numbers: Map<string, number>, id: string, number: number): void {
  let unique = id;
  for (let twin = 2; numbers.has(unique); twin++) unique = `${id} #${twin}`;
  numbers.set(unique, number);
}

async function readSizes(
  session: PopSession,
  told: Listing | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const [listed] = told ? [told] : await session.listings(['LIST'], signal);
  if (!listed) return new Map();
  if (!listed.bytes) throw commandError(listed.refused, 'LIST');
  const sizes = new Map<number, number>();
  for (const line of linesOf(listed.bytes)) {
    const [number = '', size = ''] = line.trim().split(' ');
    if (/^\d{1,10}$/.test(number)) sizes.set(Number(number), Number(size) || 0);
  }
  return sizes;
}

async function hashes(
  session: PopSession,
  sizes: ReadonlyMap<number, number>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  // TOP is optional; where it is missing too, the whole mail must come for its header.
  let command = 'TOP';
  const read = async (wanted: readonly number[], verb: string): Promise<boolean> => {
    let isRefused = false;
    const commands = wanted.map((number): PopCommand => {
      const hash = headerHash();
      return {
        text: verb === 'TOP' ? `TOP ${number} 0` : `RETR ${number}`,
        costBytes: verb === 'TOP' ? 4000 : (sizes.get(number) ?? 0),
        answered: (reply) => {
          if (reply.status !== 'ok') isRefused = true;
          return undefined;
        },
        body: () => ({
          write: hash.write,
          end: () => {
            const size = sizes.get(number) ?? 0;
            add(numbers, `~${hash.digest()}-${size}`, number);
            return undefined;
          },
        }),
      };
    });
    await session.wire.exchange(commands, signal);
    return !isRefused;
  };
  const all = [...sizes.keys()];
  const [first] = all;
  if (first === undefined) return numbers;
  if (!(await read([first], command))) {
    command = 'RETR';
    if (!(await read([first], command))) throw new TransientError('pop.noIdentity');
  }
  throwIfAborted(signal);
  await read(all.slice(1), command);
  return numbers;
}

/** Of the header alone: without what servers add on each delivery to a client. */
function headerHash() {
  const hash = createHash('sha256');
  let tail = '';
  let isOver = false;
  return {
    write: (piece: Buffer): undefined => {
      if (isOver) return;
      const text = tail + piece.toString('latin1');
      const end = /\r?\n\r?\n/.exec(text);
      const part = end ? text.slice(0, end.index) : text.slice(0, -3);
      tail = end ? '' : text.slice(-3);
      isOver = end !== null;
      hash.update(part, 'latin1');
    },
    digest: () =>
      hash
        .update(isOver ? '' : tail.replace(/[\r\n]+$/, ''), 'latin1')
        .digest('hex')
        .slice(0, 40),
  };
}
