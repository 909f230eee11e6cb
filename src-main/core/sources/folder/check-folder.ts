// The "test" button of a folder launcher: named steps in the order of a run, each really tried. What it creates to try
// it removes again; failures are reported, not thrown.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { CheckStep } from '#contract/model/check';
import type { FolderConfig } from '#contract/model/source-config';
import { CancelledError, GoneError, toAppError, toErrorBody } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import { makeFolders } from '../../files/make-folders.ts';
import type { EndCheck, FolderAccess } from './folder-access.ts';
import { folderError } from './folder-errors.ts';
import { type FolderLayout, folderLayout } from './folder-layout.ts';
import { notAnswering, REMOTE_ANSWER_MS } from './remote-access.ts';
import type { Root, RootProbe } from './root-probe.ts';
import { scanTree } from './scan-tree.ts';
import { within } from './within.ts';

export type FolderCheck = {
  readonly config: FolderConfig;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly rootProbe: RootProbe;
  readonly ignoreCase: boolean;
  readonly accessOf: (isRemote: boolean, root: string, signal: AbortSignal) => FolderAccess;
};

/** Steps: exists, isFolder, list, read; mayMove or mayDelete, archive, rejected where the fates need them. */
export async function checkFolder(check: FolderCheck): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = [];
  const step = async <T>(name: string, work: () => Promise<Passed<T>>): Promise<T | undefined> => {
    const startedAtMs = check.clock.monotonicMs();
    const result = await attempt(work);
    const durationMs = check.clock.monotonicMs() - startedAtMs;
    steps.push({
      step: name,
      warning: null,
      params: {},
      error: null,
      ...result.report,
      durationMs,
    });
    return result.value;
  };

  const layout = await step('exists', () => exists(check));
  if (layout === undefined) return steps;
  const root = await step('isFolder', async () => ({ value: await probe(check, layout) }));
  if (root === undefined) return steps;
  const access = check.accessOf(root.isRemote, layout.root, check.signal);
  const listed = await step('list', () => list(check, { layout, root, access }));
  if (listed !== undefined) await step('read', () => read(layout, access, listed.sample));
  const { fate, rejectedFate } = check.config;
  const limited = <T>(answer: Promise<T>): Promise<T> =>
    within(answer, {
      clock: check.clock,
      signal: check.signal,
      limitMs: REMOTE_ANSWER_MS,
      late: () => notAnswering(layout.root),
    });
  if (fate.kind === 'delete') await step('mayDelete', () => limited(mayChange(layout.root)));
  else if (fate.kind === 'archive' || rejectedFate.kind === 'move') {
    await step('mayMove', () => limited(mayChange(layout.root)));
  }
  const { archive, rejected } = layout;
  if (archive !== null) await step('archive', () => limited(mayPutInto(archive, root)));
  if (rejected !== null) await step('rejected', () => limited(mayPutInto(rejected, root)));
  return steps;
}

type Passed<T> = {
  readonly value: T;
  readonly params?: CheckStep['params'];
  readonly warning?: string;
};
type Attempt<T> = {
  readonly value: T | undefined;
  readonly report: Pick<CheckStep, 'ok'> & Partial<CheckStep>;
};

async function attempt<T>(work: () => Promise<Passed<T>>): Promise<Attempt<T>> {
  try {
    const { value, params = {}, warning = null } = await work();
    return { value, report: { ok: true, params, warning } };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error instanceof CancelledError) throw error;
    return { value: undefined, report: { ok: false, error: toErrorBody(error) } };
  }
}

const probe = ({ rootProbe, clock, signal }: FolderCheck, layout: FolderLayout): Promise<Root> =>
  rootProbe.probe(layout.root, { clock, signal });

async function exists(check: FolderCheck): Promise<Passed<FolderLayout>> {
  const layout = folderLayout(check.config);
  try {
    await probe(check, layout);
  } catch (thrown) {
    // It is there: what it is, is the next question.
    if (toAppError(thrown).code !== 'folder.notFolder') throw thrown;
  }
  return { value: layout, params: { path: layout.root } };
}

type Reached = {
  readonly layout: FolderLayout;
  readonly root: Root;
  readonly access: FolderAccess;
};

/** Counts the whole tree, as a run would see it. */
async function list(
  check: FolderCheck,
  { layout, root, access }: Reached,
): Promise<Passed<{ readonly sample: string | undefined }>> {
  let sample: string | undefined;
  const scan = await scanTree({
    rootPath: layout.root,
    root,
    probeRoot: () => probe(check, layout),
    access,
    rules: { ...check.config, ignoreCase: check.ignoreCase, ownFolders: layout.ownFolders },
    isKnown: (key) => {
      sample ??= key;
      return true;
    },
  });
  const params = { count: scan.knownCount, unreadable: scan.troubles.length };
  const passed = { value: { sample }, params };
  return scan.troubles.length === 0 ? passed : { ...passed, warning: 'check.unreadable' };
}

async function read(
  layout: FolderLayout,
  access: FolderAccess,
  sample: string | undefined,
): Promise<Passed<true>> {
  if (sample === undefined) return { value: true, warning: 'check.noFile' };
  const file = path.join(layout.root, ...sample.split('/'));
  const opened = await access.inspect(file, firstByte);
  const params = { name: sample };
  if (opened.ok) return { value: true, params };
  const error = folderError('file', opened.code, file);
  // Held by its writer, or taken this very moment: as a run would find it sometimes.
  if (error instanceof GoneError) return { value: true, warning: 'check.noFile' };
  if (error.code === 'file.locked') return { value: true, params, warning: 'check.fileLocked' };
  throw error;
}

function* firstByte(): EndCheck<number> {
  return (yield { offset: 0, length: 1 }).length;
}

async function mayChange(folder: string): Promise<Passed<true>> {
  try {
    await tryFile(folder);
    return { value: true };
  } catch (thrown) {
    throw folderError('file', thrown, folder);
  }
}

/** Creates the folder where it is missing, and takes it away again. */
async function mayPutInto(folder: string, root: Root): Promise<Passed<true>> {
  let made: string | undefined;
  try {
    made = await makeFolders(folder);
    await tryFile(folder);
    const { dev } = await fs.stat(folder);
    const passed: Passed<true> = { value: true, params: { path: folder } };
    return dev === root.stats.dev ? passed : { ...passed, warning: 'check.otherVolume' };
  } catch (thrown) {
    throw folderError('target', thrown, folder);
  } finally {
    if (made !== undefined) await removeMade(folder, made);
  }
}

/** Creates, renames and deletes a file under a name that no launcher takes for a document. */
async function tryFile(folder: string): Promise<void> {
  const tag = randomBytes(4).toString('hex');
  const first = path.join(folder, `.lanceur-check-${tag}-0.part`);
  const second = path.join(folder, `.lanceur-check-${tag}-1.part`);
  await fs.writeFile(first, '', { flag: 'wx' });
  try {
    await fs.rename(first, second);
  } catch (thrown) {
    await fs.rm(first, { force: true });
    throw thrown;
  }
  await fs.unlink(second);
}

/** From the innermost up to the first that was made; stops at what is no longer empty. */
async function removeMade(folder: string, first: string): Promise<void> {
  for (let at = folder; at.length >= first.length; at = path.dirname(at)) {
    try {
      await fs.rmdir(at);
    } catch {
      // Somebody has put something there, or holds it: an empty folder is left, which a run would make anyway.
      return;
    }
  }
}
