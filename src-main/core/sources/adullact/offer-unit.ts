// A unit that is ready, recognised and offered as an item: its files as parts, main document first, the attachments that
// are wanted out of it, and under which key it is known. What is no envelope is offered with the reason.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { AdullactConfig } from '#contract/model/adullact-config';
import type { Envelope, EnvelopeAttachment, EnvelopeFile } from '#contract/model/envelope';
import { identityOf } from '../../envelopes/identity.ts';
import { type EnvelopeOffer, fingerprintOf, type PartRole } from '../../envelopes/offer.ts';
import { baseName } from '../../envelopes/pastell/resolve-files.ts';
import { inspectUnit } from '../../envelopes/recognise.ts';
import { findingOf } from '../../envelopes/refusal.ts';
import type { FileOnDisk } from '../../envelopes/bytes/byte-source.ts';
import type { UnitPlan } from '../../envelopes/unit/plan-units.ts';
import { GoneError, RefusedError, throwIfAborted, TransientError } from '../../errors.ts';
import { systemCode } from '../../files/files-errors.ts';
import { splitName } from '../../files/name-parts.ts';
import type { PartOffer } from '../source.ts';
import type { UnitSpool } from './unit-spool.ts';

export type Offered = {
  readonly envelope: EnvelopeOffer;
  readonly parts: readonly PartOffer[];
  readonly fingerprint: string | null;
};

export type Recognition = {
  readonly config: AdullactConfig;
  readonly spool: UnitSpool;
  readonly signal: AbortSignal;
};

/** `id`: of the unit in the spool. Throws GoneError, TransientError, CancelledError. */
export async function offerUnit(
  id: string,
  plan: UnitPlan,
  { config, spool, signal }: Recognition,
): Promise<Offered> {
  try {
    const { unit } = await spool.open(id, plan, signal);
    const { why, verdict } = await inspectUnit(unit, config.envelope, signal);
    if (verdict.is === 'refused') {
      return refused({ is: 'refused', error: verdict.error, why });
    }
    const { envelope } = verdict;
    const delivered = new Set(envelope.files.map(({ name }) => name));
    const files = unit.files.filter(({ name }) => delivered.has(name));
    const identity = identityOf(envelope, await digestsOf(files, signal));
    const { parts, roles } = partsOf(envelope, config);
    const stem = stemOf(plan, envelope);
    const { layout } = config;
    return {
      envelope: { is: 'envelope', envelope, identity, layout, stem, roles },
      parts,
      fingerprint: fingerprintOf(identity),
    };
  } catch (thrown) {
    if (!(thrown instanceof RefusedError)) throw thrown;
    return refused({ is: 'refused', error: thrown, why: [findingOf(thrown)] });
  }
}

const refused = (envelope: EnvelopeOffer): Offered => ({ envelope, parts: [], fingerprint: null });

export const filePart = (name: string): string => `file:${name}`;
export const attachmentPart = ({ carrier, index }: EnvelopeAttachment): string =>
  `pj:${String(index)}:${carrier}`;

/** Those that are wanted and can be taken out; the others are told among the warnings. */
function wantedAttachments(
  { kind, documents }: Envelope,
  { extract }: AdullactConfig,
): EnvelopeAttachment[] {
  const isWanted = kind === 'helios' ? extract.pes : extract.invoice;
  if (!isWanted) return [];
  return documents.flatMap(({ attachments }) =>
    attachments.filter(({ packing }) => packing !== 'empty' && packing !== 'unknown'),
  );
}

type Part = { readonly offer: PartOffer; readonly role: PartRole; readonly name: string };

function partsOf(
  envelope: Envelope,
  config: AdullactConfig,
): { readonly parts: PartOffer[]; readonly roles: Map<string, PartRole> } {
  const { documents } = envelope;
  const files = envelope.files.map((file): Part => {
    const mine = documents.flatMap((one, index) => (one.files.includes(file.name) ? [index] : []));
    return { ...filePartOf(file), role: { ...file, documents: mine }, name: file.name };
  });
  const attachments = wantedAttachments(envelope, config).map((one): Part => {
    const mine = documents.flatMap((document, index) =>
      document.attachments.includes(one) ? [index] : [],
    );
    return { offer: offerOf(one), role: { ...one, documents: mine }, name: one.name };
  });
  const main = documents[0]?.main;
  const isMain = (part: Part): boolean => main?.from === 'attachment' && part.name === main.name;
  const all = [...attachments.filter(isMain), ...files, ...attachments.filter((p) => !isMain(p))];
  return {
    parts: all.map(({ offer }) => offer),
    roles: new Map(
      all.map(({ offer, role: { role, originalName, documents: of } }) => [
        offer.part,
        { role, originalName, documents: of },
      ]),
    ),
  };
}

/** Under the name it had before Pastell renamed or cleaned it, where the metadata tells. */
function filePartOf({ name, originalName, mediaType, sizeBytes }: EnvelopeFile) {
  const shown = originalName === name ? baseName(name) : originalName;
  return { offer: { part: filePart(name), name: shown, mediaType, sizeBytes } };
}

const offerOf = (one: EnvelopeAttachment): PartOffer => ({
  part: attachmentPart(one),
  name: one.name,
  mediaType: one.mediaType,
  sizeBytes: one.packedBytes,
});

/** What it was deposited as; of loose files, whose metadata all have one name, what they are. */
function stemOf({ shape, name }: UnitPlan, { documents }: Envelope): string {
  const [first] = documents;
  if (shape === 'folder') return baseName(name);
  if (shape === 'group') return first?.title ?? first?.id ?? baseName(name);
  return splitName(baseName(name)).stem;
}

async function digestsOf(
  files: readonly FileOnDisk[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const { name, path } of files) {
    const hash = createHash('sha256');
    try {
      const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 262_144 });
      for await (const chunk of chunks) {
        throwIfAborted(signal);
        hash.update(chunk);
      }
    } catch (thrown) {
      const code = systemCode(thrown);
      if (code === '') throw thrown;
      if (code === 'ENOENT') throw new GoneError('envelope.gone', { name }, { cause: thrown });
      throw new TransientError('envelope.unreadable', { name, code }, { cause: thrown });
    }
    digests.set(name, hash.digest('hex'));
  }
  return digests;
}
