// The names to try for a document, one after another, under the collision rule of its COLD job. Pure.
import type { CollisionRule } from '#contract/model/cold-job';
import { fitName, type NameRoom } from '../../files/name-parts.ts';
import { MAX_NAME_BYTES } from '../../files/safe-name.ts';

/** Windows programs of COLD's age take paths of 259 characters; Windows itself is no longer the limit. */
export const MAX_PATH_UNITS = 259;
/** With less than this left by the folder's own path, names could not be told apart. */
export const MIN_NAME_UNITS = 64;

/** What is left for a name in a folder, when something as long as `companion` (a sidecar's extension) follows it. */
export function nameRoom(folder: string, companion: string): NameRoom {
  const left = MAX_PATH_UNITS - folder.length - 1 - companion.length;
  return { maxUnits: Math.max(MIN_NAME_UNITS, left), maxBytes: MAX_NAME_BYTES };
}

export type Candidate = { readonly name: string; readonly number: number | null };

/**
 * The wanted name first; then `name (2).pdf`, `name (3).pdf`… from `firstNumber` on; under `timestamp` the local time
 * comes between: `name 20261122-071348-123.pdf`. Without end.
 */
export function* candidateNames(
  wanted: string,
  rule: CollisionRule,
  { room, now, firstNumber }: { room: NameRoom; now: Date; firstNumber: number },
): Generator<Candidate, never> {
  yield { name: fitName(wanted, room), number: null };
  const stamp = rule === 'timestamp' ? ` ${localStamp(now)}` : '';
  if (stamp !== '') yield { name: fitName(wanted, room, stamp), number: null };
  for (let number = Math.max(2, firstNumber); ; number++) {
    yield { name: fitName(wanted, room, `${stamp} (${String(number)})`), number };
  }
}

/** To the millisecond, in the time of the place: it is read by people. */
function localStamp(at: Date): string {
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const day = `${pad(at.getFullYear(), 4)}${pad(at.getMonth() + 1)}${pad(at.getDate())}`;
  const time = `${pad(at.getHours())}${pad(at.getMinutes())}${pad(at.getSeconds())}`;
  return `${day}-${time}-${pad(at.getMilliseconds(), 3)}`;
}
