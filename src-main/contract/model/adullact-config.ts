// Adullact launcher: a folder in which a Pastell, a transmission platform or Chorus Pro puts down envelopes. What nobody
// documents about EzGED's own launcher is a setting here, with the assumption as its default.
import { z } from 'zod';
import { EnvelopeSettings } from './envelope.ts';
import { FolderFate, FolderRejectedFate } from './fate.ts';

/** How the files of one envelope lie in the COLD job's input. */
export const EnvelopeLayout = z.enum([
  'folder', // in a folder of their own, which appears in one rename
  'flat', // side by side, under names with a common beginning, the index file last
]);
export type EnvelopeLayout = z.infer<typeof EnvelopeLayout>;

export const AdullactConfig = z.object({
  protocol: z.literal('adullact'),
  /** Chemin d'origine: absolute local path, or UNC. Sub-folders, archives and loose files in it are envelopes. */
  path: z.string().min(1).max(4096),
  layout: EnvelopeLayout.default('folder'),
  /** Files carried inside an XML are delivered beside it too; the XML itself is never touched. */
  extract: z
    .object({
      /** PES_PJ of a PES. */
      pes: z.boolean().default(false),
      /** PJ of a Chorus pivot, attachments of a UBL or CII invoice. */
      invoice: z.boolean().default(false),
    })
    .prefault({}),
  envelope: EnvelopeSettings.prefault({}),
  fate: FolderFate.prefault({ kind: 'archive' }),
  rejectedFate: FolderRejectedFate.prefault({ kind: 'leave' }),
});
export type AdullactConfig = z.infer<typeof AdullactConfig>;

/** Reads a folder, and signs in nowhere. */
export const isOnDisk = <T extends { readonly protocol: string }>(
  source: T,
): source is Extract<T, { readonly protocol: 'folder' | 'adullact' }> =>
  source.protocol === 'folder' || source.protocol === 'adullact';
