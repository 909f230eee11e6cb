// Takes carried files out of an XML file in one pass, each to the sink its owner gives for it, in bounded memory.
// The XML file itself is only read. One damaged attachment does not stop the others; the owner decides.
import type { EnvelopeAttachment, EnvelopeLimits, Finding } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';
import { Base64Decoder } from '../../mail/base64-decoder.ts';
import { BlockWriter } from '../../mail/block-writer.ts';
import { createSpoolFile } from '../archives/spool-file.ts';
import { unpackBudget } from '../archives/unpack-budget.ts';
import type { ByteSource } from '../bytes/byte-source.ts';
import { readXml } from '../xml/read-xml.ts';
import type { PayloadSink, XmlVisitor } from '../xml/xml-visitor.ts';
import {
  type AttachmentSink,
  damaged,
  gzipUnwrapper,
  outlet,
  plainUnwrapper,
  type Unwrapper,
} from './attachment-sink.ts';
import { carriesFile } from './carried-file.ts';
import { packingWarning } from './packing-warning.ts';
import { zipUnwrapper } from './zip-unwrapper.ts';

export type ExtractOptions = {
  /** A sink for each wanted attachment, asked in the order of the file. */
  readonly sinkFor: (attachment: EnvelopeAttachment) => AttachmentSink;
  readonly limits: EnvelopeLimits;
  /** For zips too large for memory; what is put there is removed again. */
  readonly spoolDir: string;
  readonly signal: AbortSignal;
};

export type Extracted = {
  readonly attachment: EnvelopeAttachment;
  /** `attachment.name`, with `.zip` behind it where it turned out to be an archive of several files. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Why it could not be taken out; its sink was discarded. null = whole. */
  readonly failure: Finding | null;
};

/**
 * `wanted`: attachments of this carrier; those packed `empty` or `unknown` are answered with their failure. Resolves
 * in the order of `wanted`. Throws what reading the XML throws, what a sink throws, and RefusedError of the limits.
 */
export async function extractAttachments(
  carrier: ByteSource,
  wanted: readonly EnvelopeAttachment[],
  options: ExtractOptions,
): Promise<readonly Extracted[]> {
  const extraction = new Extraction(wanted, options);
  if (wanted.some(isPacked)) await readXml(carrier, extraction, options.signal);
  return wanted.map((attachment) => extraction.resultOf(attachment));
}

const isPacked = ({ packing }: EnvelopeAttachment): boolean =>
  packing !== 'empty' && packing !== 'unknown';

class Extraction implements XmlVisitor {
  readonly #wanted: ReadonlyMap<number, EnvelopeAttachment>;
  readonly #options: ExtractOptions;
  readonly #results = new Map<number, Extracted>();
  #index = -1;
  #spooled = 0;

  constructor(wanted: readonly EnvelopeAttachment[], options: ExtractOptions) {
    this.#wanted = new Map(wanted.filter(isPacked).map((one) => [one.index, one]));
    this.#options = options;
  }

  open(): void {
    // Nothing but payloads is of interest.
  }

  close(): void {
    // See `open`.
  }

  isDone(): boolean {
    return this.#results.size === this.#wanted.size;
  }

  payload(_tag: unknown, path: readonly string[]): PayloadSink | null {
    if (!carriesFile(path)) return null;
    const attachment = this.#wanted.get(++this.#index);
    return attachment === undefined ? IGNORED : this.#takeOut(attachment);
  }

  resultOf(attachment: EnvelopeAttachment): Extracted {
    const { code, params } = damaged(attachment, null);
    const failure = packingWarning(attachment) ?? { code, params };
    const { name, index } = attachment;
    return this.#results.get(index) ?? { attachment, name, sizeBytes: 0, failure };
  }

  #takeOut(attachment: EnvelopeAttachment): PayloadSink {
    const sink = this.#options.sinkFor(attachment);
    const budget = unpackBudget(this.#options.limits, {
      name: attachment.name,
      sizeBytes: attachment.packedBytes,
    });
    const out = outlet(sink, budget);
    let name = attachment.name;
    const unwrapper = this.#unwrapper(attachment, {
      out,
      budget,
      onArchive: () => {
        if (!/\.zip$/iu.test(name)) name = `${name}.zip`;
      },
    });
    const decoder = new Base64Decoder(new BlockWriter(unwrapper, attachment.packedBytes));
    const finish = async (): Promise<void> => {
      const failure = await outcomeOf(decoder, unwrapper);
      if (failure === null && out.sizeBytes() > 0) sink.end();
      else sink.discard();
      const reason = failure ?? (out.sizeBytes() > 0 ? null : damaged(attachment, null));
      this.#results.set(attachment.index, {
        attachment,
        name,
        sizeBytes: reason === null ? out.sizeBytes() : 0,
        failure: reason === null ? null : { code: reason.code, params: reason.params },
      });
    };
    return { write: (bytes) => decoder.write(bytes), end: finish };
  }

  #unwrapper(
    attachment: EnvelopeAttachment,
    parts: Pick<Parameters<typeof zipUnwrapper>[0], 'out' | 'budget' | 'onArchive'>,
  ): Unwrapper {
    if (attachment.packing === 'gzip') return gzipUnwrapper(parts.out, attachment);
    if (attachment.packing === 'plain') return plainUnwrapper(parts.out);
    const { spoolDir, signal } = this.#options;
    const spool = () => createSpoolFile(spoolDir, 90_000 + this.#spooled++);
    return zipUnwrapper({ ...parts, attachment, signal, spool });
  }
}

const IGNORED: PayloadSink = { write: () => undefined, end: () => undefined };

/** The failure that is the attachment's own fault; anything else is thrown. */
async function outcomeOf(
  decoder: Base64Decoder,
  unwrapper: Unwrapper,
): Promise<RefusedError | null> {
  try {
    await decoder.end();
    await unwrapper.finished;
    return null;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'envelope.attachmentDamaged') return error;
    throw error;
  }
}
