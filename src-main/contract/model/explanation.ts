// Why an envelope was classified as it was: every argument in the order it was found, for people.
import { z } from 'zod';
import {
  EnvelopeDocument,
  EnvelopeFile,
  EnvelopeKind,
  EnvelopeLayer,
  Finding,
} from './envelope.ts';

/** In the preview, beside an item that is an envelope or was not recognised as one. */
export const Explanation = z.object({
  /** Null = not recognised. */
  kind: EnvelopeKind.nullable(),
  layer: EnvelopeLayer.nullable(),
  why: z.array(Finding),
  warnings: z.array(Finding),
});
export type Explanation = z.infer<typeof Explanation>;

/** The whole of it, for `lanceur explain`. */
export const UnitExplanation = Explanation.extend({
  /** Path below what was asked about, `/` as separator. */
  unit: z.string(),
  shape: z.enum(['folder', 'archive', 'file', 'group']),
  /** Why it was not recognised; null where it was. */
  reason: Finding.nullable(),
  /** Main document first. */
  files: z.array(EnvelopeFile),
  documents: z.array(EnvelopeDocument),
});
export type UnitExplanation = z.infer<typeof UnitExplanation>;
