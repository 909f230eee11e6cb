// What people see of a unit that is not complete yet: what it waits for, and since when.
import { TransientError } from '../../errors.ts';
import type { UnitReadiness, Waiting } from './readiness.ts';

type NotReady = Extract<UnitReadiness, { ready: false }>;

const CODES: Readonly<Record<Waiting, string>> = {
  uploading: 'envelope.uploading',
  marker: 'envelope.waitsForMarker',
  missing: 'envelope.incomplete',
  cut: 'envelope.growing',
  quiet: 'envelope.quiet',
};

const MAX_NAMES = 5;

/** `name`: of the unit. `since`: when it was first seen in this state, UTC ISO. */
export function waitingError(
  { waitingFor, missing, seconds }: NotReady,
  name: string,
  since: string,
): TransientError {
  const shown = missing.slice(0, MAX_NAMES).join(', ');
  const names = missing.length > MAX_NAMES ? `${shown}…` : shown;
  const params = { name, since, count: missing.length, names, seconds: Math.ceil(seconds ?? 0) };
  // What never comes is never done without: another sentence, for that is not what people are used to.
  const isForEver = waitingFor === 'missing' && seconds === null;
  return new TransientError(isForEver ? 'envelope.incompleteStrict' : CODES[waitingFor], params);
}
