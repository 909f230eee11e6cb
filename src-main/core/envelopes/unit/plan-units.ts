// What lies in a folder, cut into units: sub-folders, archives, files that one metadata file names, single files. A
// launcher knows that its sub-folders are deposits; whoever looks at an unknown folder has them judged by content.
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EnvelopeSettings } from '#contract/model/envelope';
import { GoneError } from '../../errors.ts';
import { archiveFormat, MAGIC_BYTES } from '../archives/unpack.ts';
import { fileBytes, headOf } from '../bytes/byte-source.ts';
import { baseName } from '../pastell/resolve-files.ts';
import { groupByMetadata } from './group-files.ts';
import { isIgnoredName } from './ignored-names.ts';
import { isOneDeposit } from './is-deposit.ts';
import { linkError, scanFolder, type ScannedFile, scanTree } from './scan-unit.ts';
import type { UnitShape } from './unit.ts';

export type UnitPlan = {
  readonly shape: UnitShape;
  /** Path below the root, `/` as separator. */
  readonly name: string;
  readonly path: string;
  /** Names inside the unit; of an archive, the archive itself. */
  readonly files: readonly ScannedFile[];
  /** Why it cannot even be looked at (a link inside, too many files); the files are then what was seen. */
  readonly trouble?: Error;
};

export type PlanOptions = {
  readonly settings: EnvelopeSettings;
  /** `always`: every folder with files is one deposit. `judge`: only if its content is one; else its files count. */
  readonly folders: 'always' | 'judge';
  /** Folders that are none of the launcher's business: keys below the root, ending in `/`. */
  readonly skips?: (folderKey: string) => boolean;
  /** A loose file that is a unit of its own and was concluded before: neither metadata of others nor theirs. */
  readonly isKnown?: (file: ScannedFile) => boolean;
  /** A loose file that is being put away: not seen at all. */
  readonly ignores?: (file: ScannedFile) => boolean;
  readonly signal: AbortSignal;
};

/** In the order of the names. Throws GoneError, TransientError of the root, CancelledError. */
export async function planUnits(root: string, options: PlanOptions): Promise<UnitPlan[]> {
  return planFolder(root, '', { ...options, isRoot: true });
}

/** What somebody points at: one file, or a folder judged by its content. Throws GoneError when nothing is there. */
export async function planPath(path: string, options: PlanOptions): Promise<UnitPlan[]> {
  const stats = await stat(path).catch((error: unknown) => {
    throw new GoneError('envelope.gone', { name: basename(path) }, { cause: error });
  });
  if (stats.isDirectory()) return planUnits(path, options);
  const { size: sizeBytes, mtimeMs } = stats;
  return planFiles([{ name: basename(path), path, sizeBytes, mtimeMs }], {
    ...options,
    isRoot: true,
  });
}

type Level = PlanOptions & { readonly isRoot: boolean };

async function planFolder(folder: string, prefix: string, level: Level): Promise<UnitPlan[]> {
  const { files, folders, links } = await scanFolder(folder, prefix, level.signal);
  const wanted = files.filter(
    (file) => !isIgnoredName(file.name) && level.ignores?.(file) !== true,
  );
  if (wanted.length > 0 && (!level.isRoot || level.folders === 'judge')) {
    const whole = await asDeposit(folder, prefix, { wanted, level });
    if (whole !== null) return [whole];
  }
  const plans = await planFiles(wanted, level);
  for (const link of links) {
    const name = `${prefix}${link}`;
    const trouble = linkError(name, link);
    plans.push({ shape: 'file', name, path: join(folder, link), files: [], trouble });
  }
  for (const name of folders) {
    if (isIgnoredName(`${name}/x`) || level.skips?.(`${prefix}${name}/`) === true) continue;
    const below = { ...level, isRoot: false };
    plans.push(...(await planSafely(join(folder, name), `${prefix}${name}/`, below)));
  }
  return plans;
}

/** One folder that cannot be read must not hide its neighbours. */
async function planSafely(folder: string, prefix: string, level: Level): Promise<UnitPlan[]> {
  try {
    return await planFolder(folder, prefix, level);
  } catch (error) {
    if (level.signal.aborted || !(error instanceof Error)) throw error;
    const name = prefix.slice(0, -1);
    return [{ shape: 'folder', name, path: folder, files: [], trouble: error }];
  }
}

type Candidate = { readonly wanted: readonly ScannedFile[]; readonly level: Level };

async function asDeposit(
  folder: string,
  prefix: string,
  { wanted, level }: Candidate,
): Promise<UnitPlan | null> {
  const { settings, signal } = level;
  // A folder that holds archives and nothing else is where somebody drops archives.
  if (await areArchives(wanted)) return null;
  if (level.folders === 'judge' && wanted.length > MAX_JUDGED) return null;
  const files = await scanTree(folder, settings.limits.maxFiles, signal);
  const isDeposit = level.folders === 'always' || (await isOneDeposit(files, settings, signal));
  if (!isDeposit) return null;
  return { shape: 'folder', name: prefix.slice(0, -1) || '.', path: folder, files };
}

/** More files directly in a folder are a collection; to judge it, all would have to be read twice. */
const MAX_JUDGED = 200;

async function planFiles(files: readonly ScannedFile[], level: Level): Promise<UnitPlan[]> {
  const { isKnown } = level;
  const known = isKnown === undefined ? [] : files.filter(isKnown);
  const fresh = isKnown === undefined ? files : files.filter((file) => !isKnown(file));
  const { groups, rest } = await groupByMetadata(fresh, level.settings, level.signal);
  const plans = groups.map((group): UnitPlan => {
    const { name, path } = group.metadata;
    return { shape: 'group', name, path, files: group.files.map(insideUnit) };
  });
  for (const file of rest) {
    const shape = (await isArchive(file)) ? 'archive' : 'file';
    plans.push({ shape, name: file.name, path: file.path, files: [insideUnit(file)] });
  }
  // Not looked into again; whatever it is, its files are the same.
  for (const file of known) {
    plans.push({ shape: 'file', name: file.name, path: file.path, files: [insideUnit(file)] });
  }
  return plans;
}

/** Found by its path, known inside its unit by its name alone. */
const insideUnit = (file: ScannedFile): ScannedFile => ({ ...file, name: baseName(file.name) });

async function areArchives(files: readonly ScannedFile[]): Promise<boolean> {
  for (const file of files) if (!(await isArchive(file))) return false;
  return true;
}

const isArchive = async (file: ScannedFile): Promise<boolean> =>
  archiveFormat(await headOf(fileBytes(file), MAGIC_BYTES)) !== null;
