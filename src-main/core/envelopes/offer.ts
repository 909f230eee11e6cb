// What a source offers of an envelope beside its files: what it is, under which key it is known, how it is to lie in the
// COLD job. The pipeline delivers its files together or not at all.
import type { EnvelopeLayout } from '#contract/model/adullact-config';
import type { Envelope, EnvelopeRole, Finding } from '#contract/model/envelope';
import type { AppError } from '../errors.ts';
import type { EnvelopeIdentity } from './identity.ts';

/** What a part of the item is within the envelope. */
export type PartRole = {
  readonly role: EnvelopeRole;
  readonly originalName: string;
  /** Positions of the documents it belongs to. */
  readonly documents: readonly number[];
};

export type EnvelopeOffer =
  | {
      readonly is: 'envelope';
      readonly envelope: Envelope;
      readonly identity: EnvelopeIdentity;
      readonly layout: EnvelopeLayout;
      /** Wanted name of its folder, or beginning of the names of its files; not sanitised. */
      readonly stem: string;
      /** By part. */
      readonly roles: ReadonlyMap<string, PartRole>;
    }
  /** Not an envelope, for this reason; the item has no parts. */
  | { readonly is: 'refused'; readonly error: AppError; readonly why: readonly Finding[] };

/** One text for both: a known thing with another content is another deposit. */
export const fingerprintOf = ({ key, content }: EnvelopeIdentity): string =>
  `envelope|${key}|${content}`;

/** The arguments alone, as the preview shows them. */
export function explanationOf(offer: EnvelopeOffer) {
  if (offer.is === 'refused') return { kind: null, layer: null, why: [...offer.why], warnings: [] };
  const { kind, layer, why, warnings } = offer.envelope;
  return { kind, layer, why, warnings };
}
