// The parts of a file name: stem and suffix, and how to shorten the first without hurting the second.
// Pure; lengths in UTF-8 bytes (Linux counts those) and in UTF-16 units (Windows counts those).

export type NameParts = {
  readonly stem: string;
  /** With its dot and in its own case; `.tar.gz` and `.pdf.p7m` whole; empty where there is none. */
  readonly suffix: string;
};

export type NameRoom = { readonly maxBytes: number; readonly maxUnits: number };

/** The wrappers that tell nothing of the content: packed, signed, encrypted. */
const WRAPPER = /^(?:gz|bz2|xz|zst|lz|lzma|z|p7m|p7s|p7c|sig|asc|gpg|pgp|tsr)$/iu;
/** Longer ones are sentences after a full stop, not extensions. */
const EXTENSION = /^[^\s.]{1,16}$/u;
const INNER = /^(?=.*[a-z])[a-z0-9]{1,8}$/iu;

export function splitName(name: string): NameParts {
  let at = name.lastIndexOf('.');
  if (at <= 0 || !EXTENSION.test(name.slice(at + 1))) return { stem: name, suffix: '' };
  for (let wrappers = 0; wrappers < 2; wrappers++) {
    const inner = name.lastIndexOf('.', at - 1);
    if (inner <= 0 || !INNER.test(name.slice(inner + 1, at))) break;
    if (!WRAPPER.test(name.slice(at + 1).split('.', 1)[0] ?? '')) break;
    at = inner;
  }
  return { stem: name.slice(0, at), suffix: name.slice(at) };
}

/** The name with `mark` before its suffix (` (2)`), its stem cut to fit the room; never cut inside a character. */
export function fitName(name: string, room: NameRoom, mark = ''): string {
  const { stem, suffix } = splitName(name);
  const tail = mark + suffix;
  const kept = cut(stem, {
    maxBytes: room.maxBytes - Buffer.byteLength(tail),
    maxUnits: room.maxUnits - tail.length,
  });
  return kept + tail;
}

function cut(stem: string, room: NameRoom): string {
  if (stem.length <= room.maxUnits && Buffer.byteLength(stem) <= room.maxBytes) return stem;
  let units = 0;
  let bytes = 0;
  for (const character of stem) {
    if (units + character.length > room.maxUnits) break;
    if (bytes + Buffer.byteLength(character) > room.maxBytes) break;
    units += character.length;
    bytes += Buffer.byteLength(character);
  }
  // What the cut leaves at the end must not be what Windows drops there.
  return stem.slice(0, units).replace(/[.\s]+$/u, '');
}

/** Two names with the same key are one file on a system that ignores case or Unicode form. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase();
}
