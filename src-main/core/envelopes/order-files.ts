// Which file a reader wants to see first, and in which order a COLD job gets them: main document, what belongs to it,
// what was sent back, and the metadata last. Pure.
import type { EnvelopeFile, EnvelopeRole } from '#contract/model/envelope';

const RANKS: readonly EnvelopeRole[] = [
  'stamped',
  'act',
  'visual',
  'invoice_pdf',
  'invoice',
  'pes',
  'pivot',
  'annex',
  'attachment',
  'message',
  'acknowledgement',
  'return',
  'receipt',
  'other',
  'envelope',
  'metadata',
  'marker',
];
const RANK = new Map(RANKS.map((role, index) => [role, index]));

/** Stable: files of one role keep their order. The end marker is left out. */
export function orderFiles(files: readonly EnvelopeFile[], main: string): EnvelopeFile[] {
  const rank = ({ name, role }: EnvelopeFile): number =>
    name === main ? -1 : (RANK.get(role) ?? RANKS.length);
  return files.filter(({ role }) => role !== 'marker').sort((a, b) => rank(a) - rank(b));
}

/** The first file of the first of these roles that has one. */
export function firstOfRoles(
  files: readonly EnvelopeFile[],
  roles: readonly EnvelopeRole[],
): EnvelopeFile | undefined {
  for (const role of roles) {
    const found = files.find((file) => file.role === role);
    if (found) return found;
  }
  return undefined;
}
