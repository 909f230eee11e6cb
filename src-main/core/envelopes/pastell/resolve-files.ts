// Which file on disk a Pastell map means. Listed names are original ones; on disk they are cleaned (`/` → `-`), given
// "Pastell names" (`<id>.yml_<field>_<n>`), changed by the system they passed through, or overwritten by a
// namesake of another field. Pure.
import type { Finding } from '#contract/model/envelope';
import { extensionOf } from '../../files/safe-name.ts';
import type { PastellFileRef, PastellMap } from './pastell-map.ts';

export type ResolvedRef = { readonly ref: PastellFileRef; readonly fileName: string };

export type Resolution = {
  readonly resolved: readonly ResolvedRef[];
  /** Listed, but nowhere to be seen. */
  readonly missing: readonly PastellFileRef[];
  readonly warnings: readonly Finding[];
};

/**
 * `how`: `named` = no pairing by elimination, for folders that hold more than one deposit.
 * `present`: names inside the unit, `/` as separator; folders in them do not count for matching.
 */
export function resolveFiles(
  map: PastellMap,
  present: readonly string[],
  how: 'guess' | 'named' = 'guess',
): Resolution {
  const free = new Set(present);
  const resolved: ResolvedRef[] = [];
  let open: readonly PastellFileRef[] = map.files;
  for (const key of MATCHES) {
    const byKey = groupBy([...free], (name) => key.ofFile(baseName(name)));
    const still: PastellFileRef[] = [];
    for (const ref of open) {
      const candidates = key.ofRef(ref).flatMap((text) => byKey.get(text) ?? []);
      const fileName = candidates.find((name) => free.has(name));
      if (fileName === undefined) still.push(ref);
      else {
        free.delete(fileName);
        resolved.push({ ref, fileName });
      }
    }
    open = still;
  }
  const namesakes = shareNamesakes(resolved, open);
  const unlisted = how === 'guess' ? [...free] : [];
  const rest = pairByExtension(namesakes.missing, unlisted);
  const order = new Map(map.files.map((ref, index) => [ref, index]));
  return {
    resolved: [...resolved, ...namesakes.resolved, ...rest.resolved].sort(
      (a, b) => (order.get(a.ref) ?? 0) - (order.get(b.ref) ?? 0),
    ),
    missing: rest.missing,
    warnings: [...namesakes.warnings, ...rest.warnings],
  };
}

/**
 * Two fields with one original name are one file on disk: the second overwrote the first when it was deposited. Both
 * mean that file, nothing is awaited, and the loss is told.
 */
function shareNamesakes(
  resolved: readonly ResolvedRef[],
  open: readonly PastellFileRef[],
): Resolution {
  const byName = groupBy(resolved, ({ ref }) => cleaned(ref.name));
  const missing: PastellFileRef[] = [];
  const shared: ResolvedRef[] = [];
  const warnings: Finding[] = [];
  for (const ref of open) {
    const namesake = byName.get(cleaned(ref.name))?.find((other) => other.ref.field !== ref.field);
    if (namesake === undefined) missing.push(ref);
    else {
      shared.push({ ref, fileName: namesake.fileName });
      warnings.push({
        code: 'envelope.warning.sameName',
        params: { name: ref.originalName, fields: `${namesake.ref.field}, ${ref.field}` },
      });
    }
  }
  return { resolved: shared, missing, warnings };
}

/**
 * A deposit may name files by a pattern of its own, which the metadata does not tell. Where one listed file and one
 * unlisted file are left of an extension, they are the same.
 */
function pairByExtension(
  missing: readonly PastellFileRef[],
  unlisted: readonly string[],
): Resolution {
  const files = groupBy(unlisted, extensionOf);
  const refs = groupBy(missing, (ref) => extensionOf(ref.originalName));
  const resolved: ResolvedRef[] = [];
  const warnings: Finding[] = [];
  for (const [extension, [ref, ...others]] of refs) {
    const [fileName, ...more] = files.get(extension) ?? [];
    if (ref === undefined || fileName === undefined || others.length + more.length > 0) continue;
    resolved.push({ ref, fileName });
    warnings.push({
      code: 'envelope.warning.renamed',
      params: { name: ref.originalName, file: fileName },
    });
  }
  const paired = new Set(resolved.map(({ ref }) => ref));
  return { resolved, missing: missing.filter((ref) => !paired.has(ref)), warnings };
}

type Match = {
  readonly ofFile: (base: string) => string;
  readonly ofRef: (ref: PastellFileRef) => readonly string[];
};

const names = (ref: PastellFileRef): string[] => [ref.name, ref.originalName];
const by = (change: (name: string) => string): Match => ({
  ofFile: change,
  ofRef: (ref) => names(ref).map(change),
});

const cleaned = (name: string): string => name.replace(/[\\/]/gu, '-');
const composed = (name: string): string => cleaned(name).normalize('NFC');
const folded = (name: string): string => composed(name).toLowerCase();
/** What Windows, an FTP server or a zip tool may have made of it. */
const loose = (name: string): string =>
  folded(name)
    .replace(/[\s:*?"<>|_'’\u00a0-]+/gu, '-')
    .replace(/[-.]+$/u, '');
const PASTELL_NAME = /^.+\.yml_(.+)_(\d+)$/u;

/** From the surest to the loosest; each listed file takes the first free file it means. */
const MATCHES: readonly Match[] = [
  by((name) => name),
  by(cleaned),
  by(composed),
  by(folded),
  {
    ofFile: (base) => {
      const found = PASTELL_NAME.exec(base);
      return found ? `${found[1]}\n${Number(found[2])}` : '';
    },
    ofRef: (ref) => [`${ref.field}\n${ref.index}`],
  },
  by(loose),
];

export const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const text = key(item);
    if (text === '') continue;
    const group = groups.get(text);
    if (group) group.push(item);
    else groups.set(text, [item]);
  }
  return groups;
}
