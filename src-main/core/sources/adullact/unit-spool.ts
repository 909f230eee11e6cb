// Units opened for a look and kept open until they are fetched: an archive is unpacked once, into a folder of its own that
// is removed when its batch is done. What a crash leaves there is removed at the next opening.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvelopeLimits } from '#contract/model/envelope';
import { openUnit } from '../../envelopes/unit/open-unit.ts';
import type { UnitPlan } from '../../envelopes/unit/plan-units.ts';
import type { Unit } from '../../envelopes/unit/unit.ts';
import { TransientError } from '../../errors.ts';
import { systemCode } from '../../files/files-errors.ts';

export type OpenedUnit = { readonly unit: Unit; readonly spoolDir: string };

export interface UnitSpool {
  /** `id`: the same again gives the same. Throws RefusedError of the archive, and what the disk says. */
  open(id: string, plan: UnitPlan, signal: AbortSignal): Promise<OpenedUnit>;
  /** Removes everything unpacked. Never throws. */
  clear(): Promise<void>;
}

/** `folder`: of this launcher alone, made when first needed; undefined = below the system's own. */
export function createUnitSpool(folder: string | undefined, limits: EnvelopeLimits): UnitSpool {
  const opened = new Map<string, OpenedUnit>();
  const dirs: string[] = [];
  let isSwept = false;

  const newDir = async (): Promise<string> => {
    try {
      if (folder === undefined) return await mkdtemp(join(tmpdir(), 'lanceur-'));
      await mkdir(folder, { recursive: true });
      // One run of a launcher at a time: what lies there is of one that was cut.
      if (!isSwept) await sweep(folder);
      isSwept = true;
      return await mkdtemp(join(folder, 'unit-'));
    } catch (thrown) {
      throw new TransientError('envelope.spool', { code: systemCode(thrown) }, { cause: thrown });
    }
  };

  return {
    async open(id, plan, signal) {
      const found = opened.get(id);
      if (found !== undefined) return found;
      const spoolDir = await newDir();
      dirs.push(spoolDir);
      const unit = await openUnit(plan, { spoolDir, limits, signal });
      const one = { unit, spoolDir };
      opened.set(id, one);
      return one;
    },
    async clear() {
      opened.clear();
      for (const dir of dirs.splice(0)) await removeQuietly(dir);
    },
  };
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('unit-')) await removeQuietly(join(folder, name));
  }
}

async function removeQuietly(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    // Held by a virus scanner: it is swept when the launcher runs next.
  }
}
