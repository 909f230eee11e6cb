// Many mails read one after the other from one connection: while one is opened and handed over, the next one comes. Shared by the
// sources that stream whole mails; bounded in memory, and one bad mail is its own trouble alone.
import type { MailTake } from '#contract/model/mail-take';
import { RefusedError, toAppError, type AppError } from '../../errors.ts';
import type { FetchOrder, Intake } from '../../sources/source.ts';
import type { MailDesk } from './mail-desk.ts';
import { deliverOpened, openMail } from './open-mail.ts';

export type MailsReadingOptions = {
  readonly take: MailTake;
  /** 0 = no limit; counted as the bytes come, whatever was announced. */
  readonly maxItemBytes: number;
  readonly desk: MailDesk;
  readonly signal: AbortSignal;
};

/** One mail on its way in. Neither method throws: what goes wrong is the order's own end, or `settled`'s. */
export type IncomingMail = {
  /** Borrowed until the promise, if any, is fulfilled. */
  readonly write: (piece: Buffer) => Promise<void> | undefined;
  /** All of it is there. The promise is back-pressure: it rejects with what ended the hand-over of any mail. */
  readonly whole: () => Promise<void> | undefined;
};

/** The parser refused it: the order is not answered yet, so that the mail can be read once more and kept as it is. */
export type RejectedMail = { readonly order: FetchOrder; readonly error: AppError };

/** Read whole, and not handed over yet: enough that the line is never idle, few enough to stay small. */
const MOST_PENDING = 8;
const MOST_PENDING_BYTES = 12 * 1024 * 1024;

export class MailsReading {
  readonly rejected: RejectedMail[] = [];
  readonly #options: MailsReadingOptions;
  readonly #intake: Intake;
  /** Hand-overs, one after the other. */
  #tail: Promise<void> = Promise.resolve();
  #failure: AppError | null = null;
  #pending = 0;
  #pendingBytes = 0;
  readonly #unfinished = new Set<{ abort(): Promise<void> }>();

  constructor(options: MailsReadingOptions, intake: Intake) {
    this.#options = options;
    this.#intake = intake;
  }

  begin(order: FetchOrder): IncomingMail {
    const { take, desk, signal, maxItemBytes } = this.#options;
    const { spoolDir, containers } = desk;
    const sizeBytes = order.item.sizeBytes;
    const opening = openMail({ take, signal, sizeBytes, spoolDir, containers });
    this.#unfinished.add(opening);
    let bytes = 0;
    let isGivenUp = false;
    const giveUp = async (thrown: unknown): Promise<void> => {
      isGivenUp = true;
      this.#unfinished.delete(opening);
      this.#answer(order, toAppError(thrown));
      await opening.abort();
    };
    return {
      write: (piece) => {
        bytes += piece.length;
        // The rest of a mail that was given up passes by, so that the next answer is found.
        if (isGivenUp) return undefined;
        try {
          if (maxItemBytes > 0 && bytes > maxItemBytes) {
            throw new RefusedError('item.tooLarge', { sizeBytes: bytes, maxBytes: maxItemBytes });
          }
          return opening.write(piece)?.catch(giveUp);
        } catch (thrown) {
          return giveUp(thrown);
        }
      },
      whole: () => {
        if (isGivenUp) return undefined;
        this.#unfinished.delete(opening);
        return this.#queue(bytes, async () => {
          try {
            const mail = await opening.end().catch((thrown: unknown) => {
              this.#answer(order, toAppError(thrown));
              return null;
            });
            if (mail) await deliverOpened(mail, order, this.#intake);
          } finally {
            await opening.abort();
          }
        });
      },
    };
  }

  /** Resolves when everything is handed over; throws what ended it. */
  async settled(): Promise<void> {
    await this.#tail;
    if (this.#failure) throw this.#failure;
  }

  /** Removes what was half read. Never throws. */
  async close(): Promise<void> {
    await this.#tail;
    for (const opening of this.#unfinished) await opening.abort();
    this.#unfinished.clear();
  }

  #answer(order: FetchOrder, error: AppError): void {
    if (error.kind === 'cancelled') this.#failure ??= error;
    else if (error.kind === 'refused' && error.code !== 'item.tooLarge') {
      this.rejected.push({ order, error });
    } else this.#intake.failed(order, error);
  }

  #queue(bytes: number, work: () => Promise<void>): Promise<void> | undefined {
    this.#pending++;
    this.#pendingBytes += bytes;
    const mine = this.#tail.then(async () => {
      try {
        if (!this.#failure) await work();
      } catch (thrown) {
        this.#failure ??= toAppError(thrown);
      } finally {
        this.#pending--;
        this.#pendingBytes -= bytes;
      }
    });
    this.#tail = mine;
    const isFull = this.#pending >= MOST_PENDING || this.#pendingBytes >= MOST_PENDING_BYTES;
    if (!isFull && !this.#failure) return undefined;
    return mine.then(() => {
      if (this.#failure) throw this.#failure;
    });
  }
}

/**
 * The end of a mail that was refused: `readAgain` streams it once more, to be kept as it came. Throws what `readAgain` throws; the
 * order is unanswered then.
 */
export async function keepRejected(
  { order, error }: RejectedMail,
  { desk, intake }: { readonly desk: MailDesk; readonly intake: Intake },
  readAgain: (write: (piece: Buffer) => Promise<void>) => Promise<void>,
): Promise<void> {
  const keeping = await desk.keep(`${order.item.location}.eml`);
  try {
    await readAgain(keeping.write);
  } catch (thrown) {
    await keeping.abort();
    throw thrown;
  }
  intake.failed(order, await keeping.end(error));
}
