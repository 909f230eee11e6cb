// What the parser makes of one file: every leaf with its bytes, what the content rules offer of it, and what is found in
// the containers it holds. For the corpus command; keeps whole mails in memory, which the program never does.
import { MailTake } from '#contract/model/mail-take';
import { blocksOf, bufferSource, type ByteSource } from '#core/mail/containers/byte-source';
import { openCms } from '#core/mail/containers/cms';
import type { OpenedContainer } from '#core/mail/containers/contained';
import { emlOf } from '#core/mail/containers/message-eml';
import { openMsg } from '#core/mail/containers/msg';
import { protectionOf } from '#core/mail/containers/protection';
import { openTnef } from '#core/mail/containers/tnef';
import { AppError } from '#core/errors';
import { createMimeParser } from '#core/mail/mime/mime-parser';
import type { MimeProblem, MimeSummary } from '#core/mail/mime/mime-types';
import { offersOf } from '#core/mail/offers';

export type Collected = {
  readonly part: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly isOffered: boolean;
  /** Also without the images that a text shows. */
  readonly isOfferedByDefault: boolean;
  readonly told: readonly string[];
  readonly inside: readonly Collected[];
};

export type CollectedMail = {
  readonly summary: MimeSummary | null;
  readonly files: readonly Collected[];
  readonly told: readonly string[];
};

const signal = new AbortController().signal;
const CHUNK_BYTES = 65_536;
const DEEPEST = 5;

/** Throws what the parser throws. */
export async function collectMail(raw: Buffer, depth = 0): Promise<CollectedMail> {
  const leaves = new Map<string, { leaf: Leaf; chunks: Buffer[]; told: string[] }>();
  const parser = createMimeParser({
    leaf(leaf) {
      const chunks: Buffer[] = [];
      const found = { part: leaf.part.part, name: leaf.name, mediaType: leaf.part.mediaType };
      leaves.set(leaf.part.part, { leaf: found, chunks, told: [] });
      return {
        write(chunk) {
          chunks.push(chunk);
          return undefined;
        },
        end: () => undefined,
      };
    },
    leafEnd(leaf, { problems }) {
      leaves.get(leaf.part.part)?.told.push(...problems);
    },
  });
  for (let at = 0; at < raw.length; at += CHUNK_BYTES) {
    await parser.write(raw.subarray(at, at + CHUNK_BYTES));
  }
  const summary = await parser.end();
  const facts = { header: summary.header, sizeBytes: raw.length, root: summary.root };
  const offered = (inlineImages: boolean) =>
    new Set(
      offersOf(facts, MailTake.parse({ inlineImages, calendar: 'all' })).map((offer) => offer.part),
    );
  const [all, byDefault] = [offered(true), offered(false)];
  const files: Collected[] = [];
  for (const { leaf, chunks, told } of leaves.values()) {
    const bytes = Buffer.concat(chunks);
    files.push({
      ...leaf,
      bytes,
      isOffered: all.has(leaf.part),
      isOfferedByDefault: byDefault.has(leaf.part),
      ...(await lookInside({ ...leaf, bytes }, depth, told)),
    });
  }
  return { summary, files, told: summary.problems.map(sayProblem) };
}

type Leaf = { readonly part: string; readonly name: string; readonly mediaType: string };

/** A file that is no mail: winmail.dat, an Outlook message. */
export async function collectContainer(name: string, bytes: Buffer): Promise<CollectedMail> {
  const source = bufferSource(bytes);
  const opened = await (name.endsWith('.msg') ? openMsg(source) : openTnef(source));
  return { summary: null, files: await contained(opened, '', 0), told: [...opened.problems] };
}

async function lookInside(leaf: Leaf & { bytes: Buffer }, depth: number, told: string[]) {
  const source = bufferSource(leaf.bytes);
  const protection = await protectionOf(source, signal);
  const notes = protection ? [...told, protection] : told;
  if (depth >= DEEPEST) return { inside: [], told: notes };
  try {
    return { inside: await insideOf(leaf, source, depth), told: notes };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.kind === 'unexpected') throw thrown;
    return { inside: [], told: [...notes, thrown.code] };
  }
}

async function insideOf(leaf: Leaf & { bytes: Buffer }, source: ByteSource, depth: number) {
  if (leaf.mediaType === 'message/rfc822') return (await collectMail(leaf.bytes, depth + 1)).files;
  if (/^application\/(?:x-)?pkcs7-mime$/.test(leaf.mediaType)) {
    const cms = await openCms(source);
    if (cms.kind !== 'signed') return [];
    return (await collectMail(await whole(cms.content(signal)), depth + 1)).files;
  }
  const isTnef = /^application\/(?:vnd\.)?ms-tnef$/.test(leaf.mediaType);
  if (isTnef || leaf.name.toLowerCase() === 'winmail.dat') {
    return contained(await openTnef(source), `${leaf.part}/`, depth + 1);
  }
  if (leaf.name.toLowerCase().endsWith('.msg')) {
    return contained(await openMsg(source), `${leaf.part}/`, depth + 1);
  }
  return [];
}

async function contained(opened: OpenedContainer, prefix: string, depth: number) {
  const files: Collected[] = [];
  for (const [index, entry] of opened.entries.entries()) {
    const part = `${prefix}${index + 1}`;
    const common = { part, isOffered: true, isOfferedByDefault: true, told: [] };
    if (entry.kind === 'file') {
      const bytes = await whole(blocksOf(entry.content, signal));
      files.push({ ...common, name: entry.name, mediaType: entry.mediaType, bytes, inside: [] });
      continue;
    }
    const message = await entry.open();
    files.push({
      ...common,
      name: entry.name,
      mediaType: 'message/rfc822',
      bytes: await whole(emlOf(message, signal)),
      inside: depth < DEEPEST ? await contained(message, `${part}/`, depth + 1) : [],
    });
  }
  return files;
}

async function whole(blocks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all);
}

const sayProblem = ({ code, part }: MimeProblem) => (part === '' ? code : `${code} (${part})`);
