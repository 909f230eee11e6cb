// Loose files of several deposits in one folder (Pastell's third way of depositing), told apart by the metadata files
// among them. A file that two of them name belongs to the deposit that wrote it last before its own metadata.
import type { EnvelopeSettings } from '#contract/model/envelope';
import { kindsByKeys } from '../pastell/kind-by-keys.ts';
import type { PastellMap } from '../pastell/pastell-map.ts';
import { resolveFiles } from '../pastell/resolve-files.ts';
import { mayBeMetadata } from './metadata-candidate.ts';
import { readPiece } from './piece.ts';
import type { ScannedFile } from './scan-unit.ts';

export type FileGroup = {
  readonly metadata: ScannedFile;
  /** The metadata file and the files it names, as far as they are there. */
  readonly files: readonly ScannedFile[];
};

export type Grouping = {
  readonly groups: readonly FileGroup[];
  readonly rest: readonly ScannedFile[];
};

/** Clocks and file systems differ by as much (FAT: two seconds). */
const CLOCK_SLACK_MS = 2000;

export async function groupByMetadata(
  files: readonly ScannedFile[],
  settings: EnvelopeSettings,
  signal: AbortSignal,
): Promise<Grouping> {
  const listings = await findListings(files, settings, signal);
  const owners = new Map<ScannedFile, Listing>();
  for (const listing of listings) {
    for (const file of listing.named) {
      const other = owners.get(file);
      if (other === undefined || ownsRather(listing, other, file)) owners.set(file, listing);
    }
  }
  const isMetadata = new Set(listings.map(({ metadata }) => metadata));
  const groups = listings.map((listing) => ({
    metadata: listing.metadata,
    files: [listing.metadata, ...listing.named.filter((file) => owners.get(file) === listing)],
  }));
  return { groups, rest: files.filter((file) => !isMetadata.has(file) && !owners.has(file)) };
}

type Listing = { readonly metadata: ScannedFile; readonly named: readonly ScannedFile[] };

async function findListings(
  files: readonly ScannedFile[],
  settings: EnvelopeSettings,
  signal: AbortSignal,
): Promise<Listing[]> {
  const maps: { readonly metadata: ScannedFile; readonly map: PastellMap }[] = [];
  for (const file of files) {
    if (!(await mayBeMetadata(file))) continue;
    const { map } = await readPiece(file, settings.limits, signal);
    if (map !== null) maps.push({ metadata: file, map });
  }
  const candidates = new Set(maps.map(({ metadata }) => metadata));
  const byName = new Map(
    files.filter((file) => !candidates.has(file)).map((file) => [file.name, file]),
  );
  return maps.flatMap(({ metadata, map }) => {
    const { resolved } = resolveFiles(map, [...byName.keys()], 'named');
    const named = [...new Set(resolved.map(({ fileName }) => byName.get(fileName)))].filter(
      (file) => file !== undefined,
    );
    return named.length > 0 || kindsByKeys(map).length > 0 ? [{ metadata, named }] : [];
  });
}

/** Documents are written before their metadata: the oldest metadata that is not older than the file wrote it. */
function ownsRather(one: Listing, other: Listing, file: ScannedFile): boolean {
  const isAfter = ({ metadata }: Listing): boolean =>
    metadata.mtimeMs + CLOCK_SLACK_MS >= file.mtimeMs;
  if (isAfter(one) !== isAfter(other)) return isAfter(one);
  const isOlder = one.metadata.mtimeMs < other.metadata.mtimeMs;
  return isAfter(one) ? isOlder : !isOlder;
}
