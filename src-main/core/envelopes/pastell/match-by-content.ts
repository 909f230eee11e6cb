// Listed files that no name leads to, found by what they are: a deposit may name its files by a pattern of its own, but
// there is only one PES in it, one pivot, one receipt. Pure.
import type { Piece } from '../unit/piece.ts';
import type { Resolution, ResolvedRef } from './resolve-files.ts';

/** Forms of exchange files by the field that holds them. */
const FORMS = new Map<string, readonly string[]>([
  ['fichier_pes', ['pes_aller', 'pes_retour']],
  ['pes_acquit', ['pes_acquit', 'pes_nonacquit']],
  ['fichier_reponse', ['pes_acquit', 'pes_nonacquit']],
  ['fichier_facture', ['pivot', 'mixte']],
  ['aractes', ['ar_acte']],
]);

export function matchByContent(resolution: Resolution, pieces: readonly Piece[]): Resolution {
  const taken = new Set(resolution.resolved.map(({ fileName }) => fileName));
  const found: ResolvedRef[] = [];
  for (const ref of resolution.missing) {
    const forms = FORMS.get(ref.field) ?? [];
    const [piece, another] = pieces.filter(
      ({ file, xml }) => !taken.has(file.name) && forms.includes(xml?.facts.form ?? ''),
    );
    if (piece === undefined || another !== undefined) continue;
    taken.add(piece.file.name);
    found.push({ ref, fileName: piece.file.name });
  }
  if (found.length === 0) return resolution;
  const refs = new Set(found.map(({ ref }) => ref));
  return {
    resolved: [...resolution.resolved, ...found],
    missing: resolution.missing.filter((ref) => !refs.has(ref)),
    warnings: [
      ...resolution.warnings,
      ...found.map(({ ref, fileName }) => ({
        code: 'envelope.warning.renamed',
        params: { name: ref.originalName, file: fileName },
      })),
    ],
  };
}
