// What is checked once the kind is known: that the file which makes a PES deposit is a PES, that sizes are within the
// limits, and what is odd but no reason to refuse.
import type { EnvelopeDocument, EnvelopeLimits, Finding } from '#contract/model/envelope';
import { RefusedError } from '../errors.ts';
import { packingWarning } from './attachments/packing-warning.ts';
import { fieldName, type View } from './view.ts';

/** Throws RefusedError `envelope.keyFile`, or the reason why that file could not be read. */
export function checkKeyFile(view: View): void {
  if (view.kind !== 'helios') return;
  const name = fieldName(view, 'fichier_pes');
  const piece = view.pieces.find(({ file }) => file.name === name);
  if (piece === undefined || piece.xml?.facts.type === 'pes') return;
  if (piece.problem !== null) throw piece.problem;
  const root = piece.xml?.root ?? '';
  throw new RefusedError('envelope.keyFile', { name: piece.file.name, field: 'fichier_pes', root });
}

/** Throws RefusedError `envelope.tooLarge`; a PES was measured before it was read. */
export function checkLimits(view: View, limits: EnvelopeLimits): void {
  const total = view.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const maxBytes = view.kind === 'acte_nature' ? limits.maxActBytes : limits.maxArchiveBytes;
  if (total > maxBytes) {
    throw new RefusedError('envelope.tooLarge', { name: view.unitName, maxBytes });
  }
}

/** Files that could not be read but are not needed to know what the envelope is, and odd encodings. */
export function pieceWarnings({ pieces }: View): Finding[] {
  return pieces.flatMap(({ file, problem, xml }) => [
    ...(problem === null
      ? []
      : [
          {
            code: 'envelope.warning.unreadableFile',
            params: { name: file.name, reason: problem.code },
          },
        ]),
    ...(xml?.warnings ?? []),
  ]);
}

export function attachmentWarnings(documents: readonly EnvelopeDocument[]): Finding[] {
  return documents.flatMap(({ attachments }) =>
    attachments.flatMap((attachment) => {
      const warning = packingWarning(attachment);
      return warning === null ? [] : [warning];
    }),
  );
}
