// Names for carried files. Chorus cuts names at 50 characters (the extension goes first) and repeats them inside one
// invoice; a PES may give none. Pure.
import { nameKey, splitName } from '../../files/name-parts.ts';
import { extensionForType } from './magic.ts';

export type NameHints = {
  /** As the envelope says (`NomPJ`, `filename`). */
  readonly name: string;
  /** Of the file inside the zip or gzip. */
  readonly innerName: string;
  readonly mediaType: string;
  /** When all else is empty. */
  readonly fallback: string;
};

/** Same order; each unique without regard to case, `PJ.pdf`, `PJ (2).pdf`. */
export function attachmentNames(hints: readonly NameHints[]): string[] {
  const taken = new Set<string>();
  // Thousands of equal names must not be counted up from 2 each time.
  const nextNumbers = new Map<string, number>();
  return hints.map((hint) => {
    const wanted = nameOf(hint);
    const { stem, suffix } = splitName(wanted);
    let name = wanted;
    let number = nextNumbers.get(nameKey(wanted)) ?? 2;
    for (; taken.has(nameKey(name)); number++) name = `${stem} (${number})${suffix}`;
    nextNumbers.set(nameKey(wanted), number);
    taken.add(nameKey(name));
    return name;
  });
}

function nameOf({ name, innerName, mediaType, fallback }: NameHints): string {
  const given = name.trim();
  const wasCut = innerName.length > given.length && innerName.startsWith(given);
  const base = given === '' || wasCut ? innerName || given || fallback : given;
  if (splitName(base).suffix !== '') return base;
  const extension = splitName(innerName).suffix.slice(1) || extensionForType(mediaType);
  return extension === '' ? base : `${base.replace(/\.+$/u, '')}.${extension}`;
}
