// One mail on its way through the parser: each leaf that may become a document, or that holds some, goes to the spool; at the end
// the containers among them are opened, and what they hold is read by the same rules.
import { rm } from 'node:fs/promises';
import type { Finding } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';
import type { PartOffer, PartSink } from '../../sources/source.ts';
import { openCms } from '../containers/cms.ts';
import { offerOfLeaf } from '../mime/leaf-offers.ts';
import { createMimeParser } from '../mime/mime-parser.ts';
import type { LeafChoice, MimeLeaf, MimeParser, MimeSummary } from '../mime/mime-types.ts';
import {
  WHOLE_MESSAGE,
  wantsAttachments,
  wantsBody,
  wantsMessage,
  wholeMessage,
} from '../offers.ts';
import { nameAfterContent } from './content-name.ts';
import { containerKind, type ContainerKind } from './container-kind.ts';
import type { Allowance } from './container-reader.ts';
import type { BodyText, Picture } from './make-body.ts';
import type { OpenMailOptions } from './open-mail.ts';
import type { MailSpool, Piece, Spooling } from './mail-spool.ts';

export type Entry = { readonly offer: PartOffer; readonly piece: Piece };

export type ReadMail = {
  readonly summary: MimeSummary;
  /** In the order of the mail; the whole mail and its text first. */
  readonly entries: readonly Entry[];
  /** Codes with their sentences under `warnings`. */
  readonly warnings: readonly string[];
  /** Those that people should hear of. */
  readonly findings: readonly Finding[];
};

export type ReadingOptions = Omit<OpenMailOptions, 'spoolDir'> & {
  readonly spool: MailSpool;
  /** Shared by all containers of the mail. */
  readonly allowance: Allowance;
};

/** Gathered on the way. */
type Told = { readonly warnings: string[]; readonly findings: Finding[] };

/** Where a mail lies inside of another one. */
type Place = { readonly prefix: string; readonly depth: number };

type Kept = {
  readonly leaf: MimeLeaf;
  readonly offer: PartOffer | null;
  readonly kind: ContainerKind | null;
  readonly spooling: Spooling;
};

/** Containers in containers. */
const MAX_DEPTH = 5;
/** Pictures beyond this are left out of the page. */
const MAX_PICTURES_BYTES = 24 * 1024 * 1024;

export class MailReading {
  readonly #options: ReadingOptions;
  readonly #place: Place;
  readonly #parser: MimeParser;
  readonly #whole: Spooling | null;
  readonly #kept: Kept[] = [];
  readonly #texts: Kept[] = [];
  readonly #pictures: Kept[] = [];

  constructor(options: ReadingOptions, place: Place) {
    this.#options = options;
    this.#place = place;
    const isWholeWanted = place.depth === 0 && wantsMessage(options.take);
    this.#whole = isWholeWanted ? options.spool.begin() : null;
    this.#parser = createMimeParser(
      { leaf: (leaf) => this.#leaf(leaf) },
      {
        ...(options.sizeBytes === null ? {} : { sizeBytes: options.sizeBytes }),
        ...(this.#whole ? { whole: this.#whole } : {}),
      },
    );
  }

  write(chunk: Buffer): Promise<void> | undefined {
    return this.#parser.write(chunk);
  }

  async end(): Promise<ReadMail> {
    const summary = await this.#parser.end();
    const warnings: string[] = summary.problems.map(({ code }) => code);
    const findings: Finding[] = [];
    const entries: Entry[] = [];
    if (this.#whole) {
      const piece = await this.#whole.piece;
      entries.push({ offer: { ...wholeMessage(summary), part: WHOLE_MESSAGE }, piece });
    }
    const body = await this.#body(summary);
    if (body) entries.push(body);
    for (const kept of this.#kept) {
      entries.push(...(await this.#open(kept, { warnings, findings })));
    }
    return { summary, entries, warnings, findings };
  }

  #leaf(leaf: MimeLeaf): LeafChoice {
    const { take } = this.#options;
    const isTop = leaf.mail.depth === 0 && this.#place.depth === 0;
    const asText = isTop && wantsBody(take) ? offerOfLeaf(leaf, { ...take, what: 'body' }) : null;
    if (asText) return this.#keep(this.#texts, leaf, asText, null);
    const isPicture = leaf.part.mediaType.startsWith('image/') && leaf.part.contentId !== '';
    const isShown = isTop && wantsBody(take) && take.bodyAs === 'page' && isPicture;
    if (!wantsAttachments(take))
      return isShown ? this.#keep(this.#pictures, leaf, null, null) : null;
    if (leaf.mayOpen && take.forwarded === 'open') return 'open';
    const offer = offerOfLeaf(leaf, { ...take, what: 'attachments' });
    if (!offer) return isShown ? this.#keep(this.#pictures, leaf, null, null) : null;
    const kind = this.#place.depth < MAX_DEPTH ? containerKind(leaf.part, take) : null;
    const sink = this.#keep(this.#kept, leaf, offer, kind);
    const kept = this.#kept.at(-1);
    if (isShown && kept) this.#pictures.push(kept);
    return sink;
  }

  #keep(
    list: Kept[],
    leaf: MimeLeaf,
    offer: PartOffer | null,
    kind: ContainerKind | null,
  ): PartSink {
    const spooling = this.#options.spool.begin();
    list.push({ leaf, offer, kind, spooling });
    return spooling;
  }

  /** The container itself where it cannot be opened whole: nothing that was sent is lost. */
  async #open({ leaf, offer, kind, spooling }: Kept, told: Told): Promise<Entry[]> {
    if (!offer) return [];
    const piece = await spooling.piece;
    const part = `${this.#place.prefix}${offer.part}`;
    const name = leaf.name === '' ? await nameAfterContent(offer, piece) : offer.name;
    const self = { offer: plain({ ...offer, part, name, sizeBytes: piece.sizeBytes }), piece };
    if (kind === null) return [self];
    try {
      const opened = await this.#inside(kind, part, piece);
      if (!opened) return [self];
      told.warnings.push(...opened.warnings);
      told.findings.push(...opened.findings);
      if (opened.isWhole) return [...opened.entries];
      told.findings.push({ code: 'mail.openedInPart', params: { name } });
      return [...opened.entries, self];
    } catch (thrown) {
      if (!(thrown instanceof RefusedError)) throw thrown;
      told.warnings.push(`mail.unopened: ${name}`);
      told.findings.push({ code: 'mail.unopened', params: { name } });
      return [self];
    }
  }

  async #inside(kind: ContainerKind, part: string, piece: Piece) {
    const { spool, signal } = this.#options;
    if (kind === 'smime') {
      const cms = await openCms(await piece.source());
      if (cms.kind !== 'signed') return null;
      return { ...(await this.#nested(part, cms.content(signal))), isWhole: true };
    }
    const result = await this.#unpacked(kind, await piece.path());
    if (kind === 'zip') {
      const entries = result.files.map(({ name, mediaType, path, sizeBytes }, index): Entry => ({
        offer: { part: `${part}/${index + 1}`, name, mediaType, sizeBytes },
        piece: spool.adopt(path, sizeBytes),
      }));
      return { entries, warnings: [], findings: [], isWhole: true };
    }
    // A message that Outlook stored comes back as a mail.
    const [mail] = result.files;
    if (!mail) return null;
    const stored = spool.adopt(mail.path, mail.sizeBytes);
    const read = await this.#nested(part, stored.blocks(signal));
    const warnings = [...read.warnings, ...result.problems.map((one) => `mail.stored.${one}`)];
    return { ...read, warnings, isWhole: !result.problems.includes('truncated') };
  }

  async #unpacked(kind: 'tnef' | 'msg' | 'zip', path: string) {
    const { containers, allowance, spool, signal } = this.#options;
    const folder = await spool.newFolder();
    try {
      return await containers.open({ kind, path, folder }, allowance, signal);
    } catch (thrown) {
      // What a bomb left there is of no use to the others. What stays is removed with the spool.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      throw thrown;
    }
  }

  async #nested(part: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<ReadMail> {
    const { take } = this.#options;
    const inner = new MailReading(
      { ...this.#options, sizeBytes: null, take: { ...take, what: 'attachments' } },
      { prefix: `${part}/`, depth: this.#place.depth + 1 },
    );
    for await (const chunk of chunks) await inner.write(chunk);
    return await inner.end();
  }

  async #body(summary: MimeSummary): Promise<Entry | null> {
    if (this.#texts.length === 0) return null;
    // Brings a reader of HTML, which most launchers never need.
    const { makeBody } = await import('./make-body.ts');
    const { spool, take } = this.#options;
    const texts: BodyText[] = [];
    for (const { leaf, offer, spooling } of this.#texts) {
      if (offer) texts.push({ leaf, offer, piece: await spooling.piece });
    }
    const pictures: Picture[] = [];
    let left = MAX_PICTURES_BYTES;
    for (const { leaf, spooling } of this.#pictures) {
      const piece = await spooling.piece;
      left -= piece.sizeBytes;
      if (left < 0) break;
      const { contentId, mediaType } = leaf.part;
      pictures.push({ contentId, mediaType, piece });
    }
    return await makeBody({ header: summary.header, take, texts, pictures, spool });
  }
}

/** Its transfer encoding is undone. */
function plain({ encoding: _, ...offer }: PartOffer): PartOffer {
  return offer;
}
