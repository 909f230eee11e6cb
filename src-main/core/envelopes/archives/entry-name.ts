// Names inside archives: what would leave the target folder is refused, never repaired. Pure.
import { RefusedError } from '../../errors.ts';
import { nameKey } from '../../files/name-parts.ts';

/** Collects the names of one archive; equal names (case and Unicode form aside) cannot both be kept. */
export class EntryNames {
  readonly #archive: string;
  readonly #taken = new Set<string>();

  constructor(archive: string) {
    this.#archive = archive;
  }

  /** The name with `/` as separator. Throws RefusedError `envelope.unsafePath`, `envelope.duplicateEntry`. */
  take(raw: string): string {
    const name = raw.replaceAll('\\', '/').replace(/^(?:\.\/)+/u, '');
    const isUnsafe =
      name === '' || name.startsWith('/') || /^[a-z]:/iu.test(name) || name.includes('\0');
    if (isUnsafe || name.split('/').includes('..')) {
      throw new RefusedError('envelope.unsafePath', { name: this.#archive, entry: shown(raw) });
    }
    const key = nameKey(name);
    if (this.#taken.has(key)) {
      throw new RefusedError('envelope.duplicateEntry', {
        name: this.#archive,
        entry: shown(name),
      });
    }
    this.#taken.add(key);
    return name;
  }
}

/** For a reason that people read. */
export const shown = (name: string): string => name.replace(/\p{C}/gu, '\u00b7').slice(0, 200);
