// Streams the wanted parts of many mails into the intake: one command per mail, many ahead, the bytes decoded as
// they come. Nothing of a mail is kept but a block or two, whatever its size.
import { GoneError, TransientError, type AppError } from '../../errors.ts';
import { decodeTo, decodedSize, type Decoder } from '../../mail/transfer-decoder.ts';
import { WHOLE_MESSAGE } from '../../mail/offers.ts';
import {
  keepRejected,
  MailsReading,
  type IncomingMail,
  type MailsReadingOptions,
} from '../../mail/opener/mails-reading.ts';
import type { FetchOrder, Intake, PartOffer } from '../source.ts';
import { asList, asText } from './body-structure.ts';
import { answerError, partUnreadable, protocolError, type ServerAnswer } from './imap-errors.ts';
import { badLocation, readLocation, type MessageLocation } from './imap-location.ts';
import type { ImapSession } from './imap-session.ts';
import { parseValues } from './imap-values.ts';
import { fieldsOf } from './message-structure.ts';
import type { LiteralSink, ResponseLine } from './response-reader.ts';
import type { ExchangeReceiver, WireCommand } from './wire.ts';

/** Rejects only when no further order can be served; every order before that had its `done` or `failed`. */
export async function fetchMessages(
  session: ImapSession,
  orders: readonly FetchOrder[],
  intake: Intake,
  options: MailsReadingOptions,
): Promise<void> {
  const { signal } = options;
  for (const [folder, group] of groupByFolder(orders, intake)) {
    await session.inTurn(async () => {
      const mailbox = await session.mailboxes.open(folder, signal);
      const reading = new MailsReading(options, intake);
      const fetching = new Fetching(intake, reading);
      const uids = new Map<FetchOrder, number>();
      for (const { order, location } of group) {
        uids.set(order, location.uid);
        if (location.uidValidity === mailbox.uidValidity) fetching.add(order, location.uid);
        else intake.failed(order, new GoneError('imap.renumbered', { folder }));
      }
      try {
        await session.wire.exchange(fetching.commands(), fetching, signal);
        await reading.settled();
        for (const rejected of reading.rejected) {
          const { desk } = options;
          await keepRejected(rejected, { desk, intake }, (write) =>
            readAgain(session, uids.get(rejected.order) ?? 0, { write, signal }),
          );
        }
      } finally {
        await reading.close();
      }
    });
  }
}

/** The folder is open. */
async function readAgain(
  { wire }: ImapSession,
  uid: number,
  {
    write,
    signal,
  }: { readonly write: (piece: Buffer) => Promise<void>; readonly signal: AbortSignal },
): Promise<void> {
  let isThere = false;
  await wire.exchange(
    [{ text: `UID FETCH ${uid} (UID BODY.PEEK[])`, costBytes: 0 }],
    {
      untagged: () => undefined,
      literal: () => {
        isThere = true;
        return { write, end: () => undefined };
      },
      answered: () => undefined,
    },
    signal,
  );
  if (!isThere) throw new TransientError('imap.refused', { text: '' });
}

type Located = { readonly order: FetchOrder; readonly location: MessageLocation };

function groupByFolder(orders: readonly FetchOrder[], intake: Intake): Map<string, Located[]> {
  const folders = new Map<string, Located[]>();
  for (const order of orders) {
    const location = readLocation(order.item.location);
    if (!location) {
      intake.failed(order, badLocation());
      continue;
    }
    const group = folders.get(location.folder) ?? [];
    group.push({ order, location });
    folders.set(location.folder, group);
  }
  return folders;
}

type Wanted = {
  readonly order: FetchOrder;
  readonly uid: number;
  /** By section, what has not come yet. */
  readonly missing: Map<string, PartOffer>;
  /** What the server named but cannot give. */
  unreadable: AppError | null;
  commandsLeft: number;
  isOver: boolean;
  /** Read as a whole: its documents are known only then. */
  incoming: IncomingMail | null;
};

/** What a fetch command may cost beyond its parts, for the window. */
const COMMAND_BYTES = 1000;
const BASE64_RATIO = 78 / 57;
/** A command line of 8,000 bytes is what every server takes (RFC 7162 §4). */
const SECTIONS_PER_COMMAND = 200;

class Fetching implements ExchangeReceiver {
  readonly #intake: Intake;
  readonly #reading: MailsReading;
  readonly #wanted = new Map<number, Wanted>();
  readonly #byCommand = new Map<WireCommand, Wanted>();
  /** Whose bytes were in the response that is being read. */
  #streamedTo: Wanted | null = null;

  constructor(intake: Intake, reading: MailsReading) {
    this.#intake = intake;
    this.#reading = reading;
  }

  add(order: FetchOrder, uid: number): void {
    const missing = new Map(partsOf(order).map((offer) => [sectionOf(offer), offer]));
    this.#wanted.set(uid, {
      order,
      uid,
      missing,
      unreadable: null,
      commandsLeft: Math.ceil(partsOf(order).length / SECTIONS_PER_COMMAND) || 1,
      isOver: false,
      incoming: null,
    });
  }

  *commands(): Generator<WireCommand> {
    for (const wanted of this.#wanted.values()) {
      const offers = partsOf(wanted.order);
      for (let at = 0; at === 0 || at < offers.length; at += SECTIONS_PER_COMMAND) {
        const some = offers.slice(at, at + SECTIONS_PER_COMMAND);
        const sections = some.map((offer) => `BODY.PEEK[${sectionOf(offer)}]`);
        const sizes = some.map((offer) => (offer.sizeBytes ?? 0) * BASE64_RATIO);
        const command = {
          text: `UID FETCH ${wanted.uid} (${['UID', ...sections].join(' ')})`,
          costBytes: sizes.reduce((sum, size) => sum + size, COMMAND_BYTES),
        };
        this.#byCommand.set(command, wanted);
        yield command;
      }
    }
  }

  literal(text: string, sizeBytes: number): LiteralSink | null {
    const section = /\bBODY\[([\d.]*)\](?:<0>)? $/i.exec(text)?.[1];
    const wanted = this.#wantedIn(text);
    const offer = section === undefined ? undefined : wanted?.missing.get(section);
    if (section === undefined || !wanted || !offer) return null;
    wanted.missing.delete(section);
    this.#streamedTo = wanted;
    return this.#decoder(wanted, offer, sizeBytes);
  }

  untagged(line: ResponseLine): Promise<void> | undefined {
    const start = /^\d+ FETCH (?=\()/i.exec(line.text)?.[0].length;
    if (start === undefined) return undefined;
    const fields = fieldsOf(asList(parseValues(line, start)[0]));
    const uid = Number(asText(fields.get('UID')));
    const wanted = this.#wanted.get(uid);
    const streamedTo = this.#streamedTo;
    this.#streamedTo = null;
    // Its bytes went to another message: nothing of this connection can be trusted.
    if (streamedTo && streamedTo !== wanted) throw protocolError('answer for another message');
    if (!wanted || wanted.isOver) return undefined;
    let wait: Promise<void> | undefined;
    for (const [name, value] of fields) {
      const section = /^BODY\[([\d.]*)\]/.exec(name)?.[1];
      const offer = section === undefined ? undefined : wanted.missing.get(section);
      if (section === undefined || !offer) continue;
      wanted.missing.delete(section);
      // Short contents may come as a quoted string; NIL = there is no such part.
      if (typeof value !== 'string') wanted.unreadable = partUnreadable(offer.part);
      else wait = after(wait, () => this.#whole(wanted, offer, value));
    }
    // With something unreadable, the answer to the command says more: perhaps the mail is gone.
    if (wanted.missing.size > 0 || wanted.unreadable) return wait;
    return after(wait, () => this.#finish(wanted));
  }

  answered(command: WireCommand, answer: ServerAnswer): Promise<void> | undefined {
    const wanted = this.#byCommand.get(command);
    this.#byCommand.delete(command);
    if (!wanted || wanted.isOver) return undefined;
    wanted.commandsLeft--;
    if (wanted.commandsLeft > 0 && answer.status === 'OK') return undefined;
    if (wanted.missing.size === 0 && !wanted.unreadable && answer.status === 'OK') {
      return this.#finish(wanted);
    }
    wanted.isOver = true;
    this.#intake.failed(wanted.order, whyMissing(wanted, answer));
    return undefined;
  }

  #finish(wanted: Wanted): Promise<void> | undefined {
    wanted.isOver = true;
    if (wanted.order.item.unread) return wanted.incoming?.whole();
    return this.#intake.done(wanted.order);
  }

  #decoder(wanted: Wanted, offer: PartOffer, sizeBytes: number): Pick<Decoder, 'write' | 'end'> {
    if (wanted.order.item.unread) {
      const incoming = this.#reading.begin(wanted.order);
      wanted.incoming = incoming;
      return { write: incoming.write, end: () => undefined };
    }
    const sink = this.#intake.part(wanted.order, offer);
    const encoding = offer.encoding ?? '';
    return decodeTo(sink, encoding, decodedSize(encoding, sizeBytes));
  }

  #whole(wanted: Wanted, offer: PartOffer, value: string): Promise<void> | undefined {
    const decoder = this.#decoder(wanted, offer, value.length);
    const wait = decoder.write(Buffer.from(value, 'latin1'));
    return after(wait, () => decoder.end());
  }

  // Servers name the UID first, since it was asked for first; where one does not, commands are
  // answered in the order sent, and `untagged` compares when the UID has come.
  #wantedIn(text: string): Wanted | undefined {
    const uid = /\bUID (\d{1,10})\b/i.exec(text.slice(0, 60))?.[1];
    if (uid !== undefined) return this.#wanted.get(Number(uid));
    const [oldest] = this.#byCommand.values();
    return oldest;
  }
}

function whyMissing(wanted: Wanted, answer: ServerAnswer): AppError {
  const { order, missing, unreadable } = wanted;
  // Erased by somebody else in the meantime: told as a code (RFC 5530) or in words, with NO or even OK.
  if (answer.code === 'EXPUNGEISSUED' || /no longer exist/i.test(answer.text)) {
    return new GoneError('imap.gone');
  }
  if (answer.status !== 'OK') {
    const error = answerError(answer);
    return error.kind === 'transient' ? error : new TransientError('imap.refused', error.params);
  }
  if (unreadable) return unreadable;
  // OK without a word about it: it is not there any more (RFC 9051 §6.4.9).
  if (missing.size === partsOf(order).length) return new GoneError('imap.gone');
  const [first] = missing.values();
  return partUnreadable(first?.part ?? '');
}

const partsOf = ({ item, parts }: FetchOrder): readonly PartOffer[] =>
  item.unread ? [{ ...WHOLE, sizeBytes: item.sizeBytes / BASE64_RATIO }] : parts;
const WHOLE = { part: WHOLE_MESSAGE, name: '', mediaType: 'message/rfc822' };

function sectionOf(offer: PartOffer): string {
  return offer.part === WHOLE_MESSAGE ? '' : offer.part;
}

function after(
  wait: Promise<void> | undefined,
  next: () => Promise<void> | undefined,
): Promise<void> | undefined {
  return wait ? wait.then(next) : next();
}
