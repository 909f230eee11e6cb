// A mail that must be read to know what it holds (POP3, Graph's `$value`, a dropped `.eml`, a mail with a container in it):
// bytes in, complete offers out, whose bytes lie in a spool until they are handed over. Flat memory, whatever the size.
import type { MailTake } from '#contract/model/mail-take';
import { AppError, throwIfAborted } from '../../errors.ts';
import type { FetchOrder, FoundContents, Intake, PartOffer } from '../../sources/source.ts';
import { factsOf } from '../message-item.ts';
import { newAllowance, type ContainerReader } from './container-reader.ts';
import { createMailSpool, MEMORY_BYTES, type MailSpool } from './mail-spool.ts';
import { MailReading, type Entry } from './mail-reading.ts';

export type OpenMailOptions = {
  readonly take: MailTake;
  /** Folder of the program's own; made when it is needed. */
  readonly spoolDir: string;
  readonly containers: ContainerReader;
  /** Size of the mail where it is known: only sizes buffers. */
  readonly sizeBytes: number | null;
  readonly signal: AbortSignal;
  /** Bytes of one mail kept in memory before they go to the spool folder. */
  readonly memoryBytes?: number;
};

/** `write` and `end` throw RefusedError `mail.tooManyParts`, `mail.tooDeep`, TransientError `disk.spool`, CancelledError. */
export interface MailOpening {
  /** The chunk is borrowed until the promise, if any, is fulfilled; wait for it before the next call. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** All bytes are there: containers are opened, and the documents are known. */
  end(): Promise<OpenedMail>;
  /** Gives it up and removes what was spooled. Never throws. */
  abort(): Promise<void>;
}

export interface OpenedMail {
  readonly found: FoundContents;
  /** Streams the chosen parts into the intake; ends in neither `done` nor `failed`. */
  handOver(order: FetchOrder, parts: readonly PartOffer[], intake: Intake): Promise<void>;
  /** Removes what was spooled. Never throws. */
  close(): Promise<void>;
}

/** Nothing is opened and no folder made before the first byte. */
export function openMail(options: OpenMailOptions): MailOpening {
  // What is known to be too large for memory does not fill it first.
  const isLarge = (options.sizeBytes ?? 0) > 1.5 * MEMORY_BYTES;
  const spool = createMailSpool(
    options.spoolDir,
    options.memoryBytes ?? (isLarge ? 0 : MEMORY_BYTES),
  );
  const reading = new MailReading(
    { ...options, spool, allowance: newAllowance() },
    { prefix: '', depth: 0 },
  );
  return {
    write: (chunk) => reading.write(chunk),
    async end() {
      const { summary, entries, warnings, findings } = await reading.end();
      const { header } = summary;
      const told = [...new Set(warnings)].join('; ');
      const sentAt = new Date(header.date);
      const found: FoundContents = {
        title: header.subject,
        receivedAt: Number.isNaN(sentAt.getTime()) ? null : sentAt.toISOString(),
        parts: entries.map((entry) => entry.offer),
        facts: { ...factsOf(header), ...(told === '' ? {} : { warnings: told }) },
        findings,
      };
      return openedMail(found, entries, spool, options.signal);
    },
    abort: () => spool.close(),
  };
}

function openedMail(
  found: FoundContents,
  entries: readonly Entry[],
  spool: MailSpool,
  signal: AbortSignal,
): OpenedMail {
  const byPart = new Map(entries.map((entry) => [entry.offer.part, entry]));
  return {
    found,
    async handOver(order, parts, intake) {
      for (const offer of parts) {
        throwIfAborted(signal);
        const entry = byPart.get(offer.part);
        if (!entry) throw new AppError('unexpected', 'internal.bug', { message: offer.part });
        const sink = intake.part(order, offer);
        for await (const block of entry.piece.blocks(signal, sink.lend)) await sink.write(block);
        sink.end();
      }
    },
    close: () => spool.close(),
  };
}

/** The end of an order whose mail was read: chosen, handed over, done. Throws what ends the fetch. */
export async function deliverOpened(
  mail: OpenedMail,
  order: FetchOrder,
  intake: Intake,
): Promise<void> {
  try {
    const parts = await intake.choose(order, mail.found);
    await mail.handOver(order, parts, intake);
    await intake.done(order);
  } finally {
    await mail.close();
  }
}
