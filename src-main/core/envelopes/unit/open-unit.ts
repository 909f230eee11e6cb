// A planned unit made readable: archives are unpacked into the spool, everything else is read where it lies.
import { RefusedError } from '../../errors.ts';
import { unpackArchive } from '../archives/unpack.ts';
import type { UnpackOptions } from '../archives/unpack-zip.ts';
import type { UnitPlan } from './plan-units.ts';
import type { Unit } from './unit.ts';

/** `spoolDir`: empty, the caller's, removed by the caller. Throws RefusedError of the archive, and `plan.trouble`. */
export async function openUnit(plan: UnitPlan, options: UnpackOptions): Promise<Unit> {
  const { shape, name, files } = plan;
  if (plan.trouble !== undefined) throw plan.trouble;
  const [archive] = files;
  if (shape !== 'archive' || archive === undefined) return { shape, name, files };
  const unpacked = await unpackArchive({ ...archive, name }, options);
  if (unpacked.length === 0) throw new RefusedError('envelope.empty', { name });
  return { shape, name, files: unpacked };
}
